import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { durably, nextTurn, type Sqlite } from '../replica/database.ts';
import type { Meta } from '../replica/meta.ts';
import { upsertSql } from '../replica/overlay.ts';
import { tables, type Cell, type CellRow, type TableMeta } from '../replica/tables.ts';
import { readRows } from './central-rows.ts';
import { beginPull, type PullContext } from './pull.ts';
import { intakeOf, setOrphansAside } from './quarantine.ts';
import { columnsDigest } from './self-check.ts';

interface Progress {
  last_id: string | null;
  rows: number;
  finished: 0 | 1;
}

/** Rows per transaction: so many that committing costs little, and so few that a waiting request is answered at once. */
const SLICE_ROWS = 1_500;

/**
 * An index is built by sorting in memory, because temporary files would not be encrypted. So many rows are sorted at
 * most; a table with more has its indexes from then on, kept up row by row, so that memory does not grow with it.
 */
const SORTED_ROWS = 450_000;

/**
 * The very first load: every table by COPY in the order of its ids, stored in slices, secondary indexes built after.
 * An interrupted load goes on behind the last stored id. The cursor is the snapshot in which the load began: the pull
 * that follows brings whatever changed while it ran, so that also a load in several parts ends in one state.
 */
export async function firstLoad(context: PullContext): Promise<number> {
  const { client, replica, meta, progress } = context;
  const state = await beginPull(client, null);
  deferIndexes(replica.write, meta);
  if (meta.get('cursor') === null) {
    const total = await countRows(context);
    durably(replica.write, 'FULL', () => {
      meta.set({
        cursor: state.snapshot,
        instance_epoch: state.instance_epoch,
        access_epoch: String(state.access_epoch),
        read_columns: columnsDigest(context.columns),
        load_total: String(total),
      });
    });
  }
  const total = Number(meta.get('load_total') ?? 0);
  let loaded = replica.write.prepare('select coalesce(sum(rows), 0) from load_progress').pluck().get() as number;
  replica.write.pragma('foreign_keys = OFF');
  try {
    for (const table of tables) {
      if (!context.columns.has(table.name)) continue;
      progress(loaded, Math.max(total, loaded), table.name);
      for await (const stored of loadTable(context, table)) {
        loaded += stored;
        progress(loaded, Math.max(total, loaded), table.name);
      }
    }
    await client.query('commit');
    await buildIndexes(context);
    const orphans = setOrphansAside(replica.write, context.overlay);
    while (!orphans.next().done) await nextTurn();
    durably(replica.write, 'FULL', () => {
      meta.remove('deferred_indexes');
      replica.write.exec('delete from load_progress');
      meta.remove('load_total');
      meta.set({ last_sync_at: formatTimestamp(new Date()) });
    });
  } finally {
    replica.write.pragma('foreign_keys = ON');
  }
  context.changes.announce(tables.map((table) => table.name));
  return loaded;
}

/** True until the first load has finished. */
export const isLoading = (sqlite: Sqlite, cursor: string | null): boolean =>
  cursor === null || sqlite.prepare("select count(*) from meta where key = 'load_total'").pluck().get() === 1;

