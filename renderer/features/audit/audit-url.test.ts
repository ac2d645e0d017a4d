import { describe, expect, it } from 'vitest';
import { isFiltered, questionOf, readFilters, searchedShare, withFilters } from './audit-url.ts';

const read = (text: string) => readFilters(new URLSearchParams(text));
const person = '019a0000-0000-7000-8000-000000000001';

describe('the address of the audit log', () => {
  it('holds every filter, and gives it back', () => {
    const text = `from=2026-01-01&to=2026-01-31&person=${person}&kind=projects&action=UPDATE&project=${person}&q=thép`;
    expect(questionOf(read(text), '2026-03-01')).toEqual({
      from: '2026-01-01',
      to: '2026-01-31',
      user_id: person,
      entity_type: 'projects',
      action: 'UPDATE',
      project_id: person,
      search: 'thép',
    });
  });

  it('asks for nothing by what makes no sense', () => {
    for (const text of ['', 'from=gestern', 'from=2026-13-40', 'person=1%20or%201', 'period=always', 'period=toString', `q=${'x'.repeat(201)}`]) {
      expect(isFiltered(read(text)), text).toBe(false);
    }
  });

  it('counts a period back from today', () => {
    const from = (period: string) => questionOf(read(`period=${period}`), '2026-03-01').from;
    expect([from('today'), from('week'), from('month'), from('year')]).toEqual(['2026-03-01', '2026-02-23', '2026-01-31', '2025-03-02']);
  });

  it('holds a period or chosen days, never both', () => {
    const chosen = withFilters(new URLSearchParams('period=week&q=x'), { from: '2026-01-01' });
    expect(chosen.toString()).toBe('q=x&from=2026-01-01');
    expect(withFilters(chosen, { period: 'today' }).toString()).toBe('q=x&period=today');
    expect(withFilters(chosen, { from: null }).toString()).toBe('q=x');
  });

  it('tells how much of the asked time has been looked at', () => {
    const span = { newest: '2026-01-11 00:00:00+00', oldest: '2026-01-01 00:00:00+00' };
    const nothing = questionOf(read(''), '2026-01-11');
    expect(searchedShare(nothing, span, '2026-01-06 00:00:00+00')).toBe(0.5);
    expect(searchedShare({ ...nothing, from: '2026-01-06' }, span, '2026-01-06 00:00:00+00')).toBe(1);
    expect(searchedShare(nothing, { ...span, oldest: span.newest }, span.newest)).toBe(null);
  });
});
