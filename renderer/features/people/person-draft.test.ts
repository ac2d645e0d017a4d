import { describe, expect, it } from 'vitest';
import type { PersonRow } from '../../../shared/api/people.ts';
import { draftOf, draftProblems, emptyDraft, toFacts, toPatch, withRole } from './person-draft.ts';

const person: PersonRow = {
  id: '1',
  name: 'Lê Hòa',
  email: 'hoa@thep.vn',
  role: 'supplier',
  status: 'active',
  department: null,
  phone: '0901',
  employee_id: null,
  direct_manager_id: null,
  direct_manager_name: null,
  contact_id: 'thep',
  contact_name: 'Thép Việt',
  last_login_at: null,
};

describe('the facts of a person', () => {
  it('are sent only where they differ', () => {
    expect(toPatch(person, draftOf(person))).toEqual({});
    expect(toPatch(person, { ...draftOf(person), name: ' Lê Hòa ', phone: ' ', department: 'Kho' })).toEqual({ phone: null, department: 'Kho' });
  });

  it('lose the company with a role that has another, or none', () => {
    expect(toPatch(person, withRole(draftOf(person), 'qa'))).toEqual({ role: 'qa', contact_id: null });
    expect(withRole(draftOf(person), 'supplier').contact_id).toBe('thep');
  });

  it('have empty fields as nothing', () => {
    expect(toFacts({ ...emptyDraft, name: 'A', email: 'a@b.vn' })).toMatchObject({ department: null, phone: null, employee_id: null });
  });

  it.each([
    [{}, {}],
    [{ name: '  ' }, { name: 'required' }],
    [{ email: '' }, { email: 'required' }],
    [{ email: 'a b@c.vn' }, { email: 'emailInvalid' }],
    [{ email: 'a@c' }, { email: 'emailInvalid' }],
    [{ contact_id: null }, { contact_id: 'contactRequired' }],
    [{ role: 'qa' as const, contact_id: null }, {}],
  ])('with %j have these problems: %j', (change, problems) => {
    expect(draftProblems({ ...draftOf(person), ...change })).toEqual(problems);
  });
});
