import { foldText } from './fold-text.ts';

/*
 * By what two records of one company are known: keys that stay the same however the company's number, address, telephone or
 * name was written. Null where a text says too little to know anybody by.
 */

/** Legal forms and words of every other company's name, folded. */
const COMMON = new RegExp(
  `\\b(?:${[
    'cong ty',
    'trach nhiem huu han',
    'tnhh',
    'mot thanh vien',
    'mtv',
    'co phan',
    'cp',
    'tap doan',
    'doanh nghiep tu nhan',
    'dntn',
    'company',
    'limited',
    'co',
    'ltd',
    'jsc',
    'llc',
    'inc',
    'corp',
    'corporation',
    'gmbh',
    'pte',
  ].join('|')})\\b`,
  'gu',
);

const plain = (folded: string): string => folded.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

/** `Công ty TNHH Toyota Việt Nam` and `Toyota Viet Nam Co., Ltd.` are known by one key. */
export function nameKey(name: string): string | null {
  const words = plain(foldText(name));
  const own = words.replace(COMMON, ' ');
  // `Việt Nam` is also written in one word.
  return (own.trim() ? own : words).replace(/\s+/g, '') || null;
}

/** Spreadsheets drop leading zeros; a branch keeps its own number. */
export function taxKey(number: string): string | null {
  const signs = number.toUpperCase().replace(/[^\dA-Z]/g, '').replace(/^0+/, '');
  return signs.length >= 5 ? signs : null;
}

export function emailKey(address: string): string | null {
  const folded = address.trim().toLowerCase();
  return folded.includes('@') ? folded : null;
}

/** The number without its country: `+84 28 3822 1234` is `028.3822.1234`. */
export function phoneKey(number: string): string | null {
  const digits = number.replace(/\D/g, '');
  return digits.length >= 8 ? digits.slice(-9).replace(/^0+/, '') : null;
}
