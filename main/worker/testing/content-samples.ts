import { deflateSync } from 'node:zlib';
import { strToU8, zipSync, type Zippable } from 'fflate';

/* Files made in code, good and hostile: nothing of unknown origin lies in the repository. */

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

export interface PdfSample {
  /** The text of each page, in ASCII. */
  pages: string[];
  title?: string;
  /** Points; A4 where nothing is said. */
  size?: [number, number];
  /** Entries of the catalog, e.g. `/OpenAction << … >>`. */
  catalog?: string;
  /** Further objects, numbered from 100 on. */
  objects?: string[];
  /** Entries of every page. */
  page?: string;
}

/** A PDF whose pages carry a frame, a circle and their text. */
export function pdfFile({ pages, title, size = [595, 842], catalog = '', objects = [], page = '' }: PdfSample): Uint8Array {
  const bodies = new Map<number, string>();
  const pageNumber = (index: number): number => 10 + index * 2;
  bodies.set(1, `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`);
  bodies.set(2, `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, index) => `${pageNumber(index)} 0 R`).join(' ')}] >>`);
  bodies.set(3, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  bodies.set(4, `<< ${title === undefined ? '' : `/Title (${title})`} /Creator (Factory Pulse tests) >>`);
  pages.forEach((text, index) => {
    const number = pageNumber(index);
    const [width, height] = size;
    const lines = text.split('\n').map((line, row) => `1 0 0 1 60 ${height - 110 - row * 30} Tm (${line.replace(/[()\\]/g, '\\$&')}) Tj`);
    const stream = `2 w 30 30 ${width - 60} ${height - 60} re S 0.1 0.4 0.7 RG ${width / 2 - 80} ${height / 2 - 80} 160 160 re S BT /F1 22 Tf ${lines.join(' ')} ET`;
    bodies.set(number, `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents ${number + 1} 0 R /Resources << /Font << /F1 3 0 R >> >> ${page} >>`);
    bodies.set(number + 1, `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`);
  });
  objects.forEach((body, index) => bodies.set(100 + index, body));
  let file = '%PDF-1.7\n';
  const offsets = new Map<number, number>();
  for (const [number, body] of bodies) {
    offsets.set(number, file.length);
    file += `${number} 0 obj\n${body}\nendobj\n`;
  }
  const start = file.length;
  const last = Math.max(...bodies.keys());
  file += `xref\n0 ${last + 1}\n`;
  for (let number = 0; number <= last; number += 1) {
    const offset = offsets.get(number);
    file += offset === undefined ? '0000000000 65535 f \n' : `${String(offset).padStart(10, '0')} 00000 n \n`;
  }
  return latin1(`${file}trailer << /Size ${last + 1} /Root 1 0 R /Info 4 0 R >>\nstartxref\n${start}\n%%EOF\n`);
}

/** Every way a PDF has to act by itself, in one. */
export const activePdf = (): Uint8Array =>
  pdfFile({
    pages: ['Active drawing'],
    catalog: '/OpenAction 100 0 R /Names << /JavaScript << /Names [(run) 101 0 R] >> /EmbeddedFiles << /Names [(payload.exe) 104 0 R] >> >> /AA << /WC 101 0 R >>',
    page: '/Annots [102 0 R 103 0 R] /AA << /O 101 0 R >>',
    objects: [
      '<< /S /JavaScript /JS (app.alert("opened"); app.launchURL("https://evil.example/"); this.exportDataObject({cName: "payload.exe", nLaunch: 2});) >>',
      '<< /S /JavaScript /JS (globalThis.fpHacked = true; app.alert("named");) >>',
      '<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A << /S /URI /URI (https://evil.example/link) >> >>',
      '<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A << /S /Launch /F (calc.exe) /Win << /F (calc.exe) >> >> >>',
      '<< /Type /Filespec /F (payload.exe) /EF << /F 105 0 R >> >>',
      '<< /Type /EmbeddedFile /Length 2 >>\nstream\nMZ\nendstream',
    ],
  });

const contentTypes = (overrides: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides}</Types>`;

const relationships = (entries: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${entries}</Relationships>`;

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

export interface DocxSample {
  paragraphs: string[];
  /** Stands before the root element, e.g. a DOCTYPE. */
  prologue?: string;
  /** Raw XML of the body, after the paragraphs. */
  body?: string;
  parts?: Zippable;
}

export const docxFile = ({ paragraphs, prologue = '', body = '', parts = {} }: DocxSample): Uint8Array =>
  zipSync({
    '[Content_Types].xml': strToU8(contentTypes('<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>')),
    '_rels/.rels': strToU8(relationships(`<Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="word/document.xml"/>`)),
    'word/document.xml': strToU8(
      `<?xml version="1.0" encoding="UTF-8"?>${prologue}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${paragraphs
        .map((text) => `<w:p><w:r><w:t xml:space="preserve">${escaped(text)}</w:t></w:r></w:p>`)
        .join('')}${body}</w:body></w:document>`,
    ),
    ...parts,
  });

export interface XlsxSample {
  /** Raw XML of the first sheet's cells. */
  rows: string;
  prologue?: string;
  sheetName?: string;
}

export const xlsxFile = ({ rows, prologue = '', sheetName = 'Bảng vật tư' }: XlsxSample): Uint8Array =>
  zipSync({
    '[Content_Types].xml': strToU8(contentTypes('<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>')),
    '_rels/.rels': strToU8(relationships(`<Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/>`)),
    'xl/workbook.xml': strToU8(`<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${OFFICE}"><sheets><sheet name="${escaped(sheetName)}" sheetId="1" r:id="r1"/></sheets></workbook>`),
    'xl/_rels/workbook.xml.rels': strToU8(relationships(`<Relationship Id="r1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>`)),
    'xl/worksheets/sheet1.xml': strToU8(
      `<?xml version="1.0" encoding="UTF-8"?>${prologue}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows}</sheetData></worksheet>`,
    ),
  });

const letters = (column: number): string => (column < 26 ? String.fromCharCode(65 + column) : letters(Math.floor(column / 26) - 1) + letters(column % 26));

/** The cells of a plain table. */
export const sheetRows = (rows: readonly (readonly (string | number)[])[]): string =>
  rows
    .map((cells, row) => {
      const written = cells.map((cell, column) => {
        const place = `${letters(column)}${row + 1}`;
        return typeof cell === 'number' ? `<c r="${place}"><v>${cell}</v></c>` : `<c r="${place}" t="inlineStr"><is><t>${escaped(cell)}</t></is></c>`;
      });
      return `<row r="${row + 1}">${written.join('')}</row>`;
    })
    .join('');

function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const body = new Uint8Array([...latin1(type), ...data]);
  const chunk = new Uint8Array(body.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set(body, 4);
  let crc = 0xffffffff;
  for (const byte of body) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  view.setUint32(body.length + 4, ~crc >>> 0);
  return chunk;
}

/** A picture in four colours, one for each corner; `claims` is the size that its header states instead of its own. */
export function pngFile(width: number, height: number, claims: [number, number] = [width, height]): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, claims[0]);
  view.setUint32(4, claims[1]);
  header.set([8, 2, 0, 0, 0], 8);
  const pixels = new Uint8Array((width * 3 + 1) * height);
  const colours = [
    [200, 30, 30],
    [30, 140, 30],
    [30, 60, 200],
    [230, 180, 20],
  ];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const corner = (y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1);
      pixels.set(colours[corner] ?? [], y * (width * 3 + 1) + 1 + x * 3);
    }
  }
  return new Uint8Array([...latin1('\x89PNG\r\n\x1a\n'), ...pngChunk('IHDR', header), ...pngChunk('IDAT', deflateSync(pixels)), ...pngChunk('IEND', new Uint8Array())]);
}

