import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFirstOrganization } from '../../../db/central/first-organization.ts';
import { applyMigrations } from '../../../db/central/migrations.ts';
import { createPerson } from '../../../db/central/people.ts';
import { createTestDatabase, type TestDatabase } from '../../../db/testing/database.ts';
import { loginRoleName } from '../../../shared/domain/login-role.ts';
import { CLIENT_VERSION } from '../../../shared/versions.ts';
import { importDump, type ImportedPerson } from './import-dump.ts';
import type { ImportReport } from './import-report.ts';
import { copyForm, fixture, ids, insertForm, type FixtureTable } from './testing/dump-fixture.ts';

async function* bytesOf(text: string | Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let at = 0; at < bytes.length; at += 4096) yield bytes.subarray(at, at + 4096);
}

describe('the import of a dump', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase();
    await applyMigrations(database.client);
    await database.client.query(`insert into sync.instance (system_identifier) values ('test')`);
  });
  afterEach(async () => {
    const { rows } = await database.client.query<{ role_name: string }>('select role_name::text from app.logins');
    await database.drop();
    const server = new pg.Client({ connectionString: process.env['FP_TEST_POSTGRES_URL'] });
    await server.connect();
    for (const { role_name } of rows) await server.query(`drop role ${pg.escapeIdentifier(role_name)}`);
    await server.end();
  });

  const run = (
    text: string | Uint8Array,
    more: Partial<Parameters<typeof importDump>[0]> = {},
  ): Promise<ImportReport> => importDump({ client: database.client, source: bytesOf(text), ...more });

  const query = async <T extends pg.QueryResultRow>(sql: string): Promise<T[]> =>
    (await database.client.query<T>(sql)).rows;
  const count = async (table: string): Promise<number> =>
    Number((await query<{ count: string }>(`select count(*) from ${table}`))[0]?.count);

  /** Every row of every table and every role, as one text: two equal ones mean that nothing changed. */
  const everything = async (): Promise<string> => {
    const tables = await query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'app', 'sync') order by 1`,
    );
    const parts: string[] = [];
    for (const { name } of tables) {
      parts.push(name, JSON.stringify(await query(`select to_jsonb(t)::text as row from ${name} t order by 1`)));
    }
    // Roles belong to the whole server, on which other tests work at the same time: these are the fixture's own.
    const roleNames = ['manager@xuong.vn', 'worker@xuong.vn', 'outsider@khach.vn'].map((email) =>
      loginRoleName(database.client.database ?? '', email, (text) => createHash('sha256').update(text).digest('hex')),
    );
    const roles = await database.client.query('select rolname from pg_roles where rolname = any ($1) order by 1', [
      roleNames,
    ]);
    parts.push(JSON.stringify(roles.rows));
    return parts.join('\n');
  };

  it.each([
    ['INSERT', insertForm],
    ['COPY', copyForm],
  ])('in %s form brings every row, whatever the order of the tables', async (_, write) => {
    for (const tables of [fixture(), fixture().reverse()]) {
      const report = await run(write(tables), { dryRun: true });
      expect(report.tables).toMatchObject({
        organizations: { read: 1, imported: 1, skipped: 0, reasons: {} },
        users: { read: 3, imported: 3, skipped: 0, reasons: {} },
        contacts: { read: 1, imported: 1, skipped: 0 },
        workflow_stages: { read: 2, imported: 2, skipped: 0 },
        projects: { read: 1, imported: 1, skipped: 0 },
        messages: { read: 2, imported: 2, skipped: 0 },
        document_access_log: { read: 1, imported: 1, skipped: 0 },
        'storage.buckets': { read: 1, imported: 1, skipped: 0 },
        'storage.objects': { read: 1, imported: 1, skipped: 0 },
      });
      expect(report.adjustments).toEqual({});
    }
  });

  it('keeps ids, timestamps, text and circular references', async () => {
    await run(insertForm(fixture()));
    const [project] = await query(`select id, project_id, title, notes, currency, estimated_value, tags, metadata,
      estimated_delivery_date::text, actual_delivery_date::text, created_at, updated_at from projects`);
    expect(project).toEqual({
      id: ids.project,
      project_id: 'P-25020101',
      title: 'Giá đỡ "đặc biệt" \\ 100%',
      notes: "Dòng 1\nDòng 2\tcột 2; it's 😀",
      currency: 'USD',
      estimated_value: '1234.50',
      tags: ['cnc', 'hàn, phay'],
      metadata: { quantity: 10 },
      estimated_delivery_date: '2025-03-15',
      actual_delivery_date: '2025-04-01', // midnight of the organization's zone
      created_at: new Date('2025-02-01T08:00:00.123Z'),
      updated_at: new Date('2025-02-02T01:02:03Z'),
    });
    expect(await query(`select direct_manager_id from users where id = '${ids.manager}'`)).toEqual([
      { direct_manager_id: ids.worker },
    ]);
    expect(await query(`select direct_manager_id from users where id = '${ids.worker}'`)).toEqual([
      { direct_manager_id: ids.manager },
    ]);
    expect(await query(`select thread_id, parent_message_id from messages where id = '${ids.answer}'`)).toEqual([
      { thread_id: ids.message, parent_message_id: ids.message },
    ]);
    expect(await query('select timezone, default_currency, settings from organizations')).toEqual([
      { timezone: 'Asia/Ho_Chi_Minh', default_currency: 'USD', settings: { language: 'vi' } },
    ]);
    expect(await query(`select contact_id from users where id = '${ids.outsider}'`)).toEqual([
      { contact_id: ids.contact },
    ]);
    expect(await query('select organization_id, size, mime_type, bytes_present from storage_objects')).toEqual([
      { organization_id: ids.organization, size: '12', mime_type: 'application/pdf', bytes_present: false },
    ]);
  });

  it('turns logged moves into stage history, one row for each that took place', async () => {
    const report = await run(insertForm(fixture()));
    expect(report.derived['project_stage_history']).toBe(1);
    expect(
      await query('select kind, reason, moved_by, moved_at, from_stage_id, to_stage_id from project_stage_history'),
    ).toEqual([
      {
        kind: 'back',
        reason: 'sai bản vẽ',
        moved_by: ids.manager,
        moved_at: new Date('2025-02-02T01:02:03Z'),
        from_stage_id: ids.secondStage,
        to_stage_id: ids.firstStage,
      },
    ]);
  });

  it('a second time changes nothing, and leaves local edits alone', async () => {
    await run(insertForm(fixture()));
    await database.client.query(`update projects set title = 'edited here'`);
    const before = await everything();
    const report = await run(copyForm(fixture()));
    expect(await everything()).toBe(before);
    expect(report.tables['projects']).toEqual({ read: 1, imported: 0, skipped: 1, reasons: { 'already present': 1 } });
    for (const table of Object.values(report.tables)) expect(table.imported).toBe(0);
  });

  it('tried only changes nothing, and reports the same', async () => {
    const before = await everything();
    const tried = await run(insertForm(fixture()), { dryRun: true });
    expect(await everything()).toBe(before);
    expect(await run(insertForm(fixture()))).toEqual(tried);
  });

  it('never brings secrets of the old system, not even inside the log', async () => {
    const report = await run(insertForm(fixture()));
    expect(await everything()).not.toContain('TOP-SECRET');
    expect(report.tables['auth.sessions']).toMatchObject({ read: 1, imported: 0, skipped: 1 });
    expect(report.tables['google_drive_tokens']).toMatchObject({ read: 1, imported: 0, skipped: 1 });
    expect(report.tables['auth.users']).toMatchObject({ read: 1, imported: 0, skipped: 1 });
    expect(report.omittedColumns).toMatchObject({ google_drive_config: ['client_secret'], users: ['direct_reports'] });
    expect(report.notes).toEqual([
      'worker@xuong.vn signed in to the old system as other@xuong.vn; from now on it is worker@xuong.vn',
    ]);
  });

  it('gives every person a role and a one-time password that opens it', async () => {
    const people: ImportedPerson[] = [];
    await run(insertForm(fixture()), {
      keepPasswords: (imported) => {
        people.push(...imported);
        return Promise.resolve();
      },
    });
    expect(people.map(({ email }) => email)).toEqual(['manager@xuong.vn', 'outsider@khach.vn', 'worker@xuong.vn']);
    expect(await query('select count(*) from app.logins where must_change_password')).toEqual([{ count: '3' }]);
    const roles = await query<{ email: string; role_name: string }>(
      'select u.email, l.role_name::text from users u join app.logins l on l.user_id = u.id order by 1',
    );
    for (const [index, { role_name }] of roles.entries()) {
      const url = new URL(database.url);
      url.username = role_name;
      url.password = people[index]?.oneTimePassword ?? '';
      const person = new pg.Client({ connectionString: url.href });
      await person.connect();
      const device = JSON.stringify({ id: randomUUID(), name: 'Máy thử', client_version: CLIENT_VERSION });
      const { rows } = await person.query<{ id: string }>("select sync.hello($1) -> 'person' ->> 'id' as id", [device]);
      expect(rows[0]?.id).toBe([ids.manager, ids.outsider, ids.worker][index]);
      await person.end();
    }
  });

  it('is taken back when the passwords cannot be kept', async () => {
    const before = await everything();
    await expect(
      run(insertForm(fixture()), { keepPasswords: () => Promise.reject(new Error('no room')) }),
    ).rejects.toThrow('no room');
    expect(await everything()).toBe(before);
  });

  it('lists what it does not know, and counts the rows', async () => {
    const extra: FixtureTable = { name: 'public.gadgets', columns: ['id'], rows: [['1'], ['2']] };
    const tables = [...fixture(), extra].map((table) =>
      table.name === 'public.projects'
        ? { ...table, columns: [...table.columns, 'mood'], rows: table.rows.map((row) => [...row, 'good']) }
        : table,
    );
    const report = await run(insertForm(tables));
    expect(report.unknownTables).toEqual(['gadgets']);
    expect(report.tables['gadgets']).toEqual({ read: 2, imported: 0, skipped: 2, reasons: { 'unknown table': 2 } });
    expect(report.unknownColumns).toEqual({ projects: ['mood'] });
    expect(report.tables['projects']?.imported).toBe(1);
  });

  it('leaves out rows that break a rule, each with its reason, and brings the others', async () => {
    const change = (
      name: string,
      rows: (rows: FixtureTable['rows'], columns: string[]) => FixtureTable['rows'],
    ): FixtureTable[] =>
      fixture().map((table) => (table.name === name ? { ...table, rows: rows(table.rows, table.columns) } : table));
    const report = await run(
      insertForm(
        change('public.projects', (rows, columns) => {
          const [row = []] = rows;
          const variant = (number: number, changes: Record<string, string | null>): (string | null)[] =>
            row.map((value, index) => {
              const column = columns[index] ?? '';
              if (column === 'id') return `55555555-0000-4000-8000-00000000000${number}`;
              if (column === 'project_id') return `P-2502020${number}`;
              return column in changes ? (changes[column] ?? null) : value;
            });
          return [
            row,
            variant(1, { status: 'asleep' }),
            variant(2, { estimated_value: 'a lot' }),
            variant(3, { title: null }),
            variant(4, { current_stage_id: '99999999-0000-4000-8000-000000000000' }),
            variant(5, { customer_id: '99999999-0000-4000-8000-000000000000' }),
            variant(6, {}).map((value, index) => (columns[index] === 'project_id' ? 'P-25020101' : value)),
          ];
        }),
      ),
    );
    expect(report.tables['projects']).toEqual({
      read: 7,
      imported: 2,
      skipped: 5,
      reasons: {
        'breaks the rule projects_status_check': 1,
        'invalid input syntax for type numeric': 1,
        'title is missing': 1,
        'current_stage_id names a row of workflow_stages that is missing': 1,
        'another row has the same id or unique value': 1,
      },
    });
    expect(report.adjustments['projects']).toEqual({
      'customer_id left empty: the row of contacts that it names is missing': 1,
    });
  });

  it('withdraws rows whose owner was left out', async () => {
    const report = await run(insertForm(fixture().filter(({ name }) => name !== 'public.documents')));
    expect(report.tables['document_access_log']).toMatchObject({ read: 1, imported: 0, skipped: 1 });
  });

  it.each<[string, string, (dump: Buffer) => Uint8Array]>([
    ['cut off inside a string', 'DUMP_TRUNCATED', (dump) => dump.subarray(0, dump.indexOf('Giá đỡ') + 4)],
    [
      'cut off between two statements',
      'DUMP_TRUNCATED',
      (dump) => dump.subarray(0, dump.lastIndexOf('--\n-- PostgreSQL')),
    ],
    [
      'in Latin-1',
      'DUMP_ENCODING',
      (dump) => Buffer.from(dump.toString('utf8').replace('Giá đỡ', 'Gi\u00e1'), 'latin1'),
    ],
    ['an image', 'DUMP_NOT_SQL', () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['compressed', 'DUMP_NOT_SQL', () => Buffer.from('1f8b0800000000000003', 'hex')],
    ['empty', 'DUMP_EMPTY', () => Buffer.alloc(0)],
  ])('of a file that is %s changes nothing', async (_, code, damage) => {
    const before = await everything();
    await expect(run(damage(Buffer.from(insertForm(fixture()))))).rejects.toMatchObject({ code });
    expect(await everything()).toBe(before);
  });

  it('of a COPY block that is cut off changes nothing and names the line', async () => {
    const dump = Buffer.from(copyForm(fixture()));
    const cut = dump.subarray(0, dump.indexOf('Giá đỡ') + 4);
    const line = cut.toString('latin1').split('\n').length;
    await expect(run(cut)).rejects.toMatchObject({ code: 'DUMP_TRUNCATED', line });
    expect(await count('organizations')).toBe(0);
  });

  it("moves init's administrator into the data and removes the empty organization", async () => {
    const home = await createFirstOrganization(database.client, null);
    const [admin] = await query<{ id: string }>(
      `insert into users (organization_id, email, name, role) values ('${home}', 'first@xuong.vn', 'First', 'admin') returning id`,
    );
    await createPerson(database.client, {
      userId: admin?.id ?? '',
      password: 'a long password',
      mustChange: true,
    });
    await run(insertForm(fixture()));
    expect(await query('select id from organizations')).toEqual([{ id: ids.organization }]);
    expect(await count('workflow_stages')).toBe(2);
    expect(await query(`select organization_id, role from users where email = 'first@xuong.vn'`)).toEqual([
      { organization_id: ids.organization, role: 'admin' },
    ]);
  });

  it("keeps init's administrator and password when the data knows that person by another id", async () => {
    const home = await createFirstOrganization(database.client, null);
    const [admin] = await query<{ id: string }>(
      `insert into users (organization_id, email, name, role) values ('${home}', 'worker@xuong.vn', 'First', 'admin') returning id`,
    );
    const password = 'a long password';
    const role = await createPerson(database.client, {
      userId: admin?.id ?? '',
      password,
      mustChange: false,
    });
    const report = await run(insertForm(fixture()));
    expect(report.tables['users']).toMatchObject({ read: 3, imported: 3, skipped: 0 });
    expect(
      await query(
        `select u.id, u.role, l.role_name::text from users u join app.logins l on l.user_id = u.id where email = 'worker@xuong.vn'`,
      ),
    ).toEqual([{ id: ids.worker, role: 'admin', role_name: role }]);
  });

  it('leaves an organization alone in which somebody has worked', async () => {
    const home = await createFirstOrganization(database.client, null);
    await database.client.query(
      `insert into contacts (organization_id, type, company_name) values ('${home}', 'customer', 'Here already')`,
    );
    await run(insertForm(fixture()));
    expect(await count('organizations')).toBe(2);
  });

  // The existing system's own dump is no part of the repository; it lies beside the checkout where it is at hand.
  const folder = join(import.meta.dirname, '../../../../shared/data');
  const realDump = existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith('.sql')) : undefined;
  if (realDump !== undefined)
    it("accounts for every row of the existing system's dump", async () => {
      const report = await run(await readFile(join(folder, realDump)));
      const expected = {
        organizations: 8,
        users: 25,
        contacts: 10,
        projects: 17,
        workflow_stages: 8,
        workflow_sub_stages: 30,
        project_sub_stage_progress: 193,
        reviews: 25,
        documents: 3,
        document_versions: 3,
        document_access_log: 1,
        google_drive_config: 1,
        activity_log: 416,
        'storage.buckets': 1,
        'storage.objects': 3,
      };
      for (const [table, rows] of Object.entries(expected)) {
        expect(report.tables[table], table).toEqual({ read: rows, imported: rows, skipped: 0, reasons: {} });
        expect(await count(`public.${table.replace('.', '_')}`), table).toBe(rows);
      }
      expect(report.unknownTables).toEqual(['test_table']);
      expect(report.unknownColumns).toEqual({});
      expect(report.adjustments).toEqual({});
    });
});
