import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readSheet } from 'read-excel-file/node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditFilter, exportColumns, type ExportFormat, type ExportProgress, type ExportWords } from '../../../shared/api/audit.ts';
import type { OpenSession } from '../session.ts';
import { AuditLog } from '../testing/audit-log.ts';
import { canMakeDisks, SmallDisk } from '../testing/small-disk.ts';
import { cancelExport } from '../tables/table-export.ts';
import { exportAudit } from './audit-export.ts';

let log: AuditLog;
let folder: string;

const words: ExportWords = {
  sheet: 'Nhật ký',
  headings: Object.fromEntries(exportColumns.map((column) => [column, `Cột ${column}`])) as ExportWords['headings'],
  kinds: { projects: 'dự án' },
  actions: { UPDATE: 'Sửa' },
  columns: { notes: 'Ghi chú', status: 'Trạng thái', is_active: 'Đang dùng' },
  values: { status: { active: 'Đang thực hiện' } },
  system: 'Hệ thống',
  yes: 'Có',
  no: 'Không',
};

function write(
  file: string,
  format: ExportFormat,
  filter: Partial<ReturnType<typeof auditFilter.parse>> = {},
  session: OpenSession = log.session(),
  tell: (progress: ExportProgress) => void = () => undefined,
): Promise<{ rows: number }> {
  return exportAudit(session, { file, draft: `${file}.draft.tmp`, format, filter: auditFilter.parse(filter), words }, tell);
}

const column = (name: (typeof exportColumns)[number]): number => exportColumns.indexOf(name);

