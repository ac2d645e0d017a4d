import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { buffer } from 'node:stream/consumers';
import { pack, type Header } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { checkArchive, checkedParts } from './archive-reader.ts';
import { ArchiveWriter } from './archive-writer.ts';
import type { ManifestFacts } from './manifest.ts';
import { verifyBackup } from './verify.ts';

const folder = mkdtempSync(join(tmpdir(), 'fp-archive-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const passphrase = 'bảy con vịt vàng qua cầu';
const lines = Buffer.from(Array.from({ length: 20_000 }, (_, row) => `${row}\tKhuôn ép nhựa số ${row * 7919}\n`).join(''));
const facts: ManifestFacts = {
  name: 'factory_pulse_data_backup_20250901_093043',
  kind: 'data',
  application: { version: '0.1.0', central_schema: 19, replica_schema: 9 },
  organization: null,
  instance_id: null,
  created: { at: '2025-09-01T02:30:43Z', zone: 'Asia/Ho_Chi_Minh', by: 'Lê Thị Hoa', device: 'bàn 3', source: 'centre', synced_at: null, server: '18' },
  tables: [{ name: 'projects', columns: ['id', 'title'], key: ['id'], rows: 20_000, sha256: createHash('sha256').update(lines).digest('hex') }],
  references: [],
  left_out: [{ what: 'accounts' }],
};

async function write(file: string, secret: string | null): Promise<void> {
  const writer = await ArchiveWriter.create(file, secret, new AbortController().signal);
  await writer.add({ path: 'sql/000001_begin.sql' }, Buffer.from('-- begin\n'));
  await writer.add({ path: 'sql/000002_projects.sql', table: 'projects', rows: 20_000 }, lines);
  await writer.finish(facts);
}

const plain = join(folder, 'plain.tar.gz');
const locked = join(folder, 'locked.fpbackup');
beforeAll(async () => {
  await write(plain, null);
  await write(locked, passphrase);
});

const codeOf = async (file: string, secret: string | null = null): Promise<string> => {
  try {
    await checkArchive(file, { passphrase: secret });
    return 'accepted';
  } catch (error) {
    return error instanceof AppError ? error.code : `not told apart: ${String(error)}`;
  }
};

let number = 0;
const withContent = (content: Buffer): string => {
  const file = join(folder, `case-${(number += 1)}`);
  writeFileSync(file, content);
  return file;
};

describe('an archive', () => {
  it('gives back what was put into it, with and without a passphrase', async () => {
    for (const [file, secret] of [[plain, null], [locked, passphrase]] as const) {
      const manifest = await checkArchive(file, { passphrase: secret });
      expect(manifest).toMatchObject({ ...facts, format: 2 });
      const parts: Buffer[] = [];
      for await (const { content } of checkedParts(file, manifest, { passphrase: secret })) parts.push(content);
      expect(parts[1]?.equals(lines)).toBe(true);
    }
    expect(readdirSync(folder).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
  });

  it('shows nothing of itself without its passphrase, and opens for any spelling of its letters', async () => {
    expect(readFileSync(locked).includes('Khuôn')).toBe(false);
    expect(await codeOf(locked)).toBe('BACKUP_PASSPHRASE_REQUIRED');
    expect(await codeOf(locked, 'bảy con vịt vàng qua cầu.')).toBe('BACKUP_PASSPHRASE_WRONG');
    expect(await codeOf(locked, passphrase.normalize('NFD'))).toBe('accepted');
  });

  it('leaves no file where it was stopped before its end', async () => {
    const stop = new AbortController();
    const file = join(folder, 'stopped.tar.gz');
    const writer = await ArchiveWriter.create(file, null, stop.signal);
    await writer.add({ path: 'sql/000001_begin.sql' }, Buffer.from('-- begin\n'));
    stop.abort(new AppError('BACKUP_CANCELLED', 'stopped'));
    await expect(writer.finish(facts)).rejects.toMatchObject({ code: 'BACKUP_CANCELLED' });
    await writer.discard();
    expect(readdirSync(folder).filter((name) => name.includes('stopped'))).toEqual([]);
  });
});

describe('a file that is no whole archive of ours', () => {
  it('is told apart in words', async () => {
    expect(await codeOf(join(folder, 'nowhere'))).toBe('BACKUP_MISSING');
    expect(await codeOf(withContent(Buffer.alloc(0)))).toBe('BACKUP_TRUNCATED');
    expect(await codeOf(withContent(Buffer.from('PK\u0003\u0004 a zip')))).toBe('BACKUP_FOREIGN');
    expect(await codeOf(withContent(gzipSync('no tar')))).toBe('BACKUP_FOREIGN');
    expect(await codeOf(withContent(readFileSync(plain).subarray(0, 5_000)))).toBe('BACKUP_TRUNCATED');
    expect(await codeOf(withContent(readFileSync(locked).subarray(0, 40)), passphrase)).toBe('BACKUP_TRUNCATED');
    // Cut between two sealed chunks, where each that is left is whole.
    const sealed = readFileSync(locked);
    expect(sealed.length).toBeGreaterThan(64 + 2 * 65_552);
    expect(await codeOf(withContent(sealed.subarray(0, 64 + 65_552)), passphrase)).toBe('BACKUP_TRUNCATED');
    expect(await codeOf(withContent(Buffer.concat([sealed, sealed.subarray(64, 64 + 100)])), passphrase)).toMatch(/^BACKUP_(DAMAGED|TRUNCATED)$/);
    for (const length of [700, 2_000_000]) {
      expect(await codeOf(withContent(Buffer.concat([readFileSync(plain), Buffer.alloc(length, 7)])))).toBe('BACKUP_DAMAGED');
    }
  });

  it('of a later form is told from a damaged one', async () => {
    const future = await repacked((name, content) => (name === 'about.json' ? Buffer.from(content.toString().replace('"format":2', '"format":3')) : content));
    expect(await codeOf(future)).toBe('BACKUP_FUTURE');
  });

  it('is refused with any byte changed, in 200 places', async () => {
    for (const [file, secret] of [[plain, null], [locked, passphrase]] as const) {
      const content = readFileSync(file);
      // The derivation of a key takes its time: fewer places for the encrypted one, all of its header among them.
      const places = secret === null ? spread(content.length, 190) : [0, 9, 20, 50, 60, ...spread(content.length - 70, 5).map((at) => at + 70)];
      for (const place of places) {
        const damaged = Buffer.from(content);
        damaged[place] = (damaged[place] as number) ^ (1 << (place % 8));
        expect(await codeOf(withContent(damaged), secret), `byte ${place} of ${file}`).toMatch(/^BACKUP_(DAMAGED|FOREIGN|TRUNCATED|PASSPHRASE_WRONG|FUTURE)$/);
      }
    }
  });

  it('is called truncated where its end is missing and damaged where it was changed, encrypted or not', async () => {
    const open = readFileSync(plain);
    for (const length of spread(open.length - 10, 30).map((at) => at + 10)) expect(await codeOf(withContent(open.subarray(0, length))), `${length} bytes`).toBe('BACKUP_TRUNCATED');
    const sealed = readFileSync(locked);
    const lastChunk = 64 + Math.floor((sealed.length - 64 - 16) / 65_552) * 65_552;
    for (const length of [lastChunk, lastChunk + 20, sealed.length - 16, sealed.length - 1]) {
      expect(await codeOf(withContent(sealed.subarray(0, length)), passphrase), `${length} bytes`).toBe('BACKUP_TRUNCATED');
    }
    for (const place of [lastChunk + 3, sealed.length - 17]) {
      const damaged = Buffer.from(sealed);
      damaged[place] = (damaged[place] as number) ^ 4;
      expect(await codeOf(withContent(damaged), passphrase), `byte ${place}`).toBe('BACKUP_DAMAGED');
    }
    const swapped = Buffer.concat([sealed.subarray(0, 64), sealed.subarray(64 + 65_552, 64 + 2 * 65_552), sealed.subarray(64, 64 + 65_552), sealed.subarray(64 + 2 * 65_552)]);
    expect(await codeOf(withContent(swapped), passphrase)).toBe('BACKUP_DAMAGED');
  });

  it('makes whoever restores it write nothing', async () => {
    const damaged = readFileSync(plain);
    damaged[damaged.length - 9] = (damaged[damaged.length - 9] as number) ^ 1;
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith(`factory-pulse-throwaway-${process.pid}-`));
    await expect(verifyBackup(withContent(damaged), { passphrase: null }, null)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`factory-pulse-throwaway-${process.pid}-`))).toEqual(before);
  });

  it('is refused where parts were swapped, left out, repeated or the manifest was edited', async () => {
    const swap = { 'sql/000001_begin.sql': 'sql/000002_projects.sql', 'sql/000002_projects.sql': 'sql/000001_begin.sql' } as Record<string, string>;
    expect(await codeOf(await repacked((_, content) => content, (name) => swap[name] ?? name))).toBe('BACKUP_DAMAGED');
    expect(await codeOf(await repacked((name, content) => (name.startsWith('sql/000001') ? null : content)))).toBe('BACKUP_DAMAGED');
    expect(await codeOf(await repacked((name, content) => (name === 'manifest.sha256' ? null : content)))).toBe('BACKUP_DAMAGED');
    expect(await codeOf(await repacked((name, content) => (name === 'manifest.json' ? Buffer.from(content.toString().replace('Lê Thị Hoa', 'Lê Thị Hoà')) : content)))).toBe('BACKUP_DAMAGED');
    expect(await codeOf(await repacked((_, content) => content, (name) => (name === 'sql/000001_begin.sql' ? 'sql/000002_projects.sql' : name)))).toBe('BACKUP_DAMAGED');
  });

  it('with paths that lead elsewhere, links, or sizes that no machine has is refused before anything is kept', async () => {
    for (const path of ['../outside.sql', '/etc/passwd', 'sql/../../outside', 'C:\\Windows\\x', 'sql//x', 'sql/.hidden', 'sql/\u0001x']) {
      expect(await codeOf(await packed([{ name: 'about.json', content: about }, { name: path, content: Buffer.from('x') }])), path).toBe('BACKUP_DAMAGED');
    }
    for (const type of ['symlink', 'link', 'directory', 'fifo'] as const) {
      expect(await codeOf(await packed([{ name: 'about.json', content: about }, { name: 'sql/x', type, linkname: '/etc/passwd' }])), type).toBe('BACKUP_DAMAGED');
    }
    const tar = gunzipSync(readFileSync(plain));
    const header = tar.subarray(0, 512);
    Buffer.from('77777777777\0').copy(header, 124);
    const sum = header.reduce((all, byte, index) => all + (index >= 148 && index < 156 ? 32 : byte), 0);
    Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `).copy(header, 148);
    expect(await codeOf(withContent(zipped(tar)))).toBe('BACKUP_FOREIGN');
  });
});

const about = Buffer.from('{"program":"Factory Pulse","format":1}');

const spread = (length: number, count: number): number[] => Array.from({ length: count }, (_, index) => Math.floor(((index + 0.5) * length) / count));

/** As our writer compresses. */
function zipped(content: Buffer): Buffer {
  const zip = gzipSync(content);
  zip.set([0, 0xff], 8);
  return zip;
}

interface Entry extends Partial<Header> {
  name: string;
  content?: Buffer;
}

async function packed(entries: readonly Entry[]): Promise<string> {
  const tar = pack();
  for (const { content, ...header } of entries) {
    if (content) tar.entry(header, content);
    else tar.entry(header);
  }
  tar.finalize();
  return withContent(zipped(await buffer(tar)));
}

/** The plain archive, packed anew with other content or names. */
async function repacked(change: (name: string, content: Buffer) => Buffer | null, rename = (name: string) => name): Promise<string> {
  const tar = gunzipSync(readFileSync(plain));
  const entries: Entry[] = [];
  for (let at = 0; tar[at] !== 0; ) {
    const name = tar.toString('latin1', at, at + 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    const content = change(name, tar.subarray(at + 512, at + 512 + size));
    if (content) entries.push({ name: rename(name), content });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return packed(entries);
}
