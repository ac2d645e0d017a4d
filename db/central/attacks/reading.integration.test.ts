import { text } from 'node:stream/consumers';
import { to as copyTo } from 'pg-copy-streams';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '../../../shared/domain/roles.ts';
import type { Scope } from './canaries.ts';
import { beginSiege, nameOf, oneOfEachGroup, ours, scopes, theirs, type Attacker, type Siege } from './siege.ts';

let siege: Siege;

beforeAll(async () => {
  siege = await beginSiege();
});

afterAll(() => siege.end());

const leakTo =
  ({ role, organization }: Attacker) =>
  (said: string) =>
    siege.canaries.leaked(role, organization, said);

/** Asks, and looks for canaries in what is answered. */
const ask = (attacker: Attacker, name: string, sql: string, refused: readonly string[] = ['42501']) =>
  siege.attempts.attempt({
    name: `${nameOf(attacker)}: ${name}: ${sql}`,
    act: () => attacker.client.query(sql),
    refused,
    harm: (answer) => leakTo(attacker)(JSON.stringify(answer)),
    leak: leakTo(attacker),
  });

/** Asks for the number of rows that are none of the attacker's business, and expects none. */
const count = (attacker: Attacker, name: string, sql: string) =>
  siege.attempts.attempt({
    name: `${nameOf(attacker)}: ${name}: ${sql}`,
    act: () => attacker.client.query<{ n: string | null }>(sql),
    refused: ['42501'],
    harm: ({ rows }) => Number(rows[0]?.n ?? 0) > 0,
    leak: leakTo(attacker),
  });

/** One row of the other organization, and those of their own that their role does not show. */
const hiddenScopes = ({ role, organization }: Attacker, table: string): Scope[] =>
  scopes.filter(
    (scope) =>
      siege.canaries.has(table, scope) &&
      !siege.canaries.maySeeRow(role, organization, table, scope) &&
      (scope.organization === organization || scope.company === 1),
  );

