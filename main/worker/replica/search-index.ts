import type { Log } from '../log.ts';
import type { Changes } from './changes.ts';
import { durably, longWork, nextTurn, toStorageError, type Replica, type Sqlite } from './database.ts';
import { prepared } from './prepared.ts';

/** Rows that are indexed in one transaction, between which waiting requests have their turn. */
const STEP_ROWS = 100;

/** The columns of every search index, as migrations/0006_search.sql has them. */
const columns = 'rowid, code, title, text, tags, fragments';

interface BuildParts {
  replica: Replica;
  changes: Changes;
  log: Log;
  signal: AbortSignal;
}

/** Whether rows are still missing from the search index. */
export const isIndexing = (sqlite: Sqlite): boolean => prepared(sqlite, 'select 1 from search_progress').get() !== undefined;

/**
 * Brings the rows into the search index that were here before it: those of the first load, which triggers would slow down,
 * and those of a replica from before there was an index. What is interrupted goes on at the next start.
 */
export async function buildSearchIndex({ replica, changes, log, signal }: BuildParts): Promise<void> {
  const { write } = replica;
  const begun = performance.now();
  try {
    if (!isIndexing(write)) return;
    do {
      // A short transaction would have a long one begin again.
      await (longWork(write) ?? nextTurn());
      if (signal.aborted) return;
      if (longWork(write) === null) durably(write, 'NORMAL', () => indexNext(write));
    } while (isIndexing(write));
    log('info', 'search.indexed', { ms: Math.round(performance.now() - begun) });
    changes.announce(['search_progress']);
  } catch (error) {
    log('warn', 'search.not-indexed', { message: (toStorageError(error) as Error).message });
  }
}

function indexNext(write: Sqlite): void {
  const next = prepared(write, 'select table_name, last_rowid from search_progress limit 1').get() as
    | { table_name: string; last_rowid: number }
    | undefined;
  if (!next) return;
  const { table_name: table, last_rowid: after } = next;
  const last = prepared(write, `select max(rowid) from (select rowid from ${table} where rowid > ? order by rowid limit ${STEP_ROWS})`)
    .pluck()
    .get(after) as number | null;
  if (last === null) {
    prepared(write, 'delete from search_progress where table_name = ?').run(table);
    return;
  }
  // Triggers may have been faster with some of them.
  prepared(
    write,
    `insert or replace into search_${table} (${columns}) select * from ${table}_searched where row > ? and row <= ?`,
  ).run(after, last);
  prepared(write, 'update search_progress set last_rowid = ? where table_name = ?').run(last, table);
}
