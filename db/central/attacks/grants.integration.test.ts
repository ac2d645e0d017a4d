import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../testing/demo-central.ts';

/*
 * Whatever a migration adds needs a decision: who may reach it. These tests fail where there is none, whatever kind of object
 * it is. The lists of functions and of columns are in db/central/access.integration.test.ts.
 */

let central: DemoCentral;

beforeAll(async () => {
  central = await createDemoCentral();
});

afterAll(() => central.drop());

const listOf = async (sql: string): Promise<string[]> =>
  (await central.client.query<{ x: string }>(sql)).rows.map(({ x }) => x);

const ourSchemas = `('public'::regnamespace, 'app'::regnamespace, 'sync'::regnamespace, 'files'::regnamespace)`;
/** Everybody who signs in as a person is one of these, or has their rights. */
const people = `('PUBLIC', 'fp_person', 'fp_internal', 'fp_supplier', 'fp_customer', 'fp_admin')`;
const grantee = `coalesce((select rolname from pg_roles r where r.oid = a.grantee), 'PUBLIC')`;

describe('every object of the centre', () => {
  it('lies in a schema of ours, and each kind is one that these tests know', async () => {
    expect(
      await listOf(
        `select nspname as x from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1`,
      ),
    ).toEqual(['app', 'files', 'public', 'sync']);
    // Tables, their indexes and composite types; no materialized view, foreign or partitioned table so far.
    expect(await listOf(`select distinct relkind::text as x from pg_class where relnamespace in ${ourSchemas} order by 1`)).toEqual(['S', 'c', 'i', 'r', 'v']);
    // Views and sequences of the machinery, which nobody but their owner reaches.
    expect(
      await listOf(`select c.oid::regclass::text as x from pg_class c where relnamespace in ${ourSchemas} and relkind in ('v', 'S') order by 1`),
    ).toEqual(['app.handed_in_place_seq', 'app.handed_in_waiting', 'app.signed_in']);
    expect(
      await listOf(`select c.oid::regclass::text as x from pg_class c, unnest(${people.replace(/^\(/, 'array[').replace(/\)$/, ']')}) p (name)
                     where relnamespace in ${ourSchemas} and relkind in ('v', 'S') and p.name <> 'PUBLIC' and has_table_privilege(p.name, c.oid, 'select, insert, update, delete')`),
    ).toEqual([]);
    expect(await listOf(`select distinct prokind::text as x from pg_proc where pronamespace in ${ourSchemas}`)).toEqual(['f']);
    // Beside the rows of tables and their arrays.
    expect(
      await listOf(`select t.oid::regtype::text as x from pg_type t left join pg_class c on c.oid = t.typrelid
                     where t.typnamespace in ${ourSchemas} and t.typcategory <> 'A' and coalesce(c.relkind, 'x') not in ('r', 'v', 'S')`),
    ).toEqual(['app.identity']);
    for (const catalog of [
      'pg_operator',
      'pg_opclass',
      'pg_opfamily',
      'pg_collation',
      'pg_conversion',
      'pg_ts_config',
      'pg_ts_dict',
      'pg_statistic_ext',
    ]) {
      const column = {
        pg_operator: 'opr',
        pg_opclass: 'opc',
        pg_opfamily: 'opf',
        pg_collation: 'coll',
        pg_conversion: 'con',
        pg_ts_config: 'cfg',
        pg_ts_dict: 'dict',
        pg_statistic_ext: 'stx',
      }[catalog];
      expect(
        await listOf(`select oid::text as x from ${catalog} where ${column ?? ''}namespace in ${ourSchemas}`),
        catalog,
      ).toEqual([]);
    }
    expect(await listOf('select evtname as x from pg_event_trigger')).toEqual([]);
    expect(await listOf('select extname as x from pg_extension order by 1')).toEqual(['plpgsql']);
    expect(await listOf('select pubname as x from pg_publication')).toEqual([]);
    expect(await listOf('select srvname as x from pg_foreign_server')).toEqual([]);
    expect(await listOf(`select rulename as x from pg_rewrite w join pg_class c on c.oid = w.ev_class where c.relnamespace in ${ourSchemas} and c.relkind <> 'v'`)).toEqual([]);
  });

  it('belongs to whoever made the schema', async () => {
    const owner = `(select nspowner from pg_namespace where nspname = 'app')`;
    expect(
      await listOf(`select oid::regclass::text as x from pg_class where relnamespace in ${ourSchemas} and relowner <> ${owner}
                    union all select oid::regprocedure::text from pg_proc where pronamespace in ${ourSchemas} and proowner <> ${owner}`),
    ).toEqual([]);
  });

  it('has row-level security and a policy for its owner, where it is a table', async () => {
    expect(
      await listOf(`select c.oid::regclass::text as x from pg_class c where c.relnamespace in ${ourSchemas} and c.relkind in ('r', 'p')
                     and not (c.relrowsecurity and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'owner_all' and p.polroles = array[c.relowner]))`),
    ).toEqual([]);
    expect(
      await listOf(`select c.oid::regclass::text as x from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                     and (not c.relforcerowsecurity or not exists (select from sync.replicated_table r where r.table_name = c.relname)
                          or not exists (select from app.access_rules r where r.table_name = c.relname and r.action = 'read'))`),
    ).toEqual([]);
  });

  it('has no policy that a member of a group could remove with DROP OWNED', async () => {
    expect(
      await listOf(`select format('%s %s', p.polrelid::regclass, p.polname) as x from pg_policy p
                     where p.polroles <> '{0}' and p.polroles <> (select array[nspowner] from pg_namespace where nspname = 'app')`),
    ).toEqual([]);
  });

  it('of the machinery is reached by people through functions, but for one list', async () => {
    expect(
      await listOf(`select format('%s: %s to %s', c.oid::regclass, a.privilege_type, ${grantee}) as x
                      from pg_class c cross join lateral aclexplode(c.relacl) a
                     where c.relnamespace in ('app'::regnamespace, 'sync'::regnamespace, 'files'::regnamespace) and ${grantee} in ${people}`),
    ).toEqual(['sync.replicated_table: SELECT to fp_person']);
    expect(
      await listOf(`select t.attrelid::regclass::text as x from pg_attribute t cross join lateral aclexplode(t.attacl) a
                     join pg_class c on c.oid = t.attrelid where c.relnamespace in ('app'::regnamespace, 'sync'::regnamespace, 'files'::regnamespace)`),
    ).toEqual([]);
  });

  it('gives the public nothing, and people rights by their groups alone', async () => {
    // The type of a row is nobody's secret: what it describes stands in the catalogs.
    expect(
      await listOf(`select c.oid::regclass::text as x from pg_class c cross join lateral aclexplode(c.relacl) a where c.relnamespace in ${ourSchemas} and a.grantee = 0
                    union all select t.attrelid::regclass::text from pg_attribute t cross join lateral aclexplode(t.attacl) a where a.grantee = 0
                      and t.attrelid in (select oid from pg_class where relnamespace in ${ourSchemas})
                    union all select p.oid::regprocedure::text from pg_proc p cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                     where p.pronamespace in ${ourSchemas} and a.grantee = 0
                    union all select n.nspname::text from pg_namespace n cross join lateral aclexplode(n.nspacl) a where n.oid in ${ourSchemas} and a.grantee = 0`),
    ).toEqual([]);
    const owner = `(select nspowner from pg_namespace where nspname = 'app')`;
    expect(
      await listOf(`select distinct ${grantee} as x from (
                      select (aclexplode(relacl)).* from pg_class where relnamespace in ${ourSchemas}
                      union all select (aclexplode(attacl)).* from pg_attribute where attrelid in (select oid from pg_class where relnamespace in ${ourSchemas})
                      union all select (aclexplode(proacl)).* from pg_proc where pronamespace in ${ourSchemas}
                      union all select (aclexplode(nspacl)).* from pg_namespace where nspname in ('app', 'sync', 'files')) a
                     where a.grantee <> ${owner} and not a.is_grantable order by 1`),
    ).toEqual(['fp_customer', 'fp_internal', 'fp_person', 'fp_supplier']);
    expect(
      await listOf(`select format('%s: %s to %s', n.nspname, a.privilege_type, ${grantee}) as x from pg_namespace n cross join lateral aclexplode(n.nspacl) a
                     where n.oid in ${ourSchemas} and ${grantee} in ${people} order by 1`),
    ).toEqual(['app: USAGE to fp_person', 'files: USAGE to fp_person', 'public: USAGE to fp_person', 'sync: USAGE to fp_person']);
    expect(
      await listOf(`select format('%s to %s', a.privilege_type, ${grantee}) as x from pg_database d cross join lateral aclexplode(d.datacl) a
                     where d.datname = current_database() and ${grantee} in ${people}`),
    ).toEqual(['CONNECT to fp_person']);
  });

  it('keeps the values of business data out of the planner’s statistics (app.forget_values)', async () => {
    expect(
      await listOf(`select format('%s.%s', a.attrelid::regclass, a.attname) as x from pg_attribute a join pg_class c on c.oid = a.attrelid
                     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and a.attstattarget is distinct from 0
                       and a.atttypid not in ('uuid'::regtype, 'xid8'::regtype, 'boolean'::regtype) and a.attname not in ('created_at', 'updated_at')`),
    ).toEqual([]);
  });

  it('that comes later begins closed: a new table, a new function', async () => {
    await central.client.query('begin');
    await central.client.query(
      'create table public.later (id int); create table app.later (id int); create sequence sync.later',
    );
    await central.client.query(`create function app.later() returns int language sql as 'select 1'`);
    for (const role of ['fp_person', 'fp_internal', 'fp_supplier', 'fp_customer', 'fp_admin']) {
      const { rows } = await central.client.query(
        `select has_table_privilege($1, 'public.later', 'select, insert, update, delete, truncate, references, trigger') as public,
                has_table_privilege($1, 'app.later', 'select, insert, update, delete') as app,
                has_sequence_privilege($1, 'sync.later', 'usage, select, update') as sync,
                has_function_privilege($1, 'app.later()', 'execute') as function`,
        [role],
      );
      expect(rows, role).toEqual([{ public: false, app: false, sync: false, function: false }]);
    }
    await central.client.query('rollback');
    expect(
      await listOf(`select format('%s: %s to %s', d.defaclobjtype, a.privilege_type, ${grantee}) as x from pg_default_acl d cross join lateral aclexplode(d.defaclacl) a
                     where ${grantee} in ${people}`),
    ).toEqual([]);
  });

  it('runs with the rights of its owner only where it says on which schemas', async () => {
    expect(
      await listOf(
        `select p.oid::regprocedure::text as x from pg_proc p where p.pronamespace in ${ourSchemas} and not coalesce(p.proconfig @> array['search_path=pg_catalog'], false)`,
      ),
    ).toEqual([]);
    expect(
      await listOf(
        `select p.oid::regprocedure::text as x from pg_proc p where p.pronamespace in ${ourSchemas} and p.proleakproof`,
      ),
    ).toEqual([]);
  });
});

