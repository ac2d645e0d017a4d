import { nextDate, startOfDay, wallClock } from '../../../shared/domain/zoned-time.ts';

/** A link that holds until a day holds all of that day, in the organization's zone. */
export const endOfDay = (date: string, timeZone: string): string => startOfDay(nextDate(date), timeZone).toISOString();

/** The last day of which all, or a part, lies before the instant. */
export const lastDayBefore = (instant: string, timeZone: string): string =>
  new Date(wallClock(new Date(Date.parse(instant) - 1), timeZone)).toISOString().slice(0, 10);
