import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { strFromU8, unzipSync } from 'fflate';
import { readSheet } from 'read-excel-file/node';
import { AppError } from '../../../shared/errors.ts';
import { takingTurns } from '../replica/database.ts';
import { encodingOf, type TextEncodingName } from './encoding.ts';
import { separatorOf } from './separator.ts';

/* Tables that people bring along: Excel workbooks (the first sheet) and text files with separators, in any usual encoding. */

export type TableForm = 'xlsx' | TextEncodingName;

export interface ReadTable {
  form: TableForm;
  /** All rows as they stand in the file, empty ones included, so that row 1 is the first. */
  rows: string[][];
}

export const MAX_ROWS = 200_000;
const MAX_BYTES = 100 * 1024 * 1024;
/** What a workbook may hold unpacked: more than a full sheet needs, less than a bomb. */
const MAX_UNPACKED = 1024 * 1024 * 1024;
/** In larger workbooks merged cells are read as they are stored: the first has the value, the others none. */
const MAX_MERGED_BYTES = 5 * 1024 * 1024;
const CHUNK = 64 * 1024;

/** Fails with FILE_UNREADABLE or FILE_TOO_LARGE. */
export async function readTable(file: string): Promise<ReadTable> {
  const content = await read(file);
  const isZip = content.length > 3 && content[0] === 0x50 && content[1] === 0x4b;
  // The old binary form, and a workbook with a password.
  if (content.length > 7 && content.readUInt32BE(0) === 0xd0cf11e0) throw unreadable('not in the form of .xlsx', 'old-excel');
  const table = isZip ? await readWorkbook(content) : await readText(content);
  if (table.rows.length > MAX_ROWS) throw tooLarge('rows');
  return table;
}

async function read(file: string): Promise<Buffer> {
  try {
    if ((await stat(file)).size > MAX_BYTES) throw tooLarge('bytes');
    return await readFile(file);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreadable((error as NodeJS.ErrnoException).code ?? 'unknown', 'file', error);
  }
}

const unreadable = (why: string, reason: string, cause?: unknown): AppError =>
  new AppError('FILE_UNREADABLE', `the file cannot be read: ${why}`, { reason }, { cause });

const tooLarge = (what: string): AppError => new AppError('FILE_TOO_LARGE', `too many ${what}`, { max: MAX_ROWS });

async function readWorkbook(content: Buffer): Promise<ReadTable> {
  try {
    let unpacked = 0;
    unzipSync(content, { filter: ({ originalSize }) => ((unpacked += originalSize), false) });
    if (unpacked > MAX_UNPACKED) throw tooLarge('bytes');
    const cells = await readSheet(content);
    const rows = cells.map((row) => row.map(cellText));
    if (content.length <= MAX_MERGED_BYTES) fillMerged(rows, mergedRanges(content));
    return { form: 'xlsx', rows };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreadable(error instanceof Error ? error.message : String(error), 'workbook', error);
  }
}

/** A formula's cell holds the value that it had when the file was saved; that is what is read. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  return tidy(typeof cell === 'string' ? cell : typeof cell === 'number' || typeof cell === 'boolean' ? String(cell) : '');
}

interface Range {
  column: number;
  top: number;
  bottom: number;
}

/** Ranges over several rows; of one over several columns, the first column counts. */
function mergedRanges(content: Buffer): Range[] {
  const files = unzipSync(content, { filter: ({ name }) => name === 'xl/workbook.xml' || name === 'xl/_rels/workbook.xml.rels' });
  const text = (name: string): string => (files[name] ? strFromU8(files[name]) : '');
  const sheetId = /<sheet\b[^>]*\br:id="([^"]+)"/.exec(text('xl/workbook.xml'))?.[1];
  const relation = [...text('xl/_rels/workbook.xml.rels').matchAll(/<Relationship\b[^>]*>/g)].find(([tag]) => tag.includes(`Id="${sheetId}"`))?.[0];
  const target = /Target="\/?(?:xl\/)?([^"]+)"/.exec(relation ?? '')?.[1];
  if (target === undefined) return [];
  const sheet = unzipSync(content, { filter: ({ name }) => name === `xl/${target}` })[`xl/${target}`];
  if (!sheet) return [];
  return [...strFromU8(sheet).matchAll(/<mergeCell\b[^>]*ref="([A-Z]+)(\d+):[A-Z]+(\d+)"/g)].map(([, letters = '', top = '', bottom = '']) => ({
    column: Array.from(letters, (letter) => letter.charCodeAt(0) - 64).reduce((number, digit) => number * 26 + digit, 0) - 1,
    top: Number(top) - 1,
    bottom: Number(bottom) - 1,
  }));
}

function fillMerged(rows: string[][], ranges: readonly Range[]): void {
  for (const { column, top, bottom } of ranges) {
    const value = rows[top]?.[column] ?? '';
    for (const row of rows.slice(top + 1, bottom + 1)) row[column] = value;
  }
}

async function readText(content: Buffer): Promise<ReadTable> {
  const form = encodingOf(content);
  const text = new TextDecoder(form).decode(content).normalize('NFC');
  const rows: string[][] = [];
  const parser = Readable.from(chunksOf(text)).pipe(
    parse({ delimiter: separatorOf(text), bom: true, relax_quotes: true, relax_column_count: true, skip_empty_lines: false }),
  );
  const turn = takingTurns();
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      rows.push(record.map(tidy));
      if (rows.length > MAX_ROWS) throw tooLarge('rows');
      await turn();
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreadable(error instanceof Error ? error.message : String(error), 'text', error);
  }
  return { form, rows };
}

function* chunksOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += CHUNK) yield text.slice(at, at + CHUNK);
}

const tidy = (cell: string): string => cell.replace(/\r\n?/g, '\n').normalize('NFC').trim();