/** Reads RFC 4180 as a spreadsheet does, by a reader of its own. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /"((?:[^"]|"")*)"(,|\r\n)/gy;
  let end = 0;
  for (let match = cell.exec(text); match; match = cell.exec(text)) {
    rows.at(-1)?.push((match[1] ?? '').replaceAll('""', '"'));
    if (match[2] === '\r\n') rows.push([]);
    end = cell.lastIndex;
  }
  expect(end, 'everything is read').toBe(text.length);
  expect(rows.pop()).toEqual([]);
  return rows;
}

const hostile = [
  '=HYPERLINK("http://evil.example","x")',
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  '"quoted", with comma',
  'two\r\nlines',
  '<b>&amp;</b> ]]> ',
  '_x0041_',
  'Đồ gá \u0007 \ud83d 🔧',
  'x'.repeat(40_000),
];

describe('an export', () => {
  beforeEach(() => {
    log = new AuditLog();
    folder = join(log.folder, 'out');
    mkdirSync(folder);
  });

  afterEach(() => {
    log.remove();
  });

  const addHostile = (): void =>
    log.add(hostile.map((text, index) => ({ id: randomUUID(), created_at: `2026-02-01 08:00:${10 + index}+00`, description: text })));

  it('as CSV is UTF-8 with a mark, by RFC 4180, and holds no formula', async () => {
    addHostile();
    const file = join(folder, 'log.csv');
    expect(await write(file, 'csv')).toEqual({ rows: hostile.length });
    const bytes = readFileSync(file);
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const [headings, ...rows] = readCsv(bytes.subarray(3).toString('utf8'));
    expect(headings).toEqual(exportColumns.map((name) => `Cột ${name}`));
    const notes = rows.map((row) => row[column('note')] ?? '').toReversed();
    notes.slice(0, 5).forEach((text, index) => expect(text).toBe(`'${hostile[index]}`));
    expect(notes[5]).toBe(hostile[5]);
    expect(notes[6]).toBe(hostile[6]);
    for (const row of rows) for (const cell of row) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
  });

  it('as an Excel workbook opens in a foreign reader with every text as it was, and real times', async () => {
    addHostile();
    const file = join(folder, 'log.xlsx');
    await write(file, 'xlsx');
    const [headings, ...rows] = await readSheet(file, { trim: false });
    expect(headings).toEqual(exportColumns.map((name) => `Cột ${name}`));
    const notes = rows.map((row) => row[column('note')]).toReversed();
    expect(notes.slice(0, 6)).toEqual(hostile.slice(0, 6));
    expect(String(notes[6]).replace(/\r?\n/, '|')).toBe('two|lines');
    expect(notes[7]).toBe(hostile[7]);
    expect(notes[9]).toBe('Đồ gá \ufffd \ufffd 🔧');
    expect(notes[10]).toBe(`${'x'.repeat(32_766)}…`);
    // 08:00:20 in UTC is 15:00:20 on the clocks of the organization.
    const time = rows[0]?.[column('server_time')];
    expect(time).toBeInstanceOf(Date);
    // Spreadsheets count days as floating-point numbers.
    expect(Math.abs(Number(time) - Date.parse('2026-02-01T15:00:20Z'))).toBeLessThanOrEqual(1);
  });

  it('speaks in the words that it was given, names for ids, the clocks of the organization', async () => {
    const [khanh, vy] = log.people;
    log.add([
      {
        id: '019a0000-0000-7000-8000-000000000001',
        created_at: '2026-02-01 20:00:00+00',
        client_time: '2026-02-01 19:59:58.25+00',
        user_id: khanh?.id ?? null,
        device_id: log.device.id,
        entity_id: log.project.id,
        project_id: log.project.id,
        old_values: { notes: 'Cũ', status: 'on_hold', assigned_to: null, is_active: false },
        new_values: { notes: 'Mới', status: 'active', assigned_to: vy?.id, is_active: true },
      },
    ]);
    const file = join(folder, 'log.csv');
    await write(file, 'csv');
    expect(readCsv(readFileSync(file, 'utf8').slice(1))[1]).toEqual([
      '2026-02-02 03:00:00',
      '2026-02-02 02:59:58',
      'Đỗ Quốc Khánh',
      'MAY-VAN-PHONG',
      'dự án',
      '',
      'P-26010101 · Giá đỡ cảm biến',
      'Sửa',
      'Ghi chú: Cũ\nTrạng thái: on_hold\nĐang dùng: Không',
      'Ghi chú: Mới\nTrạng thái: Đang thực hiện\nassigned_to: Lâm Thúy Vy\nĐang dùng: Có',
      '',
      '019a0000-0000-7000-8000-000000000001',
    ]);
  });

  it('of nothing is a table of headings', async () => {
    for (const format of ['csv', 'xlsx'] as const) {
      const file = join(folder, `empty.${format}`);
      expect(await write(file, format)).toEqual({ rows: 0 });
      const rows = format === 'csv' ? readCsv(readFileSync(file, 'utf8').slice(1)) : await readSheet(file);
      expect(rows).toHaveLength(1);
    }
  });

  it('replaces an older file only when it is whole', async () => {
    addHostile();
    const file = join(folder, 'log.csv');
    writeFileSync(file, 'older');
    await write(file, 'csv');
    expect(readFileSync(file, 'utf8')).toContain('Cột note');
    expect(readdirSync(folder)).toEqual(['log.csv']);
  });

  it('to a folder that is gone or to a folder’s own name is refused', async () => {
    await expect(write(join(folder, 'gone', 'log.csv'), 'csv')).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE' });
    mkdirSync(join(folder, 'taken.csv'));
    await expect(write(join(folder, 'taken.csv'), 'csv')).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE' });
    expect(readdirSync(folder)).toEqual(['taken.csv']);
  });

  it('ends with the session, and leaves nothing', async () => {
    log.fill(20_000);
    const writing = write(join(folder, 'log.csv'), 'csv', {}, log.session(), () => log.replica.close());
    await expect(writing).rejects.toMatchObject({ code: 'SESSION_REQUIRED' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.runIf(canMakeDisks())('onto a full disk says so, and leaves nothing', async () => {
    // What chance has made does not get smaller by packing.
    log.add(Array.from({ length: 2_000 }, () => ({ created_at: '2026-02-01 08:00:00+00', description: randomBytes(1_000).toString('base64') })));
    const disk = new SmallDisk(1);
    try {
      for (const format of ['csv', 'xlsx'] as const) {
        const file = join(disk.folder, `log.${format}`);
        writeFileSync(file, 'older');
        await expect(write(file, format), format).rejects.toMatchObject({ code: 'DISK_FULL' });
        expect(readFileSync(file, 'utf8')).toBe('older');
        expect(readdirSync(disk.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      }
    } finally {
      disk.remove();
    }
  });

  it.runIf(canMakeDisks())('over a file that another program holds says so, and leaves that file', async () => {
    addHostile();
    const file = join(folder, 'log.xlsx');
    writeFileSync(file, 'held');
    // Nothing but a mount holds a file on Linux as a program does on Windows: renaming onto it is EBUSY.
    execFileSync('mount', ['--bind', file, file]);
    try {
      await expect(write(file, 'xlsx')).rejects.toMatchObject({ code: 'FILE_IN_USE' });
      expect(readFileSync(file, 'utf8')).toBe('held');
      expect(readdirSync(folder)).toEqual([basename(file)]);
    } finally {
      execFileSync('umount', [file]);
    }
  });
});

describe('an export of 100,000 entries', () => {
  const COUNT = 100_000;

  beforeAll(() => {
    log = new AuditLog();
    folder = join(log.folder, 'out');
    mkdirSync(folder);
    log.fill(COUNT);
  }, 60_000);

  afterAll(() => {
    log.remove();
  });

  it.each(['csv', 'xlsx'] as const)('as %s holds them all, and lets other requests have their turn', async (format) => {
    let turns = 0;
    let running = true;
    const others = (async () => {
      for (; running; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    })();
    const told: ExportProgress[] = [];
    const file = join(folder, `log.${format}`);
    expect(await write(file, format, {}, log.session(), (progress) => told.push(progress))).toEqual({ rows: COUNT });
    running = false;
    await others;
    expect(turns).toBeGreaterThan(COUNT / 1_000);
    expect(told.length).toBeGreaterThan(1);
    expect(told.map(({ rows }) => rows)).toEqual(told.map(({ rows }) => rows).toSorted((a, b) => a - b));
    const rows = format === 'csv' ? readCsv(readFileSync(file, 'utf8').slice(1)) : await readSheet(file);
    expect(rows).toHaveLength(COUNT + 1);
    expect(rows.at(-1)?.[column('after')]).toBe('Ghi chú: Ghi chú số 0');
  }, 120_000);

  it('that is stopped leaves nothing, and another one may follow', async () => {
    const session = log.session();
    const file = join(folder, 'stopped.xlsx');
    const before = readdirSync(folder);
    const writing = write(file, 'xlsx', {}, session, () => cancelExport(session));
    await expect(write(join(folder, 'second.csv'), 'csv', {}, session)).rejects.toMatchObject({ code: 'EXPORT_RUNNING' });
    await expect(writing).rejects.toMatchObject({ code: 'EXPORT_CANCELLED' });
    expect(readdirSync(folder)).toEqual(before);
    await write(join(folder, 'next.csv'), 'csv', { action: 'DELETE' }, session);
    expect(readCsv(readFileSync(join(folder, 'next.csv'), 'utf8').slice(1))).toHaveLength(COUNT / 1_000 + 1);
  }, 60_000);
});
