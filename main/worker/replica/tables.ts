import { getTableColumns, getTableName } from 'drizzle-orm';
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import { mirrorTables } from '../../../db/replica/schema.ts';

/** How a cell of a column is stored: `json` columns hold JSON text, `boolean` 0 or 1. */
export type ColumnKind = 'text' | 'integer' | 'boolean' | 'json';

export interface ColumnMeta {
  name: string;
  kind: ColumnKind;
  notNull: boolean;
}

export interface TableMeta {
  name: string;
  columns: ColumnMeta[];
  /** Tables that a row of this one must find in the replica. */
  parents: string[];
}

/** A cell as SQLite holds it. */
export type Cell = string | number | null;
/** A row as SQLite holds it, by column. */
export type CellRow = Record<string, Cell>;

/** What drizzle calls the data of a column, and how we store it. */
const kinds: Record<string, ColumnKind> = { string: 'text', number: 'integer', boolean: 'boolean', json: 'json' };

function describe(table: SQLiteTable): TableMeta {
  const columns = Object.values(getTableColumns(table)).map((column) => {
    const kind = kinds[String(column.dataType)];
    if (!kind) throw new Error(`no storage kind for ${String(column.dataType)} in ${column.name}`);
    return { name: column.name, kind, notNull: column.notNull };
  });
  const parents = getTableConfig(table).foreignKeys.map((key) => getTableName(key.reference().foreignTable));
  return { name: getTableName(table), columns, parents };
}

/** The mirrored tables, parents before children. */
export const tables: readonly TableMeta[] = mirrorTables.map(describe);

const byName = new Map(tables.map((table) => [table.name, table]));

export const findTable = (name: string): TableMeta | undefined => byName.get(name);

/** Throws for a name that is no mirrored table. */
export function tableOf(name: string): TableMeta {
  const table = byName.get(name);
  if (!table) throw new Error(`not a mirrored table: ${name}`);
  return table;
}

/** Turns a value of a patch (as the contract speaks) into the cell that SQLite holds. */
export function toCell(kind: ColumnKind, value: unknown): Cell {
  if (value === null || value === undefined) return null;
  switch (kind) {
    case 'json':
      return JSON.stringify(value);
    case 'boolean':
      return value === true ? 1 : 0;
    case 'integer':
      return Number(value);
    case 'text':
      return typeof value === 'string' ? value : JSON.stringify(value);
  }
}

/** The other way round. */
export function fromCell(kind: ColumnKind, cell: Cell): unknown {
  if (cell === null) return null;
  if (kind === 'json') return JSON.parse(String(cell));
  if (kind === 'boolean') return cell === 1;
  return cell;
}

/** Cells of a patch; columns that the table does not have are left out. */
export function toCells(table: TableMeta, patch: Record<string, unknown>): CellRow {
  const cells: CellRow = {};
  for (const column of table.columns) {
    if (Object.hasOwn(patch, column.name)) cells[column.name] = toCell(column.kind, patch[column.name]);
  }
  return cells;
}
