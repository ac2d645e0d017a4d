import { strToU8 } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { FactName, LookedInto } from '../../../shared/domain/content.ts';
import { activePdf, docxFile, dxfFile, pdfFile, pngFile, sheetRows, stepFile, xlsxFile } from '../testing/content-samples.ts';
import { partsOf } from './archive.ts';
import { lookInto, textOf } from './look.ts';

const look = (bytes: Uint8Array, name: string, cut = false): Promise<LookedInto> => lookInto({ bytes, name, cut });
const textIn = async (bytes: Uint8Array, name: string, cut = false): Promise<string | null> => (await textOf({ bytes, name, cut })).text;
const fact = ({ facts }: LookedInto, name: FactName) => facts.find((told) => told.name === name)?.values;

describe('what is in a file', () => {
  it('a PDF: its pages, their size and its words', async () => {
    const file = pdfFile({ pages: ['Bracket for sensor', 'Second page'], title: 'Bracket' });
    const found = await look(file, 'bracket.pdf');
    expect(found).toMatchObject({ kind: 'pdf', view: { form: 'pages', pages: 2 }, warnings: [] });
    expect(fact(found, 'page_size')).toEqual([210, 297]);
    expect(fact(found, 'title')).toEqual(['Bracket']);
    expect(await textIn(file, 'bracket.pdf')).toBe('Bracket for sensor\n\nSecond page');
  });

  it('a Word document: its paragraphs', async () => {
    const file = docxFile({ paragraphs: ['Yêu cầu kỹ thuật', 'Động cơ 3 pha, <thép> & nhôm'] });
    expect(await look(file, 'spec.docx')).toMatchObject({ kind: 'docx', view: { form: 'text', text: 'Yêu cầu kỹ thuật\n\nĐộng cơ 3 pha, <thép> & nhôm' } });
    expect(await textIn(file, 'spec.docx')).toContain('Động cơ 3 pha');
  });

  it('a workbook: its sheets, with the values that formulas had', async () => {
    const file = xlsxFile({ rows: `${sheetRows([['Mã', 'Số lượng'], ['A-1', 12]])}<row r="3"><c r="A3" t="str"><f>HYPERLINK("https://evil.example","x")</f><v>giá trị cũ</v></c></row>` });
    const { view } = await look(file, 'bom.xlsx');
    expect(view).toMatchObject({ form: 'sheets', sheet_count: 1, sheets: [{ name: 'Bảng vật tư', row_count: 3, column_count: 2 }] });
    expect(view.form === 'sheets' && view.sheets[0]?.rows).toEqual([['Mã', 'Số lượng'], ['A-1', '12'], ['giá trị cũ', '']]);
    expect(await textIn(file, 'bom.xlsx')).toContain('giá trị cũ');
  });

  it.each([
    ['UTF-8', new TextEncoder().encode('Thép không gỉ')],
    ['UTF-8 with its mark', new TextEncoder().encode('\ufeffThép không gỉ')],
    ['UTF-16 of either order', new Uint8Array([0xfe, 0xff, ...Array.from('Thép không gỉ').flatMap((letter) => [letter.charCodeAt(0) >> 8, letter.charCodeAt(0) & 255])])],
    ['Vietnamese Windows', new Uint8Array([...Buffer.from('Th\xe9p kh\xf4ng gi\xd2', 'latin1')])],
  ])('text in %s', async (_, file) => {
    expect(await textIn(file, 'note.txt')).toBe('Thép không gỉ');
  });

  it('a table in text, by its own separator', async () => {
    const { kind, view } = await look(new TextEncoder().encode('Mã;Tên\nA-1;"Trục; dài"\n'), 'list.csv');
    expect(kind).toBe('table');
    expect(view.form === 'sheets' && view.sheets[0]?.rows).toEqual([['Mã', 'Tên'], ['A-1', 'Trục; dài']]);
  });

  it('a STEP model: what is in it, of whom and in which unit', async () => {
    const file = stepFile(["Giá đỡ 5'", 'Vít M4']);
    const found = await look(file, 'bracket.stp');
    expect(found.kind).toBe('step');
    expect(fact(found, 'products')).toEqual(["Giá đỡ 5'", 'Vít M4']);
    expect(fact(found, 'author')).toEqual(['Nguyễn Văn An']);
    expect(fact(found, 'organization')).toEqual(['Công ty Cơ khí Bắc Ninh']);
    expect(fact(found, 'program')).toEqual(['CAD 2024']);
    expect(fact(found, 'units')).toEqual(['mm']);
    expect(fact(found, 'entities')).toEqual([3]);
    expect(await textIn(file, 'bracket.stp')).toContain('Vít M4');
  });

  it('a DXF drawing: its layers, extents and what is written in it', async () => {
    const file = dxfFile({ texts: ['%%c12 H7', '{\\fArial|b0;Thép} C45'] });
    const found = await look(file, 'plate.dxf');
    expect(found.kind).toBe('dxf');
    expect(fact(found, 'format_version')).toEqual(['2013']);
    expect(fact(found, 'units')).toEqual(['mm']);
    expect(fact(found, 'extents')).toEqual([420.5, 297]);
    expect(fact(found, 'layers')).toEqual(['0', 'Đường tâm']);
    expect(fact(found, 'entities')).toEqual([4]);
    expect(fact(found, 'entity_types')).toEqual(['LINE × 2', 'TEXT × 2']);
    expect(await textIn(file, 'plate.dxf')).toBe('⌀12 H7\nThép C45');
  });

  it('a picture: its size alone', async () => {
    expect(await look(pngFile(40, 30), 'photo.png')).toMatchObject({ kind: 'image', view: { form: 'picture', type: 'image/png', width: 40, height: 30 } });
    expect(await textIn(pngFile(4, 3), 'photo.png')).toBeNull();
  });

  it('anything else, and nothing at all', async () => {
    expect(await look(new Uint8Array([0, 1, 2, 3]), 'model.bin')).toMatchObject({ kind: 'other', view: { form: 'facts' } });
    expect(await look(new Uint8Array(), 'empty.txt')).toMatchObject({ kind: 'text', view: { form: 'text', text: '' } });
  });
});

