import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fillDemoCentral } from '../../../db/testing/demo-central.ts';
import { start } from '../../../scripts/lib/embedded-central.mjs';
import { fastSettings } from '../../../scripts/lib/integration-database.mjs';
import { dataDir } from '../../../scripts/lib/paths.mjs';
import { TestDesktop, waitFor } from '../testing/desktop.ts';
import { divergence } from '../testing/divergence.ts';
import { FaultyProxy } from '../testing/faulty-proxy.ts';

/** Nothing that is not committed gets written down, so that a crash takes it back for certain. */
const settings = { ...fastSettings, synchronous_commit: 'on', wal_writer_delay: '10s', shared_buffers: '32MB' };

let directory: string;
let server: Awaited<ReturnType<typeof start>>;
let network: FaultyProxy;
let desktop: TestDesktop;

beforeEach(async () => {
  directory = join(dataDir, 'test-crash', String(process.pid));
  server = await start({ dataDir: directory, settings, handleSignals: false });
  const client = await owner();
  await fillDemoCentral(client);
  await client.end();
  network = await FaultyProxy.start({ host: '127.0.0.1', port: server.port });
  desktop = new TestDesktop(`postgres://127.0.0.1:${network.port}/postgres`);
});

afterEach(async () => {
  await desktop.remove();
  await network.stop();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

async function owner(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function crashWhole(): Promise<void> {
  const { port } = server;
  await server.stop('SIGQUIT');
  server = await start({ dataDir: directory, settings, port, handleSignals: false });
}

/** Its main process lives on and starts all others anew. */
async function crashOneProcess(): Promise<void> {
  const victim = await owner();
  const { rows } = await victim.query<{ pid: number }>('select pg_backend_pid() as pid');
  const ended = new Promise((resolve) => victim.once('end', resolve));
  process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
  await ended;
  await waitFor(async () => {
    try {
      await (await owner()).end();
      return true;
    } catch {
      return null;
    }
  }, 'the server after its recovery');
}

it.each([
  ['the server', crashWhole],
  ['one of its processes', crashOneProcess],
])('misses no change whose transaction got the id of one that was rolled back before %s crashed', async (_, crash) => {
  await desktop.signIn('ceo@factorypulse.vn');
  await desktop.settled();
  const update = `update public.projects set title = 'Sau sự cố' where id = (select id from public.projects order by id limit 1) returning sync_xid::text as xid`;
  const before = await owner();
  await before.query('begin');
  const { rows: taken } = await before.query<{ xid: string }>(update);
  await before.query('rollback');
  const { lastSyncAt } = await desktop.call('sync.now');
  await desktop.until((status) => status.lastSyncAt !== lastSyncAt, 'a pull after the transaction was rolled back');
  network.setDown(true);

  const { port } = server;
  await crash();
  const after = await owner();
  const { rows: given } = await after.query<{ xid: string }>(update);
  await after.end();
  expect(given).toEqual(taken);

  network.setDown(false);
  await desktop.call('sync.now');
  const central = { host: '127.0.0.1', port, database: 'postgres' };
  await waitFor(async () => ((await divergence(central, desktop)).length === 0 ? true : null), 'no divergence');
});
