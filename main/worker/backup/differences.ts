import type { DifferingRecord, TableDifference } from '../../../shared/api/backup.ts';
import { takingTurns, type Sqlite } from '../replica/database.ts';
import { findTable, fromCell, type Cell, type ColumnMeta, type TableMeta } from '../replica/tables.ts';
import type { Manifest, ManifestTable } from './manifest.ts';
import { readList } from './postgres-list.ts';

/** What the centre sets by itself, and what differs by nothing that anybody did. */
const notCompared = new Set(['sync_xid', 'updated_at']);
/** So many differing records of a table are kept for the screen. */
const KEPT = 500;

export interface Comparison {
  tables: TableDifference[];
  records: StoredDifference[];
}

/** A record of the backup that is another here, with the cells of the backup in the replica's form. */
export interface StoredDifference extends DifferingRecord {
  project_id: string | null;
  cells: Record<string, Cell>;
}

type Row = Record<string, Cell>;

/** Compares the loaded backup with what this machine shows, table by table, in the order of their ids. */
export async function compareWithNow(
  loaded: Sqlite,
  manifest: Manifest,
  now: Sqlite,
  signal: AbortSignal,
  tell: (rows: number) => void,
): Promise<Comparison> {
  const comparison: Comparison = { tables: [], records: [] };
  const turn = takingTurns();
  let rows = 0;
  for (const stored of manifest.tables) {
    const table = findTable(stored.name);
    const found: TableDifference = { table: stored.name, rows: stored.rows, missing: 0, changed: 0, newer: 0, compared: table !== undefined };
    comparison.tables.push(found);
    if (!table) continue;
    const columns = table.columns.filter(({ name }) => stored.columns.includes(name) && !notCompared.has(name));
    const names = columns.map(({ name }) => `"${name}"`).join(', ');
    const select = `select ${names} from "${table.name}" order by id`;
    const convert = manifest.kind === 'snapshot' ? (row: Row) => row : converter(columns, stored);
    const before = loaded.prepare(select).iterate() as IterableIterator<Row>;
    const present = now.prepare(select).iterate() as IterableIterator<Row>;
    try {
      let then = before.next();
      let here = present.next();
      while (!then.done || !here.done) {
        const order = then.done ? 1 : here.done ? -1 : compare(idOf(then.value), idOf(here.value));
        if (order > 0) {
          found.newer += 1;
          here = present.next();
        } else {
          const cells = convert(then.value as Row);
          const difference = describe(table, columns, cells, order < 0 ? null : (here.value as Row));
          if (difference) {
            found[difference.state] += 1;
            if (found.missing + found.changed <= KEPT) comparison.records.push(difference);
          }
          then = before.next();
          if (order === 0) here = present.next();
          tell((rows += 1));
        }
        // A connection that an iteration is open on must not be written to: this one reads alone.
        await turn();
        signal.throwIfAborted();
      }
    } finally {
      before.return?.();
      present.return?.();
    }
  }
  return comparison;
}

const idOf = (row: Row): string => String(row['id']);
/** As SQLite orders text: by bytes, which for ids is by characters. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function describe(table: TableMeta, columns: readonly ColumnMeta[], cells: Row, here: Row | null): StoredDifference | null {
  const value = (row: Row, { name, kind }: ColumnMeta): unknown => fromCell(kind, row[name] ?? null);
  const differing = here === null ? [] : columns.filter(({ name }) => (cells[name] ?? null) !== (here[name] ?? null));
  if (here !== null && differing.length === 0) return null;
  return {
    table: table.name,
    id: idOf(cells),
    name: nameOf(cells),
    state: here === null ? 'missing' : 'changed',
    columns: differing.map((column) => ({ name: column.name, now: here && value(here, column), then: value(cells, column) })),
    project_id: table.name === 'projects' ? idOf(cells) : ((cells['project_id'] as string | null | undefined) ?? null),
    cells,
  };
}

/** By what a person knows a record, whatever its kind. */
function nameOf(cells: Row): string | null {
  for (const column of ['title', 'company_name', 'name', 'subject', 'file_name', 'order_number', 'description']) {
    const cell = cells[column];
    if (typeof cell === 'string' && cell !== '') return cell.slice(0, 200);
  }
  return null;
}

/** Cells of the centre, as PostgreSQL prints them, in the replica's form. */
export function converter(columns: readonly ColumnMeta[], { lists = [] }: ManifestTable): (row: Row) => Row {
  return (row) => Object.fromEntries(columns.map(({ name, kind }) => [name, cellOf(row[name] ?? null, kind, lists.includes(name))]));
}

function cellOf(cell: Cell, kind: ColumnMeta['kind'], isList: boolean): Cell {
  if (cell === null) return null;
  const text = String(cell);
  if (isList) return readList(text);
  if (kind === 'boolean') return text === 't' ? 1 : 0;
  if (kind === 'integer') return Number(text);
  return text;
}
