import { expect, it } from 'vitest';
import { readDate } from './date-input.ts';

it.each([
  ['27/01/2026', '2026-01-27'],
  ['7.1.26', '2026-01-07'],
  [' 2026-01-27 ', '2026-01-27'],
  ['15/12', '2025-12-15'],
  ['15/3', '2026-03-15'],
  ['29/2/2028', '2028-02-29'],
])('%s is read as %s', (written, date) => {
  expect(readDate(written, '2025-06-01')).toBe(date);
});

it.each(['', '31/02/2026', '13/13/2026', 'mai', '1/1/0026', '1234567'])('%s is no date', (written) => {
  expect(readDate(written, '2025-06-01')).toBeNull();
});
