import { describe, expect, it } from 'vitest';
import { dueOf } from './due.ts';

const due = (estimated_delivery_date: string | null, status: 'active' | 'completed' | 'on_hold' = 'active') =>
  dueOf({ estimated_delivery_date, status }, '2025-03-01');

describe('the delivery date of a project', () => {
  it('is overdue from the day after', () => {
    expect(due('2025-02-28')).toMatchObject({ kind: 'overdue', days: 1 });
    expect(due('2025-03-01')).toMatchObject({ kind: 'today' });
    expect(due('2025-02-20', 'on_hold')).toMatchObject({ kind: 'overdue', days: 9 });
  });

  it('is near for three days', () => {
    expect(due('2025-03-04')).toMatchObject({ kind: 'soon', days: 3 });
    expect(due('2025-03-05')).toMatchObject({ kind: 'later', days: 4 });
  });

  it('cannot be overdue once the project is completed', () => {
    expect(due('2025-01-01', 'completed').kind).toBe('later');
  });

  it('may be missing', () => {
    expect(due(null)).toEqual({ kind: 'none' });
  });
});