async function* loadTable(context: PullContext, table: TableMeta): AsyncGenerator<number> {
  const { write } = context.replica;
  const progress = (write.prepare('select last_id, rows, finished from load_progress where table_name = ?').get(table.name) as
    | Progress
    | undefined) ?? { last_id: null, rows: 0, finished: 0 };
  if (progress.finished === 1) return;

  const insert = write.prepare(upsertSql(table));
  const remember = write.prepare(
    `insert into load_progress (table_name, last_id, rows, finished) values (?, ?, ?, ?)
     on conflict (table_name) do update set last_id = excluded.last_id, rows = excluded.rows, finished = excluded.finished`,
  );
  const idIndex = table.columns.findIndex((column) => column.name === 'id');
  const receive = write.transaction((row: Cell[]) => {
    context.overlay.receive({ table_name: table.name, row_id: String(row[idIndex]) }, cellRow(table, row));
  });
  const store = (rows: Cell[][]) => {
    durably(write, 'NORMAL', () => {
      // Work accepted before its rows had come keeps a shadow, which has to learn of the centre's version.
      const bare = !context.overlay.hasShadows(table.name);
      const take = intakeOf(write, table, bare ? (row) => void insert.run(row) : receive);
      for (const row of rows) take(row);
      progress.last_id = String(rows.at(-1)?.[idIndex]);
      progress.rows += rows.length;
      remember.run(table.name, progress.last_id, progress.rows, 0);
    });
  };

  const behind = progress.last_id === null ? 'true' : `t.id > '${progress.last_id}'::uuid`;
  let waiting: Cell[][] = [];
  for await (const batch of readRows(context.client, table, context.columns, `${behind} order by t.id`)) {
    if (progress.rows >= SORTED_ROWS) await buildIndexes(context, table);
    waiting.push(...batch);
    if (waiting.length < SLICE_ROWS) continue;
    store(waiting);
    yield waiting.length;
    waiting = [];
    await nextTurn();
    context.signal.throwIfAborted();
  }
  if (waiting.length > 0) store(waiting);
  yield waiting.length;
  remember.run(table.name, progress.last_id, progress.rows, 1);
}

const cellRow = (table: TableMeta, cells: Cell[]): CellRow =>
  Object.fromEntries(table.columns.map((column, index) => [column.name, cells[index] ?? null]));

async function countRows({ client, columns }: PullContext): Promise<number> {
  const counts = tables
    .filter((table) => columns.has(table.name))
    .map((table) => `(select count(*) from public."${table.name}")`);
  const { rows } = await client.query<{ total: string }>(`select ${counts.join(' + ')} as total`);
  return Number(rows[0]?.total ?? 0);
}

/** An index that waits until its table is loaded, or a trigger that keeps the search index. */
interface DeferredIndex {
  type: 'index' | 'trigger';
  table: string;
  sql: string;
}

/**
 * Building an index once over all rows costs a fraction of keeping it up row by row. The statements that bring the
 * indexes back are kept in the replica, so that an interrupted load still knows them. The search index is built afterwards
 * (replica/search-index.ts); its triggers come back with the last index.
 */
function deferIndexes(sqlite: Sqlite, meta: Meta): void {
  if (meta.get('deferred_indexes') !== null) return;
  const mirrored = new Set(tables.map((table) => table.name));
  const indexes = (
    sqlite.prepare("select type, name, tbl_name as 'table', sql from sqlite_master where (type = 'index' or (type = 'trigger' and name like 'search\\_%' escape '\\')) and sql is not null").all() as
      (DeferredIndex & { name: string })[]
  ).filter((index) => mirrored.has(index.table));
  durably(sqlite, 'FULL', () => {
    meta.set({ deferred_indexes: JSON.stringify(indexes.map(({ type, table, sql }): DeferredIndex => ({ type, table, sql }))) });
    for (const index of indexes) sqlite.exec(`drop ${index.type} "${index.name}"`);
  });
}

/**
 * Brings indexes back, those of one table or all that are left, one by one, so that waiting requests have their turn;
 * what is built is built for good.
 */
async function buildIndexes({ replica, meta, signal }: PullContext, table?: TableMeta): Promise<void> {
  let left = JSON.parse(meta.get('deferred_indexes') ?? '[]') as DeferredIndex[];
  for (;;) {
    const next = left.find(({ type, ...index }) => table === undefined || (type !== 'trigger' && index.table === table.name));
    if (next === undefined) return;
    left = left.filter((index) => index !== next);
    durably(replica.write, 'NORMAL', () => {
      replica.write.exec(next.sql);
      meta.set({ deferred_indexes: JSON.stringify(left) });
    });
    await nextTurn();
    signal.throwIfAborted();
  }
}
