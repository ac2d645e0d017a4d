import type { Client } from 'pg';
import { expect } from 'vitest';
import { roles, type Role } from '../../../shared/domain/roles.ts';
import { tied, usual, type CaseWorkflow } from '../../../shared/domain/workflow-cases-world.ts';
import { createDemoCentral, type DemoCentral } from '../../testing/demo-central.ts';
import { connectAs } from '../../testing/person.ts';
import { addCaseOrganizations, addressOf, organizationOf, personOf } from '../../testing/workflow-cases.ts';
import { Attempts } from './attempts.ts';
import { Canaries, type Scope } from './canaries.ts';

/** Somebody who signed in and means harm. */
export interface Attacker {
  role: Role;
  id: string;
  organization: string;
  client: Client;
  /** The other organization. */
  foreign: string;
}

/** A centre with two full organizations, a person of every role signed in to each, and the count of what they try. */
export interface Siege {
  central: DemoCentral;
  canaries: Canaries;
  attempts: Attempts;
  attackers: readonly Attacker[];
  /** The attacker of a role of the first organization. */
  as: (role: Role) => Attacker;
  /** Signs in anew, where the connection was refused for what it said of itself. */
  reconnect: (role: Role) => Promise<void>;
  /** What in the centre is other than at the beginning, or at the last call of `accept`. */
  changes: () => Promise<string | null>;
  /** Fails where anything is. */
  expectNothingChanged: () => Promise<void>;
  /** Takes what is there now as given. */
  accept: () => Promise<void>;
  end: () => Promise<void>;
}

/** One of each group of PostgreSQL roles: for what depends on rights on tables, and not on rules by role. */
export const oneOfEachGroup: readonly Role[] = ['admin', 'qa', 'supplier', 'customer'];

export const ours = organizationOf(usual);
export const theirs = organizationOf(tied);

export const scopes: readonly Scope[] = [ours, theirs].flatMap((organization) =>
  ([1, 2] as const).map((company) => ({ organization, company })),
);

export async function beginSiege(): Promise<Siege> {
  const central = await createDemoCentral();
  await addCaseOrganizations(central.client);
  const canaries = new Canaries();
  await canaries.plant(central.client, [ours, theirs]);
  const attackers: Attacker[] = [];
  for (const workflow of [usual, tied]) {
    const organization = organizationOf(workflow);
    const company = canaries.idOf('contacts', { organization, company: 1 });
    await central.client.query('update public.users set contact_id = $1 where id = any ($2)', [
      company,
      [personOf(workflow, 'supplier'), personOf(workflow, 'customer')],
    ]);
    for (const role of roles) attackers.push(await signIn(central, workflow, role));
  }
  let before = await fingerprint(central.client);
  const attempts = new Attempts();
  const changes = async () => {
    const now = await fingerprint(central.client);
    const changed = Object.keys(now).filter((part) => now[part] !== before[part]);
    return changed.length === 0 ? null : changed.join(', ');
  };
  return {
    central,
    canaries,
    attempts,
    attackers,
    as: (role) => {
      const found = attackers.find((attacker) => attacker.role === role);
      if (!found) throw new Error(`nobody signed in as ${role}`);
      return found;
    },
    reconnect: async (role) => {
      const place = attackers.findIndex((attacker) => attacker.role === role);
      await attackers[place]?.client.end();
      attackers[place] = await signIn(central, usual, role);
    },
    changes,
    expectNothingChanged: async () => expect(await changes()).toBeNull(),
    accept: async () => {
      before = await fingerprint(central.client);
    },
    end: async () => {
      attempts.report();
      for (const { client } of attackers) await client.end();
      await central.drop();
    },
  };
}

async function signIn(central: DemoCentral, workflow: CaseWorkflow, role: Role): Promise<Attacker> {
  return {
    role,
    id: personOf(workflow, role),
    organization: organizationOf(workflow),
    client: await connectAs(central, addressOf(workflow, role)),
    foreign: workflow === usual ? theirs : ours,
  };
}

export const nameOf = ({ role, organization }: Attacker): string =>
  `${role}${organization === ours ? '' : ' of the other organization'}`;

/** What the centre holds and who may do what in it, as its superuser sees it: a digest per table and catalog. */
async function fingerprint(client: Client): Promise<Record<string, string>> {
  const { rows: relations } = await client.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c
      where c.relkind in ('r', 'p') and c.relnamespace in ('public'::regnamespace, 'app'::regnamespace, 'sync'::regnamespace)
        -- What was answered to a push is kept, refusals too.
        and c.oid <> 'sync.mutations'::regclass
        -- What a connection said of itself counts for that connection alone.
        and c.oid <> 'app.sessions'::regclass`,
  );
  // Groups belong to the whole cluster, where other tests are at work, too: only their rights are compared.
  const signIns = '(select r.oid from pg_roles r where r.rolname in (select role_name from app.logins))';
  const groups = `(select r.oid from pg_roles r where r.rolname in ('fp_person', 'fp_internal', 'fp_supplier', 'fp_customer', 'fp_admin'))`;
  const parts: Record<string, string> = {
    roles: `select (a.*)::text as x from pg_authid a where a.oid in ${signIns}`,
    groups: `select concat(oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls) as x from pg_authid where oid in ${groups}`,
    members: `select (m.*)::text as x from pg_auth_members m where m.member in ${signIns} or m.member in ${groups} or m.roleid in ${signIns}`,
    settings: `select (s.*)::text as x from pg_db_role_setting s where s.setdatabase in (0, (select oid from pg_database where datname = current_database())) and (s.setrole = 0 or s.setrole in ${signIns})`,
    database: `select concat(datacl, datconnlimit, datdba) as x from pg_database where datname = current_database()`,
    relations: `select concat(oid, relname, relnamespace, relowner, relkind, relacl, relrowsecurity, relforcerowsecurity, relhastriggers) as x from pg_class`,
    columns: `select concat(attrelid, attname, attacl, atthasdef) as x from pg_attribute where attacl is not null`,
    functions: `select concat(oid, proowner, prosecdef, proacl, proconfig, case when pronamespace <> 'pg_catalog'::regnamespace then md5(prosrc) end) as x from pg_proc`,
    policies: `select (p.*)::text as x from pg_policy p`,
    triggers: `select concat(oid, tgrelid, tgname, tgenabled) as x from pg_trigger`,
    types: `select concat(oid, typacl) as x from pg_type`,
    schemas: `select (n.*)::text as x from pg_namespace n`,
    others: `select concat((select count(*) from pg_largeobject_metadata), (select count(*) from pg_operator), (select count(*) from pg_cast),
      (select count(*) from pg_event_trigger), (select count(*) from pg_extension), (select count(*) from pg_language), (select count(*) from pg_statistic_ext),
      (select count(*) from pg_foreign_server), (select count(*) from pg_publication), (select count(*) from pg_default_acl)) as x`,
    ...Object.fromEntries(relations.map(({ name }) => [name, `select (t.*)::text as x from ${name} t`])),
  };
  const { rows } = await client.query<{ part: string; digest: string }>(
    Object.entries(parts)
      .map(
        ([part, sql]) =>
          `select '${part}' as part, md5(coalesce(string_agg(x, e'\\n' order by x), '')) as digest from (${sql}) t`,
      )
      .join(' union all '),
  );
  return Object.fromEntries(rows.map(({ part, digest }) => [part, digest]));
}
