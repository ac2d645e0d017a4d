import type { PersonFacts, PersonPatch, PersonRow } from '../../../shared/api/people.ts';
import { isInternal, type Role } from '../../../shared/domain/roles.ts';

/** The facts of a person as they stand in the fields. */
export interface PersonDraft {
  name: string;
  email: string;
  role: Role;
  department: string;
  phone: string;
  employee_id: string;
  direct_manager_id: string | null;
  contact_id: string | null;
}

export const emptyDraft: PersonDraft = {
  name: '',
  email: '',
  role: 'sales',
  department: '',
  phone: '',
  employee_id: '',
  direct_manager_id: null,
  contact_id: null,
};

export const draftOf = (person: PersonRow): PersonDraft => ({
  name: person.name,
  email: person.email,
  role: person.role,
  department: person.department ?? '',
  phone: person.phone ?? '',
  employee_id: person.employee_id ?? '',
  direct_manager_id: person.direct_manager_id,
  contact_id: person.contact_id,
});

export type DraftProblem = 'required' | 'emailInvalid' | 'contactRequired';

/** What has to be put right before the centre is asked, by field. */
export function draftProblems({ name, email, role, contact_id }: PersonDraft): Partial<Record<keyof PersonDraft, DraftProblem>> {
  return {
    ...(name.trim() === '' ? { name: 'required' } : {}),
    ...(email.trim() === '' ? { email: 'required' } : /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim()) ? {} : { email: 'emailInvalid' }),
    ...(!isInternal(role) && contact_id === null ? { contact_id: 'contactRequired' } : {}),
  };
}

/** Staff are of no other company, and a company of the wrong kind falls away with the role. */
export const withRole = (draft: PersonDraft, role: Role): PersonDraft => ({
  ...draft,
  role,
  contact_id: role === draft.role ? draft.contact_id : null,
});

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

export const toFacts = (draft: PersonDraft): PersonFacts => ({
  ...draft,
  name: draft.name.trim(),
  email: draft.email.trim(),
  department: orNull(draft.department),
  phone: orNull(draft.phone),
  employee_id: orNull(draft.employee_id),
});

/** Only what differs: what somebody else changes meanwhile stays. */
export function toPatch(person: PersonRow, draft: PersonDraft): PersonPatch {
  const before = toFacts(draftOf(person));
  const after = toFacts(draft);
  const names = Object.keys(after) as (keyof PersonFacts)[];
  return Object.fromEntries(names.filter((name) => after[name] !== before[name]).map((name) => [name, after[name]]));
}
