const hexDigitsKept = 40;

/** One address is one person, however it is typed: without blanks around it, in Unicode's composed form, in lower case. */
export const normalizeEmail = (email: string): string => email.trim().normalize('NFC').toLowerCase();

/**
 * The name of the PostgreSQL role that a person signs in with. Roles belong to a whole cluster while a person belongs
 * to one database of it, so the name is a digest of both. It fits PostgreSQL's 63 bytes whatever the address holds.
 *
 * @param sha256Hex gives the SHA-256 of a text's UTF-8 bytes as lower-case hexadecimal digits
 */
export function loginRoleName(database: string, email: string, sha256Hex: (text: string) => string): string {
  return `fp_${sha256Hex(`${database}\n${normalizeEmail(email)}`).slice(0, hexDigitsKept)}`;
}
