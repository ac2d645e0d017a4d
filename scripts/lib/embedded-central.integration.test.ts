import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findRunning, start } from './embedded-central.mjs';
import { isRunning } from './postgres-process.mjs';

const settings = { fsync: 'off' };
const moduleUrl = new URL('./embedded-central.mjs', import.meta.url).href;
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'factory-pulse-central-'));
  await chmod(dataDir, 0o711);
});

afterEach(async () => {
  const left = await start({ dataDir, settings, handleSignals: false });
  await left.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Starts the server from a process that is then killed without a chance to stop it; gives the server's process id. */
async function startAndKillOwner(): Promise<number> {
  const script = `
    const { start } = await import(${JSON.stringify(moduleUrl)});
    await start({ dataDir: ${JSON.stringify(dataDir)}, settings: ${JSON.stringify(settings)} });
    process.stdout.write('up');
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: fileURLToPath(new URL('.', moduleUrl)) });
  await new Promise((done) => owner.stdout.once('data', done));
  const { pid } = JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8')) as { pid: number };
  const ended = new Promise((done) => owner.once('exit', done));
  owner.kill('SIGKILL');
  await ended;
  return pid;
}

test('a new server speaks UTF-8, listens on the loopback address only and lets nobody in without the password', async () => {
  const central = await start({ dataDir, settings, handleSignals: false });
  expect(central.isNew).toBe(true);
  const [facts] = await query(
    central.url,
    `select current_setting('server_encoding') as encoding, current_setting('listen_addresses') as listens,
            (select array_agg(distinct auth_method) from pg_hba_file_rules) as methods`,
  );
  expect(facts).toEqual({ encoding: 'UTF8', listens: '127.0.0.1', methods: ['scram-sha-256'] });

  const withoutPassword = new URL(central.url);
  withoutPassword.password = 'guess';
  await expect(query(withoutPassword.href, 'select 1')).rejects.toThrow('password authentication failed');
  expect((await stat(join(dataDir, 'superuser-password'))).mode & 0o777).toBe(0o600);
  await central.stop();
});

test('data, password and port outlive a stop', async () => {
  const first = await start({ dataDir, settings, handleSignals: false });
  await query(first.url, 'create table kept as select 7 as seven');
  await first.stop();
  expect(await findRunning(dataDir)).toBeNull();

  const second = await start({ dataDir, settings, handleSignals: false });
  expect(second).toMatchObject({ isNew: false, joined: false, url: first.url });
  expect(await query(second.url, 'select seven from kept')).toEqual([{ seven: 7 }]);
  await second.stop();
});

test('who comes second joins the running server and does not stop it', async () => {
  const owner = await start({ dataDir, settings, handleSignals: false });
  const guest = await start({ dataDir, settings, handleSignals: false });
  expect(guest).toMatchObject({ joined: true, url: owner.url });
  await guest.stop();
  expect(await query(owner.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await owner.stop();
});

test('a server whose owner was killed is ended and started anew', async () => {
  const orphan = await startAndKillOwner();
  expect(isRunning(orphan)).toBe(true);

  const central = await start({ dataDir, settings, handleSignals: false });
  expect(central).toMatchObject({ isNew: false, joined: false });
  expect(isRunning(orphan)).toBe(false);
  await central.stop();
});

test("a leftover process id that now belongs to another program neither blocks the start nor harms that program", async () => {
  const central = await start({ dataDir, settings, handleSignals: false });
  await central.stop();
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await writeFile(join(dataDir, 'cluster', 'postmaster.pid'), `${stranger.pid ?? 0}\n${dataDir}\n`);

  const again = await start({ dataDir, settings, handleSignals: false });
  expect(await query(again.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(stranger.exitCode).toBeNull();
  await again.stop();
  stranger.kill();
});

test('a missing password file is reported with the way out', async () => {
  const central = await start({ dataDir, settings, handleSignals: false });
  await central.stop();
  const file = join(dataDir, 'superuser-password');
  const password = await readFile(file, 'utf8');
  await rm(file);
  await expect(start({ dataDir, settings, handleSignals: false })).rejects.toThrow(/password file .* is missing .* Delete/);
  await writeFile(file, password, { mode: 0o600 });
});
