import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPassword } from '../../../shared/demo-accounts.ts';
import { roles } from '../../../shared/domain/roles.ts';
import { closeNeighbours } from '../neighbours.ts';
import { createDemoCentral } from '../../testing/demo-central.ts';
import { connectAs, push } from '../../testing/person.ts';
import { addressOf } from '../../testing/workflow-cases.ts';
import { usual } from '../../../shared/domain/workflow-cases-world.ts';
import { beginSiege, nameOf, ours, theirs, type Attacker, type Siege } from './siege.ts';

let siege: Siege;

beforeAll(async () => {
  siege = await beginSiege();
});

afterAll(() => siege.end());

/** What somebody sees of the other organization, and of what their role hides; must be nothing, whatever they set before. */
async function seesTooMuch(me: Attacker): Promise<string | null> {
  for (const table of siege.canaries.tables) {
    const { rows } = await me.client
      .query(`select ${siege.canaries.columnsFor(me.role, table)} from public.${table} t`)
      .catch((error: unknown) => {
        expect(error).toMatchObject({ code: '42501' });
        return { rows: [] };
      });
    const leaked = siege.canaries.leaked(me.role, me.organization, JSON.stringify(rows));
    if (leaked !== null) return leaked;
  }
  return null;
}

const statements: readonly [sql: string, ...refused: string[]][] = [
  // Being somebody else.
  ['set role postgres', '42501'],
  ['set local role pg_read_all_data', '42501'],
  ['set role pg_read_all_data', '42501'],
  ['set role pg_execute_server_program', '42501'],
  ['set session authorization postgres', '42501'],
  ['set session authorization fp_person', '42501'],
  ['set session authorization :colleague', '42501'],
  ['set role :colleague', '42501'],
  // Rights.
  ['alter role :me superuser', '42501'],
  ['alter role :me createrole', '42501'],
  ['alter role :me createdb', '42501'],
  ['alter role :me replication', '42501'],
  ['alter role :me bypassrls', '42501'],
  ["alter role :me valid until 'infinity'", '42501'],
  ['alter role :me connection limit 1000', '42501'],
  ['alter role :me rename to fp_somebody', '42501', '0A000'],
  ['alter role :colleague password null', '42501'],
  ["alter role :colleague password 'x'", '42501'],
  ['alter role :colleague nologin', '42501'],
  ["alter role :colleague set search_path = 'x'", '42501'],
  ['alter role fp_person superuser', '42501'],
  ["alter role fp_person set search_path = 'x'", '42501'],
  ["alter role all set search_path = 'x'", '42501'],
  ["alter role postgres password 'x'", '42501'],
  ['grant fp_admin to :me', '42501'],
  ['grant fp_internal to :colleague', '42501'],
  ['grant pg_read_all_data to :me', '42501'],
  ['grant postgres to :me', '42501'],
  ['revoke fp_internal from :colleague', '42501'],
  ['create role fp_new login', '42501'],
  ['drop role :colleague', '42501'],
  ['drop role fp_internal', '42501'],
  ['reassign owned by postgres to :me', '42501'],
  ['drop owned by postgres', '42501', '2BP01'],
  ['alter default privileges for role postgres grant all on tables to public', '42501'],
  // Objects of their own, in the way of ours.
  ['create temporary table projects (id uuid)', '42501'],
  ['create table public.own (id uuid)', '42501'],
  ['create unlogged table app.own (id uuid)', '42501'],
  ['select 1 as x into sync.own', '42501'],
  ['create temporary view v as select 1', '42501'],
  ['create view public.v as select * from public.users', '42501'],
  ['create materialized view public.v as select 1', '42501'],
  ['create temporary sequence s', '42501'],
  ['create sequence public.s', '42501'],
  ['create schema own', '42501'],
  ['create schema authorization current_user', '42501'],
  ['create schema pg_own', '42939', '42501'],
  ['create function public.f() returns int language sql as $$select 1$$', '42501'],
  ['create function pg_temp.f() returns int language sql as $$select 1$$', '42501'],
  ['create function pg_catalog.f() returns int language sql as $$select 1$$', '42501'],
  ['create or replace function app.my_role() returns text language sql as $$select null::text$$', '42501'],
  ['create procedure public.p() language sql as $$select 1$$', '42501'],
  ['create function public.f() returns int language c as $$libc.so.6$$, $$system$$', '42501'],
  ['create aggregate public.a (int) (sfunc = int4pl, stype = int)', '42501'],
  ['create type public.t as (a int)', '42501'],
  ["create type pg_temp.t as enum ('a')", '42501'],
  ['create domain public.d as text', '42501'],
  ['create operator public.= (leftarg = uuid, rightarg = uuid, function = uuid_eq)', '42501'],
  ['create operator class public.o for type uuid using btree as operator 1 <', '42501'],
  ['create cast (uuid as integer) with inout', '42501'],
  ['create collation public.c from "C"', '42501'],
  ["create conversion public.c for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1", '42501'],
  ['create text search configuration public.c (copy = simple)', '42501'],
  ['create statistics public.s on id, title from public.projects', '42501'],
  ['create index on public.projects (title)', '42501'],
  ['create rule r as on insert to public.projects do also select 1', '42501'],
  ['create event trigger e on ddl_command_start execute function app.audit()', '42501'],
  ['create extension pgcrypto', '42501', '58P01', '0A000'],
  ['create extension plpython3u', '42501', '58P01', '0A000'],
  ['create language plperlu', '42501', '42704', '58P01', '0A000'],
  ['create foreign data wrapper w', '42501'],
  ['create server s foreign data wrapper w', '42501', '42704'],
  ['create user mapping for public server s', '42501', '42704'],
  ['create publication p for all tables', '42501'],
  ["create subscription s connection 'dbname=postgres' publication p with (connect = false)", '42501'],
  ["create tablespace t location '/tmp'", '42501'],
  ['create database own', '42501'],
  ['create access method m type index handler bthandler', '42501'],
  ['alter function app.my_role() security invoker', '42501'],
  ['alter table app.logins owner to current_user', '42501'],
  ['alter schema app owner to current_user', '42501'],
  ['alter schema app rename to other', '42501'],
  ['alter database :database owner to current_user', '42501'],
  ["alter database :database set search_path = 'x'", '42501'],
  ['alter database :database connection limit 0', '42501'],
  ['drop database :database', '55006', '42501'],
  ['drop schema app cascade', '42501'],
  ['drop table public.projects cascade', '42501'],
  ['drop function app.me() cascade', '42501'],
  ['drop policy may_read on public.projects', '42501'],
  ['drop trigger m_check on public.projects', '42501'],
  ["comment on table public.projects is 'x'", '42501'],
  ['alter table public.projects no force row level security', '42501'],
  // Settings that would lift a rule.
  ['set session_replication_role = replica', '42501'],
  ["select set_config('session_replication_role', 'replica', false)", '42501'],
  ['alter role :me set session_replication_role = replica', '42501'],
  ["set session_preload_libraries = 'x'", '42501'],
  ["set dynamic_library_path = '/tmp'", '42501'],
  ['set allow_system_table_mods = on', '42501'],
  ['set ignore_system_indexes = on', '42501', '55P02'],
  ['set zero_damaged_pages = on', '42501'],
  ["set log_statement = 'none'", '42501'],
  ['set log_min_duration_statement = 0', '42501'],
  ["set lc_messages = 'C'", '42501'],
  ['set temp_file_limit = -1', '42501'],
  ['alter system set log_connections = on', '42501'],
  ['alter system reset all', '42501'],
  ["load 'auto_explain'", '42501', '58P01'],
  ["load '$libdir/plugins/x'", '42501', '58P01'],
  // The server and other people's sessions.
  ['select pg_terminate_backend(:pid)', '42501'],
  ['select pg_cancel_backend(:pid)', '42501'],
  [
    'select pg_terminate_backend(pid) from pg_stat_activity where usename <> session_user and datname = current_database()',
    '42501',
  ],
  ['select pg_reload_conf()', '42501'],
  ['select pg_rotate_logfile()', '42501'],
  ['select pg_switch_wal()', '42501'],
  ["select pg_create_restore_point('x')", '42501'],
  ["select pg_backup_start('x')", '42501'],
  ['select pg_promote()', '42501'],
  ['select pg_stat_reset()', '42501'],
  ["select pg_stat_reset_shared('bgwriter')", '42501'],
  ['select pg_log_backend_memory_contexts(:pid)', '42501'],
  ["select pg_replication_origin_create('x')", '42501'],
  ["select pg_create_physical_replication_slot('x')", '42501', '55000'],
  ["select pg_import_system_collations('public')", '42501'],
  ['checkpoint', '42501'],
  ["begin; prepare transaction 'x'", '55000'],
  ["commit prepared 'x'", '42704'],
  // Locks of ours, files in the database.
  ['select pg_advisory_lock(4202501)', '42501'],
  ['select pg_try_advisory_lock(4202501)', '42501'],
  ['select pg_advisory_lock_shared(4202501)', '42501'],
  ['select pg_advisory_xact_lock(4202501)', '42501'],
  ['select pg_try_advisory_xact_lock_shared(0, 4202501)', '42501'],
  ['select lo_creat(-1)', '42501'],
  ['select lo_create(0)', '42501'],
  ["select lo_from_bytea(0, 'x')", '42501'],
  ['select lo_open(1, 131072)', '42501'],
  ['select lo_unlink(1)', '42501'],
  ["select lo_put(1, 0, 'x')", '42501'],
  ["do $$begin execute 'alter role ' || quote_ident(session_user) || ' superuser'; end$$", '42501'],
  ["do $$begin perform set_config('role', 'postgres', false); end$$", '42501'],
  ['do language sql $$select 1$$', '0A000'],
  ['select sync.begin_epoch()', '42501'],
  ['select sync.prune()', '42501'],
  ['select sync.call_back()', '42501'],
  ["select sync.replicate('pg_authid')", '42501'],
  ["select app.keep_audit('projects')", '42501'],
];

