import { randomUUID } from 'node:crypto';
import pg, { type Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPassword } from '../../shared/demo-accounts.ts';
import { accessRules } from '../../shared/domain/access-rules.ts';
import { usual } from '../../shared/domain/workflow-cases-world.ts';
import { createDemoCentral, type DemoCentral } from '../testing/demo-central.ts';
import { mainOrganizationId, type DemoRow } from '../demo/rows.ts';
import { connectAs } from '../testing/person.ts';
import { addCaseProject, stageId, usualAddress } from '../testing/case-project.ts';
import {
  addCaseOrganizations,
  asMaintenance,
  insertRows,
  organizationOf,
  personOf,
} from '../testing/workflow-cases.ts';

let central: DemoCentral;
let tables: string[];

beforeAll(async () => {
  central = await createDemoCentral();
  await addCaseOrganizations(central.client);
  tables = (
    await rowsOf<{ name: string }>(
      central.client,
      'select table_name as name from sync.replicated_table order by load_order',
    )
  ).map(({ name }) => name);
  for (const table of tables) await ensureRow(table);
});

afterAll(() => central.drop());

const rowsOf = async <Row extends object = Record<string, unknown>>(
  client: Client,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> => (await client.query<Row>(sql, values)).rows;

interface Column {
  name: string;
  type: string;
  literals: string[] | null;
}

/** A row of the demo organization in a table that has none: whatever its types and checks let through. */
async function ensureRow(table: string): Promise<void> {
  const [count] = await rowsOf<{ n: number }>(
    central.client,
    `select count(*)::int as n from public.${table} where organization_id = $1`,
    [mainOrganizationId],
  );
  if ((count?.n ?? 0) > 0) return;
  const columns = await rowsOf<Column>(
    central.client,
    `select a.attname as name, format_type(a.atttypid, null) as type,
            (select array_agg(m[1]) from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_]+)''::text', 'g') m
              where c.conrelid = a.attrelid and c.contype = 'c' and c.conkey = array[a.attnum]) as literals
       from pg_attribute a
      where a.attrelid = format('public.%I', $1::text)::regclass and a.attnum > 0 and not a.attisdropped and a.attnotnull and not a.atthasdef`,
    [table],
  );
  const now = Date.now();
  const value = ({ name, type, literals }: Column, place: number): DemoRow[string] => {
    if (name === 'organization_id') return mainOrganizationId;
    if (type === 'uuid') return randomUUID();
    if (type === 'text') return literals?.[0] ?? 'VND';
    // Later columns get later times, because an end comes after its beginning.
    if (type.startsWith('timestamp') || type === 'date') return new Date(now + place * 86_400_000).toISOString();
    return 1;
  };
  await central.client.query('begin');
  // Switches foreign keys off: the row has to be there, not to make sense.
  await central.client.query("set local session_replication_role = 'replica'");
  await insertRows(central.client, table, [
    Object.fromEntries(columns.map((column, place) => [column.name, value(column, place)])),
  ]);
  await central.client.query('commit');
}

/** How many rows of a table somebody sees; null where the table itself is closed to them. */
async function countOf(client: Client, table: string, condition = 'true', values: unknown[] = []): Promise<number | null> {
  try {
    const [row] = await rowsOf<{ n: number }>(client, `select count(*)::int as n from public.${table} where ${condition}`, values);
    return row?.n ?? 0;
  } catch (error) {
    expect(error).toMatchObject({ code: '42501' });
    return null;
  }
}

async function visible(client: Client): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const count = await countOf(client, table);
    if (count !== null && count > 0) counts[table] = count;
  }
  return counts;
}

