import { createHash, randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { INTAKE_PART_BYTES } from '../../../shared/api/files.ts';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { TestDesktop } from '../testing/desktop.ts';
import { FailingDisk } from '../testing/failing-disk.ts';
import { canMakeDisks, SmallDisk } from '../testing/small-disk.ts';

/* What a backup holds of the contents of documents is shown with the earlier state, and goes with it. */

const passphrase = 'mười hai con giáp';
const marker = 'Dung sai lỗ trục 0,02 mm';
const inBackup = Buffer.from(`${marker}\n`.repeat(120_000), 'utf8');
const hashOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

let central: DemoCentral;
let desktop: TestDesktop;
let folder: string;
let id: string;

const addFile = async (content: Buffer): Promise<{ sha256: string; size: number }> => {
  const { id: intake } = await desktop.call('files.beginIntake', { name: 'dung sai.txt', size: content.length });
  for (let number = 0, at = 0; at < content.length; number += 1, at += INTAKE_PART_BYTES) {
    await desktop.call('files.intakeChunk', { id: intake, number, bytes: content.subarray(at, at + INTAKE_PART_BYTES).toString('base64') });
  }
  return desktop.call('files.endIntake', { id: intake });
};

const paths = (place: string): string[] =>
  existsSync(place) ? readdirSync(place, { recursive: true, encoding: 'utf8' }).map((path) => join(place, path)).filter((path) => statSync(path).isFile()) : [];

const create = (withFiles: boolean, secret: string | null) =>
  desktop.call('backup.create', { kind: 'snapshot', folder, passphrase: secret, with_files: withFiles });

beforeAll(async () => {
  central = await createDemoCentral();
  desktop = new TestDesktop(central.address);
  await desktop.signIn('admin@factorypulse.vn');
  await desktop.settled();
  ({ folder } = await desktop.addBackupDestination(mkdtempSync(join(tmpdir(), 'fp-past-contents-'))));
  const stored = await addFile(inBackup);
  ({ id } = await desktop.call('documents.create', {
    title: 'Dung sai', source: { file: { ...stored, name: 'dung sai.txt', mime_type: 'text/plain' } },
  }));
  await desktop.settled();
});

afterAll(async () => {
  await desktop.remove();
  await central.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a backup with the contents of documents', () => {
  /** What a version holds that was added after the backup. */
  let later: Buffer;
  let name: string;

  beforeEach(async () => {
    ({ name } = await create(true, passphrase));
    later = randomBytes(10);
    const stored = await addFile(later);
    await desktop.call('documents.addVersion', { id, file: { ...stored, name: 'dung sai.txt', mime_type: 'text/plain' }, change_summary: null });
    await desktop.openBackup(join(folder, name));
    await desktop.openPast(passphrase);
  });

  it('shows them, gives copies, and leaves nothing of them when it is closed', async () => {
    const asked = { document_id: id, sha256: hashOf(inBackup) };
    const shown = await desktop.askPast('preview.open', asked);
    expect(shown).toMatchObject({ name: 'dung sai.txt', size: inBackup.length });
    expect(JSON.stringify(shown.looked.view)).toContain(marker);
    const opened = await desktop.control('worker.handOut', { ...asked, state: 'past', target: null });
    expect(readFileSync(opened.file).equals(inBackup)).toBe(true);
    const past = join(desktop.folder, 'past');
    expect(opened.file.startsWith(past)).toBe(true);
    // But for the copy that the person opened, nothing of it can be read from the disk.
    const readable = paths(past).filter((path) => readFileSync(path).includes(marker));
    expect(readable).toEqual([opened.file]);
    const own = join(folder, 'bản sao.txt');
    await desktop.control('worker.handOut', { ...asked, state: 'past', target: { file: own, draft: `${own}.tmp` } });
    await desktop.closePast();
    expect(paths(past)).toEqual([]);
    expect(readFileSync(own).equals(inBackup)).toBe(true);
  });

  it('come whole of a copy from Drive that is closed meanwhile, and then it goes', async () => {
    await desktop.closePast();
    const place = join(desktop.personFolder, 'backup-from-drive', 'one');
    mkdirSync(place, { recursive: true });
    copyFileSync(join(folder, name), join(place, name));
    await desktop.control('worker.openBackup', { file: join(place, name), fetched: true });
    await desktop.openPast(passphrase);
    await desktop.call('backup.close');
    // The contents are still taken from it.
    expect(existsSync(join(place, name))).toBe(true);
    const shown = await desktop.askPast('preview.open', { document_id: id, sha256: hashOf(inBackup) });
    expect(shown.size).toBe(inBackup.length);
    await expect.poll(() => existsSync(place)).toBe(false);
    await desktop.closePast();
  });

  it('keeps nobody from signing out whose copy another program holds; it goes with a later start', async () => {
    const { file } = await desktop.control('worker.handOut', { document_id: id, sha256: hashOf(inBackup), state: 'past', target: null });
    // Windows removes no file that is open.
    const disk = new FailingDisk(desktop.folder);
    try {
      disk.fail({ rm: 'EBUSY' });
      await desktop.control('worker.signOut', undefined);
      await expect(desktop.call('sync.status')).rejects.toMatchObject({ code: 'SESSION_REQUIRED' });
      // Closed in order, the replica leaves no log behind.
      expect(existsSync(join(desktop.personFolder, 'replica.db-wal'))).toBe(false);
      await desktop.restart();
      expect(existsSync(file)).toBe(true);
    } finally {
      disk.remove();
    }
    await desktop.restart();
    expect(existsSync(file)).toBe(false);
    await desktop.signIn('admin@factorypulse.vn');
    await desktop.settled();
  });

  it('has no version that came later, and notes nothing in the access log', async () => {
    const before = (await desktop.call('documents.get', { id })).access.length;
    await desktop.askPast('preview.open', { document_id: id, sha256: hashOf(inBackup) });
    await expect(desktop.askPast('preview.open', { document_id: id, sha256: hashOf(later) })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await desktop.closePast();
    expect((await desktop.call('documents.get', { id })).access).toHaveLength(before);
  });

  it('ends in the middle of bringing them without leaving anything', async () => {
    const asked = desktop.askPast('preview.open', { document_id: id, sha256: hashOf(inBackup) }).catch((error: unknown) => error);
    await desktop.closePast();
    await asked;
    expect(paths(join(desktop.folder, 'past'))).toEqual([]);
  });
});

describe.runIf(canMakeDisks())('a disk that has no room for the contents', () => {
  it('is not filled with them: the rows are shown, and of the contents it is told', async () => {
    const stored = await addFile(randomBytes(30_000_000));
    const large = await desktop.call('documents.create', { title: 'Lớn', source: { file: { ...stored, name: 'lớn.bin', mime_type: 'application/octet-stream' } } });
    const { name } = await create(true, null);
    const disk = new SmallDisk(28);
    const past = join(desktop.folder, 'past');
    rmSync(past, { recursive: true, force: true });
    symlinkSync(disk.folder, past);
    try {
      await desktop.openBackup(join(folder, name));
      await desktop.openPast(null);
      expect((await desktop.askPast('documents.get', { id: large.id })).document.title).toBe('Lớn');
      await expect(desktop.askPast('preview.open', { document_id: large.id, sha256: stored.sha256 })).rejects.toMatchObject({ code: 'DISK_FULL' });
      const { bavail, bsize } = statfsSync(disk.folder);
      expect(bavail * bsize).toBeGreaterThan(1_000_000);
      await desktop.closePast();
      expect(paths(past)).toEqual([]);
    } finally {
      rmSync(past);
      disk.remove();
    }
  });
});

describe('a backup without the contents of documents', () => {
  it('says so for each of them, whatever this machine has itself', async () => {
    const { name } = await create(false, null);
    await desktop.openBackup(join(folder, name));
    await desktop.openPast(null);
    const { document } = await desktop.askPast('documents.get', { id });
    const asked = { document_id: id, sha256: document.content_sha256 ?? '' };
    await expect(desktop.askPast('preview.open', asked)).rejects.toMatchObject({ code: 'FILE_NOT_IN_BACKUP' });
    await expect(desktop.control('worker.handOut', { ...asked, state: 'past', target: null })).rejects.toMatchObject({ code: 'FILE_NOT_IN_BACKUP' });
    expect((await desktop.call('preview.open', asked)).size).toBeGreaterThan(0);
    await desktop.closePast();
  });
});
