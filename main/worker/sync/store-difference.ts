import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { inSlices } from '../replica/database.ts';
import type { Cell, CellRow, TableMeta } from '../replica/tables.ts';
import type { StepResult } from './history.ts';
import type { Difference, PullContext } from './pull.ts';
import { countSetAside, intakeOf, isConstraintError, release, setOrphansAside } from './quarantine.ts';

/** Rows that are stored between two looks at the clock. */
const STEP_ROWS = 20;

/**
 * Stores a difference: all its rows, across tables, become visible in one transaction together with the new cursor,
 * however many slices that takes. Rows that the replica cannot hold are set aside in `quarantine`; the rest goes on.
 */
export async function storeDifference(context: PullContext, difference: Difference, facts: CursorFacts = {}): Promise<StepResult> {
  const touched = new Set<string>();
  const before = countSetAside(context.replica.write);
  try {
    await inSlices(context.replica.write, () => storeSteps(context, difference, facts, touched, false), context.signal);
  } catch (error) {
    if (!isConstraintError(error)) throw error;
    await inSlices(context.replica.write, () => storeSteps(context, difference, facts, touched, true), context.signal);
  }
  context.changes.announce(touched);
  const rows = difference.rows.reduce((sum, { rows }) => sum + rows.length, 0) + difference.gone.length;
  return { rows, problems: Math.max(0, countSetAside(context.replica.write) - before) };
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
    const take = intakeOf(replica.write, table, putterOf(context, table));
    for (const cells of rows) {
      take(cells);
      stored += 1;
      if (stored % STEP_ROWS === 0) yield;
    }
  }
  for (const row of [...difference.gone].reverse()) {
    touched.add(row.table_name);
    overlay.receive(row, null);
    release(replica.write, row);
    stored += 1;
    if (stored % STEP_ROWS === 0) yield;
  }
  for (const row of outbox.dropSeen(difference.snapshot)) touched.add(row.table_name).add('outbox');
  if (checked) yield* setOrphansAside(replica.write, overlay);
  meta.set({ cursor: difference.snapshot, last_sync_at: formatTimestamp(new Date()), ...facts });
}

/** A row that carries pending effects is stored with its shadow or not at all. */
function putterOf({ replica, overlay }: PullContext, table: TableMeta): (cells: Cell[]) => void {
  const bare = !overlay.hasShadows(table.name);
  const receive = replica.write.transaction((id: string, row: CellRow) => overlay.receive({ table_name: table.name, row_id: id }, row));
  return (cells) => {
    const row: CellRow = {};
    table.columns.forEach((column, index) => {
      row[column.name] = cells[index] ?? null;
    });
    const id = String(row['id']);
    if (bare) overlay.show(table, id, row);
    else receive(id, row);
  };
}
