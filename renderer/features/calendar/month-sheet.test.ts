import { describe, expect, it } from 'vitest';
import { dayAfterKey, dayInMonth, shiftMonth, weeksOf } from './month-sheet.ts';

describe('a sheet of the calendar', () => {
  it('holds whole weeks from Monday on', () => {
    const weeks = weeksOf('2026-03');
    expect(weeks[0]).toEqual(['2026-02-23', '2026-02-24', '2026-02-25', '2026-02-26', '2026-02-27', '2026-02-28', '2026-03-01']);
    expect(weeks).toHaveLength(6);
    expect(weeksOf('2027-02')).toHaveLength(4);
  });

  it('is turned over the end of a year', () => {
    expect(shiftMonth('2026-12', 1)).toBe('2027-01');
    expect(shiftMonth('2026-01', -1)).toBe('2025-12');
  });

  it('is walked by keys, and a long month ends where a short one does', () => {
    expect(dayAfterKey('2026-03-01', 'ArrowLeft')).toBe('2026-02-28');
    expect(dayAfterKey('2026-03-01', 'ArrowDown')).toBe('2026-03-08');
    expect(dayAfterKey('2026-03-04', 'Home')).toBe('2026-03-02');
    expect(dayAfterKey('2026-03-04', 'End')).toBe('2026-03-08');
    expect(dayInMonth('2026-01-31', 1)).toBe('2026-02-28');
    expect(dayAfterKey('2026-03-04', 'x')).toBeNull();
  });
});
