import type { Client } from 'pg';
import { AppError } from '../../../shared/errors.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import type { Changes } from '../replica/changes.ts';
import { inSlices, isSqliteError, type Replica } from '../replica/database.ts';
import type { Meta } from '../replica/meta.ts';
import type { Overlay, RowKey } from '../replica/overlay.ts';
import { findTable, tableOf, tables, type Cell, type CellRow, type TableMeta } from '../replica/tables.ts';
import { cellConverter, readRows, selectList, type CentralColumns } from './central-rows.ts';
import type { Outbox } from './outbox.ts';

/** The answer of `sync.pull_state` (db/central/0010_sync.sql). */
export interface PullState {
  snapshot: string;
  instance_epoch: string;
  access_epoch: number;
  /** False once the account opens nothing any more. */
  active: boolean;
  /** False where removals since the cursor are no longer listed: only a full comparison tells what left. */
  complete: boolean;
  tables: string[];
  removed: [table: string, rowId: string][];
}

export interface PullContext {
  client: Client;
  replica: Replica;
  meta: Meta;
  overlay: Overlay;
  outbox: Outbox;
  changes: Changes;
  columns: CentralColumns;
}

/** What a pull found in one snapshot of the centre, before any of it is stored. */
export interface Difference {
  snapshot: string;
  rows: { table: TableMeta; rows: Cell[][] }[];
  gone: RowKey[];
}

const SNAPSHOT_FORM = /^\d+:\d+:(\d+(,\d+)*)?$/;

/** A snapshot as a literal; the form is checked, because it becomes part of a statement. */
export function snapshotLiteral(snapshot: string): string {
  if (!SNAPSHOT_FORM.test(snapshot)) throw new AppError('REPLICA_DAMAGED', 'the stored cursor is no snapshot');
  return `'${snapshot}'`;
}

/** Opens the pull's transaction and asks what there is, in one round trip. The caller ends the transaction. */
export async function beginPull(client: Client, cursor: string | null): Promise<PullState> {
  const since = cursor === null ? 'null' : snapshotLiteral(cursor);
  const results = (await client.query(
    `begin isolation level repeatable read, read only; select sync.pull_state(${since}) as state`,
  )) as unknown as { rows: { state: string }[] }[];
  const state = JSON.parse(results[1]?.rows[0]?.state ?? 'null') as PullState | null;
  if (!state) throw new AppError('SERVER_NOT_FACTORY_PULSE', 'the centre gave no state to pull from');
  if (!state.active) throw new AppError('ACCOUNT_INACTIVE', 'the account opens nothing any more');
  return state;
}

/** Up to so many rows of a table come with the first answer; more are streamed. */
const INLINE_ROWS = 1_000;

/**
 * Reads what changed between the cursor and the transaction's snapshot. Small differences,
 * nearly all of them, come in one round trip over all touched tables; a table with more is streamed afterwards.
 */
export async function readDifference(context: PullContext, cursor: string, state: PullState): Promise<Difference> {
  const { client, columns } = context;
  const since = snapshotLiteral(cursor);
  const horizon = cursor.slice(0, cursor.indexOf(':'));
  const condition = `t.sync_xid >= '${horizon}'::xid8 and not pg_visible_in_snapshot(t.sync_xid, ${since}::pg_snapshot)`;
  // A table that this version does not know is a newer centre's; it is none of ours.
  const touched = state.tables.map(findTable).filter((table) => table !== undefined);

  const rows: Difference['rows'] = [];
  const large: TableMeta[] = [];
  const inline = await readInline(client, touched, (table) => {
    return `select ${selectList(table, columns)} from public."${table.name}" t where ${condition} limit ${INLINE_ROWS + 1}`;
  });
  touched.forEach((table, index) => {
    const found = inline[index] ?? [];
    if (found.length > INLINE_ROWS) large.push(table);
    else if (found.length > 0) rows.push({ table, rows: found });
  });
  for (const table of large) {
    const found: Cell[][] = [];
    for await (const batch of readRows(client, table, columns, condition)) {
      for (const row of batch) found.push(row);
    }
    rows.push({ table, rows: found });
  }
  return { snapshot: state.snapshot, rows, gone: await stillHidden(client, state.removed) };
}

/** The rows of one query per table, all in one round trip. */
async function readInline(client: Client, touched: TableMeta[], queryOf: (table: TableMeta) => string): Promise<Cell[][][]> {
  if (touched.length === 0) return [];
  const answer = (await client.query({ text: touched.map(queryOf).join('; '), rowMode: 'array' })) as unknown;
  const results = (Array.isArray(answer) ? answer : [answer]) as { rows: (string | null)[][] }[];
  return results.map(({ rows }, index) => {
    const convert = cellConverter(touched[index] as TableMeta);
    return rows.map(convert);
  });
}

