import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg, { type ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { DumpRows } from './dump-parser.ts';

/** Number of the row within its staged table, from 1 in the order of the dump. */
export const rowNumber = '"#row"';

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const copyField = (value: string | null): string =>
  value === null ? '\\N' : value.replace(/[\\\t\n\r]/g, (char) => escapes[char] ?? char);

/** The rows of one table of the dump as they came, every column text, in a temporary table that ends with the transaction. */
export class StagedTable {
  readonly schema: string;
  readonly table: string;
  /** Name in SQL. */
  readonly sqlName: string;
  readonly columns = new Set<string>();
  rows = 0;

  private constructor(schema: string, table: string, number: number) {
    this.schema = schema;
    this.table = table;
    this.sqlName = `pg_temp.staged_${number}`;
  }

  static async create(client: ClientBase, schema: string, table: string, number: number): Promise<StagedTable> {
    const staged = new StagedTable(schema, table, number);
    await client.query(
      `create temporary table staged_${number} (${rowNumber} bigint generated always as identity primary key) on commit drop`,
    );
    return staged;
  }

  /** Appends a batch; columns in `omit` are left out, so that a secret never reaches the server. */
  async append(client: ClientBase, batch: DumpRows, omit: (column: string) => boolean): Promise<void> {
    const kept = batch.columns.flatMap((name, index) => (omit(name) ? [] : [{ name, index }]));
    for (const { name } of kept.filter((column) => !this.columns.has(column.name))) {
      await client.query(`alter table ${this.sqlName} add column ${pg.escapeIdentifier(name)} text`);
      this.columns.add(name);
    }
    if (batch.rows.length === 0) return;
    const list = kept.map(({ name }) => pg.escapeIdentifier(name)).join(', ');
    const text = batch.rows
      .map((row) => `${kept.map(({ index }) => copyField(row[index] ?? null)).join('\t')}\n`)
      .join('');
    const copy = client.query(copyFrom(`copy ${this.sqlName} (${list}) from stdin`));
    await pipeline(Readable.from([Buffer.from(text)]), copy);
    this.rows += batch.rows.length;
  }
}
