import { expect, it } from 'vitest';
import { endOfDay, lastDayBefore } from './link-expiry.ts';

it.each([
  ['2026-01-31', 'Asia/Ho_Chi_Minh', '2026-01-31T17:00:00.000Z'],
  ['2026-03-28', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
  ['2026-12-31', 'UTC', '2027-01-01T00:00:00.000Z'],
])('a link that holds until %s in %s ends with that day', (date, zone, end) => {
  expect(endOfDay(date, zone)).toBe(end);
  expect(lastDayBefore(end, zone)).toBe(date);
});

it('an imported end in the middle of a day is shown as that day', () => {
  expect(lastDayBefore('2026-01-31T03:00:00Z', 'Asia/Ho_Chi_Minh')).toBe('2026-01-31');
});
