import { rmSync } from 'node:fs';
import { connect, migrate, takingTurns, type Sqlite } from '../replica/database.ts';
import { sideFiles } from '../replica/rekey.ts';
import { parseCopyLine } from '../sync/copy-text.ts';
import { AppError } from '../../../shared/errors.ts';
import { checkedParts } from './archive-reader.ts';
import { rowsOf, type Manifest, type ManifestTable } from './manifest.ts';
import { linesOf } from './archive-format.ts';
import type { RestoringOptions } from './restore-centre.ts';
import { replicaSchemaVersion } from '../replica/database.ts';

/** A backup that was loaded into a database of its own, encrypted under a key that nobody keeps. */
export interface LoadedArchive {
  sqlite: Sqlite;
  close(): void;
}

/**
 * Restores an archive that was checked into a new SQLite file: a snapshot into the replica's own schema, the rows of the
 * centre into tables of text. Fails with BACKUP_DAMAGED where a row is none, and leaves nothing then.
 */
export async function loadArchive(file: string, manifest: Manifest, target: string, key: Buffer, options: RestoringOptions): Promise<LoadedArchive> {
  const sqlite = connect(target, key);
  const close = (): void => {
    sqlite.close();
    for (const side of ['', ...sideFiles]) rmSync(target + side, { force: true });
  };
  try {
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = OFF');
    sqlite.pragma('temp_store = MEMORY');
    // What refers to nothing is for the check afterwards to tell, not for a failure in the middle.
    sqlite.pragma('foreign_keys = OFF');
    const { before, after } = manifest.kind === 'snapshot' ? replicaSchema(sqlite, manifest) : textTables(sqlite, manifest);
    before();
    await loadRows(sqlite, file, manifest, options);
    after();
    return { sqlite, close };
  } catch (error) {
    close();
    throw error;
  }
}

interface Steps {
  before: () => void;
  after: () => void;
}

/** Indexes and triggers come back when the rows are there; unique ones refuse what no replica could hold. */
function replicaSchema(sqlite: Sqlite, manifest: Manifest): Steps {
  if (manifest.application.replica_schema > replicaSchemaVersion) {
    throw new AppError('BACKUP_FUTURE', `the snapshot has schema ${manifest.application.replica_schema}`, { found: manifest.application.replica_schema });
  }
  migrate(sqlite, manifest.application.replica_schema);
  const put = sqlite
    .prepare(`select type, name, sql from sqlite_schema where type in ('index', 'trigger') and sql is not null`)
    .all() as { type: string; name: string; sql: string }[];
  return {
    before: () => {
      for (const { type, name } of put) sqlite.exec(`drop ${type} "${name}"`);
      for (const { name } of manifest.tables) sqlite.exec(`delete from "${name}"`);
    },
    after: () => {
      for (const { sql } of put) sqlite.exec(sql);
    },
  };
}

function textTables(sqlite: Sqlite, manifest: Manifest): Steps {
  return {
    before: () => {
      for (const { name, columns } of manifest.tables) sqlite.exec(`create table "${name}" (${columns.map((column) => `"${column}"`).join(', ')})`);
    },
    after: () => {
      const targets = new Map(manifest.references.map(({ target, target_columns: columns }) => [`${target} ${columns.join(' ')}`, { target, columns }]));
      let number = 0;
      for (const { target, columns } of targets.values()) {
        sqlite.exec(`create index "reference_${(number += 1)}" on "${target}" (${columns.map((column) => `"${column}"`).join(', ')})`);
      }
    },
  };
}

async function loadRows(sqlite: Sqlite, file: string, manifest: Manifest, options: RestoringOptions): Promise<void> {
  const tables = new Map(manifest.tables.map((table) => [table.name, table]));
  const isSql = manifest.kind !== 'snapshot';
  const total = rowsOf(manifest);
  const turn = takingTurns();
  let rows = 0;
  for await (const { part, content } of checkedParts(file, manifest, options)) {
    const table = part.table === null ? undefined : tables.get(part.table);
    if (!table) continue;
    const insert = sqlite.prepare(`insert into "${table.name}" (${table.columns.map((column) => `"${column}"`).join(', ')}) values (${table.columns.map(() => '?').join(', ')})`);
    const lines = (isSql ? linesOf(content) : content).toString('utf8').split('\n');
    lines.pop();
    for (let from = 0; from < lines.length; from += SLICE_ROWS) {
      sqlite.transaction(() => {
        for (const line of lines.slice(from, from + SLICE_ROWS)) insert.run(cellsOf(line, isSql, table));
      })();
      await turn();
      options.signal?.throwIfAborted();
    }
    options.restored?.((rows += part.rows), total, table.name);
  }
}

const SLICE_ROWS = 500;

function cellsOf(line: string, isSql: boolean, { name, columns }: ManifestTable): unknown[] {
  const cells = isSql ? parseCopyLine(line) : (JSON.parse(line) as unknown[]);
  if (cells.length !== columns.length) throw new AppError('BACKUP_DAMAGED', `a row of ${name} has ${cells.length} cells`);
  return cells;
}
