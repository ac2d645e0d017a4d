import { contactTypes, type ContactType } from '../../../shared/api/contacts.ts';
import { mayAccess } from '../../../shared/domain/access-rules.ts';
import type { Role } from '../../../shared/domain/roles.ts';

/** The kinds of contacts that a role creates and changes. */
export const creatableTypes = (role: Role): ContactType[] =>
  contactTypes.filter((contactType) => mayAccess(role, 'insert', 'contacts', { contactType }));