describe('a file is what its bytes say', () => {
  it('and what its name promises otherwise is told', async () => {
    expect(await look(pdfFile({ pages: ['x'] }), 'photo.png')).toMatchObject({ kind: 'pdf', warnings: ['other_kind'] });
    expect(await look(new TextEncoder().encode('<html><script>alert(1)</script>'), 'drawing.pdf')).toMatchObject({ kind: 'text', warnings: ['other_kind'] });
    expect(await look(new TextEncoder().encode('MZ program'), 'drawing.step')).toMatchObject({ kind: 'text', warnings: ['other_kind'] });
  });

  it('so that a page which is also a PDF further down stays text', async () => {
    const polyglot = new Uint8Array([...new TextEncoder().encode('<html><script>parent.factoryPulse.call("app.info")</script><!--\n'), ...pdfFile({ pages: ['x'] })]);
    expect(await look(polyglot, 'polyglot.html')).toMatchObject({ kind: 'text', view: { form: 'text' } });
  });

  it('and a drawing with a program in it is shown as its text', async () => {
    const svg = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>';
    expect(await look(new TextEncoder().encode(svg), 'logo.svg')).toMatchObject({ kind: 'svg', view: { form: 'text', text: svg } });
  });
});

describe('hostile files', () => {
  it('what a PDF would do by itself is told, and not done', async () => {
    const found = await look(activePdf(), 'active.pdf');
    expect(found.warnings).toEqual(['scripts', 'attachments']);
    expect((globalThis as Record<string, unknown>)['fpHacked']).toBeUndefined();
    expect(await textIn(activePdf(), 'active.pdf')).toBe('Active drawing');
  });

  it.each([
    ['an external entity', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', '<w:p><w:r><w:t>&e;</w:t></w:r></w:p>'],
    ['a billion laughs', '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>', '<w:p><w:r><w:t>&b;</w:t></w:r></w:p>'],
  ])('a document with %s is damaged', async (_, prologue, body) => {
    await expect(look(docxFile({ paragraphs: ['x'], prologue, body }), 'x.docx')).rejects.toMatchObject({ code: 'CONTENT_DAMAGED' });
  });

  it('a workbook with entities is damaged', async () => {
    const file = xlsxFile({ prologue: '<!DOCTYPE x [<!ENTITY a "ha">]>', rows: sheetRows([['x']]) });
    await expect(look(file, 'x.xlsx')).rejects.toMatchObject({ code: 'CONTENT_DAMAGED' });
  });

  /** The file with another unpacked size for one part; it stands in the central directory, 24 bytes into the entry. */
  function claiming(size: number, part: string, file: Uint8Array): Uint8Array {
    const bytes = Buffer.from(file);
    bytes.writeUInt32LE(size, bytes.lastIndexOf(part) - 46 + 24);
    return new Uint8Array(bytes);
  }

  it('an archive that unpacks to more than any document needs is too large', async () => {
    const file = docxFile({ paragraphs: ['x'], parts: { 'word/comments.xml': strToU8('<a/>') } });
    await expect(look(claiming(3_000_000_000, 'word/comments.xml', file), 'bomb.docx')).rejects.toMatchObject({ code: 'CONTENT_TOO_LARGE' });
  });

  it('an archive that understates the size of a part is unpacked up to that size', () => {
    const file = docxFile({ paragraphs: ['x'], parts: { 'word/comments.xml': strToU8('a'.repeat(1_000_000)) } });
    const parts = partsOf(claiming(10, 'word/comments.xml', file), () => true);
    expect(parts['word/comments.xml']).toHaveLength(10);
  });

  it('a picture that claims a gigantic size is too large before anything decodes it', async () => {
    await expect(look(pngFile(2, 2, [60_000, 60_000]), 'x.png')).rejects.toMatchObject({ code: 'CONTENT_TOO_LARGE' });
    await expect(look(pngFile(2, 2, [0, 4]), 'x.png')).rejects.toMatchObject({ code: 'CONTENT_DAMAGED' });
  });

  it('of one endless line the beginning is shown', async () => {
    const { view, warnings } = await look(new Uint8Array(16 * 1024 * 1024).fill(97), 'line.txt', true);
    expect(view.form === 'text' && view.text.length).toBe(500_000);
    expect(warnings).toEqual(['cut']);
  });

  it('a crafted STEP or DXF file costs no more than an honest one', async () => {
    const strings = new TextEncoder().encode(`ISO-10303-21;HEADER;ENDSEC;${"#1=PRODUCT('".repeat(300_000)}`);
    expect((await look(strings, 'x.stp')).kind).toBe('step');
    const groups = new TextEncoder().encode(`0\nSECTION\n2\nENTITIES\n${'0\nTEXT\n1\nx\n'.repeat(300_000)}`);
    expect(fact(await look(groups, 'x.dxf'), 'entities')).toEqual([300_000]);
    // Seconds on a loaded machine; one that grows with the square of the file's length would take hours.
  }, 60_000);
});
