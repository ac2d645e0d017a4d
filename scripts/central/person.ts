import type pg from 'pg';
import { isInternal, type Role } from '../../shared/domain/roles.ts';
import { withCentral } from './connection.ts';
import { type CommonOptions, type Context, printJson } from './context.ts';
import { handOverOneTime, type OneTimeOptions } from './one-time.ts';
import { findCompany, findOrganization, findPerson, type FoundPerson } from './people.ts';
import { requireCurrentSchema } from './schema.ts';
import { textTable } from './text-table.ts';

export interface ListOptions extends CommonOptions {
  organization?: string;
}

export interface InviteOptions extends OneTimeOptions {
  name: string;
  role: Role;
  organization?: string;
  company?: string;
  department?: string;
  manager?: string;
}

export interface RoleOptions extends CommonOptions {
  company?: string;
}

export interface RenameOptions extends CommonOptions {
  email?: string;
  name?: string;
}

interface Settled {
  sessions_ended: number | null;
}

const onPeople = (options: CommonOptions, context: Context, work: (client: pg.Client) => Promise<void>): Promise<void> =>
  withCentral(options, context, async (client) => {
    await requireCurrentSchema(client);
    await work(client);
  });

/** Who can sign in, and who has yet to replace a one-time password. */
export const listPeople = (options: ListOptions, context: Context): Promise<void> =>
  onPeople(options, context, async (client) => {
    const organization = options.organization === undefined ? null : await findOrganization(client, options.organization);
    const { rows } = await client.query<Record<'organization' | 'email' | 'name' | 'role' | 'status' | 'login', string> & { last_login_at: Date | null }>(
      `select o.slug as organization, u.email, u.name, u.role, u.status, u.last_login_at,
              case when l.user_id is null then 'none' when l.must_change_password then 'one-time' else 'own' end as login
         from public.users u join public.organizations o on o.id = u.organization_id left join app.logins l on l.user_id = u.id
        where $1::uuid is null or u.organization_id = $1
        order by o.slug, u.email`,
      [organization],
    );
    if (options.json === true) {
      printJson(context, { people: rows });
      return;
    }
    const lines = rows.map((row) => [
      row.email,
      row.organization,
      row.role,
      row.status,
      row.login,
      row.last_login_at?.toISOString().slice(0, 10) ?? 'never',
      row.name,
    ]);
    context.stdout(textTable(['e-mail', 'organization', 'role', 'status', 'password', 'last sign-in', 'name'], lines));
  });

export const invitePerson = (email: string, options: InviteOptions, context: Context): Promise<void> =>
  onPeople(options, context, async (client) => {
    const organization = await findOrganization(client, options.organization);
    const facts = {
      email,
      name: options.name,
      role: options.role,
      ...(options.department === undefined ? {} : { department: options.department }),
      ...(await companyOf(client, organization, options.role, options.company)),
      ...(options.manager === undefined ? {} : { direct_manager_id: (await findPerson(client, options.manager)).id }),
    };
    await handOverOneTime(client, options, context, async (verifier) => {
      await client.query('select app.add_person($1, $2, $3)', [organization, JSON.stringify(facts), verifier]);
      const { name, role, email: address } = await findPerson(client, email);
      return { name, role, email: address };
    });
  });

export const changeRole = (email: string, role: Role, options: RoleOptions, context: Context): Promise<void> =>
  onPeople(options, context, async (client) => {
    const person = await findPerson(client, email);
    const patch = { role, ...(await companyOf(client, person.organization_id, role, options.company)) };
    const settled = await alter(client, person, patch);
    tell(context, options, { email: person.email, role }, settled, `${person.email} is now ${role}`);
  });

export const setStatus = (email: string, status: 'active' | 'inactive', options: CommonOptions, context: Context): Promise<void> =>
  onPeople(options, context, async (client) => {
    const person = await findPerson(client, email);
    const settled = await one<Settled>(client, 'select app.alter_person_status($1, $2, $3) as answer', [
      person.organization_id,
      person.id,
      status,
    ]);
    tell(context, options, { email: person.email, status }, settled, `${person.email} is now ${status}`);
  });

export const resetPassword = (email: string, options: OneTimeOptions, context: Context): Promise<void> =>
  onPeople(options, context, async (client) => {
    const { id, organization_id, name, role, email: address } = await findPerson(client, email);
    await handOverOneTime(client, options, context, async (verifier) => {
      await client.query('select app.renew_password($1, $2, $3)', [organization_id, id, verifier]);
      return { name, role, email: address };
    });
  });

export const renamePerson = (email: string, options: RenameOptions, context: Context): Promise<void> =>
  onPeople(options, context, async (client) => {
    const person = await findPerson(client, email);
    const patch = {
      ...(options.email === undefined ? {} : { email: options.email }),
      ...(options.name === undefined ? {} : { name: options.name }),
    };
    const settled = await alter(client, person, patch);
    const { email: address, name } = await findPerson(client, options.email ?? email);
    tell(context, options, { email: address, name }, settled, `${person.email} is now ${address}, ${name}`);
  });

async function companyOf(
  client: pg.Client,
  organization: string,
  role: Role,
  company: string | undefined,
): Promise<{ contact_id?: string }> {
  if (company === undefined || isInternal(role)) return {};
  return { contact_id: await findCompany(client, organization, role, company) };
}

const alter = (client: pg.Client, { organization_id, id }: FoundPerson, patch: object): Promise<Settled> =>
  one(client, 'select app.alter_person($1, $2, $3) as answer', [organization_id, id, JSON.stringify(patch)]);

async function one<T>(client: pg.Client, text: string, values: string[]): Promise<T> {
  const { rows } = await client.query<{ answer: T }>(text, values);
  return rows[0]?.answer as T;
}

function tell(context: Context, options: CommonOptions, facts: object, { sessions_ended }: Settled, sentence: string): void {
  if (options.json === true) {
    printJson(context, { ...facts, sessionsEnded: sessions_ended });
    return;
  }
  const sessions = sessions_ended === null ? 'open sessions end when they next ask' : `${sessions_ended} open sessions ended`;
  context.stdout(`${sentence}; ${sessions}.\n`);
}
