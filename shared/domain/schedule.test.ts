import { describe, expect, it } from 'vitest';
import { dayNumber, dayOf, daysLeft, outlookOf, stepDues } from './schedule.ts';

const step = (id: string, sub_stage_order: number, estimated_duration_hours: number | null) => ({
  id,
  sub_stage_order,
  estimated_duration_hours,
});

describe('the estimate of a step', () => {
  it('counts from the entry into the stage, over the steps before it', () => {
    const dues = stepDues([step('b', 2, 6), step('a', 1, 8), step('c', 3, 4)], '2026-03-01 08:00:00.5+00');
    expect(Object.fromEntries(dues)).toEqual({
      a: '2026-03-01 16:00:00.5+00',
      b: '2026-03-01 22:00:00.5+00',
      c: '2026-03-02 02:00:00.5+00',
    });
  });

  it('is missing where the workflow gives none, and adds nothing to those behind it', () => {
    const dues = stepDues([step('a', 1, null), step('b', 2, 2)], '2026-03-01 08:00:00+00');
    expect([...dues]).toEqual([['b', '2026-03-01 10:00:00+00']]);
  });
});

const stages = [
  { id: 'one', stage_order: 1, estimated_duration_days: 3 },
  { id: 'two', stage_order: 2, estimated_duration_days: 4 },
  { id: 'three', stage_order: 3, estimated_duration_days: null },
];

describe('the outlook of a project', () => {
  const outlook = (due: string, entered: string, more: { status?: string; current_stage_id?: string } = {}) =>
    outlookOf({ status: 'active', current_stage_id: 'one', estimated_delivery_date: due, ...more }, stages, entered, '2026-03-10');

  it('counts what remains of the present stage and the stages behind it', () => {
    expect(daysLeft(stages, 'one', '2026-03-09', '2026-03-10')).toBe(6);
    expect(daysLeft(stages, 'one', '2026-01-01', '2026-03-10')).toBe(4);
    expect(daysLeft(stages, 'three', '2026-03-09', '2026-03-10')).toBe(0);
    expect(daysLeft(stages, 'gone', '2026-03-09', '2026-03-10')).toBe(0);
  });

  it('is at risk where fewer days are left than the estimates ask for', () => {
    expect(outlook('2026-03-15', '2026-03-09')).toBe('at_risk');
    expect(outlook('2026-03-16', '2026-03-09')).toBe('on_time');
    expect(outlook('2026-03-14', '2026-01-01')).toBe('on_time');
  });

  it('is overdue from the day after, and never once the project is over', () => {
    expect(outlook('2026-03-10', '2026-01-01', { current_stage_id: 'three' })).toBe('on_time');
    expect(outlook('2026-03-09', '2026-01-01')).toBe('overdue');
    expect(outlook('2026-03-09', '2026-01-01', { status: 'cancelled' })).toBe('done');
  });

  it('reckons in days that know no summer time', () => {
    expect(dayOf(dayNumber('2024-02-28') + 2)).toBe('2024-03-01');
  });
});