export const stepFile = (products: readonly string[]): Uint8Array =>
  new TextEncoder().encode(
    [
      'ISO-10303-21;',
      'HEADER;',
      "FILE_DESCRIPTION(('Gi\\X2\\00E1\\X0\\ \\X2\\0111\\X0\\\\X2\\1EE1\\X0\\'),'2;1');",
      "FILE_NAME('bracket.stp','2025-01-27T08:30:00',('Nguy\\X2\\1EC5\\X0\\n V\\X2\\0103\\X0\\n An'),('C\\X2\\00F4\\X0\\ng ty C\\X2\\01A1\\X0\\ kh\\X2\\00ED\\X0\\ B\\X2\\1EAF\\X0\\c Ninh'),'Translator 5','CAD 2024','');",
      "FILE_SCHEMA(('AUTOMOTIVE_DESIGN { 1 0 10303 214 3 1 1 1 }'));",
      'ENDSEC;',
      'DATA;',
      '#1=(LENGTH_UNIT()NAMED_UNIT(*)SI_UNIT(.MILLI.,.METRE.));',
      ...products.map((name, index) => `#${index + 10}=PRODUCT('${name.replace(/'/g, "''")}','${name.replace(/'/g, "''")}','',(#2));`),
      'ENDSEC;',
      'END-ISO-10303-21;',
    ].join('\r\n'),
  );

export interface DxfSample {
  texts: readonly string[];
  layers?: readonly string[];
  version?: string;
}

export const dxfFile = ({ texts, layers = ['0', 'Đường tâm'], version = 'AC1027' }: DxfSample): Uint8Array => {
  const groups: (readonly [number, string | number])[] = [
    [0, 'SECTION'],
    [2, 'HEADER'],
    [9, '$ACADVER'],
    [1, version],
    [9, '$INSUNITS'],
    [70, 4],
    [9, '$EXTMIN'],
    [10, 0],
    [20, 0],
    [9, '$EXTMAX'],
    [10, 420.5],
    [20, 297],
    [0, 'ENDSEC'],
    [0, 'SECTION'],
    [2, 'TABLES'],
    ...layers.flatMap((layer) => [[0, 'LAYER'] as const, [2, layer] as const]),
    [0, 'ENDSEC'],
    [0, 'SECTION'],
    [2, 'ENTITIES'],
    [0, 'LINE'],
    [8, '0'],
    [0, 'LINE'],
    [8, '0'],
    ...texts.flatMap((text) => [[0, 'TEXT'] as const, [1, text] as const]),
    [0, 'ENDSEC'],
    [0, 'EOF'],
  ];
  return new TextEncoder().encode(groups.map(([code, value]) => `${String(code).padStart(3)}\r\n${value}`).join('\r\n'));
};