describe('isolation of organizations', () => {
  it('shows a person of another organization no row of any table', async () => {
    for (const role of ['management', 'admin', 'sales', 'supplier', 'customer'] as const) {
      const client = await connectAs(central, usualAddress(role));
      for (const table of tables) {
        const [own] = await rowsOf<{ n: number }>(
          central.client,
          `select count(*)::int as n from public.${table} where organization_id = $1`,
          [mainOrganizationId],
        );
        expect(own?.n, table).toBeGreaterThan(0);
        const foreign = await countOf(client, table, 'organization_id <> $1', [organizationOf(usual)]);
        expect(foreign ?? 0, `${role} reads ${table}`).toBe(0);
      }
      await client.end();
    }
  });

  it('shows management every table of their own organization, but of messages and notifications their own', async () => {
    const client = await connectAs(central, 'ceo@factorypulse.vn');
    const personal = ['messages', 'notifications', 'approval_notifications', 'saved_views'];
    for (const table of tables.filter((name) => !personal.includes(name))) {
      const [all] = await rowsOf<{ n: number }>(
        central.client,
        `select count(*)::int as n from public.${table} where organization_id = $1`,
        [mainOrganizationId],
      );
      const [seen] = await rowsOf<{ n: number }>(client, `select count(*)::int as n from public.${table}`);
      expect(seen, table).toEqual(all);
    }
    const [me] = await rowsOf<{ id: string }>(client, 'select app.my_user_id() as id');
    expect(await rowsOf(client, 'select 1 from public.notifications where user_id <> $1', [me?.id])).toEqual([]);
    expect(
      await rowsOf(client, 'select 1 from public.approval_notifications where recipient_id <> $1', [me?.id]),
    ).toEqual([]);
    expect(
      await rowsOf(client, 'select 1 from public.messages where sender_id <> $1 and recipient_id <> $1', [me?.id]),
    ).toEqual([]);
    await client.end();
  });

  it('lets nobody write into another organization, even past sync.push', async () => {
    const client = await connectAs(central, usualAddress('management'));
    const [project] = await rowsOf<{ id: string; current_stage_id: string }>(
      central.client,
      'select id, current_stage_id from public.projects where organization_id = $1 limit 1',
      [mainOrganizationId],
    );
    expect((await client.query("update public.projects set title = 'x' where id = $1", [project?.id])).rowCount).toBe(
      0,
    );
    const insert =
      "insert into public.projects (organization_id, project_id, title, current_stage_id) values ($1, 'x', 'x', $2)";
    await expect(client.query(insert, [mainOrganizationId, project?.current_stage_id])).rejects.toThrow(
      'ROW_NOT_VISIBLE',
    );
    // What the rules answer about such rows must not differ from what they answer about rows that do not exist.
    const history = `insert into public.project_stage_history (organization_id, project_id, from_stage_id, to_stage_id, kind) values ($1, $2, $3, $4, 'advance')`;
    const progress =
      'insert into public.project_sub_stage_progress (organization_id, project_id, workflow_stage_id, sub_stage_id) values ($1, $2, $3, $4)';
    const [step] = await rowsOf<{ id: string }>(
      central.client,
      'select id from public.workflow_sub_stages where workflow_stage_id = $1',
      [project?.current_stage_id],
    );
    for (const organization of [mainOrganizationId, organizationOf(usual)]) {
      await expect(
        client.query(history, [organization, project?.id, project?.current_stage_id, stageId('review')]),
      ).rejects.toThrow('ROW_NOT_VISIBLE');
      await expect(
        client.query(progress, [organization, project?.id, project?.current_stage_id, step?.id]),
      ).rejects.toThrow('ROW_NOT_VISIBLE');
    }
    const own = await addCaseProject(central.client);
    await expect(client.query(progress, [organizationOf(usual), own, stageId('intake'), step?.id])).rejects.toThrow(
      'ROW_NOT_VISIBLE',
    );
    await client.end();
  });
});

