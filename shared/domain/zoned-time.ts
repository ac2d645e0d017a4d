/*
 * Wall clocks of a time zone. An organization says in which zone its days begin, whatever the zone of a machine.
 */

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  let clock = clocks.get(timeZone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    clocks.set(timeZone, clock);
  }
  return clock;
}

/** What the clocks of a zone show at an instant, to the second, as the milliseconds that the same reading has in UTC. */
export function wallClock(instant: Date, timeZone: string): number {
  const parts = new Map(clockOf(timeZone).formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

const DAY_MS = 86_400_000;

/** The instant at which a date (`2025-01-27`) begins in a zone. */
export function startOfDay(date: string, timeZone: string): Date {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  let instant = midnight;
  // The second round counts where the clocks are set between the first guess and the midnight that was meant.
  for (let round = 0; round < 2; round += 1) instant += midnight - wallClock(new Date(instant), timeZone);
  return new Date(instant);
}

/** The date after a date. */
export const nextDate = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
