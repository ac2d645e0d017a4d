import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { importProblems, type ImportPreview, type ImportProblem, type ImportResult } from '../../../shared/api/contact-import.ts';
import { xlsxWriter } from '../tables/xlsx-writer.ts';
import { TestDesktop, waitFor } from '../testing/desktop.ts';

let central: DemoCentral;
let folder: string;
const desktops: TestDesktop[] = [];

async function desktopOf(mailbox: string): Promise<TestDesktop> {
  const created = new TestDesktop(central.address);
  desktops.push(created);
  await created.signIn(`${mailbox}@factorypulse.vn`);
  await created.settled();
  return created;
}

beforeAll(async () => {
  central = await createDemoCentral();
  folder = mkdtempSync(join(tmpdir(), 'factory-pulse-import-'));
});

afterAll(async () => {
  for (const one of desktops) await one.remove();
  rmSync(folder, { recursive: true, force: true });
  await central.drop();
});

const fileOf = (name: string, content: string | Uint8Array): string => {
  const file = join(folder, `${randomUUID()}-${name}`);
  writeFileSync(file, content);
  return file;
};

const csv = (lines: readonly string[]): string => fileOf('list.csv', lines.join('\r\n'));

const importOf = (preview: ImportPreview, more: object = {}) => ({ mapping: preview.mapping, type: 'customer' as const, ...more });

/** Opens, checks and imports a file as a person does. */
async function run(desktop: TestDesktop, file: string, skip_bad = false): Promise<{ preview: ImportPreview; checked: ImportResult; done: ImportResult }> {
  const preview = await desktop.openImport(file);
  const checked = await desktop.call('contacts.checkImport', importOf(preview));
  const done = await desktop.call('contacts.runImport', { ...importOf(preview), skip_bad });
  return { preview, checked, done };
}

const counts = ({ created, changed, same, bad }: ImportResult) => ({ created, changed, same, bad });

const countInCentre = async (like: string): Promise<number> =>
  Number((await central.client.query<{ n: string }>('select count(*) as n from public.contacts where company_name like $1', [like])).rows[0]?.n);

/** A workbook with one sheet, as Excel writes it. */
const workbook = (rows: string, merged = ''): Uint8Array =>
  zipSync({
    '[Content_Types].xml': strToU8(
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    ),
    '_rels/.rels': strToU8(
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    ),
    'xl/workbook.xml': strToU8(
      '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="DS" sheetId="1" r:id="rId1"/></sheets></workbook>',
    ),
    'xl/_rels/workbook.xml.rels': strToU8(
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    ),
    'xl/worksheets/sheet1.xml': strToU8(
      `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows}</sheetData>${merged}</worksheet>`,
    ),
  });

const text = (place: string, value: string): string => `<c r="${place}" t="inlineStr"><is><t>${value}</t></is></c>`;