/** What PostgreSQL answers with a warning, or does in part: whether it did harm shows in the catalogs. */
const quiet = [
  'set role fp_admin',
  'grant select on public.users to public',
  'grant all on all tables in schema public to public',
  'grant all on schema app to public',
  'grant execute on all functions in schema app to public',
  'grant create on schema public to public',
  'grant temporary on database :database to public',
  'revoke all on public.projects from public, fp_person, fp_internal',
  // Takes a role's rights and the policies made for it alone away: from everybody, where a group is named.
  ...['current_user', 'fp_person', 'fp_internal', 'fp_supplier', 'fp_customer', 'fp_admin'].flatMap((role) => [
    `drop owned by ${role}`,
    `drop owned by ${role} cascade`,
  ]),
  'reassign owned by fp_person to :me',
  'vacuum public.projects',
  'analyze public.projects',
];

describe.each(roles)('somebody of the role %s', (role) => {
  it('becomes nobody else, makes nothing and disturbs nobody', async () => {
    const me = siege.as(role);
    const colleague = siege.as(role === 'qa' ? 'sales' : 'qa');
    const names = await siege.central.client.query<{ me: string; colleague: string }>(
      `select (select quote_ident(role_name) from app.logins where user_id = $1) as me, (select quote_ident(role_name) from app.logins where user_id = $2) as colleague`,
      [me.id, colleague.id],
    );
    const { rows: pids } = await colleague.client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const places: Record<string, string> = {
      me: names.rows[0]?.me ?? '',
      colleague: names.rows[0]?.colleague ?? '',
      pid: String(pids[0]?.pid ?? 0),
      database: siege.central.database,
    };
    for (const [statement, ...refused] of statements) {
      const sql = statement.replace(/(?<!:):([a-z]+)/g, (whole, place: string) => places[place] ?? whole);
      await siege.attempts.attempt({
        name: `${nameOf(me)}: ${sql}`,
        act: () => me.client.query(sql),
        refused,
        harm: () => true,
      });
      await me.client.query('rollback');
    }
    for (const statement of quiet) {
      const sql = statement.replace(':me', places['me'] ?? '').replace(':database', siege.central.database);
      await siege.attempts.attempt({
        name: `${nameOf(me)}: ${sql}`,
        act: () => me.client.query(sql),
        refused: ['42501'],
        harm: () => false,
      });
      await me.client.query('reset role');
    }
    await siege.attempts.attempt({
      name: `${nameOf(me)}: all of these together`,
      act: () => Promise.resolve(),
      refused: [],
      harm: siege.changes,
    });
    siege.attempts.verify();
    await colleague.client.query('select 1');
    await siege.expectNothingChanged();
  });

  it('sees and writes no more by any setting of their session', async () => {
    const me = siege.as(role);
    for (const sql of [
      "set factory_pulse.maintenance = 'on'",
      "select set_config('factory_pulse.maintenance', 'on', false), set_config('factory_pulse.device', 'x', false), set_config('factory_pulse.client_times', '{', false)",
      'set search_path = pg_temp, app, sync, public',
      "set search_path = ''",
      'set enable_indexscan = off; set enable_bitmapscan = off; set enable_seqscan = on',
      'set enable_seqscan = off; set enable_material = off',
      "set plan_cache_mode = 'force_generic_plan'",
      'set debug_parallel_query = on',
      'set role fp_person',
      'set transaction isolation level serializable',
      'set default_transaction_read_only = on',
      "set client_min_messages = 'debug5'; set debug_print_plan = on; set debug_print_rewritten = on",
      "set client_encoding = 'SQL_ASCII'",
      'set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0',
      'grant all on all tables in schema pg_temp to public',
    ]) {
      const act = async () => {
        await me.client.query(sql);
        return seesTooMuch(me);
      };
      await siege.attempts.attempt({
        name: `${nameOf(me)}: ${sql}`,
        act,
        refused: ['42704', '42501', '3F000'],
        harm: (leaked) => leaked,
      });
      await me.client.query('reset role; reset all');
    }
    await siege.attempts.attempt({
      name: `${nameOf(me)}: row_security = off`,
      act: async () => {
        await me.client.query('set row_security = off');
        return me.client.query(`select ${siege.canaries.columnsFor(role, 'users')} from public.users t`);
      },
      refused: ['42501'],
      harm: () => true,
    });
    await me.client.query('reset all');
    for (const sql of ["set local factory_pulse.maintenance = 'on'", 'set constraints all deferred']) {
      await me.client.query('begin');
      await siege.attempts.attempt({
        name: `${nameOf(me)}: ${sql}, then write`,
        act: async () => {
          await me.client.query(sql);
          await me.client.query(`update public.projects set title = 'x' where organization_id = $1`, [theirs]);
          return me.client.query(
            `insert into public.activity_log (organization_id, entity_type, action) values ($1, 'x', 'x')`,
            [ours],
          );
        },
        refused: ['42501'],
        harm: () => true,
      });
      await me.client.query('rollback');
    }
    siege.attempts.verify();
    await siege.expectNothingChanged();
  });
});

