import { describe, expect, it } from 'vitest';
import { readDay, refusalOf } from './editing.ts';

describe('editing in the table', () => {
  it('reads dates as people write them, and none that the calendar does not have', () => {
    for (const text of ['27/01/2025', '27.1.25', '27-01-2025', ' 2025-1-27 ']) expect(readDay(text), text).toBe('2025-01-27');
    for (const text of ['31/02/2025', '2025-13-01', '27/01', 'mai', '', '1/1/123']) expect(readDay(text), text).toBeNull();
  });

  it('says why a cell stays as it is', () => {
    expect(refusalOf({ can_edit: false, can_assign: false }, 'title')).toBe('EDIT_NOT_ALLOWED');
    expect(refusalOf({ can_edit: true, can_assign: false }, 'assigned_name')).toBe('ASSIGN_NOT_ALLOWED');
    expect(refusalOf({ can_edit: true, can_assign: false }, 'title')).toBeNull();
  });
});
