import type { Language } from '../../shared/api/app.ts';
import { formatMoney } from '../../shared/domain/money.ts';
import { parseTimestamp } from '../../shared/domain/timestamps.ts';

const locales: Record<Language, string> = { vi: 'vi-VN', en: 'en-GB' };

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTH = 30 * DAY;
const YEAR = 365 * DAY;

const relativeUnits = [
  [YEAR, 'year'],
  [MONTH, 'month'],
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
] as const;

const durationUnits = [
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
] as const;

const countdownUnits = [...durationUnits, [1, 'second']] as const;

export interface Formatter {
  number(value: number): string;
  percent(ratio: number): string;
  money(amount: string, currency: string): string;
  /** Decimal text with all its digits but trailing zeros. */
  decimal(value: string): string;
  /** A date without a time, `2025-01-27`. */
  date(date: string): string;
  /** A timestamp of the replica, shown in the organization's zone. */
  dateTime(timestamp: string): string;
  /** The same to the second. */
  exactTime(timestamp: string): string;
  /** How long before or after `now` a timestamp lies, in its largest unit. */
  relative(timestamp: string, now: Date): string;
  /** A span ahead of now, e.g. until the next attempt. */
  inMilliseconds(ms: number): string;
  /** How long something took: seconds, from a minute on as `duration`. */
  span(ms: number): string;
  /** What remains of a wait, to the second: `4 minutes 32 seconds`. */
  countdown(ms: number): string;
  /** Up to two units: `2 days 3 hours`. */
  duration(seconds: number): string;
  list(items: readonly string[]): string;
  /** The present date in the organization's zone, `2025-01-27`. */
  today(now: Date): string;
}

/** Each part of Intl takes a millisecond to make, and a screen needs few of them. */
function lazy<T>(make: () => T): () => T {
  let made: T | null = null;
  return () => (made ??= make());
}

export function createFormatter(language: Language, timeZone: string): Formatter {
  const locale = locales[language];
  const numbers = lazy(() => new Intl.NumberFormat(locale));
  const decimals = lazy(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 20 }));
  const percents = lazy(() => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }));
  const dates = lazy(() => new Intl.DateTimeFormat(locale, { timeZone: 'UTC', day: '2-digit', month: '2-digit', year: 'numeric' }));
  const toTheMinute = { timeZone, day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit' } as const;
  const times = lazy(() => new Intl.DateTimeFormat(locale, toTheMinute));
  const exactTimes = lazy(() => new Intl.DateTimeFormat(locale, { ...toTheMinute, second: '2-digit' }));
  const named = lazy(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
  const counted = lazy(() => new Intl.RelativeTimeFormat(locale, { numeric: 'always' }));
  const lists = lazy(() => new Intl.ListFormat(locale, { type: 'conjunction' }));
  const isoDates = lazy(() => new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }));

  const relativeSeconds = (seconds: number): string => {
    for (const [size, unit] of relativeUnits) {
      if (Math.abs(seconds) >= size) return counted().format(Math.trunc(seconds / size), unit);
    }
    return counted().format(Math.trunc(seconds), 'second');
  };

  /** Midnights between two times where the factory stands: the day before is yesterday, however late it was then. */
  const daysFrom = (now: Date, then: Date): number => (Date.parse(isoDates().format(then)) - Date.parse(isoDates().format(now))) / (DAY * 1000);

  /** Vietnamese begins some of these with a capital, which would stand in the middle of a line. */
  const byName = (value: number, unit: 'day' | 'second'): string => {
    const text = named().format(value, unit);
    return text.charAt(0).toLocaleLowerCase(locale) + text.slice(1);
  };

  const inUnit = (value: number, unit: string): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);

  const inUnits = (units: readonly (readonly [size: number, unit: string])[], seconds: number): string => {
    const parts: string[] = [];
    let rest = Math.max(0, Math.floor(seconds));
    for (const [size, unit] of units) {
      const count = Math.floor(rest / size);
      rest -= count * size;
      if (count > 0 && parts.length < 2) parts.push(inUnit(count, unit));
    }
    return parts.length > 0 ? parts.join(' ') : inUnit(0, units.at(-1)?.[1] ?? 'minute');
  };
  const duration = (seconds: number): string => inUnits(durationUnits, seconds);

  return {
    number: (value) => numbers().format(value),
    percent: (ratio) => percents().format(ratio),
    money: (amount, currency) => formatMoney(amount, currency, locale),
    decimal: (value) => decimals().format(value as `${number}`),
    date: (date) => dates().format(new Date(`${date}T00:00:00Z`)),
    dateTime: (timestamp) => times().format(parseTimestamp(timestamp)),
    exactTime: (timestamp) => exactTimes().format(parseTimestamp(timestamp)),
    relative: (timestamp, now) => {
      const then = parseTimestamp(timestamp);
      const seconds = (then.getTime() - now.getTime()) / 1000;
      // The seconds of a clock that ticks once a minute would be wrong most of the time.
      if (Math.abs(seconds) < MINUTE) return byName(0, 'second');
      return Math.abs(seconds) >= DAY && Math.abs(seconds) < MONTH ? byName(daysFrom(now, then), 'day') : relativeSeconds(seconds);
    },
    inMilliseconds: (ms) => relativeSeconds(Math.max(1, Math.round(ms / 1000))),
    span: (ms) => (ms < MINUTE * 1000 ? inUnit(Math.round(ms / 1000), 'second') : duration(ms / 1000)),
    countdown: (ms) => inUnits(countdownUnits, Math.ceil(ms / 1000)),
    duration,
    list: (items) => lists().format(items),
    today: (now) => isoDates().format(now),
  };
}
