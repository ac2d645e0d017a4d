/** No letters or digits that are mistaken for one another when read from paper. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
const GROUPS = 6;
const GROUP_LENGTH = 4;

/** A random passphrase in groups: 24 characters of 32 are 120 bits. */
export function suggestPassphrase(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(GROUPS * GROUP_LENGTH));
  const characters = Array.from(bytes, (byte) => alphabet.charAt(byte % alphabet.length));
  return Array.from({ length: GROUPS }, (_, group) => characters.slice(group * GROUP_LENGTH, (group + 1) * GROUP_LENGTH).join('')).join('-');
}