describe.each(roles)('somebody of the role %s', (role) => {
  const inBoth = () => siege.attackers.filter((attacker) => attacker.role === role);

  it('sees what the rules give them', async () => {
    for (const { client, organization } of inBoth()) {
      for (const table of siege.canaries.tables) {
        const answer = await client
          .query(`select ${siege.canaries.columnsFor(role, table)} from public.${table} t`)
          .catch((error: unknown) => {
            expect(error).toMatchObject({ code: '42501' });
            return { rows: [] };
          });
        expect(siege.canaries.missing(role, organization, table, JSON.stringify(answer.rows))).toEqual([]);
      }
    }
  });

  it('reads no canary of others from a table, by whatever query', async () => {
    for (const attacker of inBoth()) {
      for (const table of siege.canaries.tables) {
        const columns = siege.canaries.columnsFor(role, table);
        const whole = columns === 't.*' ? 't' : `row(${columns})`;
        await ask(attacker, 'whole rows', `select t.* from public.${table} t`);
        await ask(attacker, 'columns', `select ${columns} from only public.${table} t`);
        // What holds for one organization holds for the other: the long list is tried in one direction.
        if (attacker.organization !== ours) continue;
        await ask(attacker, 'a table by its name', `table public.${table}`);
        await ask(attacker, 'as text', `select ${whole}::text, to_jsonb(${whole}) from public.${table} t`);
        await ask(
          attacker,
          'aggregate',
          `select string_agg(${whole}::text, ' '), jsonb_agg(${whole}) from public.${table} t`,
        );
        await ask(attacker, 'join', `select ${whole} from public.organizations o cross join public.${table} t`);
        await ask(
          attacker,
          'lateral',
          `select l.* from (values (1)) v cross join lateral (select ${columns} from public.${table} t offset 0) l`,
        );
        await ask(
          attacker,
          'plan',
          `explain (analyze, verbose, settings) select ${whole}::text from public.${table} t`,
        );
        if (!oneOfEachGroup.includes(role)) continue;
        await ask(attacker, 'sample', `select ${columns} from public.${table} t tablesample system (100)`);
        await ask(attacker, 'XML', `select query_to_xml('select ${columns} from public.${table} t', true, true, '')`);
        await ask(attacker, 'table as XML', `select table_to_xml('public.${table}'::regclass, true, true, '')`);
        await ask(
          attacker,
          'words',
          `select * from ts_stat($$select to_tsvector('simple', ${whole}::text) from public.${table} t$$)`,
        );
        await ask(
          attacker,
          'statistics',
          `select s::text from pg_stats s where schemaname = 'public' and tablename = '${table}'`,
        );
        for (const strength of ['update', 'key share']) {
          await ask(attacker, 'lock', `select ${columns} from public.${table} t for ${strength}`);
        }
        await siege.attempts.attempt({
          name: `${nameOf(attacker)}: copy ${table}`,
          act: () => text(attacker.client.query(copyTo(`copy public.${table} to stdout`))),
          refused: ['42501'],
          harm: leakTo(attacker),
          leak: leakTo(attacker),
        });
        await siege.attempts.attempt({
          name: `${nameOf(attacker)}: copy a query of ${table}`,
          act: () => text(attacker.client.query(copyTo(`copy (select ${columns} from public.${table} t) to stdout`))),
          refused: ['42501'],
          harm: leakTo(attacker),
          leak: leakTo(attacker),
        });
        await attacker.client.query('begin');
        await ask(attacker, 'open a cursor', `declare c cursor for select ${columns} from public.${table} t`);
        await ask(attacker, 'fetch', 'fetch all from c', ['25P02']);
        await attacker.client.query('rollback');
      }
    }
    siege.attempts.verify();
  });

  it('learns nothing of a hidden row whose id they know, nor from errors that its values cause', async () => {
    for (const attacker of inBoth()) {
      for (const table of siege.canaries.tables) {
        const columns = siege.canaries.columnsFor(role, table);
        const whole = columns === 't.*' ? 't' : `row(${columns})`;
        for (const scope of hiddenScopes(attacker, table)) {
          const id = siege.canaries.idOf(table, scope);
          const hidden = `from public.${table} t where t.id = '${id}'`;
          await count(attacker, 'count', `select count(*) as n ${hidden}`);
          if (attacker.organization !== ours) continue;
          await count(attacker, 'exists', `select exists (select ${hidden})::int as n`);
          await count(attacker, 'subselect', `select 1 as n where (select ${whole} ${hidden}) is not null`);
          await count(
            attacker,
            'in a list',
            `select count(*) as n from (values ('${id}'::uuid)) v (id) where v.id in (select t.id from public.${table} t)`,
          );
          await count(
            attacker,
            'outer join',
            `select count(t.id) as n from (values ('${id}'::uuid)) v (id) left join public.${table} t on t.id = v.id`,
          );
          await count(
            attacker,
            'by every place',
            `select count(*) as n from public.${table} t where t.ctid = any (array(select format('(%s,%s)', p, l)::tid from generate_series(0, 3) p, generate_series(1, 60) l)) and t.id = '${id}'`,
          );
          // A division by the row itself, a cast of it: both would tell by their error that there is one.
          await ask(
            attacker,
            'division',
            `select 1 ${hidden} and 1 / (length(${whole}::text) - length(${whole}::text)) = 0`,
          );
          await ask(attacker, 'cast', `select 1 ${hidden} and (${whole}::text)::integer = 1`);
          await ask(attacker, 'cast of JSON', `select 1 ${hidden} and (${whole}::text)::jsonb is null`);
          await ask(attacker, 'regular expression', `select 1 ${hidden} and 'x' ~ (${whole}::text || '[')`);
          await ask(attacker, 'XPath', `select 1 ${hidden} and xmlparse(content '<' || ${whole}::text) is null`);
          await ask(
            attacker,
            'early filter',
            `select 1 from (select ${columns} from public.${table} t offset 0) t where t.id = '${id}' and 1 / (length(t::text) - length(t::text)) = 0`,
          );
          await ask(attacker, 'case', `select case when exists (select ${hidden}) then 1 / (now() < now())::int end`);
        }
        if (role === 'supplier' || role === 'customer') continue;
        await count(
          attacker,
          'organization',
          `select count(*) as n from public.${table} t where organization_id <> '${attacker.organization}'`,
        );
      }
    }
    siege.attempts.verify();
  });
});

