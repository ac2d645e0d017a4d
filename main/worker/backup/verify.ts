import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { backupChecks, type BackupCheck } from '../../../shared/domain/backup.ts';
import { takingTurns, type Sqlite } from '../replica/database.ts';
import { checkArchive } from './archive-reader.ts';
import { copyCell } from './copy-cell.ts';
import { loadArchive } from './loaded-archive.ts';
import type { Manifest, ManifestTable } from './manifest.ts';
import type { RestoringOptions } from './restore-centre.ts';
import { rowLines } from './snapshot.ts';
import { makeThrowawayFolder } from './throwaway-folder.ts';

export interface Verification {
  manifest: Manifest;
  /** Every line of the checklist that applies; null where this throwaway database cannot say. */
  checks: Record<BackupCheck, boolean | null>;
  /** For the log: which tables, people or policies. */
  faults: string[];
}

export const isVerified = ({ checks }: Pick<Verification, 'checks'>): boolean => Object.values(checks).every((check) => check !== false);

/** Restores a backup of the centre into a database that goes afterwards (main/worker/backup/verify-centre.ts). */
export type CentralProof = (file: string, manifest: Manifest, options: RestoringOptions) => Promise<Pick<Verification, 'checks' | 'faults'>>;

/**
 * Restores a backup on trial and says of each line of the checklist whether it holds. Fails as reading an archive does.
 * @param central how to restore into PostgreSQL; without it the rows are loaded into a temporary SQLite database
 */
export async function verifyBackup(file: string, options: RestoringOptions, central: CentralProof | null): Promise<Verification> {
  const manifest = await checkArchive(file, options);
  if (manifest.kind !== 'snapshot' && central) return { manifest, ...(await central(file, manifest, options)) };
  const folder = makeThrowawayFolder();
  try {
    const loaded = await loadArchive(file, manifest, join(folder.path, 'restored.db'), randomBytes(32), options);
    try {
      return { manifest, ...(await compare(loaded.sqlite, manifest)) };
    } finally {
      loaded.close();
    }
  } finally {
    folder.remove();
  }
}

export const noChecks = (): Record<BackupCheck, boolean | null> =>
  Object.fromEntries(backupChecks.map((check) => [check, null])) as Record<BackupCheck, boolean | null>;

async function compare(sqlite: Sqlite, manifest: Manifest): Promise<Pick<Verification, 'checks' | 'faults'>> {
  const faults: string[] = [];
  const isSql = manifest.kind !== 'snapshot';
  let counts = true;
  let checksums = true;
  for (const table of manifest.tables) {
    const digest = createHash('sha256');
    for await (const lines of isSql ? copyLinesOf(sqlite, table) : rowLines(sqlite, table.name, table.columns)) digest.update(lines);
    if (sqlite.prepare(`select count(*) from "${table.name}"`).pluck().get() !== table.rows) {
      counts = false;
      faults.push(`count of ${table.name}`);
    }
    if (digest.digest('hex') !== table.sha256) {
      checksums = false;
      faults.push(`rows of ${table.name}`);
    }
  }
  const orphans = orphansOf(sqlite, manifest);
  faults.push(...orphans);
  const whole = isSql || sqlite.pragma('integrity_check(1)', { simple: true }) === 'ok';
  return { checks: { ...noChecks(), archive: true, connection: whole, counts, checksums, relationships: orphans.length === 0 }, faults };
}

const BATCH_ROWS = 400;

/** The rows as `copy … to stdout` prints them, in the order in which they were loaded. */
async function* copyLinesOf(sqlite: Sqlite, { name, columns }: ManifestTable): AsyncGenerator<Buffer> {
  const batch = sqlite.prepare(`select rowid as position, ${columns.map((column, index) => `"${column}" as c${index}`).join(', ')} from "${name}" where rowid > ? order by rowid limit ${BATCH_ROWS}`).raw();
  const turn = takingTurns();
  for (let last = 0; ; ) {
    const rows = batch.all(last) as [number, ...(string | null)[]][];
    if (rows.length === 0) return;
    last = (rows.at(-1) as [number])[0];
    yield Buffer.from(rows.map(([, ...cells]) => `${cells.map(copyCell).join('\t')}\n`).join(''));
    await turn();
  }
}

/** References whose row is not there. Of a replica these are allowed where sync set the parent's row aside. */
function orphansOf(sqlite: Sqlite, { references }: Manifest): string[] {
  return references
    .filter(({ table, columns, target, target_columns: targetColumns }) => {
      const present = columns.map((column) => `t."${column}" is not null`).join(' and ');
      const same = columns.map((column, index) => `p."${targetColumns[index]}" = t."${column}"`).join(' and ');
      return sqlite.prepare(`select exists (select 1 from "${table}" t where ${present} and not exists (select 1 from "${target}" p where ${same}))`).pluck().get() === 1;
    })
    .map(({ table, columns, target }) => `${table} (${columns.join(', ')}) to ${target}`);
}
