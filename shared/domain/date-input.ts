const DAY_FIRST = /^(\d{1,2})[/.\-\s](\d{1,2})(?:[/.\-\s](\d{4}|\d{2}))?$/;
const YEAR_FIRST = /^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})$/;

/**
 * The date that somebody wrote, as `2025-01-27`: day first, as both languages here write it, or year first; null where it is
 * no day of the calendar. Without a year it is the next such day.
 * @param today as `2025-01-27`
 */
export function readDate(written: string, today: string): string | null {
  const text = written.trim();
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst) return dayOf(Number(yearFirst[1]), Number(yearFirst[2]), Number(yearFirst[3]));
  const dayFirst = DAY_FIRST.exec(text);
  if (!dayFirst) return null;
  const [day, month] = [Number(dayFirst[1]), Number(dayFirst[2])];
  if (dayFirst[3]) return dayOf(dayFirst[3].length === 2 ? 2000 + Number(dayFirst[3]) : Number(dayFirst[3]), month, day);
  const thisYear = Number(today.slice(0, 4));
  const next = dayOf(thisYear, month, day);
  return next !== null && next < today ? dayOf(thisYear + 1, month, day) : next;
}

function dayOf(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= 1900 ? date.toISOString().slice(0, 10) : null;
}