describe('a plan', () => {
  it('is made of no values that are hidden, and counts no hidden name', async () => {
    await siege.central.client.query(
      `insert into public.contacts (organization_id, type, company_name, city, credit_limit)
       select o, 'customer', 'Bí mật ' || n, 'Bí mật ' || n % 7, 700 + n % 5 from generate_series(1, 1500) n, unnest($1::uuid[]) o`,
      [[ours, theirs]],
    );
    await siege.central.client.query('analyze public.contacts');
    for (const attacker of siege.attackers) {
      const outside = attacker.role === 'supplier' || attacker.role === 'customer';
      await attacker.client.query('set enable_seqscan = off');
      for (const [there, nowhere] of [
        [`company_name >= 'Bí mật' and company_name < 'Bí mậu'`, `company_name >= 'Zz' and company_name < 'Zzz'`],
        [`company_name = 'Bí mật 7'`, `company_name = 'Zz'`],
        [`city = 'Bí mật 3'`, `city = 'Zz'`],
        [`city > 'Bí mật 1' and city < 'Bí mật 5'`, `city > 'Zz1' and city < 'Zz5'`],
        ...(outside ? [] : [['credit_limit between 700 and 704', 'credit_limit between 1 and 5']]),
      ] as [string, string][]) {
        const plan = async (condition: string, options: string) => {
          const { rows } = await attacker.client.query<{ 'QUERY PLAN': { Plan: Record<string, unknown> }[] }>(
            `explain (format json${options}) select id from public.contacts where ${condition}`,
          );
          const facts = rows[0]?.['QUERY PLAN'][0]?.Plan ?? {};
          return JSON.stringify(
            ['Node Type', 'Index Name', 'Plan Rows', 'Total Cost', 'Rows Removed by Filter'].map((fact) => facts[fact]),
          );
        };
        await siege.attempts.attempt({
          name: `${nameOf(attacker)}: the estimate for ${there}`,
          act: async () => [await plan(there, ''), await plan(nowhere, '')],
          refused: [],
          harm: ([one, two]) => (one === two ? null : `${one ?? ''} differs from ${two ?? ''}`),
        });
        if (!outside) continue;
        await siege.attempts.attempt({
          name: `${nameOf(attacker)}: the count for ${there}`,
          act: async () => [
            await plan(there, ', analyze, timing off, summary off'),
            await plan(nowhere, ', analyze, timing off, summary off'),
          ],
          refused: [],
          harm: ([one, two]) => (one === two ? null : `${one ?? ''} differs from ${two ?? ''}`),
        });
      }
      await attacker.client.query('reset all');
    }
    siege.attempts.verify();
  });
});

