import { asc, eq, inArray, sql } from 'drizzle-orm';
import type { Client } from 'pg';
import { z } from 'zod';
import type {
  ApplyResult,
  CompanyChoice,
  HandedInChange,
  PersonAccess,
  peopleApi,
  PersonRow,
  PersonStatus,
  Settled,
} from '../../../shared/api/people.ts';
import type { Role } from '../../../shared/domain/roles.ts';
import { AppError, isErrorCode } from '../../../shared/errors.ts';
import { oneTimePassword } from '../../../db/central/people.ts';
import { scramVerifier } from '../../../db/central/scram.ts';
import { contacts, users } from '../../../db/replica/schema.ts';
import type { Replica } from '../replica/database.ts';
import type { OpenSession } from '../session.ts';
import { readReply } from '../sync/reply.ts';
import type { Handlers } from './context.ts';
import { describeRecord, spokenColumns, withName } from './record-names.ts';

export const peopleHandlers: Handlers<keyof typeof peopleApi> = {
  'people.list': (session) => {
    refuseOthers(session);
    return { people: readPeople(session.replica), companies: readCompanies(session.replica) };
  },

  'people.access': (session, { id }) => asAdmin(session, (client) => readAccess(client, id)),

  'people.invite': async (session, facts) => {
    const password = oneTimePassword();
    const { id } = await asAdmin(session, (client) =>
      ask(client, idForm, 'app.invite_person', [JSON.stringify(facts), scramVerifier(password)]),
    );
    return { id, one_time_password: password };
  },

  'people.change': (session, { id, patch }) =>
    asAdmin(session, (client) => ask(client, settledForm, 'app.change_person', [id, JSON.stringify(patch)])),

  'people.setStatus': (session, { id, status }) =>
    asAdmin(session, (client) => ask(client, settledForm, 'app.set_person_status', [id, status])),

  'people.resetPassword': async (session, { id }) => {
    const password = oneTimePassword();
    const settled = await asAdmin(session, (client) => ask(client, settledForm, 'app.reset_password', [id, scramVerifier(password)]));
    return { ...settled, one_time_password: password };
  },

  'people.revokeDevice': (session, { id }) => asAdmin(session, (client) => ask(client, settledForm, 'app.revoke_device', [id])),

  'people.readmitDevice': async (session, { id }) => {
    await asAdmin(session, (client) => ask(client, settledForm, 'app.readmit_device', [id]));
    return null;
  },

  'people.handedIn': (session) => asAdmin(session, (client) => readHandedIn(client, session.replica)),

  'people.applyHandedIn': (session, { id }) =>
    asAdmin(session, async (client) => toApplyResult(await ask(client, resultForm, 'app.apply_handed_in', [id]))),

  'people.discardHandedIn': async (session, { id }) => {
    await asAdmin(session, (client) => client.query('select app.discard_handed_in($1)', [id]));
    return null;
  },
};

function refuseOthers(session: OpenSession): void {
  if (session.current().person.role !== 'admin') throw new AppError('NOT_ALLOWED', 'people are an administrator’s business');
}

/** Asks the centre, which decides by itself who is an administrator; the check here saves the question. */
function asAdmin<T>(session: OpenSession, call: (client: Client) => Promise<T>): Promise<T> {
  refuseOthers(session);
  return session.engine.ask(call);
}

async function ask<T>(client: Client, form: z.ZodType<T>, name: string, values: readonly string[]): Promise<T> {
  const { rows } = await client.query<{ answer: string }>(
    `select ${name}(${values.map((_, at) => `$${at + 1}`).join(', ')}) as answer`,
    [...values],
  );
  return readReply(form, rows[0]?.answer, name);
}

const idForm = z.object({ id: z.guid() });
const settledForm: z.ZodType<Settled> = z.object({ sessions_ended: z.number().nullable() });

/** SQLite orders by code points, which puts Đ behind Z. */
const byName = new Intl.Collator('vi');

function readPeople({ db }: Replica): PersonRow[] {
  const rows = db
    .select({
      id: users.id,
      name: users.name,
      email: users.email,
      role: users.role,
      status: users.status,
      department: users.department,
      phone: users.phone,
      employee_id: users.employee_id,
      direct_manager_id: users.direct_manager_id,
      contact_id: users.contact_id,
      contact_name: contacts.company_name,
      last_login_at: users.last_login_at,
    })
    .from(users)
    .leftJoin(contacts, eq(contacts.id, users.contact_id))
    .orderBy(asc(users.id))
    .all()
    .toSorted((one, other) => byName.compare(one.name, other.name));
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return rows.map((row) => ({
    ...row,
    role: row.role as Role,
    status: row.status as PersonStatus,
    direct_manager_name: names.get(row.direct_manager_id ?? '') ?? null,
  }));
}

