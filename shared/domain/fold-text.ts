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

/** Words beyond these narrow nothing down that a person could have meant. */
const MOST_WORDS = 8;

/** Letters and digits, as the search index's tokenizer takes words apart; so nothing of FTS5's syntax is ever in one. */
export const foldWords = (text: string): string[] => [...new Set(foldText(text).match(/[\p{L}\p{N}]+/gu) ?? [])].slice(0, MOST_WORDS);
