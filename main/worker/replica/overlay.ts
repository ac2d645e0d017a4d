import type { StoredEffect } from '../../../db/replica/machinery.ts';
import type { Sqlite } from './database.ts';
import { prepared } from './prepared.ts';
import { tableOf, toCells, type Cell, type CellRow, type TableMeta } from './tables.ts';

/*
 * The overlay: what the screen shows of a row is the centre's version (in `shadow`) with the effects of all
 * outbox entries laid over it in order. Rows without outbox entries have no shadow; they are the centre's version.
 * All functions run inside a transaction of the caller.
 */

export interface RowKey {
  table_name: string;
  row_id: string;
}

const keyOf = (row: RowKey): string => `${row.table_name} ${row.row_id}`;

/** Every row once. */
export function distinctRows(rows: Iterable<RowKey>): RowKey[] {
  const distinct = new Map<string, RowKey>();
  for (const row of rows) distinct.set(keyOf(row), { table_name: row.table_name, row_id: row.row_id });
  return [...distinct.values()];
}

interface TableStatements {
  select: ReturnType<Sqlite['prepare']>;
  insert: ReturnType<Sqlite['prepare']>;
  remove: ReturnType<Sqlite['prepare']>;
}

export class Overlay {
  readonly #sqlite: Sqlite;
  readonly #statements = new Map<string, TableStatements>();
  readonly #shadowOf;
  readonly #saveShadow;
  readonly #updateShadow;
  readonly #dropShadow;
  readonly #effectsOf;
  readonly #anyShadow;

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite;
    this.#shadowOf = sqlite.prepare('select row from shadow where table_name = ? and row_id = ?');
    this.#saveShadow = sqlite.prepare('insert into shadow (table_name, row_id, row) values (?, ?, ?) on conflict do nothing');
    this.#updateShadow = sqlite.prepare('update shadow set row = ? where table_name = ? and row_id = ?');
    this.#dropShadow = sqlite.prepare('delete from shadow where table_name = ? and row_id = ?');
    this.#anyShadow = sqlite.prepare('select 1 from shadow where table_name = ? limit 1');
    this.#effectsOf = sqlite.prepare(
      'select op, patch from outbox_effects where table_name = ? and row_id = ? order by seq, position',
    );
  }

  /** The row as the replica shows it. */
  current(table: TableMeta, rowId: string): CellRow | undefined {
    return this.#of(table).select.get(rowId) as CellRow | undefined;
  }

  /** The centre's version of a row, null where the centre has none (as far as this replica knows). */
  central(row: RowKey): CellRow | null {
    const shadow = this.#shadowOf.get(row.table_name, row.row_id) as { row: string | null } | undefined;
    if (shadow) return shadow.row === null ? null : (JSON.parse(shadow.row) as CellRow);
    return this.current(tableOf(row.table_name), row.row_id) ?? null;
  }

  /** Keeps the centre's version before the first effect on a row is applied. */
  protect(row: RowKey): void {
    const current = this.current(tableOf(row.table_name), row.row_id);
    this.#saveShadow.run(row.table_name, row.row_id, current ? JSON.stringify(current) : null);
  }

  /** Takes a new version of a row from the centre; null when the row is gone. True where the shown row changed hands. */
  receive(row: RowKey, central: CellRow | null): void {
    const { changes } = this.#updateShadow.run(central ? JSON.stringify(central) : null, row.table_name, row.row_id);
    if (changes === 0) this.show(tableOf(row.table_name), row.row_id, central);
    else this.recompute(row);
  }

  /** Lays the remaining effects over the centre's version again; without any the shadow goes. */
  recompute(row: RowKey): void {
    const shadow = this.#shadowOf.get(row.table_name, row.row_id) as { row: string | null } | undefined;
    if (!shadow) return;
    const table = tableOf(row.table_name);
    const central = shadow.row === null ? null : (JSON.parse(shadow.row) as CellRow);
    const effects = this.#effectsOf.all(row.table_name, row.row_id) as { op: StoredEffect['op']; patch: string }[];
    const shown = effects.reduce<CellRow | null>(
      (version, effect) => applyEffect(table, row.row_id, version, effect.op, JSON.parse(effect.patch) as Record<string, unknown>),
      central,
    );
    this.show(table, row.row_id, shown);
    if (effects.length === 0) this.#dropShadow.run(row.table_name, row.row_id);
  }

  /** Whether any row of the table has pending effects; without, its rows are shown as they come. */
  hasShadows(tableName: string): boolean {
    return this.#anyShadow.get(tableName) !== undefined;
  }

  /** Makes rows of `incoming` what the mirror shows, by statements over all of them; those with a shadow are left out. */
  showStaged(table: TableMeta, from: number, to: number): void {
    const of = `from incoming i where i.seq between :from and :to
      and not exists (select 1 from shadow s where s.table_name = :table and s.row_id = i.row_id)`;
    const step = { from, to, table: table.name };
    const cells = table.columns.map((_, index) => `i.row ->> ${index}`);
    prepared(this.#sqlite, upsertSql(table, `select ${cells.join(', ')} ${of} and i.row is not null`)).run(step);
    prepared(this.#sqlite, `delete from "${table.name}" where id in (select i.row_id ${of} and i.row is null)`).run(step);
  }

  /** Makes the row what it is to show; columns that stay the same are not written, so that their indexes rest. */
  show(table: TableMeta, rowId: string, row: CellRow | null): void {
    const statements = this.#of(table);
    if (row === null) {
      statements.remove.run(rowId);
      return;
    }
    const current = this.current(table, rowId);
    if (!current) {
      statements.insert.run(table.columns.map((column) => row[column.name] ?? null));
      return;
    }
    const changed = table.columns.map((column) => column.name).filter((name) => current[name] !== (row[name] ?? null));
    if (changed.length === 0) return;
    const assignments = changed.map((name) => `"${name}" = ?`).join(', ');
    prepared(this.#sqlite, `update "${table.name}" set ${assignments} where id = ?`).run(
      ...changed.map((name) => row[name] ?? null),
      rowId,
    );
  }

  #of(table: TableMeta): TableStatements {
    let statements = this.#statements.get(table.name);
    if (!statements) {
      statements = {
        select: this.#sqlite.prepare(`select * from "${table.name}" where id = ?`),
        insert: this.#sqlite.prepare(upsertSql(table)),
        remove: this.#sqlite.prepare(`delete from "${table.name}" where id = ?`),
      };
      this.#statements.set(table.name, statements);
    }
    return statements;
  }
}

/**
 * Inserts rows of all columns in their order, or replaces those with the same id, without touching their children.
 * @param rows where they come from; parameters in the order of the columns by default
 */
export function upsertSql(table: TableMeta, rows = `values (${table.columns.map(() => '?').join(', ')})`): string {
  const names = table.columns.map((column) => `"${column.name}"`);
  const updates = names.filter((name) => name !== '"id"').map((name) => `${name} = excluded.${name}`);
  return `insert into "${table.name}" (${names.join(', ')}) ${rows} on conflict (id) do update set ${updates.join(', ')}`;
}

function applyEffect(
  table: TableMeta,
  rowId: string,
  version: CellRow | null,
  op: StoredEffect['op'],
  patch: Record<string, unknown>,
): CellRow | null {
  if (op === 'delete') return null;
  if (version === null) return op === 'insert' ? { ...emptyRow(table), ...toCells(table, patch), id: rowId } : null;
  return { ...version, ...toCells(table, patch) };
}

const emptyRow = (table: TableMeta): CellRow =>
  Object.fromEntries(table.columns.map((column) => [column.name, null as Cell]));
