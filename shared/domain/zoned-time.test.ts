import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDate, startOfDay, wallClock } from './zoned-time.ts';

const dateIn = (instant: Date, zone: string) => new Date(wallClock(instant, zone)).toISOString().slice(0, 10);

describe('a day of an organization', () => {
  it('begins at midnight of its zone, whatever the zone of the machine', () => {
    expect(startOfDay('2025-01-27', 'Asia/Ho_Chi_Minh').toISOString()).toBe('2025-01-26T17:00:00.000Z');
    expect(startOfDay('2025-01-27', 'America/New_York').toISOString()).toBe('2025-01-27T05:00:00.000Z');
    expect(startOfDay('2025-01-27', 'UTC').toISOString()).toBe('2025-01-27T00:00:00.000Z');
  });

  it('begins right on the days on which clocks are set', () => {
    expect(startOfDay('2025-03-30', 'Europe/Berlin').toISOString()).toBe('2025-03-29T23:00:00.000Z');
    expect(startOfDay('2025-03-31', 'Europe/Berlin').toISOString()).toBe('2025-03-30T22:00:00.000Z');
    expect(startOfDay('2025-10-27', 'Europe/Berlin').toISOString()).toBe('2025-10-26T23:00:00.000Z');
  });

  it('holds every instant of it and none of the day before', () => {
    const dates = fc.date({ min: new Date('1980-01-01'), max: new Date('2060-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, fc.constantFrom('Asia/Ho_Chi_Minh', 'Europe/Berlin', 'UTC', 'Asia/Kolkata'), (day, zone) => {
        const date = day.toISOString().slice(0, 10);
        const start = startOfDay(date, zone);
        expect(dateIn(start, zone)).toBe(date);
        expect(dateIn(new Date(start.getTime() - 1_000), zone) < date).toBe(true);
        expect(dateIn(new Date(startOfDay(nextDate(date), zone).getTime() - 1_000), zone)).toBe(date);
      }),
    );
  });
});
