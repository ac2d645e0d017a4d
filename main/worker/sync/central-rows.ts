import type { Client } from 'pg';
import { AppError } from '../../../shared/errors.ts';
import type { Cell, ColumnKind, ColumnMeta, TableMeta } from '../replica/tables.ts';
import { copyLines, parseCopyLine } from './copy-text.ts';

/**
 * Streams the lines of a COPY. A cut link fails the loop that reads here; the stream's own 'error' event, which comes
 * also after that loop has ended, is therefore heard and dropped.
 */
export async function* copyOut(client: Client, query: string): AsyncGenerator<string[]> {
  const { to: copyTo } = await import('pg-copy-streams');
  const stream = client.query(copyTo(`copy (${query}) to stdout`));
  stream.on('error', () => undefined);
  yield* copyLines(stream);
}

/** Which of a mirrored table's columns this centre has and shows to this person. */
export type CentralColumns = ReadonlyMap<string, ReadonlySet<string>>;

/** Asks the centre for the columns of all replicated tables, once per connection. */
export async function readCentralColumns(client: Client): Promise<CentralColumns> {
  const { rows } = await client.query<[string, string]>({
    rowMode: 'array',
    text: `select c.relname, a.attname
             from sync.replicated_table r
             join pg_class c on c.oid = to_regclass(format('public.%I', r.table_name))
             join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where has_column_privilege(c.oid, a.attnum, 'select')`,
  });
  const columns = new Map<string, Set<string>>();
  for (const [table, column] of rows) {
    const known = columns.get(table);
    if (known) known.add(column);
    else columns.set(table, new Set([column]));
  }
  return columns;
}

/** What a column holds that this centre does not have: nothing, or the nothing of its kind where null is not allowed. */
const standIn = ({ kind, notNull }: ColumnMeta): string => (notNull ? neutral[kind] : 'null');

/** Of JSON, an empty list: it reads as empty where an object is expected, too. */
const neutral: Readonly<Record<ColumnKind, string>> = { text: `''`, integer: '0', boolean: 'false', json: `'[]'` };

/** The select list that prints a table's rows in the replica's form and order of columns. */
export function selectList(table: TableMeta, central: CentralColumns): string {
  const present = central.get(table.name);
  return table.columns
    .map((column) => {
      if (!present?.has(column.name)) return standIn(column);
      // Arrays and jsonb both print as JSON.
      return column.kind === 'json' ? `to_jsonb(t."${column.name}")` : `t."${column.name}"`;
    })
    .join(', ');
}

/**
 * Streams rows of the centre in the replica's form, in batches of what one chunk of the network holds.
 * @param condition SQL after `where`, over alias `t`; only constants and validated literals may be in it.
 */
export async function* readRows(
  client: Client,
  table: TableMeta,
  central: CentralColumns,
  condition: string,
): AsyncGenerator<Cell[][]> {
  const query = `select ${selectList(table, central)} from public."${table.name}" t where ${condition}`;
  const convert = cellConverter(table);
  for await (const lines of copyOut(client, query)) yield lines.map((line) => convert(parseCopyLine(line)));
}

/**
 * Converts the text cells of one row in place: booleans to 0 and 1, integers to numbers, all else as it is. What is no
 * such value, or a number that JavaScript cannot hold exactly, stays the text that came (and goes into quarantine).
 */
export function cellConverter(table: TableMeta): (cells: (string | null)[]) => Cell[] {
  const idIndex = table.columns.findIndex((column) => column.name === 'id');
  const convertible = table.columns
    .map((column, index): [number, ColumnKind] => [index, column.kind])
    .filter(([, kind]) => kind === 'boolean' || kind === 'integer');
  return (cells) => {
    if (cells.length !== table.columns.length || cells[idIndex]?.length !== UUID_LENGTH) {
      throw new AppError('SERVER_REPLY_INVALID', `a row of ${table.name} is not in the form that was asked for`, { table: table.name });
    }
    const row: Cell[] = cells;
    for (const [index, kind] of convertible) {
      const cell = row[index];
      if (typeof cell === 'string') row[index] = kind === 'boolean' ? (booleans[cell] ?? cell) : toInteger(cell);
    }
    return row;
  };
}

const UUID_LENGTH = 36;

const booleans: Readonly<Record<string, Cell>> = { t: 1, f: 0 };

function toInteger(cell: string): Cell {
  const number = Number(cell);
  return Number.isSafeInteger(number) && cell !== '' ? number : cell;
}

const UUID_FORM = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const isUuid = (text: string): boolean => UUID_FORM.test(text);

/** Ids as an array literal; what is no id is left out, because the list becomes part of a statement. */
export const uuidList = (ids: Iterable<string>): string => `'{${[...ids].filter(isUuid).join(',')}}'::uuid[]`;
