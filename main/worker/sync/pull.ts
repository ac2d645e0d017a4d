import type { Client } from 'pg';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { Changes } from '../replica/changes.ts';
import type { Replica } from '../replica/database.ts';
import type { Meta } from '../replica/meta.ts';
import type { Overlay, RowKey } from '../replica/overlay.ts';
import { findTable, type Cell, type TableMeta } from '../replica/tables.ts';
import { cellConverter, readCentralColumns, readRows, selectList, type CentralColumns } from './central-rows.ts';
import { CentreChanged } from './centre-changed.ts';
import type { Outbox } from './outbox.ts';
import type { StagedRange, Staging } from './staging.ts';
import { readReply } from './reply.ts';

const SNAPSHOT_FORM = /^\d+:\d+:(\d+(,\d+)*)?$/;

/** The answer of `sync.pull_state` (db/central/0010_sync.sql). */
const pullStateForm = z.object({
  snapshot: z.string().regex(SNAPSHOT_FORM),
  instance_epoch: z.guid(),
  access_epoch: z.number().nullable(),
  /** False once the account opens nothing any more. */
  active: z.boolean(),
  /** False where removals since the cursor are no longer listed: only a full comparison tells what left. */
  complete: z.boolean(),
  tables: z.array(z.string()),
  removed: z.array(z.tuple([z.string(), z.guid()])),
});

export type PullState = z.infer<typeof pullStateForm>;

export interface PullContext {
  client: Client;
  replica: Replica;
  meta: Meta;
  overlay: Overlay;
  outbox: Outbox;
  changes: Changes;
  columns: CentralColumns;
  /** Aborted when the person cancels or the session ends: long work stops at its next slice. */
  signal: AbortSignal;
  /** Tells how far the step under way has come; `total` is null where nobody knows it. */
  progress: (rows: number, total: number | null, table: string | null) => void;
}

/** What a pull found in one snapshot of the centre, before any of it is stored. */
export interface Difference {
  snapshot: string;
  rows: { table: TableMeta; rows: Cell[][] }[];
  gone: RowKey[];
  /** What is too much for the memory, in the replica's `incoming`. */
  staged: StagedRange[];
}

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
  const state = readReply(pullStateForm, results[1]?.rows[0]?.state, 'sync.pull_state');
  if (!state.active) throw new AppError('ACCOUNT_INACTIVE', 'the account opens nothing any more');
  return state;
}

/** Whether a pull can go on from the cursor; if not, only a full comparison tells what changed. */
export const continues = (meta: Meta, state: PullState): boolean =>
  meta.get('cursor') !== null &&
  state.complete &&
  state.instance_epoch === meta.get('instance_epoch') &&
  String(state.access_epoch) === meta.get('access_epoch');

/** What asking the centre takes. */
type Asking = Pick<PullContext, 'client' | 'columns'>;

/** Up to so many rows of a table come with the first answer; more are streamed and staged. */
const INLINE_ROWS = 1_000;

/**
 * Reads what changed between the cursor and the transaction's snapshot. Small differences,
 * nearly all of them, come in one round trip over all touched tables; a table with more is streamed into `staging`.
 */
export async function readDifference(
  { client, columns }: Asking,
  cursor: string,
  state: PullState,
  staging: Pick<Staging, 'add' | 'ranges'>,
): Promise<Difference> {
  const since = snapshotLiteral(cursor);
  const horizon = cursor.slice(0, cursor.indexOf(':'));
  const condition = `t.sync_xid >= '${horizon}'::xid8 and not pg_visible_in_snapshot(t.sync_xid, ${since}::pg_snapshot)`;
  // A table that this version does not know is a newer centre's; it is none of ours.
  const known = state.tables.map(findTable).filter((table) => table !== undefined);
  const touched = known.filter((table) => columns.has(table.name));
  if (touched.length < known.length) await demandSameTables({ client, columns }, known);

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
    for await (const batch of readRows(client, table, columns, condition)) await staging.add(table, batch);
  }
  const gone = await stillHidden({ client, columns }, state.removed);
  return { snapshot: state.snapshot, rows, gone, staged: staging.ranges };
}

/** A table that was not there when the connection began may be there by now; one that is gone is passed over. */
async function demandSameTables({ client, columns }: Asking, known: readonly TableMeta[]): Promise<void> {
  const now = await readCentralColumns(client);
  const fresh = known.find((table) => now.has(table.name) && !columns.has(table.name));
  if (fresh) throw new CentreChanged(`there is a table ${fresh.name} now`);
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
async function stillHidden({ client, columns }: Asking, removed: PullState['removed']): Promise<RowKey[]> {
  const idsByTable = new Map<string, string[]>();
  for (const [table, id] of removed) idsByTable.set(table, [...(idsByTable.get(table) ?? []), id]);
  const hidden: RowKey[] = [];
  for (const [table, ids] of idsByTable) {
    if (!findTable(table) || !columns.has(table)) continue;
    const { rows } = await client.query<{ id: string }>(`select id from public."${table}" where id = any($1::uuid[])`, [ids]);
    const visible = new Set(rows.map((row) => row.id));
    hidden.push(...ids.filter((id) => !visible.has(id)).map((row_id) => ({ table_name: table, row_id })));
  }
  return hidden;
}
