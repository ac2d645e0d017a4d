import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Cell, ColumnKind, TableMeta } from '../replica/tables.ts';
import { copyLines, parseCopyLine } from './copy-text.ts';

/**
 * Streams the lines of a COPY. A cut link fails the loop that reads here; the stream's own 'error' event, which comes
 * also after that loop has ended, is therefore heard and dropped.
 */
export async function* copyOut(client: Client, query: string): AsyncGenerator<string[]> {
  const stream = client.query(copyTo(`copy (${query}) to stdout`));
  stream.on('error', () => undefined);
  yield* copyLines(stream);
}

/** Which of a mirrored table's columns this centre has; missing ones are read as null. */
export type CentralColumns = ReadonlyMap<string, ReadonlySet<string>>;

/** Asks the centre for the columns of all replicated tables, once per connection. */
export async function readCentralColumns(client: Client): Promise<CentralColumns> {
  const { rows } = await client.query<[string, string]>({
    rowMode: 'array',
    text: `select c.relname, a.attname
             from sync.replicated_table r
             join pg_class c on c.oid = format('public.%I', r.table_name)::regclass
             join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped`,
  });
  const columns = new Map<string, Set<string>>();
  for (const [table, column] of rows) {
    const known = columns.get(table);
    if (known) known.add(column);
    else columns.set(table, new Set([column]));
  }
  return columns;
}

/** The select list that prints a table's rows in the replica's form and order of columns. */
export function selectList(table: TableMeta, central: CentralColumns): string {
  const present = central.get(table.name);
  return table.columns
    .map((column) => {
      if (!present?.has(column.name)) return 'null';
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

/** Converts the text cells of one row in place: booleans to 0 and 1, integers to numbers, all else as it is. */
export function cellConverter(table: TableMeta): (cells: (string | null)[]) => Cell[] {
  const convertible = table.columns
    .map((column, index): [number, ColumnKind] => [index, column.kind])
    .filter(([, kind]) => kind === 'boolean' || kind === 'integer');
  return (cells) => {
    const row: Cell[] = cells;
    for (const [index, kind] of convertible) {
      const cell = row[index];
      if (typeof cell === 'string') row[index] = kind === 'boolean' ? (cell === 't' ? 1 : 0) : Number(cell);
    }
    return row;
  };
}