describe('an imported list', () => {
  it('creates, changes and leaves alone, says so before, and makes nothing twice', async () => {
    const desktop = await desktopOf('sales.manager');
    const file = csv([
      'Tên công ty;MST;E-mail;Điện thoại;Hạn mức tín dụng',
      'Công ty Gốm Một;0311111111;mot@gom.vn;028 111;1.500.000',
      'Công ty Gốm Hai;;HAI@gom.vn;;',
      'Công ty Gốm Ba;;;;"2,000.50"',
    ]);
    const first = await run(desktop, file);
    expect(first.preview.mapping).toEqual(['company_name', 'tax_id', 'email', 'phone', 'credit_limit']);
    expect(counts(first.checked)).toEqual({ created: 3, changed: 0, same: 0, bad: 0 });
    await desktop.settled();
    expect(await countInCentre('Công ty Gốm%')).toBe(3);
    expect(counts((await run(desktop, file)).done)).toEqual({ created: 0, changed: 0, same: 3, bad: 0 });

    // By tax number without its zeros, by address, by folded name.
    const changed = await run(desktop, csv(['Company,Tax code,Email,City', 'Gom Mot JSC,311111111,,Huế', 'Gốm 2,,hai@gom.vn,', 'CONG TY GOM BA,,,Vinh']));
    expect(counts(changed.done)).toEqual({ created: 0, changed: 3, same: 0, bad: 0 });
    expect(changed.checked.changed_rows.map(({ columns }) => columns.map(({ name }) => name))).toEqual([
      ['company_name', 'tax_id', 'city'],
      ['company_name', 'email'],
      ['city'],
    ]);
    await desktop.settled();
    expect(await desktop.call('sync.attention')).toEqual([]);
    // An empty cell has emptied nothing.
    const [row] = (await desktop.call('contacts.list', { search: 'gom mot' })).rows;
    expect((await desktop.call('contacts.get', { id: row?.id ?? '' })).contact).toMatchObject({ email: 'mot@gom.vn', credit_limit: '1500000.00', city: 'Huế' });
  });

  it('leads to the contact that stayed where a duplicate was merged', async () => {
    const desktop = await desktopOf('sales.manager');
    await run(desktop, csv(['Công ty,Mã số thuế', 'Sơn Đỏ,0322222222', 'Sơn Đỏ chi nhánh,0322222222-001']));
    const { rows } = await desktop.call('contacts.list', { search: 'son do' });
    const [stays, duplicate] = [rows[0]?.id ?? '', rows[1]?.id ?? ''];
    await desktop.call('contacts.merge', { id: duplicate, into_id: stays });
    const { done } = await run(desktop, csv(['Công ty,Mã số thuế', 'Sơn Đỏ,0322222222-001']));
    expect(done.created).toBe(0);
  });

  it('names every bad row with its reason; imports nothing, or the others, as the person chooses; and gives the bad ones back', async () => {
    const desktop = await desktopOf('sales.manager');
    const file = csv([
      'Công ty,Loại,Email,Hạn mức,Tiền tệ',
      ',khách hàng,,,',
      'Thép Xấu 1,,không phải,,',
      'Thép Xấu 2,,,-5,',
      'Thép Xấu 3,,,,tiền',
      'Thép Xấu 4,nhà cung cấp,,,',
      'Thép Xấu 5,người quen,,,',
      `${'x'.repeat(301)},,,,`,
      'Thép Tốt,KH,tot@thep.vn,"85.000.000,50",đ',
      'THÉP TỐT,,tot@thep.vn,,',
    ]);
    const preview = await desktop.openImport(file);
    const { bad_rows, ...rest } = await desktop.call('contacts.checkImport', importOf(preview));
    expect(counts({ bad_rows, ...rest })).toEqual({ created: 1, changed: 0, same: 0, bad: 8 });
    expect(bad_rows.map(({ row, problem, other }) => [row, problem, other])).toEqual([
      [2, 'required', null],
      [3, 'email', null],
      [4, 'amount', null],
      [5, 'currency', null],
      [6, 'kindNotAllowed', null],
      [7, 'kind', null],
      [8, 'tooLong', null],
      [10, 'repeated', 9],
    ]);
    await expect(desktop.call('contacts.runImport', { ...importOf(preview), skip_bad: false })).rejects.toMatchObject({ code: 'IMPORT_BAD_ROWS' });
    expect((await desktop.call('contacts.list', { search: 'thep tot' })).total).toBe(0);
    await desktop.call('contacts.runImport', { ...importOf(preview), skip_bad: true });
    const [good] = (await desktop.call('contacts.list', { search: 'thep tot' })).rows;
    expect((await desktop.call('contacts.get', { id: good?.id ?? '' })).contact).toMatchObject({ credit_limit: '85000000.50', currency: 'VND' });

    const target = join(folder, 'failed.csv');
    const words = {
      sheet: 'Lỗi',
      reason: 'Lý do',
      problems: Object.fromEntries(importProblems.map((code) => [code, `${code}: {column} {other}`])) as Record<ImportProblem, string>,
      columns: { email: 'E-mail' },
    };
    expect(await desktop.saveFailedRows({ file: target, draft: `${target}.tmp`, format: 'csv', words })).toEqual({ rows: 8 });
    const back = readFileSync(target, 'utf8');
    expect(back).toContain('"Công ty","Loại","Email","Hạn mức","Tiền tệ","Lý do"');
    expect(back).toContain('"Thép Xấu 1","","không phải","","","email: E-mail "');
    expect(back).toContain('"repeated:  9"');
  });

  it('remembers what a heading meant', async () => {
    const desktop = await desktopOf('sales.manager');
    const preview = await desktop.openImport(csv(['Công ty,Mã KH', 'Nhớ Cột,0333333333']));
    expect(preview.mapping).toEqual(['company_name', null]);
    await desktop.call('contacts.runImport', { mapping: ['company_name', 'tax_id'], type: 'customer', skip_bad: false });
    expect((await desktop.openImport(csv(['mã kh,CÔNG TY', '1,x']))).mapping).toEqual(['tax_id', 'company_name']);
  });

  it.each([
    ['utf-8', (list: string) => Buffer.from(list)],
    ['utf-8', (list: string) => Buffer.from(`\ufeff${list}`)],
    ['utf-16le', (list: string) => Buffer.from(`\ufeff${list}`, 'utf16le')],
    ['utf-16le', (list: string) => Buffer.from(list, 'utf16le')],
    ['utf-16be', (list: string) => Buffer.from(`\ufeff${list}`, 'utf16le').swap16()],
    // C«ng ty §… is another code; in Windows-1258 `ơ` is 0xF5 and the tones are signs of their own.
    ['windows-1258', () => Buffer.concat([Buffer.from('company,city\r\nC'), Buffer.from([0xf5, 0x20, 0x6b, 0x68, 0xed, 0x2c, 0x48, 0x75, 0xea, 0xec]), Buffer.from('\r\n')])],
  ] as const)('is read in %s (%#)', async (form, encode) => {
    const desktop = await desktopOf('sales.manager');
    const preview = await desktop.openImport(fileOf('encoded.csv', encode('company,city\r\nCơ khí,Huế\r\n')));
    expect(preview).toMatchObject({ form, sample: [['Cơ khí', 'Huế']] });
  });

  it('of a workbook has the values of its formulas, and of merged cells in every row; a title above it is passed over', async () => {
    const desktop = await desktopOf('sales.manager');
    const rows = [
      `<row r="1">${text('A1', 'DANH SÁCH KHÁCH HÀNG')}</row>`,
      `<row r="3">${text('A3', 'Tên công ty')}${text('B3', 'Thành phố')}${text('C3', 'Hạn mức')}</row>`,
      `<row r="4">${text('A4', 'Gộp Một')}${text('B4', 'Đà Nẵng')}<c r="C4"><f>1000*2</f><v>2000</v></c></row>`,
      `<row r="5">${text('A5', 'Gộp Hai')}<c r="C5"><v>1500.5</v></c></row>`,
    ].join('');
    const merged = '<mergeCells count="2"><mergeCell ref="A1:C1"/><mergeCell ref="B4:B5"/></mergeCells>';
    const preview = await desktop.openImport(fileOf('merged.xlsx', workbook(rows, merged)));
    expect(preview).toMatchObject({
      form: 'xlsx',
      headings: ['Tên công ty', 'Thành phố', 'Hạn mức'],
      sample: [
        ['Gộp Một', 'Đà Nẵng', '2000'],
        ['Gộp Hai', 'Đà Nẵng', '1500.5'],
      ],
    });
    expect(await desktop.call('contacts.checkImport', importOf(preview))).toMatchObject({ created: 2, bad: 0 });
  });

  it.each([
    ['no table', Buffer.from([0x50, 0x4b, 3, 4, 1, 2, 3]), 'FILE_UNREADABLE'],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), 'FILE_UNREADABLE'],
    ['headings alone', Buffer.from('Công ty,MST\r\n\r\n'), 'FILE_EMPTY'],
    ['nothing', Buffer.from(''), 'FILE_EMPTY'],
  ])('that is %s is refused with a reason', async (_, content, code) => {
    const desktop = await desktopOf('sales.manager');
    await expect(desktop.openImport(fileOf('odd.xlsx', content))).rejects.toMatchObject({ code });
    await expect(desktop.openImport(join(folder, 'gone.csv'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await expect(desktop.call('contacts.checkImport', { mapping: ['company_name'], type: 'customer' })).rejects.toMatchObject({ code: 'IMPORT_NOT_OPEN' });
  });

  it('needs to know which column is the name', async () => {
    const desktop = await desktopOf('sales.manager');
    await desktop.openImport(csv(['a,b', '1,2']));
    await expect(desktop.call('contacts.checkImport', { mapping: [null, null], type: 'customer' })).rejects.toMatchObject({ code: 'IMPORT_NO_NAME' });
  });
});

describe('many rows', () => {
  const ROWS = 5_000;

  it('are read, checked and imported while requests are answered; stopped, nothing of them stays', async () => {
    const desktop = await desktopOf('sales.manager');
    const table = xlsxWriter({ name: 'Danh sách', widths: [30, 20, 20] });
    const parts = [table.begin(['Tên công ty', 'MST', 'Điện thoại'])];
    for (let at = 0; at < ROWS; at += 1_000) {
      parts.push(table.rows(Array.from({ length: 1_000 }, (_, row) => [`Hàng loạt ${at + row}`, String(4_000_000_000 + at + row), '028 3822 1234'])));
    }
    parts.push(table.end());
    const preview = await desktop.openImport(fileOf('large.xlsx', Buffer.concat(parts)));
    expect(preview.rows).toBe(ROWS);

    let answered = 0;
    const asking = { on: true };
    const asker = (async () => {
      while (asking.on) {
        await desktop.call('projects.list', { limit: 20 });
        answered += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    const checked = await desktop.call('contacts.checkImport', importOf(preview));
    expect(counts(checked)).toEqual({ created: ROWS, changed: 0, same: 0, bad: 0 });
    const stopped = desktop.call('contacts.runImport', { ...importOf(preview), skip_bad: false });
    const failed = expect(stopped).rejects.toMatchObject({ code: 'IMPORT_CANCELLED' });
    await waitFor(async () => ((await desktop.call('contacts.importProgress'))?.step === 'write' ? true : null), 'writing', 60_000);
    await desktop.call('contacts.cancelImport');
    await failed;
    expect((await desktop.call('contacts.list', { search: 'hang loat' })).total).toBe(0);
    expect((await desktop.call('sync.status')).pending).toBe(0);

    await desktop.call('contacts.runImport', { ...importOf(preview), skip_bad: false });
    asking.on = false;
    await asker;
    expect((await desktop.call('contacts.list', { search: 'hang loat' })).total).toBe(ROWS);
    expect(answered).toBeGreaterThan(20);
  }, 300_000);
});
