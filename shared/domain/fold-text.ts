/** Lower case without Vietnamese diacritics, so that `dong` finds `Đông`. */
export function foldText(text: string): string {
  // Most values of a log are plain ASCII, and a search reads a million of them.
  if (/^\p{ASCII}*$/u.test(text)) return text.toLowerCase();
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase();
}