describe('beside the tables', () => {
  const other = (attacker: Attacker) => (attacker.organization === ours ? theirs : ours);

  it('no catalog, view or file tells what others have or do', async () => {
    const watched = siege.as('management');
    await watched.client.query("select 'cnr0001x'");
    await watched.client.query("prepare watched as select 'cnr0001x'");
    await watched.client.query('listen fp_watched');
    // The catalogs know groups, not roles: one of each group, and one of the other organization.
    for (const attacker of [
      watched,
      siege.as('qa'),
      siege.as('supplier'),
      siege.as('customer'),
      ...siege.attackers.filter(({ role, organization }) => role === 'admin' && organization === theirs),
    ]) {
      for (const [sql, ...refused] of [
        ['select * from pg_stats'],
        ['select * from pg_stats_ext'],
        ['select * from pg_stats_ext_exprs'],
        ['select * from pg_statistic', '42501'],
        ['select stxdndistinct::text from pg_statistic_ext_data', '42501'],
        ['select * from pg_stat_activity'],
        ['select * from pg_stat_get_activity(null)'],
        ['select pg_stat_get_backend_activity(s) from pg_stat_get_backend_idset() s'],
        ['select * from pg_locks'],
        ['select * from pg_prepared_statements'],
        ['select * from pg_prepared_xacts'],
        ['select * from pg_cursors'],
        ['select * from pg_stat_statements', '42P01'],
        ['select * from pg_seclabels'],
        ['select * from pg_authid', '42501'],
        ['select * from pg_shadow', '42501'],
        ['select * from pg_largeobject', '42501'],
        ['select * from pg_user_mappings'],
        ['select * from pg_db_role_setting'],
        ['select * from pg_hba_file_rules', '42501'],
        ['select * from pg_ident_file_mappings', '42501'],
        ['select * from pg_file_settings', '42501'],
        ['select * from information_schema.tables'],
        ['select * from information_schema.columns'],
        ['select * from information_schema.table_constraints'],
        ['select * from information_schema.routines'],
        ["select pg_read_file('PG_VERSION')", '42501'],
        ["select pg_read_binary_file('global/pg_control')", '42501'],
        ["select pg_ls_dir('.')", '42501'],
        ['select * from pg_ls_logdir()', '42501'],
        ['select * from pg_ls_waldir()', '42501'],
        ["select pg_stat_file('PG_VERSION')", '42501'],
        ['select pg_current_logfile()', '42501'],
        ["select lo_import('PG_VERSION')", '42501'],
        ["select lo_export(1, '/tmp/attack-export')", '42501'],
        ['select lo_get(1)', '42704', '42501'],
        ["copy public.projects to program 'cat'", '42501'],
        ["copy public.messages from program 'id'", '42501'],
        ["copy public.projects to '/tmp/attack-export'", '42501'],
        ["copy public.messages from '/etc/passwd'", '42501'],
        ["select * from dblink('dbname=postgres', 'select 1') as t (a int)", '42883'],
        ['create extension dblink', '42501', '58P01', '0A000'],
        ['create extension postgres_fdw', '42501', '58P01', '0A000'],
        ['create extension file_fdw', '42501', '58P01', '0A000'],
        ["select database_to_xml(true, true, '')", '42501'],
        ["select schema_to_xml('public', true, true, '')", '42501'],
        ["select schema_to_xml('sync', true, true, '')", '42501'],
        ["select * from pg_logical_slot_peek_changes('x', null, null)", '42501', '42704', '55000'],
        ["select pg_create_logical_replication_slot('x', 'test_decoding')", '42501', '55000'],
        ['select * from pg_show_replication_origin_status()', '42501'],
        ["select * from pg_get_wal_records_info('0/0', '0/1')", '42883'],
        ['select * from pg_walfile_name(pg_current_wal_lsn())'],
        ['select count(*) from app.logins', '42501'],
        ['select * from app.devices', '42501'],
        ['select * from app.access_rules', '42501'],
        ['select * from sync.channels', '42501'],
        ['select * from sync.mutations', '42501'],
        ['select * from sync.removals', '42501'],
        ['select * from sync.touched', '42501'],
        ['select * from sync.instance', '42501'],
      ] as [string, ...string[]][]) {
        await ask(attacker, 'catalog', sql, refused.length > 0 ? refused : ['42501']);
      }
      await count(
        attacker,
        'activity',
        `select count(*) as n from pg_stat_activity where usename <> session_user and (query <> '<insufficient privilege>' or client_addr is not null or state is not null or query_start is not null)`,
      );
      await count(
        attacker,
        'statistics',
        `select count(*) as n from pg_stats where schemaname in ('public', 'app', 'sync') and tablename <> 'replicated_table' and tablename not in ('schema_migrations')`,
      );
      if (attacker !== watched) await count(attacker, 'channels', 'select count(*) as n from pg_listening_channels()');
    }
    siege.attempts.verify();
  });

  it('our functions tell nobody of another organization', async () => {
    for (const attacker of siege.attackers) {
      const foreign = siege.canaries.idOf('projects', { organization: other(attacker), company: 1 });
      const { rows: hiddenChannel } = await siege.central.client.query<{ channel: string }>(
        'select channel from sync.channels where organization_id = $1',
        [other(attacker)],
      );
      await siege.attempts.attempt({
        name: `${nameOf(attacker)}: the other channel`,
        act: () =>
          attacker.client.query(
            `select sync.hello('{"id":"${crypto.randomUUID()}","name":"x","platform":"x","app_version":"1","client_version":1000}'), sync.pull_state(null)`,
          ),
        refused: [],
        harm: ({ rows }) =>
          JSON.stringify(rows).includes(hiddenChannel[0]?.channel ?? '-') ||
          JSON.stringify(rows).includes(other(attacker)),
      });
      for (const call of [
        `app.in_circle('${foreign}')`,
        `array_length(app.shared_project_ids(), 1) > 1`,
        `'${foreign}' = any (app.shared_project_ids())`,
        `'${siege.canaries.idOf('documents', { organization: other(attacker), company: 1 })}' = any (app.requested_document_ids())`,
        `app.missing_row_code('projects', '${foreign}') <> 'ROW_NOT_VISIBLE'`,
        `app.my_organization_id() = '${other(attacker)}'`,
        `app.organization_with_access('projects', 'read') = '${other(attacker)}'`,
        `app.my_company_id() = '${siege.canaries.idOf('contacts', { organization: attacker.organization, company: 2 })}'`,
        `sync.pull_state('1:1:')::text like '%${foreign}%'`,
      ]) {
        await count(attacker, 'function', `select (${call})::int as n`);
      }
    }
    siege.attempts.verify();
  });
});
