/*
 * Amounts are decimal text (`85000000.00`) with an ISO 4217 currency; arithmetic runs in integers.
 */

const SCALE = 2;
const FORM = /^-?\d{1,16}(\.\d{1,2})?$/;

/** Hundredths of the currency's main unit, exact. Throws a RangeError on text that is no amount. */
export function toHundredths(amount: string): bigint {
  if (!FORM.test(amount)) throw new RangeError(`not an amount: ${amount}`);
  const negative = amount.startsWith('-');
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  const value = BigInt(whole) * 100n + BigInt(fraction.padEnd(SCALE, '0') || '0');
  return negative ? -value : value;
}

/** The form in which PostgreSQL prints numeric(18,2). */
export function fromHundredths(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(SCALE + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
}

/** Shows an amount in the person's language; decimals as the currency has them (none for VND). */
export function formatMoney(amount: string, currency: string, language: string): string {
  // Intl accepts the decimal text itself, so no digit is lost on the way.
  return new Intl.NumberFormat(language, { style: 'currency', currency }).format(amount as `${number}`);
}

const RATE_SCALE = 10;
const RATE_FORM = /^\d{1,14}(\.\d{1,10})?$/;

/** Whether a text is what a unit of a currency may be worth: positive, 14 digits before the point, 10 behind it. */
export const isRate = (text: string): boolean => RATE_FORM.test(text) && /[1-9]/.test(text);

/** An amount in another currency, by what one unit of its own is worth there; rounded once, half away from zero. */
export function convertHundredths(hundredths: bigint, rate: string): bigint {
  if (!isRate(rate)) throw new RangeError(`not an exchange rate: ${rate}`);
  const [whole = '0', fraction = ''] = rate.split('.');
  const scale = 10n ** BigInt(RATE_SCALE);
  const product = hundredths * (BigInt(whole) * scale + BigInt(fraction.padEnd(RATE_SCALE, '0')));
  const half = product < 0n ? -scale / 2n : scale / 2n;
  return (product + half) / scale;
}