describe('people outside the organization', () => {
  it.each(['supplier', 'customer'] as const)(
    '(%s) see their own row, their organization and what is addressed to them',
    async (role) => {
      await asMaintenance(central.client, () =>
        insertRows(central.client, 'notifications', [
          { organization_id: organizationOf(usual), user_id: personOf(usual, role), title: 'Cho bạn' },
          { organization_id: organizationOf(usual), user_id: personOf(usual, 'qa'), title: 'Cho người khác' },
        ]),
      );
      const client = await connectAs(central, usualAddress(role));
      const stages = role === 'customer' ? { workflow_stages: usual.stages.length } : {};
      expect(await visible(client)).toEqual({ organizations: 1, users: 1, notifications: 1, ...stages });
      expect(await rowsOf(client, 'select id from public.users')).toEqual([{ id: personOf(usual, role) }]);
      expect(await rowsOf(client, 'select title from public.notifications')).toEqual([{ title: 'Cho bạn' }]);
      await client.end();
    },
  );

  it('who once were staff see nothing more of it from the change of their role on', async () => {
    const client = await connectAs(central, usualAddress('procurement'));
    expect(Object.keys(await visible(client))).toContain('workflow_stages');
    await central.client.query("update public.users set role = 'supplier' where id = $1", [
      personOf(usual, 'procurement'),
    ]);
    expect(Object.keys(await visible(client))).toEqual(['organizations', 'users']);
    await expect(
      client.query(
        "insert into public.projects (organization_id, project_id, title, current_stage_id) values ($1, 'x', 'x', $2)",
        [organizationOf(usual), stageId('intake')],
      ),
    ).rejects.toThrow();
    await central.client.query("update public.users set role = 'procurement' where id = $1", [
      personOf(usual, 'procurement'),
    ]);
    await client.end();
  });
});

describe('a login', () => {
  it('without a person opens nothing, though it is in every group', async () => {
    const name = `fp_nobody_${randomUUID().slice(0, 8)}`;
    await central.client.query(
      `create role ${name} login password ${pg.escapeLiteral(demoPassword)} in role fp_person, fp_internal, fp_supplier, fp_customer`,
    );
    const client = new pg.Client({
      host: central.host,
      port: central.port,
      database: central.database,
      user: name,
      password: demoPassword,
    });
    await client.connect();
    expect(await visible(client)).toEqual({});
    await expect(client.query("select sync.push('[]')")).rejects.toMatchObject({ message: 'ACCOUNT_INACTIVE' });
    await client.end();
    await central.client.query(`drop role ${name}`);
  });

  it('outside the groups does not even connect', async () => {
    const name = `fp_stranger_${randomUUID().slice(0, 8)}`;
    await central.client.query(`create role ${name} login password ${pg.escapeLiteral(demoPassword)}`);
    const client = new pg.Client({
      host: central.host,
      port: central.port,
      database: central.database,
      user: name,
      password: demoPassword,
    });
    await expect(client.connect()).rejects.toMatchObject({ code: '42501' });
    await central.client.query(`drop role ${name}`);
  });

  it('gains nothing by SET ROLE, by the setting of maintenance, or by tables of its own', async () => {
    const client = await connectAs(central, usualAddress('engineering'));
    const before = await visible(client);
    await client.query("set factory_pulse.maintenance = 'on'");
    expect(await visible(client)).toEqual(before);
    await client.query('set role fp_person');
    expect(await visible(client)).toEqual({});
    await client.query('reset role');
    await expect(client.query('set role fp_admin')).rejects.toMatchObject({ code: '42501' });
    await expect(client.query('set role postgres')).rejects.toMatchObject({ code: '42501' });
    await expect(client.query('create temporary table t (a int)')).rejects.toMatchObject({ code: '42501' });
    await expect(client.query('create table public.t (a int)')).rejects.toMatchObject({ code: '42501' });
    await expect(client.query('set session_replication_role = replica')).rejects.toMatchObject({ code: '42501' });
    await client.end();
  });
});

