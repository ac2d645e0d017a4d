import { strToU8, Zip, ZipDeflate } from 'fflate';
import type { TableCell, TableWriter } from './table-writer.ts';

/*
 * A workbook (ECMA-376) of one plain table, written as a stream: texts stand in their cells, so that no list of all
 * texts has to be kept, and a text is never a formula.
 */

const NAMESPACE = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** What a sheet of Excel holds at most, the heading included. */
const SHEET_ROWS = 1_048_576;
const CELL_LENGTH = 32_767;

/** Styles of cells: plain, a clock's reading, a heading, a date. */
const PLAIN = 0;
const CLOCK = 1;
const HEADING = 2;
const DAY = 3;

/** Days from Excel's day 0 to 1970, and a day. */
const EPOCH_DAYS = 25_569;
const DAY_MS = 86_400_000;

/** Neither control characters nor halves of surrogate pairs can stand in XML. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
/** Excel reads these as one character by its code. */
const codeLike = /_(?=x[0-9a-f]{4}_)/gi;
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string =>
  text.replace(unwritable, '\ufffd').replace(codeLike, '_x005F_').replace(/[&<>"]/g, (character) => entities[character] as string);

function shortened(text: string): string {
  return text.length <= CELL_LENGTH ? text : `${text.slice(0, CELL_LENGTH - 1)}…`;
}

/** A, B … Z, AA …: what spreadsheets call their columns. */
function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}

const numberXml = (place: string, style: number, value: string): string => `<c r="${place}" s="${style}"><v>${value}</v></c>`;

function cellXml(cell: TableCell, place: string, style: number): string {
  if (cell === null || cell === '') return '';
  if (typeof cell === 'object') {
    if ('clock' in cell) return numberXml(place, CLOCK, String(cell.clock / DAY_MS + EPOCH_DAYS));
    if ('day' in cell) return numberXml(place, DAY, String(Date.parse(`${cell.day}T00:00:00Z`) / DAY_MS + EPOCH_DAYS));
    return numberXml(place, PLAIN, cell.number);
  }
  return `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(shortened(cell))}</t></is></c>`;
}

const rowXml = (cells: readonly TableCell[], row: number, style = PLAIN): string =>
  `<row r="${row}">${cells.map((cell, index) => cellXml(cell, `${columnName(index)}${row}`, style)).join('')}</row>`;

const sheetName = (name: string, number: number): string => {
  const suffix = number === 1 ? '' : ` ${number}`;
  return `${name.replace(/[[\]:*?/\\']/g, ' ').slice(0, 31 - suffix.length)}${suffix}`;
};

const sheetBegin = (widths: readonly number[]): string =>
  `${HEAD}<worksheet xmlns="${NAMESPACE}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths
    .map((width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`)
    .join('')}</cols><sheetData>`;

const SHEET_END = '</sheetData></worksheet>';

/** Written out in full: Excel is less forgiving about what is left out than the standard. */
const ofStyle = (more: string): string => `numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"${more}`;

const STYLES = [
  `${HEAD}<styleSheet xmlns="${NAMESPACE}">`,
  '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts>',
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>',
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>',
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>',
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>',
  '<cellXfs count="4">',
  `<xf ${ofStyle(' applyAlignment="1"')}><alignment vertical="top" wrapText="1"/></xf>`,
  `<xf ${ofStyle(' applyNumberFormat="1" applyAlignment="1"').replace('numFmtId="0"', 'numFmtId="164"')}><alignment vertical="top"/></xf>`,
  `<xf ${ofStyle(' applyFont="1"').replace('fontId="0"', 'fontId="1"')}/>`,
  `<xf ${ofStyle(' applyNumberFormat="1" applyAlignment="1"').replace('numFmtId="0"', 'numFmtId="165"')}><alignment vertical="top"/></xf>`,
  '</cellXfs></styleSheet>',
].join('');

function packageFiles(sheets: readonly string[]): Record<string, string> {
  const numbers = sheets.map((_, index) => index + 1);
  const styles = sheets.length + 1;
  return {
    '[Content_Types].xml': `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/>${numbers.map((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${TYPES}.worksheet+xml"/>`).join('')}</Types>`,
    '_rels/.rels': `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${HEAD}<workbook xmlns="${NAMESPACE}" xmlns:r="${RELATIONS}"><bookViews><workbookView/></bookViews><sheets>${numbers.map((n) => `<sheet name="${escaped(sheets[n - 1] as string)}" sheetId="${n}" r:id="rId${n}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${numbers.map((n) => `<Relationship Id="rId${n}" Type="${RELATIONS}/worksheet" Target="worksheets/sheet${n}.xml"/>`).join('')}<Relationship Id="rId${styles}" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': STYLES,
  };
}

interface Sheet {
  name: string;
  /** What a sheet may hold, the heading included; only tests need less. */
  sheetRows?: number;
  widths: readonly number[];
}

/** A table that is longer than a sheet goes on in the next one, under the same headings. */
export function xlsxWriter({ name, widths, sheetRows = SHEET_ROWS }: Sheet): TableWriter {
  let parts: Uint8Array[] = [];
  const zip = new Zip((error, part) => {
    if (error) throw error;
    parts.push(part);
  });
  const sheets: string[] = [];
  let sheet: ZipDeflate | null = null;
  let filled = 0;
  let headings: readonly string[] = [];

  const openSheet = (): ZipDeflate => {
    sheet?.push(strToU8(SHEET_END), true);
    sheets.push(sheetName(name, sheets.length + 1));
    const opened = new ZipDeflate(`xl/worksheets/sheet${sheets.length}.xml`, { level: 6 });
    zip.add(opened);
    opened.push(strToU8(sheetBegin(widths) + rowXml(headings, 1, HEADING)));
    filled = 1;
    sheet = opened;
    return opened;
  };
  const taken = (): Uint8Array => {
    const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    parts.reduce((place, part) => (whole.set(part, place), place + part.length), 0);
    parts = [];
    return whole;
  };

  return {
    begin: (given) => {
      headings = given;
      openSheet();
      return taken();
    },
    rows: (rows) => {
      for (let done = 0; done < rows.length; ) {
        const into = filled === sheetRows || sheet === null ? openSheet() : sheet;
        const part = rows.slice(done, done + sheetRows - filled);
        into.push(strToU8(part.map((cells, index) => rowXml(cells, filled + index + 1)).join('')));
        filled += part.length;
        done += part.length;
      }
      return taken();
    },
    end: () => {
      sheet?.push(strToU8(SHEET_END), true);
      for (const [path, text] of Object.entries(packageFiles(sheets))) {
        const entry = new ZipDeflate(path, { level: 6 });
        zip.add(entry);
        entry.push(strToU8(text), true);
      }
      zip.end();
      return taken();
    },
  };
}