describe('what a person sets for their own sign-in', () => {
  it('lifts no rule at the next one', async () => {
    const before = siege.as('production');
    const { rows } = await before.client.query<{ name: string }>('select quote_ident(session_user) as name');
    const name = rows[0]?.name ?? '';
    for (const setting of [
      "search_path = 'pg_temp, app'",
      'row_security = off',
      "factory_pulse.maintenance = 'on'",
      'role = fp_person',
      'default_transaction_read_only = on',
      "session_authorization = 'postgres'",
    ]) {
      await siege.attempts.attempt({
        name: `alter role … set ${setting}`,
        act: async () => {
          await before.client.query(`alter role ${name} set ${setting}`);
          const again: Attacker = { ...before, client: await connectAs(siege.central, addressOf(usual, 'production')) };
          try {
            return await seesTooMuch(again);
          } finally {
            await again.client.end();
          }
        },
        refused: ['42501', '55P02'],
        harm: (leaked) => leaked,
      });
      await before.client.query(`alter role ${name} reset all`);
    }
    siege.attempts.verify();
    await siege.expectNothingChanged();
  });
});

describe('a role that is lent to a colleague', () => {
  it('shows them no further row (before version 16 PostgreSQL lets anybody lend their own)', async () => {
    const [lender, borrower] = [siege.as('procurement'), siege.as('supplier')];
    const rowsOf = async (client: pg.Client) => {
      const counts: Record<string, number> = {};
      for (const table of siege.canaries.tables) {
        const { rowCount } = await client.query(`select from public.${table}`).catch((error: unknown) => {
          expect(error).toMatchObject({ code: '42501' });
          return { rowCount: 0 };
        });
        counts[table] = rowCount ?? 0;
      }
      return JSON.stringify(counts);
    };
    const before = await rowsOf(borrower.client);
    const name = async ({ client }: Attacker) =>
      (await client.query<{ name: string }>('select quote_ident(session_user) as name')).rows[0]?.name ?? '';
    const [lent, to] = [await name(lender), await name(borrower)];
    await siege.attempts.attempt({
      name: 'lend a role of the staff to a supplier',
      act: async () => {
        await lender.client.query(`grant ${lent} to ${to}`);
        const after = await rowsOf(borrower.client);
        await lender.client.query(`revoke ${lent} from ${to}`);
        return after;
      },
      refused: ['42501'],
      harm: (after) => (after === before ? null : `${after} after ${before}`),
    });
    siege.attempts.verify();
    await siege.expectNothingChanged();
  });
});

