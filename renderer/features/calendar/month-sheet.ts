import { dayNumber, dayOf } from '../../../shared/domain/schedule.ts';

/*
 * A sheet of a calendar: whole weeks from Monday on that hold a month. Days are `2025-01-27`, months `2025-01`.
 */

/** 1970-01-01 was a Thursday. */
const weekday = (number: number): number => (((number + 3) % 7) + 7) % 7;

export const monthOf = (day: string): string => day.slice(0, 7);

export function shiftMonth(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}

/** The same day of another month, or the last one where that month is shorter. */
export function dayInMonth(day: string, by: number): string {
  const first = dayNumber(`${shiftMonth(monthOf(day), by)}-01`);
  const length = dayNumber(`${shiftMonth(monthOf(day), by + 1)}-01`) - first;
  return dayOf(first + Math.min(Number(day.slice(8)), length) - 1);
}

export function weeksOf(month: string): string[][] {
  const first = dayNumber(`${month}-01`);
  const last = dayNumber(`${shiftMonth(month, 1)}-01`) - 1;
  const weeks: string[][] = [];
  for (let monday = first - weekday(first); monday <= last; monday += 7) {
    weeks.push(Array.from({ length: 7 }, (_, index) => dayOf(monday + index)));
  }
  return weeks;
}

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** How many days an arrow key goes; null for other keys. */
export const daysOf = (key: string): number | null => steps[key] ?? null;

/** The day to which a key leads from a day; null where the key leads nowhere. */
export function dayAfterKey(day: string, key: string): string | null {
  const number = dayNumber(day);
  switch (key) {
    case 'Home':
      return dayOf(number - weekday(number));
    case 'End':
      return dayOf(number - weekday(number) + 6);
    case 'PageUp':
      return dayInMonth(day, -1);
    case 'PageDown':
      return dayInMonth(day, 1);
    default: {
      const days = daysOf(key);
      return days === null ? null : dayOf(number + days);
    }
  }
}
