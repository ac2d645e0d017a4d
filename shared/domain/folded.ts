/** Text as people compare it in their heads: in lower case, without the marks of Vietnamese, in one Unicode form. */
export const folded = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('đ', 'd').normalize('NFC');
