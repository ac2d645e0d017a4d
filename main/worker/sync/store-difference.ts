import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { inSlices, isConstraintError } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { RowKey } from '../replica/overlay.ts';
import { tableOf, tables, type Cell, type CellRow, type TableMeta } from '../replica/tables.ts';
import type { StepResult } from './history.ts';
import type { Difference, PullContext } from './pull.ts';
import { countStaged, emptyStaging, type StagedRange } from './staging.ts';

/** Rows that are stored between two looks at the clock: one by one, and staged ones by one statement. */
const STEP_ROWS = 20;
const STAGED_STEP_ROWS = 100;

/**
 * Stores a difference: all its rows, across tables, become visible in one transaction together with the new cursor,
 * however many slices that takes. Rows that the replica cannot hold are set aside in `quarantine`; the rest goes on.
 */
export async function storeDifference(context: PullContext, difference: Difference, facts: CursorFacts = {}): Promise<StepResult> {
  const touched = new Set<string>();
  const before = setAside(context);
  try {
    await inSlices(context.replica.write, () => storeSteps(context, difference, facts, touched, false), context.signal);
  } catch (error) {
    if (!isConstraintError(error)) throw error;
    await inSlices(context.replica.write, () => storeSteps(context, difference, facts, touched, true), context.signal);
  }
  context.changes.announce(touched);
  const staged = countStaged(difference.staged);
  if (staged > 0) await emptyStaging(context.replica);
  const rows = difference.rows.reduce((sum, { rows }) => sum + rows.length, 0) + difference.gone.length + staged;
  return { rows, problems: Math.max(0, setAside(context) - before) };
}

/** Rows of the centre that this replica cannot hold. */
function setAside({ replica }: PullContext): number {
  return prepared(replica.write, 'select count(*) from quarantine').pluck().get() as number;
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
  const total = countStaged(difference.staged);
  let taken = 0;
  for (const range of difference.staged) {
    touched.add(range.table.name);
    for (const rows of takeOver(context, range)) {
      taken += rows;
      context.progress(taken, total, range.table.name);
      yield;
    }
  }
  for (const row of outbox.dropSeen(difference.snapshot)) touched.add(row.table_name).add('outbox');
  if (checked) quarantineOrphans(context);
  meta.set({ cursor: difference.snapshot, last_sync_at: formatTimestamp(new Date()), ...facts });
}

/** Brings staged rows into the mirror; those with pending changes through the overlay. Yields the rows of each step. */
function* takeOver(context: PullContext, { table, first, last }: StagedRange): Generator<number> {
  const { overlay, replica } = context;
  const shadowed = overlay.hasShadows(table.name);
  for (let from = first; from <= last; from += STAGED_STEP_ROWS) {
    const step = { from, to: Math.min(last, from + STAGED_STEP_ROWS - 1), table: table.name };
    try {
      overlay.showStaged(table, step.from, step.to);
    } catch (error) {
      if (!isConstraintError(error)) throw error;
      // One of them cannot be held: it is found one by one.
      storeStaged(context, table, replica.write.prepare(`${stagedSql} and not ${hasShadow}`).all(step) as StagedRow[]);
    }
    if (shadowed) storeStaged(context, table, prepared(replica.write, `${stagedSql} and ${hasShadow}`).all(step) as StagedRow[]);
    yield step.to - from + 1;
  }
}

interface StagedRow {
  row_id: string;
  row: string | null;
}

const stagedSql = 'select row_id, row from incoming where seq between :from and :to';
const hasShadow = 'exists (select 1 from shadow s where s.table_name = :table and s.row_id = incoming.row_id)';

function storeStaged(context: PullContext, table: TableMeta, rows: StagedRow[]): void {
  for (const { row_id, row } of rows) {
    if (row === null) context.overlay.receive({ table_name: table.name, row_id }, null);
    else storeRow(context, table, JSON.parse(row) as Cell[], false);
  }
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
    if (!isConstraintError(error)) throw error;
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
