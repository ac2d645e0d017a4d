import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import type { QuarantineKind } from '../../../db/replica/machinery.ts';
import { isConstraintError, type Sqlite } from '../replica/database.ts';
import type { Overlay, RowKey } from '../replica/overlay.ts';
import { prepared } from '../replica/prepared.ts';
import { findTable, tables, type Cell, type TableMeta } from '../replica/tables.ts';
import { readRows, uuidList } from './central-rows.ts';
import type { Difference, PullContext } from './pull.ts';
import type { StagedStep } from './staging.ts';

/*
 * Rows of the centre that this replica cannot hold are set aside with the reason, so that the rest goes on. A row
 * leaves quarantine when it arrives well, or when the centre does not show it any more.
 */

interface Reason {
  kind: QuarantineKind;
  reason: string;
  /** The table in which the row's parent is missing. */
  parent?: string;
}

/** Stores one row, or sets it aside. */
type Intake = (cells: Cell[]) => void;

/** How rows of one table come in, inside the caller's transaction; `put` writes one that fits. */
export function intakeOf(sqlite: Sqlite, table: TableMeta, put: (cells: Cell[]) => void): Intake {
  const idIndex = table.columns.findIndex((column) => column.name === 'id');
  const whyUnfit = fitnessOf(table);
  const waits = prepared(sqlite, 'select 1 from quarantine where table_name = ? limit 1').get(table.name) !== undefined;
  return (cells) => {
    const key = { table_name: table.name, row_id: String(cells[idIndex]) };
    const unfit = whyUnfit(cells);
    if (unfit) {
      setAside(sqlite, key, unfit);
      return;
    }
    try {
      put(cells);
    } catch (error) {
      if (!isConstraintError(error)) throw error;
      setAside(sqlite, key, { kind: 'constraint', reason: error.message });
      return;
    }
    if (waits) release(sqlite, key);
  };
}

/** Most JSON cells are one of these; they need no look. */
const plainJson = new Set<Cell>(['{}', '[]', null]);

