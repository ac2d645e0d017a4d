import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { centralSchemaVersion } from '../../db/central/migrations.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing/database.ts';
import { fixture, insertForm } from '../../main/worker/importer/testing/dump-fixture.ts';
import { demoAccounts, demoPassword } from '../../shared/demo-accounts.ts';
import { CLIENT_VERSION } from '../../shared/versions.ts';
import { runCentral } from './program.ts';

interface Outcome {
  code: number;
  out: string;
  err: string;
  /** The error's code as the line on stderr names it. */
  error: string | undefined;
}

describe('npm run central', () => {
  let database: TestDatabase;
  let directory: string;

  beforeEach(async () => {
    database = await createTestDatabase();
    directory = await mkdtemp(join(tmpdir(), 'fp-central-'));
  });
  afterEach(async () => {
    const ours = await database.client.query<{ present: boolean }>(
      `select to_regclass('app.logins') is not null as present`,
    );
    const logins = ours.rows[0]?.present ? await loginsOf(database.client) : [];
    await database.drop();
    await onServer(async (server) => {
      for (const login of logins) await server.query(`drop role ${pg.escapeIdentifier(login)}`);
    });
    await rm(directory, { recursive: true });
  });

  async function loginsOf(client: pg.Client): Promise<string[]> {
    const { rows } = await client.query<{ name: string }>('select role_name::text as name from app.logins');
    return rows.map(({ name }) => name);
  }

  async function onServer(work: (server: pg.Client) => Promise<void>): Promise<void> {
    const server = new pg.Client({ connectionString: process.env['FP_TEST_POSTGRES_URL'] });
    await server.connect();
    try {
      await work(server);
    } finally {
      await server.end();
    }
  }

  async function central(
    args: string[],
    more: { url?: string; stdin?: string; isTerminal?: boolean } = {},
  ): Promise<Outcome> {
    const outcome: Outcome = { code: -1, out: '', err: '', error: undefined };
    outcome.code = await runCentral(args, {
      stdout: (text) => (outcome.out += text),
      stderr: (text) => (outcome.err += text),
      stdin: Readable.from([more.stdin ?? '']),
      env: { FACTORY_PULSE_CENTRAL_URL: more.url ?? database.url },
      isTerminal: more.isTerminal ?? false,
      directory,
    });
    outcome.error = /^error (\w+): .+ — .+\n$/.exec(outcome.err)?.[1];
    return outcome;
  }

  const json = async (args: string[]): Promise<Record<string, unknown>> => {
    const { code, out, err } = await central([...args, '--json']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.trim().split('\n')).toHaveLength(1);
    return JSON.parse(out) as Record<string, unknown>;
  };

  async function signIn(email: string, password: string): Promise<string | undefined> {
    const { rows } = await database.client.query<{ role: string }>(
      'select l.role_name::text as role from app.logins l join public.users u on u.id = l.user_id where u.email = $1',
      [email],
    );
    const url = new URL(database.url);
    url.username = rows[0]?.role ?? '';
    url.password = encodeURIComponent(password);
    const person = new pg.Client({ connectionString: url.href });
    await person.connect();
    try {
      const device = JSON.stringify({ id: randomUUID(), name: 'Máy thử', client_version: CLIENT_VERSION });
      const me = await person.query<{ role: string }>("select sync.hello($1) -> 'person' ->> 'role' as role", [device]);
      return me.rows[0]?.role;
    } finally {
      await person.end();
    }
  }

  const writeDump = async (text: string | Uint8Array): Promise<string> => {
    const path = join(directory, 'dump.sql');
    await writeFile(path, text);
    return path;
  };

  it('explains every command with --help', async () => {
    for (const command of ['init', 'migrate', 'status', 'prune', 'demo', 'import', 'serve']) {
      const { code, out } = await central([command, '--help']);
      expect(code).toBe(0);
      expect(out).toContain('Exit codes');
      expect(out).toContain('--json');
      if (command !== 'serve') expect(out).toContain('--url');
    }
  });

  it('answers wrong usage with code 2 and a line that helps', async () => {
    expect(await central(['explode'])).toMatchObject({ code: 2, out: '' });
    expect(await central(['import'])).toMatchObject({ code: 2 });
    expect(await central(['status', '--url', 'http://example.com/x'])).toMatchObject({ code: 2, error: 'URL_INVALID' });
    expect(await central(['init', '--admin-email', 'nobody'])).toMatchObject({ code: 2, error: 'EMAIL_INVALID' });
  });

  it('says what to do when the server cannot be reached or refuses', async () => {
    const unreachable = await central(['status'], { url: 'postgres://postgres@127.0.0.1:1/x' });
    expect(unreachable).toMatchObject({ code: 1, error: 'SERVER_UNREACHABLE' });

    const wrong = new URL(database.url);
    wrong.password = 'wrong';
    const refused = await central(['status', '--json'], { url: wrong.href });
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.err)).toMatchObject({ error: { code: 'WRONG_CREDENTIALS' } });
  });

  it('init makes the schema, the default workflow and an administrator with a one-time password', async () => {
    const { admin, leftToSuperuser } = await json(['init']);
    // Whoever holds template1 keeps everybody from creating databases.
    const closed = await database.client.query(
      `select has_database_privilege('public', datname, 'connect') as open from pg_database where datname = 'template1'`,
    );
    expect([leftToSuperuser, closed.rows]).toEqual([[], [{ open: false }]]);
    const { email, oneTimePassword } = admin as { email: string; oneTimePassword: string };
    expect(email).toBe('admin@factorypulse.local');
    expect(oneTimePassword).toMatch(/^[A-Za-z2-9]{4}(-[A-Za-z2-9]{4}){3}$/);
    expect(await signIn(email, oneTimePassword)).toBe('admin');
    expect(await json(['status'])).toMatchObject({
      schemaVersion: centralSchemaVersion,
      tables: { organizations: 1, users: 1, workflow_stages: 8, workflow_sub_stages: 30, projects: 0, activity_log: 0 },
      roles: { admin: 1 },
      withoutLogin: 0,
      mustChangePassword: 1,
      devices: { count: 1, oldestSyncAt: null, lagSeconds: null },
    });
  });

  it('init takes a password from standard input, and refuses a database that is in use', async () => {
    const first = await central(['init', '--admin-email', 'Chi@Xuong.vn', '--admin-password-stdin'], {
      stdin: 'mật khẩu rất dài\n',
    });
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).not.toContain('mật khẩu');
    expect(await signIn('chi@xuong.vn', 'mật khẩu rất dài')).toBe('admin');
    expect(await central(['init'])).toMatchObject({ code: 3, error: 'DATABASE_NOT_EMPTY' });
  });

  it('init creates a database that does not exist, and refuses one with foreign tables', async () => {
    const url = new URL(database.url);
    url.pathname = `${url.pathname}_new`;
    const name = url.pathname.slice(1);
    const made = await central(['init', '--json'], { url: url.href });
    expect(made).toMatchObject({ code: 0, err: '' });
    await onServer(async (server) => {
      await server.query(`drop database ${name} with (force)`);
    });

    await database.client.query('create table someone_elses (id integer)');
    expect(await central(['init'])).toMatchObject({ code: 3, error: 'DATABASE_NOT_EMPTY' });
  });

  it('migrate has nothing to do after init, and refuses a database that is not ours', async () => {
    expect(await central(['migrate'])).toMatchObject({ code: 3, error: 'SCHEMA_MISSING' });
    await json(['init']);
    expect(await json(['migrate'])).toEqual({ from: centralSchemaVersion, to: centralSchemaVersion });
  });

  it('import reports as JSON and keeps the passwords in a file of mode 600', async () => {
    await json(['init']);
    const report = await json(['import', await writeDump(insertForm(fixture()))]);
    expect(report).toMatchObject({
      tables: { projects: { read: 1, imported: 1, skipped: 0, reasons: {} } },
      unknownTables: [],
      unknownColumns: {},
      dryRun: false,
      people: 3,
    });
    const path = String(report['passwordsFile']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const line = (await readFile(path, 'utf8')).split('\n').find((text) => text.startsWith('manager@xuong.vn'));
    expect(await signIn('manager@xuong.vn', line?.split('\t')[1] ?? '')).toBe('management');
    expect(await json(['status'])).toMatchObject({ tables: { organizations: 1, projects: 1, workflow_stages: 2 } });
    // Importing again gives nobody a new password.
    expect(await json(['import', 'dump.sql'])).toMatchObject({ people: 0, passwordsFile: null });
  });

  it('import --dry-run leaves nothing behind', async () => {
    await json(['init']);
    const before = await json(['status']);
    expect(await json(['import', await writeDump(insertForm(fixture())), '--dry-run'])).toMatchObject({
      tables: { projects: { imported: 1 } },
      passwordsFile: null,
    });
    expect(await json(['status'])).toEqual(before);
    expect(await readdir(directory)).toEqual(['dump.sql']);
  });

  it('import shows the passwords on a terminal, and only there', async () => {
    await json(['init']);
    const path = await writeDump(insertForm(fixture()));
    const shown = await central(['import', path], { isTerminal: true });
    const password = /^manager@xuong\.vn\t(\S+)\t/m.exec(shown.out)?.[1] ?? '';
    expect(await signIn('manager@xuong.vn', password)).toBe('management');
    expect(await readdir(directory)).toEqual(['dump.sql']);
  });

  it('import of a broken file changes nothing, names line and code, and leaves no password file', async () => {
    await json(['init']);
    const before = await json(['status']);
    const whole = insertForm(fixture());
    const path = await writeDump(whole.slice(0, whole.indexOf('Giá đỡ')));
    const { code, err } = await central(['import', path]);
    expect(code).toBe(1);
    expect(err).toMatch(/^error DUMP_TRUNCATED: the file ends in line \d+, .+\n$/);
    expect(await json(['status'])).toEqual(before);
    expect(await readdir(directory)).toEqual(['dump.sql']);
    expect(await central(['import', 'missing.sql'])).toMatchObject({ code: 1, error: 'FILE_MISSING' });
  });

  it('import never overwrites a file with its passwords', async () => {
    await json(['init']);
    const path = await writeDump(insertForm(fixture()));
    expect(await central(['import', path, '--passwords-file', path])).toMatchObject({ code: 1, error: 'FILE_EXISTS' });
    expect(await readFile(path, 'utf8')).toBe(insertForm(fixture()));
    expect(await json(['status'])).toMatchObject({ tables: { projects: 0 } });
  });

  it('import says so when the file holds a schema only', async () => {
    await json(['init']);
    const path = await writeDump('CREATE TABLE public.projects (id uuid);\n');
    expect(await central(['import', path])).toMatchObject({ code: 3, error: 'DUMP_NO_ROWS' });
  });

  it('import needs the schema', async () => {
    const path = await writeDump(insertForm(fixture()));
    expect(await central(['import', path])).toMatchObject({ code: 3, error: 'SCHEMA_MISSING' });
  });

  it('demo fills an empty database; every account opens with the published password', async () => {
    await json(['demo']);
    expect(await json(['status'])).toMatchObject({
      tables: { organizations: 8, users: 25, contacts: 10, projects: 17, workflow_stages: 8, workflow_sub_stages: 30 },
      withoutLogin: 0,
      mustChangePassword: 0,
    });
    for (const { email, role } of demoAccounts) expect(await signIn(email, demoPassword), email).toBe(role);
    expect(await json(['demo'])).toMatchObject({ loaded: false });
  });

  it('demo takes the place of an untouched init, and refuses other data', async () => {
    await json(['init']);
    await json(['demo']);
    expect(await json(['status'])).toMatchObject({ tables: { organizations: 8, users: 26, workflow_stages: 8 } });

    await database.client.query(`insert into public.organizations (name, slug) values ('Another', 'another')`);
    expect(await central(['demo'])).toMatchObject({ code: 3, error: 'DATABASE_NOT_EMPTY' });
  });

  it('prune drops what is older than the retention and keeps the rest', async () => {
    await json(['init']);
    await database.client.query(`
      insert into sync.removals (table_name, row_id, organization_id, removed_at)
        select 'projects', gen_random_uuid(), gen_random_uuid(), now() - age * interval '1 day' from unnest(array[1, 89, 91]) age;
      insert into sync.mutations (user_id, mutation_id, result, received_at)
        select gen_random_uuid(), gen_random_uuid(), '{}', now() - age * interval '1 day' from unnest(array[1, 91, 400]) age`);
    // All rows above are of one transaction, and a list is complete from a transaction on.
    expect(await json(['prune'])).toEqual({ removals: 3, touched: 0, mutations: 2, contents: 0, removed_from_bucket: 0 });
    const { rows } = await database.client.query<{ kept: string }>('select count(*) as kept from sync.mutations');
    expect(rows[0]?.kept).toBe('1');
    expect(await central(['prune'])).toMatchObject({
      code: 0,
      out: 'Dropped 0 removals, 0 marks of touched tables, 0 recorded results and 0 contents of files; 0 went from a bucket.\n',
    });
  });

  it('works for an owner who is no superuser', async () => {
    const owner = `fp_owner_${directory.slice(-6).toLowerCase()}`.replaceAll(/[^a-z0-9_]/g, '_');
    const url = new URL(database.url);
    const name = `${owner}_db`;
    await onServer(async (server) => {
      await server.query(`create role ${owner} login createdb createrole password 'owner-secret'`);
      // Groups that another owner of this cluster made are lent by that owner.
      const groups = await server.query<{ name: string }>(
        `select rolname::text as name from pg_roles where rolname in ('fp_person', 'fp_internal', 'fp_supplier', 'fp_customer', 'fp_admin')`,
      );
      for (const group of groups.rows) await server.query(`grant ${group.name} to ${owner} with admin option`);
    });
    url.username = owner;
    url.password = 'owner-secret';
    url.pathname = `/${name}`;
    try {
      expect(await central(['init', '--json'], { url: url.href })).toMatchObject({ code: 0, err: '' });
      const path = await writeDump(insertForm(fixture()));
      const imported = await central(['import', path, '--json'], { url: url.href });
      expect(imported).toMatchObject({ code: 0, err: '' });
      expect(JSON.parse(imported.out)).toMatchObject({
        tables: { projects: { imported: 1 }, activity_log: { imported: 3 } },
      });
      expect(await central(['status', '--json'], { url: url.href })).toMatchObject({ code: 0, err: '' });
    } finally {
      const inside = new pg.Client({ connectionString: new URL(`/${name}`, database.url).href });
      await inside.connect();
      const logins = await loginsOf(inside);
      await inside.end();
      await onServer(async (server) => {
        await server.query(`drop database ${name} with (force)`);
        for (const login of logins) await server.query(`drop role ${pg.escapeIdentifier(login)}`);
        await server.query(`drop owned by ${owner}`);
        await server.query(`drop role ${owner}`);
      });
    }
  });
});
