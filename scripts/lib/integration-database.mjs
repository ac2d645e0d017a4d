import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { start } from './embedded-central.mjs';
import { dataDir } from './paths.mjs';
import { isRunning } from './postgres-process.mjs';

/** A crash of the machine may cost a test cluster, so it waits for no disk. */
export const fastSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  shared_buffers: '128MB',
};

const folder = join(dataDir, 'test-central');

/**
 * Vitest's global set-up for integration tests: one cluster for the whole run, thrown away afterwards. Its superuser
 * URL is in FP_TEST_POSTGRES_URL; every test file makes a database of its own there. When that variable is already
 * set (say, to a PostgreSQL 15) the tests use that server instead.
 */
export default async function setUp() {
  if (process.env.FP_TEST_POSTGRES_URL !== undefined) return undefined;
  await removeLeftovers(folder);
  const own = join(folder, String(process.pid));
  const central = await start({ dataDir: own, settings: fastSettings });
  process.env.FP_TEST_POSTGRES_URL = central.url;
  return async () => {
    await central.stop();
    await rm(own, { recursive: true, force: true });
  };
}

/**
 * Runs that were killed leave their cluster behind, sometimes still running.
 *
 * @param {string} folder of clusters, each named after the process that it belongs to
 */
export async function removeLeftovers(folder) {
  const entries = await readdir(folder).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const entry of entries.filter((name) => !isRunning(Number(name)))) {
    const abandoned = await start({ dataDir: join(folder, entry), settings: fastSettings, handleSignals: false });
    await abandoned.stop();
    await rm(join(folder, entry), { recursive: true, force: true });
  }
}
