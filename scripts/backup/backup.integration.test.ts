import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../db/testing/demo-central.ts';
import { copyForm, fixture, insertForm } from '../../main/worker/importer/testing/dump-fixture.ts';
import { runBackup } from './program.ts';

interface Outcome {
  code: number;
  out: string;
  error: string | undefined;
}

let central: DemoCentral;
let folder: string;
const databases: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fp-backup-command-'));
  central = await createDemoCentral();
});

afterAll(async () => {
  await central.drop();
  const server = new pg.Client({ connectionString: process.env['FP_TEST_POSTGRES_URL'] });
  await server.connect();
  for (const name of databases) {
    const { rows } = await connectedTo(name, (client) => client.query<{ name: string }>('select role_name::text as name from app.logins')).catch(() => ({ rows: [] }));
    await server.query(`drop database if exists ${name} with (force)`);
    for (const role of rows) await server.query(`drop role if exists ${pg.escapeIdentifier(role.name)}`);
  }
  await server.end();
  await rm(folder, { recursive: true });
});

const urlOf = (name: string): string => Object.assign(new URL(central.url), { pathname: `/${name}` }).href;

function newDatabase(): string {
  const name = `fp_test_${randomBytes(6).toString('hex')}`;
  databases.push(name);
  return name;
}

async function connectedTo<T>(name: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: urlOf(name) });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

async function backup(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  let out = '';
  let err = '';
  const code = await runBackup(args, { stdout: (text) => (out += text), stderr: (text) => (err += text), stdin: Readable.from([]), env, isTerminal: false, directory: folder });
  return { code, out, error: /^error (\w+):/m.exec(err)?.[1] };
}

const created = (outcome: Outcome): { file: string; verified: boolean } => JSON.parse(outcome.out) as { file: string; verified: boolean };
const secret = { FACTORY_PULSE_BACKUP_PASSPHRASE: 'mười hai con giáp' };

describe('npm run backup', () => {
  it('backs up, verifies in a PostgreSQL of its own, and restores a centre that goes on where it was', async () => {
    const made = created(await backup(['create', '--url', central.url, '--to', 'archives', '--json']));
    expect(made.verified).toBe(true);
    expect(made.file).toMatch(/archives\/factory_pulse_complete_backup_\d{8}_\d{6}\.tar\.gz$/);

    const name = newDatabase();
    const tried = await backup(['restore', made.file, '--url', urlOf(name), '--dry-run', '--json']);
    expect(JSON.parse(tried.out)).toMatchObject({ dryRun: true, passwordsFile: null });
    const restored = await backup(['restore', made.file, '--url', urlOf(name), '--json']);
    const { passwordsFile, people } = JSON.parse(restored.out) as { passwordsFile: string; people: number };
    expect(people).toBeGreaterThan(20);
    expect((await stat(passwordsFile)).mode & 0o777).toBe(0o600);
    await connectedTo(name, async (client) => {
      const { rows } = await client.query<{ same: boolean; must: boolean }>(
        `select (select count(*) from public.projects) = $1 as same, (select bool_and(must_change_password) from app.logins) as must`,
        [(await central.client.query<{ count: string }>('select count(*) from projects')).rows[0]?.count],
      );
      expect(rows[0]).toEqual({ same: true, must: true });
    });
    expect(await backup(['restore', made.file, '--url', urlOf(name)])).toMatchObject({ code: 3, error: 'DATABASE_NOT_EMPTY' });
  }, 60_000);

  it('encrypts with a passphrase that stands on no command line, and tells a wrong one', async () => {
    expect(await backup(['create', '--url', central.url, '--encrypt', '--no-verify'])).toMatchObject({ code: 2, error: 'PASSPHRASE_UNFIT' });
    const { file } = created(await backup(['create', '--url', central.url, '--kind', 'data', '--encrypt', '--no-verify', '--json'], secret));
    expect(file.endsWith('.fpbackup')).toBe(true);
    expect((await readFile(file)).includes('Factory Pulse')).toBe(false);
    expect(await backup(['inspect', file])).toMatchObject({ error: 'BACKUP_PASSPHRASE_REQUIRED' });
    expect(await backup(['verify', file, '--sqlite'], { FACTORY_PULSE_BACKUP_PASSPHRASE: 'mười ba con giáp' })).toMatchObject({ error: 'BACKUP_PASSPHRASE_WRONG' });
    const found = await backup(['verify', file, '--sqlite'], secret);
    expect(found.out).toMatch(/^Verified/);
    const summary = await backup(['inspect', file, '--summary', 'vi'], secret);
    expect(summary.out).toContain('# Bản sao lưu Factory Pulse');
    expect(await backup(['unpack', file, '--to', 'opened'], secret)).toMatchObject({ code: 0 });
    const unpacked = await readdir(join(folder, 'opened'));
    expect(unpacked).toEqual(expect.arrayContaining(['manifest.json', 'summary.en.md', 'summary.vi.md']));
  });

  it('lists what is there, and what was never finished', async () => {
    await writeFile(join(folder, '.factory_pulse_data_backup_20250901_093043.tar.gz.0011.unfinished'), '');
    await writeFile(join(folder, 'factory_pulse_data_backup_20250901_093043.sql'), '');
    const { backups, unfinished } = JSON.parse((await backup(['list', '--json'])).out) as { backups: { name: string }[]; unfinished: string[] };
    expect(backups.every(({ name }) => !name.endsWith('.sql'))).toBe(true);
    expect(unfinished).toHaveLength(1);
  });

  it('recognizes dumps of the former system, and warns of a complete one without data', async () => {
    const data = join(folder, 'factory_pulse_data_backup_20250901_093043.sql');
    await writeFile(data, insertForm(fixture()));
    const read = JSON.parse((await backup(['inspect', data, '--json'])).out) as { hasNoData: boolean; dump: { tables: unknown[] } };
    expect(read).toMatchObject({ hasNoData: false });
    expect(read.dump.tables.length).toBeGreaterThan(3);
    await writeFile(data, copyForm(fixture()));
    expect(JSON.parse((await backup(['inspect', data, '--json'])).out)).toMatchObject({ hasNoData: false });
    const complete = join(folder, 'factory_pulse_complete_backup_20250901_093043.sql');
    await writeFile(complete, '-- PostgreSQL database dump\nSET statement_timeout = 0;\nCREATE TABLE public.projects (id uuid);\n-- PostgreSQL database dump complete\n');
    expect((await backup(['inspect', complete])).out).toContain('holds no data');
    expect(await backup(['verify', complete])).toMatchObject({ error: 'BACKUP_OLD_DUMP' });
    expect(await backup(['inspect', join(folder, 'none')])).toMatchObject({ error: 'BACKUP_MISSING' });
  });
});
