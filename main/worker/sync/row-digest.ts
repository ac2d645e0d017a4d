import { createHash } from 'node:crypto';
import type { Cell, ColumnMeta, TableMeta } from '../replica/tables.ts';
import type { CentralColumns } from './central-rows.ts';

/*
 * One number for the content of a row, the same on both sides: the first eight bytes of the SHA-256 over the row's cells
 * as a JSON array of texts. Sums of it do not depend on the order of rows.
 */

/** The columns that count: those that this centre has. Their order is the replica's. */
export const comparedColumns = (table: TableMeta, central: CentralColumns): ColumnMeta[] =>
  table.columns.filter((column) => central.get(table.name)?.has(column.name));

/** Whole numbers may come as bigint, which reads also those beyond 2^53. */
export type ReadCell = Cell | bigint;

export type RowDigest = (cells: readonly ReadCell[]) => bigint;

/** The digest of a row of these columns as the replica computes it. */
export function digestOf(columns: readonly ColumnMeta[]): RowDigest {
  const booleans = columns.map(({ kind }) => kind === 'boolean');
  return (cells) => {
    const texts = cells.map((cell, index) => {
      if (cell === null) return null;
      const text = String(cell);
      return booleans[index] ? (booleanTexts[text] ?? text) : text;
    });
    return createHash('sha256').update(JSON.stringify(texts), 'utf8').digest().readBigInt64BE(0);
  };
}

const booleanTexts: Readonly<Record<string, string>> = { 0: 'false', 1: 'true' };

/** The same as an SQL expression over alias `t`: PostgreSQL prints a JSON array of texts byte by byte as JavaScript does. */
export function digestSql(columns: readonly ColumnMeta[]): string {
  const texts = columns.map(textSql).join(', ');
  const json = `array_to_json(array[${texts}]::text[])::text`;
  return `('x' || left(encode(sha256(convert_to(${json}, 'UTF8')), 'hex'), 16))::bit(64)::bigint`;
}

const textSql = ({ name, kind }: ColumnMeta): string => (kind === 'json' ? `to_jsonb(t."${name}")::text` : `t."${name}"::text`);
