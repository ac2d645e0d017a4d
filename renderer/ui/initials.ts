/** Two letters of a name: first and last word, the way both Vietnamese and Western names are abbreviated. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = words[0] ?? '';
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  return [first, last].map((word) => Array.from(word.normalize('NFC'))[0] ?? '').join('').toLocaleUpperCase('vi');
}
