import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBackup } from '../../../scripts/backup/program.ts';
import { lockedArchiveOfVersion1, plainArchiveOfVersion1, projectsOfVersion1 } from '../testing/archive-of-version-1.ts';
import { checkArchive, checkedParts } from './archive-reader.ts';
import { isVerified, verifyBackup } from './verify.ts';

/* Backups of the first versions are read for as long as there are any. */

const passphrase = 'năm con cua đồng';
const folder = mkdtempSync(join(tmpdir(), 'fp-version-1-'));
const plain = join(folder, 'factory_pulse_data_backup_20250901_093043.tar.gz');
const locked = join(folder, 'factory_pulse_data_backup_20250901_093043.fpbackup');
const archives = [['a plain', plain, null], ['an encrypted', locked, passphrase]] as const;

beforeAll(async () => {
  writeFileSync(plain, await plainArchiveOfVersion1());
  writeFileSync(locked, await lockedArchiveOfVersion1(passphrase));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the command line prints, and how it ends. */
async function backup(args: readonly string[], secret: string | null): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await runBackup(args, {
    stdout: (text) => void (out += text),
    stderr: (text) => void (err += text),
    stdin: process.stdin,
    env: secret === null ? {} : { FACTORY_PULSE_BACKUP_PASSPHRASE: secret },
    isTerminal: false,
    directory: folder,
  });
  return { code, out, err };
}

describe.each(archives)('%s archive of version 1', (_, file, secret) => {
  it('is read to its end, part by part', async () => {
    const manifest = await checkArchive(file, { passphrase: secret });
    expect(manifest.tables.map(({ name, rows }) => [name, rows])).toEqual([['contacts', 2], ['projects', projectsOfVersion1]]);
    let text = '';
    for await (const { content } of checkedParts(file, manifest, { passphrase: secret })) text += content.toString('utf8');
    expect(text).toContain('Nhựa Đại Đồng');
    expect(text).toContain(`Khuôn số ${projectsOfVersion1 - 1} `);
  });

  it('is verified by restoring it, relationships included', async () => {
    const found = await verifyBackup(file, { passphrase: secret }, null);
    expect(found.faults).toEqual([]);
    expect(isVerified(found)).toBe(true);
    expect(found.checks).toMatchObject({ archive: true, counts: true, checksums: true, relationships: true });
  });

  it('is inspected and verified by the command line', async () => {
    const inspected = await backup(['inspect', file, '--json'], secret);
    expect([inspected.code, inspected.err]).toEqual([0, '']);
    expect(inspected.out).toContain('factory_pulse_data_backup_20250901_093043');
    const verified = await backup(['verify', file, '--sqlite', '--json'], secret);
    expect([verified.code, verified.err]).toEqual([0, '']);
  });
});

describe('an encrypted archive of version 1, which has no mark at its end', () => {
  const codeOf = async (content: Buffer, secret: string): Promise<unknown> => {
    const file = join(folder, 'case.fpbackup');
    writeFileSync(file, content);
    return checkArchive(file, { passphrase: secret }).then(() => 'accepted', (error: unknown) => (error as { code?: unknown }).code);
  };

  it('is told from one that was changed, cut off, or is of another passphrase', async () => {
    const whole = readFileSync(locked);
    const chunk = 64 * 1024 + 16;
    // More than one chunk, so that the end of each kind is met.
    expect(whole.length).toBeGreaterThan(64 + chunk);
    expect(await codeOf(whole, 'năm con cua')).toBe('BACKUP_PASSPHRASE_WRONG');
    expect(await codeOf(whole.subarray(0, 64 + chunk), passphrase)).toBe('BACKUP_TRUNCATED');
    expect(await codeOf(whole.subarray(0, whole.length - 1), passphrase)).toBe('BACKUP_TRUNCATED');
    const changed = Buffer.from(whole);
    changed[100] = (changed[100] as number) ^ 1;
    expect(await codeOf(changed, passphrase)).toBe('BACKUP_DAMAGED');
    // What follows the end counts as its last chunk.
    expect(await codeOf(Buffer.concat([whole, Buffer.alloc(16)]), passphrase)).toBe('BACKUP_TRUNCATED');
    expect(await codeOf(whole, passphrase)).toBe('accepted');
  });
});
