/*
 * Amounts and numbers as people write them, in the Vietnamese and the English form: `85.000.000,50`, `85,000,000.50`,
 * `85 000 000 đ`. What could be read in two ways is read by where a group of three digits may stand.
 */

const BLANKS = /[\s\u00a0\u202f']/g;
const CURRENCY = /^(?:[A-Z]{3}|[đ₫$€¥£])|(?:[A-Z]{3}|[đ₫$€¥£]|vnd|đồng)$/giu;

const grouped = (text: string, sign: string): boolean =>
  new RegExp(`^\\d{1,3}(?:\\${sign}\\d{3})+$`).test(text);

/**
 * The decimal text of a number as somebody wrote it, such as `85000000.5`; null where it is none.
 * One sign with three digits behind it (`1.250`) separates thousands, as both languages write amounts.
 */
export function readDecimal(written: string): string | null {
  const bare = written.replace(BLANKS, '').replace(CURRENCY, '');
  const negative = bare.startsWith('-');
  const text = negative ? bare.slice(1) : bare;
  if (!/^\d[\d.,]*$/.test(text)) return null;
  const decimal = decimalOf(text);
  return decimal === null ? null : `${negative ? '-' : ''}${decimal.replace(/^0+(?=\d)/, '')}`;
}

function decimalOf(text: string): string | null {
  const sign = text.lastIndexOf('.') > text.lastIndexOf(',') ? '.' : ',';
  const other = sign === '.' ? ',' : '.';
  if (!text.includes(sign)) return text;
  if (!text.includes(other)) {
    if (grouped(text, sign)) return text.replaceAll(sign, '');
    return text.indexOf(sign) === text.lastIndexOf(sign) && /\d$/.test(text) ? text.replace(sign, '.') : null;
  }
  const [whole, fraction] = [text.slice(0, text.lastIndexOf(sign)), text.slice(text.lastIndexOf(sign) + 1)];
  if (!/^\d+$/.test(fraction) || !grouped(whole, other)) return null;
  return `${whole.replaceAll(other, '')}.${fraction}`;
}

const AMOUNT = /^\d{1,16}(\.\d{1,2})?$/;

/** An amount that numeric(18,2) holds and that is not negative, in that column's own form; null where it is none. */
export function readAmount(written: string): string | null {
  const decimal = readDecimal(written);
  if (decimal === null || !AMOUNT.test(decimal)) return null;
  const [whole = '0', fraction = ''] = decimal.split('.');
  return `${whole}.${fraction.padEnd(2, '0')}`;
}
