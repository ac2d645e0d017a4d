import type { PersonRow, PersonStatus } from '../../../shared/api/people.ts';
import type { Role } from '../../../shared/domain/roles.ts';
import { foldText } from '../../../shared/domain/fold-text.ts';

export interface PeopleFilters {
  search: string;
  role: Role | null;
  status: PersonStatus | null;
}

export const noFilters: PeopleFilters = { search: '', role: null, status: null };

/** Every word of the search stands somewhere in what a person is known by; marks and case do not count. */
export function matchingPeople(people: readonly PersonRow[], { search, role, status }: PeopleFilters): PersonRow[] {
  const words = foldText(search).split(/\s+/).filter(Boolean);
  return people.filter((person) => {
    if ((role !== null && person.role !== role) || (status !== null && person.status !== status)) return false;
    const { name, email, department, employee_id, phone, contact_name } = person;
    const known = foldText([name, email, department, employee_id, phone, contact_name].join(' '));
    return words.every((word) => known.includes(word));
  });
}
