import { stringify } from 'csv-stringify/sync';
import type { TableCell, TableWriter } from './table-writer.ts';

/** So that Excel reads the file as UTF-8. */
const BYTE_ORDER_MARK = '\ufeff';

/** RFC 4180: every cell in quotes, lines end with CR LF. What a spreadsheet would take for a formula gets an apostrophe. */
const options = { quoted: true, quoted_empty: true, record_delimiter: 'windows', escape_formulas: true } as const;

const clockText = (clock: number): string => new Date(clock).toISOString().slice(0, 19).replace('T', ' ');

function textOf(cell: TableCell): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return cell;
  if ('clock' in cell) return clockText(cell.clock);
  return 'day' in cell ? cell.day : cell.number;
}

const encoder = new TextEncoder();

const lines = (rows: readonly (readonly TableCell[])[]): string => stringify(rows.map((row) => row.map(textOf)), options);

export const csvWriter = (): TableWriter => ({
  begin: (headings) => encoder.encode(BYTE_ORDER_MARK + lines([headings])),
  rows: (rows) => encoder.encode(lines(rows)),
  end: () => new Uint8Array(),
});
