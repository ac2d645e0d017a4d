import type { ContactType, Likeness } from '../../../shared/api/contacts.ts';
import { emailKey, nameKey, phoneKey, taxKey } from '../../../shared/domain/contact-keys.ts';
import { foldText } from '../../../shared/domain/fold-text.ts';
import { takingTurns } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { OpenSession } from '../session.ts';

/*
 * The contacts in memory, by what people look for: SQLite neither folds Vietnamese nor knows a company by its keys. Read
 * when it is first asked for, and again after contacts changed.
 */

export interface IndexedContact {
  id: string;
  type: ContactType;
  is_active: boolean;
  merged_into: string | null;
  /** Folded, for order. */
  name: string;
  city: string;
  updated_at: string;
  /** All that a search looks through, folded. */
  text: string;
  keys: Readonly<Record<Likeness, string | null>>;
}

export interface ContactIndex {
  /** By folded name. */
  contacts: readonly IndexedContact[];
  byId: ReadonlyMap<string, IndexedContact>;
  /** Those that are not merged, by each of their keys. */
  byKey: Readonly<Record<Likeness, ReadonlyMap<string, readonly IndexedContact[]>>>;
}

interface StoredRow {
  id: string;
  type: ContactType;
  is_active: number;
  merged_into_id: string | null;
  company_name: string;
  contact_name: string | null;
  email: string | null;
  phone: string | null;
  tax_id: string | null;
  city: string | null;
  updated_at: string;
}

const PART = 2_000;

const part = `select id, type, is_active, merged_into_id, company_name, contact_name, email, phone, tax_id, city, updated_at
  from contacts where id > ? order by id limit ${PART}`;

const known = new WeakMap<OpenSession, { index: Promise<ContactIndex> | null }>();

export function contactIndex(session: OpenSession): Promise<ContactIndex> {
  const kept = keptOf(session);
  if (kept.index) return kept.index;
  const reading = readIndex(session);
  kept.index = reading;
  // What could not be read is read again when it is asked for again.
  reading.catch(() => {
    if (kept.index === reading) kept.index = null;
  });
  return reading;
}

function keptOf(session: OpenSession): { index: Promise<ContactIndex> | null } {
  let kept = known.get(session);
  if (!kept) {
    const fresh: { index: Promise<ContactIndex> | null } = { index: null };
    session.changes.subscribe((tables) => {
      if (tables.includes('contacts')) fresh.index = null;
    });
    known.set(session, (kept = fresh));
  }
  return kept;
}

export const keysOf = (facts: {
  company_name: string;
  email?: string | null;
  phone?: string | null;
  tax_id?: string | null;
}): Record<Likeness, string | null> => ({
  tax_id: facts.tax_id ? taxKey(facts.tax_id) : null,
  email: facts.email ? emailKey(facts.email) : null,
  phone: facts.phone ? phoneKey(facts.phone) : null,
  name: nameKey(facts.company_name),
});

async function readIndex({ replica }: OpenSession): Promise<ContactIndex> {
  const turn = takingTurns();
  const contacts: IndexedContact[] = [];
  for (let after = ''; ; ) {
    const rows = prepared(replica.read, part).all(after) as StoredRow[];
    for (const row of rows) {
      contacts.push(indexed(row));
      await turn();
    }
    if (rows.length < PART) break;
    after = rows.at(-1)?.id ?? after;
  }
  contacts.sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : one.id < other.id ? -1 : 1));
  const byKey = { tax_id: new Map(), email: new Map(), phone: new Map(), name: new Map() } as Record<
    Likeness,
    Map<string, IndexedContact[]>
  >;
  for (const contact of contacts) {
    if (contact.merged_into !== null) continue;
    for (const [by, key] of Object.entries(contact.keys) as [Likeness, string | null][]) {
      if (key === null) continue;
      const same = byKey[by].get(key);
      if (same) same.push(contact);
      else byKey[by].set(key, [contact]);
    }
    await turn();
  }
  return { contacts, byId: new Map(contacts.map((contact) => [contact.id, contact])), byKey };
}

function indexed(row: StoredRow): IndexedContact {
  const { company_name, contact_name, email, phone, tax_id, city } = row;
  const name = foldText(company_name);
  return {
    id: row.id,
    type: row.type,
    is_active: row.is_active === 1,
    merged_into: row.merged_into_id,
    name,
    city: foldText(city ?? ''),
    updated_at: row.updated_at,
    text: foldText([company_name, contact_name, email, phone, phone?.replace(/\D/g, ''), tax_id, city].filter(Boolean).join('\n')),
    keys: keysOf(row),
  };
}

/** Every word has to be found somewhere. */
export function matches(search: string): (contact: IndexedContact) => boolean {
  const words = foldText(search).split(/\s+/).filter(Boolean);
  return ({ text }) => words.every((word) => text.includes(word));
}

/** Contacts with one of these keys, those that share most first. */
export function likeKeys(
  { byKey }: ContactIndex,
  keys: Readonly<Record<Likeness, string | null>>,
  except: string | null = null,
): { contact: IndexedContact; by: Likeness[] }[] {
  const found = new Map<string, { contact: IndexedContact; by: Likeness[] }>();
  for (const [by, key] of Object.entries(keys) as [Likeness, string | null][]) {
    for (const contact of (key !== null && byKey[by].get(key)) || []) {
      if (contact.id === except) continue;
      const one = found.get(contact.id) ?? { contact, by: [] };
      one.by.push(by);
      found.set(contact.id, one);
    }
  }
  return [...found.values()].sort((one, other) => other.by.length - one.by.length);
}