const readCompanies = ({ db }: Replica): CompanyChoice[] =>
  db
    .select({ id: contacts.id, company_name: contacts.company_name, type: contacts.type })
    .from(contacts)
    .where(inArray(contacts.type, ['supplier', 'customer']))
    .orderBy(sql`${contacts.company_name} collate nocase`, asc(contacts.id))
    .all()
    .map((row) => ({ ...row, type: row.type as CompanyChoice['type'] }));

const accessForm: z.ZodType<PersonAccess> = z.object({
  can_sign_in: z.boolean(),
  must_change_password: z.boolean(),
  valid_until: z.string().nullable(),
  devices: z.array(
    z.object({
      id: z.guid(),
      name: z.string(),
      platform: z.string().nullable(),
      app_version: z.string().nullable(),
      last_seen_at: z.string(),
      last_sync_at: z.string().nullable(),
      revoked_at: z.string().nullable(),
      connected: z.boolean(),
      own: z.boolean(),
    }),
  ),
});

/** Times travel in the form that rows have, which JSON made by PostgreSQL does not. */
async function readAccess(client: Client, id: string): Promise<PersonAccess> {
  const { rows } = await client.query<{ access: string }>(
    `select jsonb_build_object(
       'can_sign_in', l.user_id is not null,
       'must_change_password', coalesce(l.must_change_password, false),
       'valid_until', l.valid_until::text,
       'devices', (
         select coalesce(jsonb_agg(jsonb_build_object(
             'id', d.id, 'name', d.name, 'platform', d.platform, 'app_version', d.app_version,
             'last_seen_at', d.last_seen_at::text, 'last_sync_at', d.last_sync_at::text, 'revoked_at', d.revoked_at::text,
             'connected', d.connected, 'own', d.own) order by d.last_seen_at desc), '[]')
         from app.devices_of_organization() d where d.user_id = $1)) as access
     from (select $1::uuid as id) p left join app.logins_of_organization() l on l.user_id = p.id`,
    [id],
  );
  return readReply(accessForm, rows[0]?.access, 'app.devices_of_organization');
}

const resultForm = z.object({
  status: z.enum(['applied', 'merged', 'refused', 'skipped']),
  code: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});

const toApplyResult = ({ status, code, details }: z.infer<typeof resultForm>): ApplyResult => ({
  status,
  code: code === undefined ? null : isErrorCode(code) ? code : 'VALUE_REFUSED',
  details: details ?? {},
});

/** Whatever a machine that was shut out had kept: parts that it could not read itself may be missing. */
const handedInForm = z.array(
  z.object({
    id: z.guid(),
    user_id: z.guid(),
    device_name: z.string().nullable(),
    handed_in_at: z.string(),
    result: resultForm.nullable(),
    mutation: z.object({
      table: z.string(),
      row_id: z.guid(),
      op: z.enum(['insert', 'update', 'delete']),
      patch: z.record(z.string(), z.unknown()).catch({}),
      base: z.record(z.string(), z.unknown()).catch({}),
      created_at: z.string(),
    }),
  }),
);

async function readHandedIn(client: Client, replica: Replica): Promise<HandedInChange[]> {
  const { rows } = await client.query<{ changes: string }>(
    `select coalesce(jsonb_agg(to_jsonb(h) || jsonb_build_object('handed_in_at', h.handed_in_at::text)), '[]') as changes
       from app.handed_in_changes() h`,
  );
  return readReply(handedInForm, rows[0]?.changes, 'app.handed_in_changes').map(({ mutation, result, ...change }) => {
    const { table: table_name, row_id, op, patch, base, created_at } = mutation;
    return {
      ...describeRecord(replica, { table_name, row_id, patch }),
      id: change.id,
      person_name: nameOf(replica, change.user_id),
      device_name: change.device_name,
      op,
      columns: spokenColumns(table_name, patch, base).map(({ name }) => ({
        name,
        before: withName(replica, name, base[name]),
        after: withName(replica, name, patch[name]),
      })),
      created_at,
      handed_in_at: change.handed_in_at,
      last_result: result === null ? null : toApplyResult(result),
    };
  });
}

const nameOf = ({ db }: Replica, userId: string): string | null =>
  db.select({ name: users.name }).from(users).where(eq(users.id, userId)).get()?.name ?? null;