describe('groups and people', () => {
  it('have no right of the server, and groups belong to no other', async () => {
    const ours = `(r.rolname in ('fp_person', 'fp_internal', 'fp_supplier', 'fp_customer', 'fp_admin') or r.rolname in (select role_name from app.logins))`;
    expect(
      await listOf(
        `select r.rolname as x from pg_roles r where ${ours} and (r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolbypassrls)`,
      ),
    ).toEqual([]);
    expect(
      await listOf(
        `select r.rolname as x from pg_roles r where r.rolname in ('fp_person', 'fp_internal', 'fp_supplier', 'fp_customer', 'fp_admin') and r.rolcanlogin`,
      ),
    ).toEqual([]);
    expect(
      await listOf(`select distinct format('%s in %s', r.rolname, g.rolname) as x from pg_auth_members m join pg_roles r on r.oid = m.member join pg_roles g on g.oid = m.roleid
                     where ${ours} and g.rolname not in ('fp_person', 'fp_internal', 'fp_supplier', 'fp_customer', 'fp_admin')`),
    ).toEqual([]);
    expect(
      await listOf(
        `select r.rolname as x from pg_auth_members m join pg_roles r on r.oid = m.member where ${ours} and m.admin_option`,
      ),
    ).toEqual([]);
  });
});