/** Tells what is wrong with the values of a row, before SQLite sees it: it would take them all as text. */
function fitnessOf(table: TableMeta): (cells: Cell[]) => Reason | null {
  const looked = table.columns.map((column, index) => ({ ...column, index })).filter(({ kind }) => kind !== 'text');
  return (cells) => {
    for (const { name, kind, index } of looked) {
      const cell = cells[index] ?? null;
      if (kind === 'json') {
        if (!plainJson.has(cell) && !isJson(String(cell))) return { kind: 'unreadable', reason: `${name}: no JSON` };
      } else if (typeof cell === 'string') {
        // The converter leaves what is no such value as the text that came.
        const number = kind === 'integer' && /^-?\d+$/.test(cell);
        return { kind: number ? 'out-of-range' : 'unreadable', reason: `${name}: ${cell.slice(0, 40)}` };
      }
    }
    return null;
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function setAside(sqlite: Sqlite, { table_name, row_id }: RowKey, { kind, reason, parent }: Reason): void {
  prepared(
    sqlite,
    `insert into quarantine (table_name, row_id, kind, parent, reason, seen_at) values (?, ?, ?, ?, ?, ?)
     on conflict (table_name, row_id) do update
       set kind = excluded.kind, parent = excluded.parent, reason = excluded.reason, seen_at = excluded.seen_at`,
  ).run(table_name, row_id, kind, parent ?? null, reason, formatTimestamp(new Date()));
}

/** The row is stored, or gone. */
export function release(sqlite: Sqlite, { table_name, row_id }: RowKey): void {
  prepared(sqlite, 'delete from quarantine where table_name = ? and row_id = ?').run(table_name, row_id);
}

/** Whether staged rows (`incoming`) have values that `fitnessOf` would not let pass. */
export function unfitStaged(sqlite: Sqlite, table: TableMeta, { from, to }: StagedStep): boolean {
  const unfit = table.columns.flatMap(({ kind }, index) => {
    if (kind === 'text') return [];
    const cell = `row ->> ${index}`;
    return [kind === 'json' ? `not coalesce(json_valid(${cell}), 1)` : `typeof(${cell}) = 'text'`];
  });
  if (unfit.length === 0) return false;
  const look = prepared(sqlite, `select 1 from incoming where seq between ? and ? and row is not null and (${unfit.join(' or ')}) limit 1`);
  return look.get(from, to) !== undefined;
}

/** Staged rows are stored, or gone. */
export function releaseStaged(sqlite: Sqlite, step: StagedStep): void {
  prepared(
    sqlite,
    `delete from quarantine where table_name = :table
       and row_id in (select row_id from incoming where seq between :from and :to)`,
  ).run(step);
}

/** How many rows are set aside. */
export const countSetAside = (sqlite: Sqlite): number =>
  prepared(sqlite, 'select count(*) from quarantine').pluck().get() as number;

/** Every row that is set aside. */
export const allSetAside = (sqlite: Sqlite): RowKey[] =>
  prepared(sqlite, 'select table_name, row_id from quarantine').all() as RowKey[];

/** The rows that wait for a parent, where the parent's table changed; and what waits for those. */
export function waitingFor(sqlite: Sqlite, changed: readonly string[]): RowKey[] {
  const orphans = prepared(
    sqlite,
    "select table_name, row_id, parent from quarantine where kind = 'parent-missing'",
  ).all() as (RowKey & { parent: string })[];
  if (orphans.length === 0) return [];
  const moving = new Set(changed);
  const found: RowKey[] = [];
  for (const table of tables) {
    const due = orphans.filter((orphan) => orphan.table_name === table.name && moving.has(orphan.parent));
    if (due.length > 0) moving.add(table.name);
    found.push(...due.map(({ table_name, row_id }) => ({ table_name, row_id })));
  }
  return found;
}

/** Asks again, in the pull's transaction, for rows that are set aside; what the centre does not show counts as gone. */
export async function askAgain(context: PullContext, difference: Difference, setAsideRows: readonly RowKey[]): Promise<void> {
  const idsByTable = new Map<string, string[]>();
  for (const { table_name, row_id } of setAsideRows) idsByTable.set(table_name, [...(idsByTable.get(table_name) ?? []), row_id]);
  for (const [name, ids] of idsByTable) {
    const table = findTable(name);
    if (!table || !context.columns.has(name)) continue;
    const idIndex = table.columns.findIndex((column) => column.name === 'id');
    let entry = difference.rows.find((one) => one.table === table);
    const known = new Set(entry?.rows.map((cells) => cells[idIndex]));
    const missing = new Set(ids.filter((id) => !known.has(id)));
    if (missing.size === 0) continue;
    for await (const batch of readRows(context.client, table, context.columns, `t.id = any(${uuidList(missing)})`)) {
      if (!entry) difference.rows.push((entry = { table, rows: [] }));
      for (const cells of batch) {
        entry.rows.push(cells);
        missing.delete(String(cells[idIndex]));
      }
    }
    difference.gone.push(...[...missing].map((row_id) => ({ table_name: name, row_id })));
  }
}

/** Rows that are looked at between two steps. */
const STEP_ROWS = 2_000;

interface Reference {
  table: TableMeta;
  column: string;
  parent: string;
}

/** The references of the mirrored tables to each other. */
const referencesOf = (sqlite: Sqlite): Reference[] =>
  tables.flatMap((table) =>
    (sqlite.pragma(`foreign_key_list("${table.name}")`) as { table: string; from: string }[]).map((reference) => ({
      table,
      column: reference.from,
      parent: reference.table,
    })),
  );

/**
 * Sets rows aside whose parent is not here: they would break a commit. In steps, each of which may stand in the
 * caller's transaction or be one by itself.
 */
export function* setOrphansAside(sqlite: Sqlite, overlay: Overlay): Generator<void> {
  const references = referencesOf(sqlite);
  // What hangs on a row that was set aside is without a parent, too.
  for (let found = -1; found !== 0; ) {
    found = 0;
    for (const { table, column, parent } of references) {
      const last = sqlite.prepare(`select max(rowid) from "${table.name}"`).pluck().get() as number | null;
      const orphans = sqlite
        .prepare(
          `select c.id from "${table.name}" c where c.rowid > ? and c.rowid <= ? and c."${column}" is not null
              and not exists (select 1 from "${parent}" p where p.id = c."${column}")`,
        )
        .pluck();
      for (let start = 0; start < (last ?? 0); start += STEP_ROWS) {
        const ids = orphans.all(start, start + STEP_ROWS) as string[];
        if (ids.length > 0) removeOrphans(sqlite, overlay, table, ids, { kind: 'parent-missing', reason: `${column}: no ${parent}`, parent });
        found += ids.length;
        yield;
      }
    }
  }
}

function removeOrphans(sqlite: Sqlite, overlay: Overlay, table: TableMeta, ids: string[], reason: Reason): void {
  const remove = sqlite.prepare(`delete from "${table.name}" where id = ?`);
  sqlite.transaction(() => {
    for (const row_id of ids) {
      const key = { table_name: table.name, row_id };
      // A row that only this person has made is none of the centre's: its fate is the answer to the change.
      if (overlay.central(key) !== null) setAside(sqlite, key, reason);
      remove.run(row_id);
    }
  })();
}
