import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import {
  contactColumns,
  type ContactChoice,
  type ContactPage,
  type contactsApi,
  type ContactRow,
  type ContactType,
  type MergedKind,
  type PossibleDuplicate,
  type RelatedRow,
} from '../../../shared/api/contacts.ts';
import type { ParsedInput } from '../../../shared/api/index.ts';
import type { Page } from '../../../shared/api/sync.ts';
import { mayReadAudit } from '../../../shared/domain/roles.ts';
import { foldText } from '../../../shared/domain/fold-text.ts';
import {
  attention,
  contacts,
  projects,
  purchaseOrders,
  supplierRfqs,
  users,
  workflowStages,
} from '../../../db/replica/schema.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { OpenSession } from '../session.ts';
import { describeAttention } from './attention.ts';
import { readActivityOf } from './record-activity.ts';
import {
  createContact,
  editContact,
  followersOf,
  mayEditContact,
  mergeContact,
  missingFacts,
  readContact,
  refuseMerge,
  type StoredContact,
} from './contact-commands.ts';
import { latestOf } from './customer-projects.ts';
import { contactIndex, keysOf, likeKeys, matches, type ContactIndex, type IndexedContact } from './contact-index.ts';
import type { Handlers } from './context.ts';

/** So many rows of each kind are on a contact's page. */
const SHOWN = 50;

export const contactHandlers: Handlers<keyof typeof contactsApi> = {
  'contacts.list': async (session, input) => {
    const ids = listed(await contactIndex(session), input);
    return { rows: readRows(session.replica, ids.slice(input.offset, input.offset + input.limit)), total: ids.length };
  },

  'contacts.find': async (session, { search, types, limit }) => {
    const found = await contactIndex(session);
    const fits = matches(search);
    const of = new Set(types);
    const start = foldText(search.trim());
    const hits = found.contacts.filter(
      (contact) => contact.is_active && contact.merged_into === null && of.has(contact.type) && fits(contact),
    );
    // What begins with the text comes first; within either part the names are in order already.
    const [begin, rest] = [hits.filter(({ name }) => name.startsWith(start)), hits.filter(({ name }) => !name.startsWith(start))];
    return readChoices(session.replica, [...begin, ...rest].slice(0, limit).map(({ id }) => id));
  },

  'contacts.like': async (session, facts) => possibleDuplicates(session, await contactIndex(session), keysOf(facts), null),

  'contacts.get': async (session, { id }) => readContactPage(session, await contactIndex(session), readContact(session.replica, id)),

  'contacts.create': (session, facts) => {
    const mutation = createContact(session, facts);
    session.accept([mutation]);
    return { id: mutation.row_id };
  },

  'contacts.update': (session, { id, patch }) => {
    session.accept([editContact(session, readContact(session.replica, id), patch)]);
    return null;
  },

  'contacts.mergePreview': (session, { id, into_id }) => {
    const { replica } = session;
    const [duplicate, stays] = [readContact(replica, id), readContact(replica, into_id)];
    refuseMerge(session, duplicate, stays);
    const counts = followersOf(replica, id).map(({ kind, ids }) => [kind, ids.length]);
    return {
      duplicate: choiceOf(duplicate),
      stays: choiceOf(stays),
      follow: Object.fromEntries(counts) as Record<MergedKind, number>,
      missing: missingFacts(duplicate, stays),
      differing: contactColumns.flatMap((column) => {
        const [kept, lost] = [stays[column] ?? '', duplicate[column] ?? ''];
        return kept !== '' && lost !== '' && kept !== lost ? [{ column, kept, lost }] : [];
      }),
    };
  },

  'contacts.merge': (session, { id, into_id, take_missing }) => {
    const { replica } = session;
    const [duplicate, stays] = [readContact(replica, id), readContact(replica, into_id)];
    const merge = mergeContact(session, duplicate, stays);
    const taken = take_missing ? missingFacts(duplicate, stays) : [];
    const facts = Object.fromEntries(taken.map(({ column, value }) => [column, value]));
    session.accept([...(taken.length > 0 ? [editContact(session, stays, facts)] : []), merge]);
    return null;
  },
};

