import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMoney, fromHundredths, toHundredths } from './money.ts';

/** What numeric(18,2) holds. */
const hundredths = fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n });

describe('amounts', () => {
  it('come back exactly from the form in which the centre prints them', () => {
    fc.assert(
      fc.property(hundredths, (value) => {
        expect(toHundredths(fromHundredths(value))).toBe(value);
      }),
    );
  });

  it('are printed with two decimals and no sign before zero', () => {
    expect([0n, 5n, -5n, 100n, 8_500_000_000n, -123_456n].map(fromHundredths)).toEqual([
      '0.00',
      '0.05',
      '-0.05',
      '1.00',
      '85000000.00',
      '-1234.56',
    ]);
    expect(fromHundredths(toHundredths('-0.00'))).toBe('0.00');
  });

  it('are read with one decimal or none', () => {
    expect([toHundredths('85000000'), toHundredths('1.5'), toHundredths('-0.5')]).toEqual([8_500_000_000n, 150n, -50n]);
  });

  it.each([
    '',
    ' 1',
    '1.',
    '.5',
    '1.234',
    '1e3',
    '+1',
    '--1',
    '1,000',
    'NaN',
    'Infinity',
    '12345678901234567',
    '１',
    '1\n',
  ])('are never made of %j', (text) => expect(() => toHundredths(text)).toThrow(RangeError));

  it('add up as integers do, where floating point would not', () => {
    const sum = ['0.10', '0.20', '9999999999999999.99'].map(toHundredths).reduce((a, b) => a + b);
    expect(fromHundredths(sum)).toBe('10000000000000000.29');
  });
});

describe('showing an amount', () => {
  const plain = (text: string): string => text.replaceAll(/\s/g, ' ');

  it('follows the currency’s decimals and the person’s language', () => {
    expect(plain(formatMoney('85000000.00', 'VND', 'vi'))).toBe('85.000.000 ₫');
    expect(plain(formatMoney('1234.50', 'USD', 'en'))).toBe('$1,234.50');
  });

  it('loses no digit of a large amount', () => {
    expect(formatMoney('9999999999999999.99', 'USD', 'en')).toBe('$9,999,999,999,999,999.99');
  });
});