describe('a group', () => {
  it('that a member dresses up signs in nobody, and sets nothing for the others', async () => {
    const me = siege.as('qa');
    const place = { host: siege.central.host, port: siege.central.port, database: siege.central.database };
    const group = 'fp_internal';
    await siege.attempts.attempt({
      name: `settings and a password for ${group}`,
      act: async () => {
        await me.client.query(
          `set role ${group}; alter role ${group} set statement_timeout = '1ms'; alter role ${group} password 'attack'; reset role`,
        );
        const colleague = await connectAs(siege.central, addressOf(usual, 'sales'));
        const { rows } = await colleague.query<{ statement_timeout: string }>('show statement_timeout');
        await colleague.end();
        const guest = new pg.Client({ ...place, user: group, password: 'attack' });
        const signedIn = await guest.connect().then(
          () => true,
          (error: unknown) => (expect(error).toMatchObject({ code: '28000' }), false),
        );
        return signedIn || rows[0]?.statement_timeout === '1ms';
      },
      refused: ['42501'],
      harm: (done) => done,
    });
    await me.client.query('reset role');
    await siege.central.client.query(`alter role ${group} reset all; alter role ${group} password null`);
    await siege.attempts.attempt({
      name: `lend ${group} to others, as itself`,
      act: () => me.client.query(`set role ${group}; grant fp_admin to ${group}`),
      refused: ['42501', '0LP01'],
      harm: siege.changes,
    });
    await me.client.query('reset role');
    siege.attempts.verify();
    await siege.expectNothingChanged();
  });
});

