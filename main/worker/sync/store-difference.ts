import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { inSlices, isConstraintError } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { Cell, CellRow, TableMeta } from '../replica/tables.ts';
import type { StepResult } from './history.ts';
import type { Difference, PullContext } from './pull.ts';
import { countSetAside, intakeOf, release, releaseStaged, setOrphansAside, unfitStaged } from './quarantine.ts';
import { countStaged, emptyStaging, type StagedRange, type StagedStep } from './staging.ts';

/** Rows that are stored between two looks at the clock: one by one, and staged ones by one statement. */
const STEP_ROWS = 20;
const STAGED_STEP_ROWS = 100;

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
  const staged = countStaged(difference.staged);
  if (staged > 0) await emptyStaging(context.replica);
  const rows = difference.rows.reduce((sum, { rows }) => sum + rows.length, 0) + difference.gone.length + staged;
  return { rows, problems: Math.max(0, countSetAside(context.replica.write) - before) };
}

type CursorFacts = Partial<Record<'instance_epoch' | 'access_epoch' | 'read_columns', string>>;

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
  if (checked) yield* setOrphansAside(replica.write, overlay);
  meta.set({ cursor: difference.snapshot, last_sync_at: formatTimestamp(new Date()), ...facts });
}

/** Brings staged rows into the mirror; those with pending changes through the overlay. Yields the rows of each step. */
function* takeOver(context: PullContext, { table, first, last }: StagedRange): Generator<number> {
  const { overlay, replica } = context;
  const shadowed = overlay.hasShadows(table.name);
  for (let from = first; from <= last; from += STAGED_STEP_ROWS) {
    const step: StagedStep = { from, to: Math.min(last, from + STAGED_STEP_ROWS - 1), table: table.name };
    if (unfitStaged(replica.write, table, step) || !shownAtOnce(context, table, step)) {
      // One of them cannot be held: it is found one by one.
      storeStaged(context, table, replica.write.prepare(`${stagedSql} and not ${hasShadow}`).all(step) as StagedRow[]);
    } else releaseStaged(replica.write, step);
    if (shadowed) storeStaged(context, table, prepared(replica.write, `${stagedSql} and ${hasShadow}`).all(step) as StagedRow[]);
    yield step.to - from + 1;
  }
}

/** False where a row breaks a constraint; then none of them is shown. */
function shownAtOnce({ overlay }: PullContext, table: TableMeta, step: StagedStep): boolean {
  try {
    overlay.showStaged(table, step.from, step.to);
    return true;
  } catch (error) {
    if (!isConstraintError(error)) throw error;
    return false;
  }
}

interface StagedRow {
  row_id: string;
  row: string | null;
}

const stagedSql = 'select row_id, row from incoming where seq between :from and :to';
const hasShadow = 'exists (select 1 from shadow s where s.table_name = :table and s.row_id = incoming.row_id)';

function storeStaged(context: PullContext, table: TableMeta, rows: StagedRow[]): void {
  const { overlay, replica } = context;
  const take = intakeOf(replica.write, table, putterOf(context, table));
  for (const { row_id, row } of rows) {
    if (row !== null) take(JSON.parse(row) as Cell[]);
    else {
      const key = { table_name: table.name, row_id };
      overlay.receive(key, null);
      release(replica.write, key);
    }
  }
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
