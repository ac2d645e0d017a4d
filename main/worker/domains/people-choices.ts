import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { CustomerChoice, PersonChoice } from '../../../shared/api/project-page.ts';
import { foldText } from '../../../shared/domain/fold-text.ts';
import { internalRoles, type Role } from '../../../shared/domain/roles.ts';
import { contacts, users } from '../../../db/replica/schema.ts';
import type { Replica } from '../replica/database.ts';

/** SQLite orders by code points, which puts Đ behind Z. */
const collator = new Intl.Collator('vi');

const working = and(eq(users.status, 'active'), inArray(users.role, [...internalRoles]));

/** Staff who are here to be given work. */
export const readPeopleChoices = ({ db }: Replica): PersonChoice[] =>
  db
    .select({ id: users.id, name: users.name, role: users.role })
    .from(users)
    .where(working)
    .all()
    .map((row) => ({ ...row, role: row.role as Role }))
    .toSorted((one, other) => collator.compare(one.name, other.name));

export const mayBeGivenWork = ({ db }: Replica, id: string): boolean =>
  db.select({ id: users.id }).from(users).where(and(eq(users.id, id), working)).get() !== undefined;

const MOST = 30;

/** Customers in use whose name has every word of the search, whatever the diacritics. */
export function readCustomerChoices({ db }: Replica, search: string): CustomerChoice[] {
  const words = foldText(search).split(/\s+/).filter(Boolean);
  return db
    .select({ id: contacts.id, company_name: contacts.company_name, city: contacts.city })
    .from(contacts)
    .where(and(inArray(contacts.type, ['customer', 'partner']), eq(contacts.is_active, true), isNull(contacts.merged_into_id)))
    .all()
    .filter(({ company_name }) => {
      const name = foldText(company_name);
      return words.every((word) => name.includes(word));
    })
    .toSorted((one, other) => collator.compare(one.company_name, other.company_name))
    .slice(0, MOST);
}