describe('the wake-up channel', () => {
  it('is heard by nobody of another organization who guesses', async () => {
    const me = siege.as('management');
    const heard: string[] = [];
    me.client.on('notification', ({ channel }) => heard.push(channel));
    const digests = [theirs, theirs.replaceAll('-', '')].flatMap((id) => [id, `fp_${id}`, `fp_${id.slice(0, 8)}`]);
    const { rows: visible } = await me.client.query<{ name: string }>(
      `select 'fp_' || md5($1) as name union select pg_listening_channels() union select 'fp_' || encode(uuid_send($1::uuid), 'hex') union select application_name from pg_stat_activity where application_name <> ''`,
      [theirs],
    );
    for (const guess of [...digests, ...visible.map(({ name }) => name), '*', '%', 'fp_']) {
      await siege.attempts.attempt({
        name: `listen to ${guess}`,
        act: () => me.client.query(`listen ${pg.escapeIdentifier(guess)}`),
        refused: ['42602', '22023'],
        harm: () => false,
      });
    }
    const other = siege.attackers.find(({ role, organization }) => role === 'procurement' && organization === theirs);
    if (!other) throw new Error('nobody is there to wake');
    const [answer] = await push(other.client, [
      { table: 'contacts', row_id: crypto.randomUUID(), op: 'insert', patch: { type: 'supplier', company_name: 'x' } },
    ]);
    expect(answer).toMatchObject({ status: 'applied' });
    await delay(200);
    await me.client.query('select 1');
    expect(heard).toEqual([]);
    await siege.accept();
    await me.client.query('unlisten *');
    siege.attempts.verify();
  });
});