function listed(index: ContactIndex, input: ParsedInput<'contacts.list'>): string[] {
  const fits = matches(input.search);
  const states: Record<typeof input.state, (contact: IndexedContact) => boolean> = {
    active: ({ is_active }) => is_active,
    inactive: ({ is_active }) => !is_active,
    duplicates: (contact) => contact.merged_into === null && likeKeys(index, contact.keys, contact.id).length > 0,
    all: () => true,
  };
  const inState = states[input.state];
  const found = index.contacts.filter(
    (contact) => (input.type === null || contact.type === input.type) && fits(contact) && inState(contact),
  );
  if (input.sort !== 'company_name') {
    const { sort } = input;
    // Rows without a value come last either way.
    found.sort((one, other) => {
      const [a, b] = [one[sort], other[sort]];
      if (a === b) return 0;
      if (a === '') return 1;
      if (b === '') return -1;
      return a < b === input.descending ? 1 : -1;
    });
  } else if (input.descending) found.reverse();
  return found.map(({ id }) => id);
}

const choice = {
  id: contacts.id,
  type: contacts.type,
  company_name: contacts.company_name,
  contact_name: contacts.contact_name,
  email: contacts.email,
  phone: contacts.phone,
  tax_id: contacts.tax_id,
  city: contacts.city,
  is_active: contacts.is_active,
};

function inOrder<Row extends { id: string }>(rows: readonly Row[], ids: readonly string[]): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function readChoices({ db }: Replica, ids: readonly string[]): ContactChoice[] {
  const rows = db.select(choice).from(contacts).where(inArray(contacts.id, [...ids])).all();
  return inOrder(rows.map((row) => ({ ...row, type: row.type as ContactType })), ids);
}

const choiceOf = ({ id, type, company_name, contact_name, email, phone, tax_id, city, is_active }: StoredContact): ContactChoice => ({
  id,
  type: type as ContactType,
  company_name,
  contact_name,
  email,
  phone,
  tax_id,
  city,
  is_active,
});

function readRows({ db }: Replica, ids: readonly string[]): ContactRow[] {
  const rows = db
    .select({
      ...choice,
      updated_at: contacts.updated_at,
      projects: sql<number>`(select count(*) from projects p where p.customer_id = contacts.id)`,
      requests: sql<number>`(select count(*) from supplier_rfqs r where r.supplier_id = contacts.id)`,
      orders: sql<number>`(select count(*) from purchase_orders o where o.supplier_id = contacts.id)`,
      pending: sql<number>`exists (select 1 from outbox x where x.table_name = 'contacts' and x.row_id = contacts.id and x.state <> 'acknowledged')`,
      refused: sql<number>`exists (select 1 from attention a where a.table_name = 'contacts' and a.row_id = contacts.id)`,
    })
    .from(contacts)
    .where(inArray(contacts.id, [...ids]))
    .all();
  return inOrder(rows, ids).map(({ requests, orders, ...row }) => ({
    ...row,
    type: row.type as ContactType,
    purchases: requests + orders,
    pending: row.pending === 1,
    refused: row.refused === 1,
  }));
}

function possibleDuplicates(
  { replica }: OpenSession,
  index: ContactIndex,
  keys: IndexedContact['keys'],
  except: string | null,
): PossibleDuplicate[] {
  const like = likeKeys(index, keys, except).slice(0, 8);
  const reasons = new Map(like.map(({ contact, by }) => [contact.id, by]));
  return readChoices(replica, like.map(({ contact }) => contact.id)).map((found) => ({ ...found, by: reasons.get(found.id) ?? [] }));
}