describe('the machinery', () => {
  it('is closed to persons, but for the list of replicated tables', async () => {
    const client = await connectAs(central, usualAddress('admin'));
    const machinery = await rowsOf<{ name: string; view: boolean }>(
      central.client,
      `select c.oid::regclass::text as name, c.relkind = 'v' as view from pg_class c where c.relnamespace in ('app'::regnamespace, 'sync'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm')`,
    );
    expect(machinery.length).toBeGreaterThan(8);
    for (const { name, view } of machinery) {
      if (name === 'sync.replicated_table') continue;
      for (const statement of [`select from ${name}`, ...(view ? [] : [`delete from ${name}`])]) {
        await expect(client.query(statement), statement).rejects.toMatchObject({ code: '42501' });
      }
    }
    await expect(client.query('delete from sync.replicated_table')).rejects.toMatchObject({ code: '42501' });
    await client.end();
  });

  it('has no other functions for persons than these', async () => {
    const open = await rowsOf<{ name: string }>(
      central.client,
      `select distinct n.nspname || '.' || p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in ('app', 'sync', 'files', 'public')
          and (has_function_privilege('fp_person', p.oid, 'execute') or has_function_privilege('fp_internal', p.oid, 'execute')) order by 1`,
    );
    expect(open.map(({ name }) => name)).toEqual([
      'app.access_condition',
      'app.am_internal',
      'app.apply_handed_in',
      'app.change_person',
      'app.derived_id',
      'app.devices_of_organization',
      'app.discard_handed_in',
      'app.handed_in_changes',
      'app.handed_in_mutation',
      'app.in_circle',
      'app.in_maintenance',
      'app.internal_organization_id',
      'app.invite_person',
      'app.logins_of_organization',
      'app.may_approve_document',
      'app.missing_row_code',
      'app.my_company_id',
      'app.my_organization_id',
      'app.my_role',
      'app.my_user_id',
      'app.organization_with_access',
      'app.readmit_device',
      'app.refuse',
      'app.requested_document_ids',
      'app.reset_password',
      'app.revoke_device',
      'app.set_person_status',
      'app.settle_handed_in',
      'app.shared_project_ids',
      'app.tables_read_whole',
      'app.uuid_v7',
      'files.bring',
      'files.describe',
      'files.finish',
      'files.get_requests',
      'files.goes_to_bucket',
      'files.look_request',
      'files.offer',
      'files.put',
      'files.put_requests',
      'files.read',
      'sync.apply_delete',
      'sync.apply_edits',
      'sync.apply_insert',
      'sync.apply_run',
      'sync.change_password',
      'sync.check_writable',
      'sync.hand_in',
      'sync.hello',
      'sync.password_changed',
      'sync.pull_state',
      'sync.push',
      'sync.record_conflict',
      'sync.record_results',
      'sync.recorded_results',
      'sync.wake_pause_ms',
    ]);
  });

  it('runs no function with its owner’s rights on a search path that others choose', async () => {
    const loose = await rowsOf(
      central.client,
      `select p.oid::regprocedure::text as name from pg_proc p where p.pronamespace in ('app'::regnamespace, 'sync'::regnamespace, 'files'::regnamespace, 'public'::regnamespace)
         and p.prosecdef and not coalesce(p.proconfig @> array['search_path=pg_catalog'], false)`,
    );
    expect(loose).toEqual([]);
  });
});