describe('another database of the cluster', () => {
  it('that is a centre too shows a stranger nothing', async () => {
    const second = await createDemoCentral();
    const { rows } = await siege.as('admin').client.query<{ name: string }>('select session_user as name');
    const stranger = new pg.Client({
      host: second.host,
      port: second.port,
      database: second.database,
      user: rows[0]?.name ?? '',
      password: demoPassword,
    });
    await stranger.connect();
    for (const table of siege.canaries.tables) {
      await siege.attempts.attempt({
        name: `a stranger reads ${table}`,
        act: () => stranger.query(`select from public.${table}`),
        refused: ['42501'],
        harm: ({ rowCount }) => (rowCount ?? 0) > 0,
      });
    }
    for (const call of [
      `sync.push('[]')`,
      `sync.pull_state(null)`,
      `sync.hello('{"id":"00000000-0000-4000-8000-000000000001","name":"x","client_version":1000}')`,
    ]) {
      await siege.attempts.attempt({
        name: `a stranger calls ${call}`,
        act: () =>
          stranger.query<{ answer: { tables?: unknown[]; channel?: unknown; person?: unknown } }>(
            `select ${call} as answer`,
          ),
        refused: ['ACCOUNT_INACTIVE'],
        harm: ({ rows: [answer] }) =>
          (answer?.answer.tables?.length ?? 0) > 0 ||
          (answer?.answer.channel ?? answer?.answer.person ?? null) !== null,
      });
    }
    await stranger.end();
    await second.drop();
    siege.attempts.verify();
  });

  it('is closed by init where the server lets it', async () => {
    expect(await closeNeighbours(siege.central.client)).toEqual([]);
    const { rows } = await siege.as('admin').client.query<{ name: string }>('select session_user as name');
    const place = {
      host: siege.central.host,
      port: siege.central.port,
      user: rows[0]?.name ?? '',
      password: demoPassword,
    };
    for (const database of ['template1', 'template0']) {
      const stranger = new pg.Client({ ...place, database });
      await siege.attempts.attempt({
        name: `connect to ${database}`,
        act: () => stranger.connect(),
        refused: ['42501', '55000'],
        harm: () => true,
      });
    }
    const guest = new pg.Client({ ...place, database: 'postgres' });
    await guest.connect();
    for (const [sql, ...refused] of [
      ['create temporary table t (a int)', '42501'],
      ['create table public.t (a int)', '42501'],
      ['create schema s', '42501'],
      ['create database d', '42501'],
      ['create extension dblink', '42501', '58P01', '0A000'],
      ['drop owned by fp_person', '2BP01'],
      ['select pg_read_file($$PG_VERSION$$)', '42501'],
      ["copy (select 1) to program 'cat'", '42501'],
      ['select * from pg_authid', '42501'],
    ] as [string, ...string[]][]) {
      await siege.attempts.attempt({
        name: `in postgres: ${sql}`,
        act: () => guest.query(sql),
        refused,
        harm: siege.changes,
      });
    }
    await guest.end();
    siege.attempts.verify();
  });
});
