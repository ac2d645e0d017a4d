import { expect, it } from 'vitest';
import { readAmount, readDecimal } from './decimal-input.ts';

it.each([
  ['85000000', '85000000'],
  ['85.000.000', '85000000'],
  ['85,000,000', '85000000'],
  ['85.000.000,50', '85000000.50'],
  ['85,000,000.5', '85000000.5'],
  ['1.250', '1250'],
  ['1,5', '1.5'],
  ['12.25', '12.25'],
  ['85 000 000 đ', '85000000'],
  ['85.000.000 VND', '85000000'],
  ['$1,200.00', '1200.00'],
  ['-5', '-5'],
  ['007', '7'],
])('%s is read as %s in either language', (written, decimal) => {
  expect(readDecimal(written)).toBe(decimal);
});

it.each(['', 'abc', '1.2.3', '12,', '1,23,456', '8.5.000,1', '1e9', 'NaN'])('%s is no number', (written) => {
  expect(readDecimal(written)).toBeNull();
});

it('an amount is in the form of its column, and neither negative nor finer or larger than that holds', () => {
  expect(readAmount('85.000.000')).toBe('85000000.00');
  expect(readAmount('1.234,5')).toBe('1234.50');
  for (const refused of ['-1', '1,2345', '12345678901234567']) expect(readAmount(refused)).toBeNull();
});
