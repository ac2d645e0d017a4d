import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { createTestDatabase } from '../../db/testing/database.ts';
import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { checkArchive } from '../../main/worker/backup/archive-reader.ts';
import { exportCentre, readInstance } from '../../main/worker/backup/centre-export.ts';
import { qualified } from '../../main/worker/backup/central-script.ts';
import { rowsOf, type Manifest } from '../../main/worker/backup/manifest.ts';
import { runScript } from '../../main/worker/backup/restore-centre.ts';
import { takeSnapshot } from '../../main/worker/backup/snapshot.ts';
import { Profile } from '../../main/worker/profiles/profile.ts';
import { openReplica } from '../../main/worker/replica/database.ts';
import { TestDesktop } from '../../main/worker/testing/desktop.ts';
import { demoPassword } from '../../shared/demo-accounts.ts';
import { addProjects } from './central.ts';
import { rounded, timed, type Figures } from './figures.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const running = { passphrase: null, signal: new AbortController().signal, progress: () => undefined };
const facts = { at: new Date(), zone: 'Asia/Ho_Chi_Minh', by: 'bench', applicationVersion: '0' };

/**
 * A snapshot of a replica against SQLite's own `VACUUM INTO` of the same file (`ratio`), the restore of an export of the centre
 * against the same rows loaded from one database into another without any archive (`restore_ratio`), and by how much the process
 * grew meanwhile (`peak_mb`).
 */
export async function backup(central: DemoCentral, rows: number): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-bench-backup-'));
  const desktop = new TestDesktop(central.address);
  try {
    await addProjects(central.client, rows);
    await desktop.signIn('admin@factorypulse.vn');
    await desktop.until((status) => status.state === 'online', 'the first load', 1_200_000);
    await desktop.quit();
    const snapshot = await measureSnapshot(desktop, folder);
    const restore = await measureRestore(central, folder);
    return { rows, ...snapshot, ...restore };
  } finally {
    await desktop.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureSnapshot(desktop: TestDesktop, folder: string): Promise<Figures> {
  const profile = new Profile(desktop.folder, desktop.serverName, desktop.email);
  const replica = openReplica(profile.replicaFile, (await profile.unlock(demoPassword)) as Buffer);
  try {
    const copy = join(folder, 'vacuum.db');
    const vacuum = await timed(() => replica.write.prepare('vacuum into ?').run(copy));
    const file = join(folder, 'factory_pulse_snapshot_backup_20250901_093043.tar.gz');
    const memory = watchMemory();
    const made = await timed(() => takeSnapshot(replica, { ...running, ...facts, file, organization: { id: 'bench', name: 'bench' }, centralSchema: 0 }));
    const grown = memory.stop();
    const checked = await timed(() => checkArchive(file, running));
    return {
      replica_mb: rounded(statSync(profile.replicaFile).size / 1e6),
      archive_mb: rounded(statSync(file).size / 1e6),
      rows_in_archive: rowsOf(made.value),
      vacuum_ms: rounded(vacuum.ms),
      snapshot_ms: rounded(made.ms),
      check_ms: rounded(checked.ms),
      ratio: rounded(made.ms / vacuum.ms),
      peak_mb: rounded(grown),
    };
  } finally {
    replica.close();
  }
}

async function measureRestore(central: DemoCentral, folder: string): Promise<Figures> {
  const file = join(folder, 'factory_pulse_complete_backup_20250901_093043.tar.gz');
  const { id, schemaVersion } = await readInstance(central.client);
  const memory = watchMemory();
  const made = await timed(() =>
    exportCentre(central.client, { ...running, ...facts, file, kind: 'complete', asOwner: true, organization: null, instanceId: id, schemaVersion }),
  );
  const grown = memory.stop();
  const manifest = made.value;
  const restored = await createTestDatabase();
  const bare = await createTestDatabase();
  try {
    const restoring = await timed(async () => {
      await restored.client.query('begin');
      await runScript(restored.client, file, manifest, running);
      await restored.client.query('commit');
    });
    await makeSchema(bare.client, folder, central.client, id, schemaVersion);
    const loading = await timed(() => loadBare(central.client, bare.client, manifest));
    return {
      export_ms: rounded(made.ms),
      export_peak_mb: rounded(grown),
      restore_ms: rounded(restoring.ms),
      bare_load_ms: rounded(loading.ms),
      restore_ratio: rounded(restoring.ms / loading.ms),
    };
  } finally {
    await restored.drop();
    await bare.drop();
  }
}

async function makeSchema(target: pg.Client, folder: string, source: pg.Client, instanceId: string, schemaVersion: number): Promise<void> {
  const file = join(folder, 'factory_pulse_schema_backup_20250901_093043.tar.gz');
  const manifest = await exportCentre(source, { ...running, ...facts, file, kind: 'schema', asOwner: true, organization: null, instanceId, schemaVersion });
  await target.query('begin');
  await runScript(target, file, manifest, running);
  await target.query('commit');
}

/** The same rows into the same tables, by COPY from one database to the other. */
async function loadBare(source: pg.Client, target: pg.Client, { tables }: Manifest): Promise<void> {
  await target.query(`begin; set local factory_pulse.maintenance = 'on'; set constraints all deferred`);
  for (const { name, columns } of tables) {
    const list = columns.map((column) => `"${column}"`).join(', ');
    await pipeline(source.query(copyTo(`copy ${qualified(name)} (${list}) to stdout`)), target.query(copyFrom(`copy ${qualified(name)} (${list}) from stdin`)));
  }
  await target.query('commit');
}

/** By how many megabytes the process grows until it is stopped. */
function watchMemory(): { stop: () => number } {
  // What the first load has left is not the backup's to clear away.
  collectGarbage();
  const atFirst = process.memoryUsage().rss;
  let most = atFirst;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  return {
    stop: () => {
      clearInterval(timer);
      return (most - atFirst) / 1e6;
    },
  };
}
