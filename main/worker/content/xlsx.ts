import { zipSync } from 'fflate';
import readWorkbook from 'read-excel-file/node';
import { shownOfSheets, type LookedInto } from '../../../shared/domain/content.ts';
import { partsOf } from './archive.ts';
import { damaged } from './failure.ts';
import { shownSheet } from './shown-sheet.ts';
import { TextSink } from './text-sink.ts';

const isSheet = (name: string): boolean =>
  name === '[Content_Types].xml' || /\.rels$/i.test(name) || /^xl\/(?:[^/]+\.xml|worksheets\/[^/]+\.xml)$/i.test(name);

/** All sheets; a formula's cell holds the value that it had when the file was saved. */
async function sheetsOf(bytes: Uint8Array): Promise<{ name: string; rows: string[][] }[]> {
  const buffer = Buffer.from(zipSync(partsOf(bytes, isSheet), { level: 0 }));
  try {
    const sheets = await readWorkbook(buffer);
    return sheets.map(({ sheet, data }) => ({ name: sheet, rows: data.map((row) => row.map(cellText)) }));
  } catch (error) {
    throw damaged(error);
  }
}

function cellText(cell: unknown): string {
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? '' : cell.toISOString().slice(0, 16).replace('T00:00', '').replace('T', ' ');
  return typeof cell === 'string' ? cell : typeof cell === 'number' || typeof cell === 'boolean' ? String(cell) : '';
}

export async function textOfXlsx(bytes: Uint8Array): Promise<string> {
  const sink = new TextSink();
  for (const { name, rows } of await sheetsOf(bytes)) {
    sink.add(`${name}\n`);
    for (const row of rows) {
      if (sink.full) break;
      const cells = row.filter((cell) => cell !== '');
      if (cells.length > 0) sink.add(`${cells.join('\t')}\n`);
    }
  }
  return sink.text;
}

export async function lookIntoXlsx(bytes: Uint8Array): Promise<Pick<LookedInto, 'view' | 'facts'>> {
  const sheets = await sheetsOf(bytes);
  return {
    view: { form: 'sheets', sheet_count: sheets.length, sheets: sheets.slice(0, shownOfSheets.sheets).map(({ name, rows }) => shownSheet(name, rows)) },
    facts: [{ name: 'sheets', values: [sheets.length] }],
  };
}
