import { v7 as uuidv7 } from 'uuid';
import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { contactColumns, type contactPatch, type newContact } from '../../../shared/api/contacts.ts';
import { mayAccess } from '../../../shared/domain/access-rules.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { AppError } from '../../../shared/errors.ts';
import { contacts } from '../../../db/replica/schema.ts';
import type { Replica } from '../replica/database.ts';
import type { Mutation } from '../replica/write-path.ts';
import type { OpenSession } from '../session.ts';
import { newRow } from './project-changes.ts';
import { isReadOnly } from './read-only.ts';

/* What a person may do to a contact: the mutation of a command, or the reason why it may not be. */

export type StoredContact = typeof contacts.$inferSelect;
export type ContactFacts = z.output<typeof newContact>;
export type ContactEdit = z.output<typeof contactPatch>;

/** Fails with NOT_FOUND. */
export function readContact({ db }: Replica, id: string): StoredContact {
  const contact = db.select().from(contacts).where(eq(contacts.id, id)).get();
  if (!contact) throw new AppError('NOT_FOUND', `no contact ${id} in the replica`, { entity: 'contact' });
  return contact;
}

function demand(session: OpenSession, action: 'insert' | 'update', contactType: string): void {
  const { role } = session.current().person;
  if (!mayAccess(role, action, 'contacts', { contactType })) {
    throw new AppError('CONTACT_NOT_ALLOWED', `role ${role} may not ${action} a ${contactType}`, { type: contactType });
  }
}

export const mayEditContact = (session: OpenSession, contact: Pick<StoredContact, 'type' | 'merged_into_id'>): boolean =>
  !isReadOnly(session) && contact.merged_into_id === null && mayAccess(session.current().person.role, 'update', 'contacts', { contactType: contact.type });

/** Fails with CONTACT_NOT_ALLOWED. */
export function createContact(session: OpenSession, facts: ContactFacts, at = new Date()): Mutation {
  demand(session, 'insert', facts.type);
  const { person, organization } = session.current();
  const { currency = organization.default_currency } = facts;
  const set = Object.entries({ ...facts, currency }).filter(([, value]) => value !== null);
  return {
    table_name: 'contacts',
    row_id: uuidv7(),
    op: 'insert',
    patch: { ...Object.fromEntries(set), is_active: true },
    derived: {
      ...newRow(person.organization_id, formatTimestamp(at)),
      metadata: {},
      ai_category: {},
      ai_capabilities: [],
      created_by: person.id,
    },
  };
}

/** Fails with CONTACT_NOT_ALLOWED, or CONTACT_MERGED for one that another stands for. */
export function editContact(session: OpenSession, contact: StoredContact, patch: ContactEdit): Mutation {
  if (contact.merged_into_id !== null) throw new AppError('CONTACT_MERGED', `contact ${contact.id} was merged`);
  demand(session, 'update', contact.type);
  if (patch.type !== undefined) demand(session, 'update', patch.type);
  return {
    table_name: 'contacts',
    row_id: contact.id,
    op: 'update',
    patch,
    derived: { updated_at: formatTimestamp(new Date()) },
  };
}

/** Why two contacts may not be merged, as the centre decides it (`app.check_merge` in db/central/0019_screens.sql). */
export function refuseMerge(session: OpenSession, duplicate: StoredContact, stays: StoredContact): void {
  const refuse = (reason: 'same' | 'type' | 'merged') => {
    throw new AppError('MERGE_NOT_POSSIBLE', `contact ${duplicate.id} cannot be merged: ${reason}`, { reason });
  };
  if (duplicate.id === stays.id) refuse('same');
  if (duplicate.merged_into_id !== null || stays.merged_into_id !== null) refuse('merged');
  if (duplicate.type !== stays.type) refuse('type');
  demand(session, 'update', duplicate.type);
}

/** What carries the name of a contact, by kind. The centre changes the same (`app.follow_merge`). */
const followers = [
  { kind: 'projects', table: 'projects', column: 'customer_id' },
  { kind: 'requests', table: 'supplier_rfqs', column: 'supplier_id' },
  { kind: 'quotes', table: 'supplier_quotes', column: 'supplier_id' },
  { kind: 'orders', table: 'purchase_orders', column: 'supplier_id' },
  { kind: 'items', table: 'inventory_items', column: 'preferred_supplier_id' },
  { kind: 'people', table: 'users', column: 'contact_id' },
  { kind: 'merged', table: 'contacts', column: 'merged_into_id' },
] as const;

/** The rows that follow a contact into another, by kind. */
export const followersOf = ({ read }: Replica, id: string) =>
  followers.map((follower) => ({
    ...follower,
    ids: read.prepare(`select id from ${follower.table} where ${follower.column} = ?`).pluck().all(id) as string[],
  }));

export function mergeContact(session: OpenSession, duplicate: StoredContact, stays: StoredContact): Mutation {
  refuseMerge(session, duplicate, stays);
  return {
    table_name: 'contacts',
    row_id: duplicate.id,
    op: 'update',
    patch: { merged_into_id: stays.id },
    derived: { is_active: false, updated_at: formatTimestamp(new Date()) },
    effects: followersOf(session.replica, duplicate.id).flatMap(({ table, column, ids }) =>
      ids.map((row_id) => ({ table_name: table, row_id, op: 'update' as const, patch: { [column]: stays.id } })),
    ),
  };
}

/** The facts that only the first has. */
export const missingFacts = (duplicate: StoredContact, stays: StoredContact): { column: keyof StoredContact; value: string }[] =>
  contactColumns.flatMap((column) => {
    const value = duplicate[column];
    return value !== null && value !== '' && (stays[column] ?? '') === '' ? [{ column, value }] : [];
  });