function readContactPage(session: OpenSession, index: ContactIndex, stored: StoredContact): ContactPage {
  const { replica } = session;
  const { db } = replica;
  const { id } = stored;
  const nameOf = (contact: string) =>
    db.select({ id: contacts.id, company_name: contacts.company_name }).from(contacts).where(eq(contacts.id, contact)).get();
  const author = stored.created_by === null ? undefined : db.select({ name: users.name }).from(users).where(eq(users.id, stored.created_by)).get();
  const { organization_id: _, sync_xid, metadata, ai_category, ai_capabilities, ai_risk_score, ai_last_analyzed, created_by, merged_into_id, ...facts } = stored;
  return {
    contact: { ...facts, type: stored.type as ContactType, created_by_name: author?.name ?? null },
    merged_into: merged_into_id === null ? null : (nameOf(merged_into_id) ?? null),
    merged: index.contacts.filter(({ merged_into }) => merged_into === id).flatMap((one) => nameOf(one.id) ?? []),
    may_edit: mayEditContact(session, stored),
    pending_columns: pendingColumns(replica, id),
    attention: db
      .select()
      .from(attention)
      .where(and(eq(attention.table_name, 'contacts'), eq(attention.row_id, id)))
      .orderBy(desc(attention.refused_at))
      .all()
      .map((item) => describeAttention(session, item)),
    duplicates: merged_into_id === null ? possibleDuplicates(session, index, keysOf(stored), id) : [],
    projects: readProjects(replica, id),
    requests: readRequests(replica, id),
    orders: readOrders(replica, id),
    people: db.select({ id: users.id, name: users.name, email: users.email }).from(users).where(eq(users.contact_id, id)).all(),
    activity: mayReadAudit(session.current().person.role) ? readActivityOf(replica, 'contacts', id) : null,
  };
}

/** Columns of the contact's own row that an unconfirmed change touches. */
function pendingColumns({ read }: Replica, id: string): string[] {
  const patches = prepared(
    read,
    `select e.patch from outbox_effects e join outbox o on o.seq = e.seq
      where e.table_name = 'contacts' and e.row_id = ? and o.state <> 'acknowledged'`,
  )
    .pluck()
    .all(id) as string[];
  return [...new Set(patches.flatMap((patch) => Object.keys(JSON.parse(patch) as object)))].filter((column) => column !== 'updated_at');
}

const pageOf = <Row extends RelatedRow>(rows: Row[], total: number | undefined): Page<Row> => ({ rows, total: total ?? rows.length });

function readProjects({ db }: Replica, id: string): ContactPage['projects'] {
  const where = eq(projects.customer_id, id);
  const rows = db
    .select({
      id: projects.id,
      code: projects.project_id,
      title: projects.title,
      status: projects.status,
      date: projects.estimated_delivery_date,
      amount: projects.estimated_value,
      currency: projects.currency,
      stage_name: workflowStages.name,
    })
    .from(projects)
    .leftJoin(workflowStages, eq(workflowStages.id, projects.current_stage_id))
    .where(latestOf(id))
    .orderBy(desc(projects.created_at), desc(projects.id))
    .limit(SHOWN)
    .all();
  return pageOf(rows, db.select({ total: sql<number>`count(*)` }).from(projects).where(where).get()?.total);
}

function readRequests({ db }: Replica, id: string): ContactPage['requests'] {
  const where = eq(supplierRfqs.supplier_id, id);
  const rows = db
    .select({
      id: supplierRfqs.id,
      code: supplierRfqs.rfq_number,
      title: sql<string>`coalesce(supplier_rfqs.title, (select p.title from projects p where p.id = supplier_rfqs.project_id), '')`,
      status: supplierRfqs.status,
      date: supplierRfqs.due_date,
      amount: sql<null>`null`,
      currency: sql<null>`null`,
    })
    .from(supplierRfqs)
    .where(where)
    .orderBy(desc(supplierRfqs.created_at), desc(supplierRfqs.id))
    .limit(SHOWN)
    .all();
  return pageOf(rows, db.select({ total: sql<number>`count(*)` }).from(supplierRfqs).where(where).get()?.total);
}

function readOrders({ db }: Replica, id: string): ContactPage['orders'] {
  const where = eq(purchaseOrders.supplier_id, id);
  const rows = db
    .select({
      id: purchaseOrders.id,
      code: purchaseOrders.po_number,
      title: sql<string>`coalesce((select p.title from projects p where p.id = purchase_orders.project_id), '')`,
      status: purchaseOrders.status,
      date: purchaseOrders.expected_delivery_date,
      amount: purchaseOrders.total_amount,
      currency: purchaseOrders.currency,
    })
    .from(purchaseOrders)
    .where(where)
    .orderBy(desc(purchaseOrders.created_at), desc(purchaseOrders.id))
    .limit(SHOWN)
    .all();
  return pageOf(rows, db.select({ total: sql<number>`count(*)` }).from(purchaseOrders).where(where).get()?.total);
}