/** Of the rows that left or changed hands, those that this person may not see (any more). */
async function stillHidden(client: Client, removed: PullState['removed']): Promise<RowKey[]> {
  const idsByTable = new Map<string, string[]>();
  for (const [table, id] of removed) idsByTable.set(table, [...(idsByTable.get(table) ?? []), id]);
  const hidden: RowKey[] = [];
  for (const [table, ids] of idsByTable) {
    if (!findTable(table)) continue;
    const { rows } = await client.query<{ id: string }>(`select id from public."${table}" where id = any($1::uuid[])`, [ids]);
    const visible = new Set(rows.map((row) => row.id));
    hidden.push(...ids.filter((id) => !visible.has(id)).map((row_id) => ({ table_name: table, row_id })));
  }
  return hidden;
}

/** Rows that are stored between two looks at the clock. */
const STEP_ROWS = 20;

/**
 * Stores a difference: all its rows, across tables, become visible in one transaction together with the new cursor,
 * however many slices that takes. Rows that the replica cannot hold are set aside in `quarantine`; the rest goes on.
 * Returns the number of rows.
 */
export async function storeDifference(context: PullContext, difference: Difference, facts: CursorFacts = {}): Promise<number> {
  const touched = new Set<string>();
  try {
    await inSlices(context.replica.write, () => storeSteps(context, difference, facts, touched, false));
  } catch (error) {
    if (!isSqliteError(error) || !error.code.startsWith('SQLITE_CONSTRAINT')) throw error;
    await inSlices(context.replica.write, () => storeSteps(context, difference, facts, touched, true));
  }
  context.changes.announce(touched);
  return difference.rows.reduce((sum, { rows }) => sum + rows.length, 0) + difference.gone.length;
}

type CursorFacts = Partial<Record<'instance_epoch' | 'access_epoch', string>>;

/** The steps of storing, inside the caller's transaction; `checked` looks for rows whose parents are missing. */
function* storeSteps(
  context: PullContext,
  difference: Difference,
  facts: CursorFacts,
  touched: Set<string>,
  checked: boolean,
): Generator<void> {
  const { replica, meta, outbox, overlay } = context;
  replica.write.pragma('defer_foreign_keys = ON');
  let stored = 0;
  for (const { table, rows } of difference.rows) {
    touched.add(table.name);
    const bare = !overlay.hasShadows(table.name);
    for (const cells of rows) {
      storeRow(context, table, cells, bare);
      stored += 1;
      if (stored % STEP_ROWS === 0) yield;
    }
  }
  for (const row of [...difference.gone].reverse()) {
    touched.add(row.table_name);
    overlay.receive(row, null);
    stored += 1;
    if (stored % STEP_ROWS === 0) yield;
  }
  for (const row of outbox.dropSeen(difference.snapshot)) touched.add(row.table_name).add('outbox');
  if (checked) quarantineOrphans(context);
  meta.set({ cursor: difference.snapshot, last_sync_at: formatTimestamp(new Date()), ...facts });
}

function storeRow(context: PullContext, table: TableMeta, cells: Cell[], bare: boolean): void {
  const row: CellRow = {};
  table.columns.forEach((column, index) => {
    row[column.name] = cells[index] ?? null;
  });
  const key = { table_name: table.name, row_id: String(row['id']) };
  try {
    if (bare) context.overlay.show(table, key.row_id, row);
    else context.overlay.receive(key, row);
  } catch (error) {
    if (!isSqliteError(error) || !error.code.startsWith('SQLITE_CONSTRAINT')) throw error;
    quarantine(context, key, error.message);
  }
}

/** Rows whose parent is not here would break the commit; they wait in quarantine until the centre sends them again. */
function quarantineOrphans(context: PullContext): void {
  const { write } = context.replica;
  for (let round = 0; round < tables.length; round++) {
    const orphans = write.pragma('foreign_key_check') as { table: string; rowid: number; parent: string }[];
    if (orphans.length === 0) return;
    for (const orphan of orphans) {
      const id = write.prepare(`select id from "${orphan.table}" where rowid = ?`).pluck().get(orphan.rowid) as string | undefined;
      if (id === undefined) continue;
      const key = { table_name: orphan.table, row_id: id };
      // A row that only this person has made is none of the centre's: its fate is the answer to the change.
      if (context.overlay.central(key) !== null) quarantine(context, key, `no ${orphan.parent}`);
      write.prepare(`delete from "${orphan.table}" where id = ?`).run(id);
    }
  }
}

function quarantine(context: PullContext, key: RowKey, reason: string): void {
  tableOf(key.table_name);
  context.replica.write
    .prepare(
      `insert into quarantine (table_name, row_id, reason, seen_at) values (?, ?, ?, ?)
       on conflict (table_name, row_id) do update set reason = excluded.reason, seen_at = excluded.seen_at`,
    )
    .run(key.table_name, key.row_id, reason, formatTimestamp(new Date()));
}