describe('every table of business data', () => {
  it('is replicated and has row-level security that binds its owner, too', async () => {
    const unprotected = await rowsOf(
      central.client,
      `select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
         and not (c.relrowsecurity and c.relforcerowsecurity and exists (select from sync.replicated_table r where r.table_name = c.relname))`,
    );
    expect(unprotected).toEqual([]);
  });

  it('has the policies that the rules ask for and no others, each bound to the organization first of all', async () => {
    const policies = await rowsOf<{ tablename: string; policyname: string; rule: string }>(
      central.client,
      `select tablename, policyname, coalesce(qual, with_check) as rule from pg_policies where schemaname = 'public' and policyname <> 'owner_all'`,
    );
    const wanted = Object.entries(accessRules).flatMap(([table, rules]) => Object.keys(rules).map((action) => `${table} may_${action}`));
    expect(policies.map(({ tablename, policyname }) => `${tablename} ${policyname}`).sort()).toEqual(wanted.sort());
    for (const { tablename, policyname, rule } of policies) {
      const action = policyname.replace('may_', '');
      const bound = `(organization_id = ( SELECT app.organization_with_access('${tablename}'::name, '${action}'::text) AS organization_with_access))`;
      expect([bound, `(${bound} AND `].some((start) => rule.startsWith(start)), `${tablename} ${policyname}: ${rule}`).toBe(true);
    }
    expect(tables.filter((table) => !accessRules[table]?.read)).toEqual([]);
  });

  it('lets a client of any kind write the columns that the push accepts, and no others', async () => {
    const atTableLevel = await rowsOf(
      central.client,
      `select table_name, grantee, privilege_type from information_schema.role_table_grants
        where table_schema = 'public' and grantee in ('PUBLIC', 'fp_person', 'fp_internal', 'fp_supplier', 'fp_customer', 'fp_admin')
          and not (grantee = 'fp_internal' and privilege_type = 'SELECT')`,
    );
    expect(atTableLevel).toEqual([]);
    const granted = await rowsOf<{ target: string; op: string; columns: string[] }>(
      central.client,
      `select table_name as target, lower(privilege_type) as op, array_agg(column_name::text order by 1) as columns
         from information_schema.column_privileges
        where table_schema = 'public' and grantee = 'fp_internal' and privilege_type in ('INSERT', 'UPDATE') group by 1, 2 order by 1, 2`,
    );
    const accepted = await rowsOf<{ target: string; op: string; columns: string[] }>(
      central.client,
      `select r.table_name::text as target, op,
              (select array_agg(c order by 1) from unnest(r.writable || case op when 'insert' then '{id,organization_id}' else '{}' end::text[]) c) as columns
         from sync.replicated_table r, unnest(r.accepts) op order by 1, 2`,
    );
    const sorted = (list: typeof granted) => list.map(({ target, op, columns }) => `${op} ${target}: ${[...columns].sort().join(' ')}`).sort();
    expect(sorted(granted)).toEqual(sorted(accepted));
    // People outside write a part of them.
    const outside = await rowsOf<{ target: string; op: string; name: string }>(
      central.client,
      `select table_name as target, lower(privilege_type) as op, column_name as name from information_schema.column_privileges
        where table_schema = 'public' and grantee in ('fp_supplier', 'fp_customer') and privilege_type <> 'SELECT'`,
    );
    const columnsOf = new Map(accepted.map(({ target, op, columns }) => [`${op} ${target}`, columns]));
    expect(outside.filter(({ target, op, name }) => !columnsOf.get(`${op} ${target}`)?.includes(name))).toEqual([]);
  });

  it('shows people outside no value, cost or internal note', async () => {
    const seen = await rowsOf<{ grantee: string; name: string }>(
      central.client,
      `select grantee, table_name || '.' || column_name as name from information_schema.column_privileges
        where table_schema = 'public' and grantee in ('fp_supplier', 'fp_customer') and privilege_type = 'SELECT'`,
    );
    const kept = /value|cost|price|amount|note|credit|metadata|ai_|settings|exit_criteria|responsible|score|employee|manager|description/;
    const names = seen.filter(({ name }) => kept.test(name)).map(({ grantee, name }) => `${grantee} ${name}`);
    // A supplier's own offer, and what was written for people outside.
    expect(names.sort()).toEqual([
      'fp_customer documents.description',
      'fp_customer projects.description',
      'fp_supplier documents.description',
      'fp_supplier supplier_quote_items.amount',
      'fp_supplier supplier_quote_items.description',
      'fp_supplier supplier_quote_items.notes',
      'fp_supplier supplier_quote_items.unit_price',
      'fp_supplier supplier_quotes.notes',
      'fp_supplier supplier_quotes.total_amount',
      'fp_supplier supplier_rfq_items.description',
    ]);
  });
});
