import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { FilesDesktop } from '../testing/files-desktop.ts';
import { checkArchive } from './archive-reader.ts';
import { api } from '../../../shared/api/index.ts';
import type { Stored } from '../files/store.ts';
import { addBackupDestination, backupHandlers, openBackup } from '../domains/backup.ts';
import { documentHandlers } from '../domains/documents.ts';
import { addContents } from './file-contents.ts';
import { keepBackups } from './keeper.ts';
import { prepareReplica } from './restore-replica.ts';
import { takeSnapshot } from './snapshot.ts';

let central: DemoCentral;
let desktop: FilesDesktop;
let folder: string;
const signal = new AbortController().signal;
// More than a part of an archive, and nothing.
const contents = [randomBytes(3_000_000), Buffer.from('bản vẽ'), Buffer.alloc(0)];
const hashes = contents.map((content) => createHash('sha256').update(content).digest('hex'));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fp-contents-'));
  central = await createDemoCentral();
  desktop = await FilesDesktop.open(central.address, 'admin@factorypulse.vn');
  await desktop.settled();
  for (const content of contents) await desktop.session.files.store.put(chunkOf(content));
});

afterAll(async () => {
  await desktop.remove();
  await central.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** As a file is read. */
async function* chunkOf(content: Buffer): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield content;
}

const snapshot = (name: string, withContents: boolean) => {
  const { session } = desktop;
  const { id, name: called, timezone } = session.current().organization;
  return takeSnapshot(session.replica, {
    file: join(folder, name), passphrase: 'mười hai con giáp', signal, progress: () => undefined, organization: { id, name: called },
    at: new Date(), zone: timezone, by: 'test', applicationVersion: '0.0.0', centralSchema: 1,
    contents: withContents ? (writer) => addContents(writer, session.replica.read, session.files.store, signal) : null,
  });
};

describe('contents of documents in a snapshot', () => {
  it('are in it where they were asked for, and come back with it', async () => {
    const plain = await snapshot('factory_pulse_snapshot_backup_20250901_000001.fpbackup', false);
    expect(plain.left_out).toContainEqual({ what: 'unstored-files' });
    expect(plain.parts.some(({ path }) => path.startsWith('files/'))).toBe(false);
    const name = 'factory_pulse_snapshot_backup_20250901_000002.fpbackup';
    await snapshot(name, true);
    const file = join(folder, name);
    const reading = { passphrase: 'mười hai con giáp', signal };
    const manifest = await checkArchive(file, reading);
    expect(manifest.left_out.some(({ what }) => what === 'unstored-files')).toBe(false);
    const { store } = desktop.session.files;
    for (const hash of hashes) await store.remove(hash);
    const prepared = await prepareReplica(desktop.session, { file, manifest, reading, tell: () => undefined });
    await desktop.session.close();
    prepared.takeOver();
    await desktop.signIn();
    for (const [index, hash] of hashes.entries()) {
      const back = await desktop.session.files.store.readAll(hash, 10_000_000);
      expect(Buffer.from(back).equals(contents[index] as Buffer)).toBe(true);
    }
  });

  it('that are damaged here are told to be left out, and keep nothing else out', async () => {
    for (const content of contents) await desktop.session.files.store.put(chunkOf(content));
    // Names of stored contents tell nothing; the large one is known by its size.
    const files = join(desktop.session.folder, 'files');
    const paths = readdirSync(files, { recursive: true, encoding: 'utf8' }).map((path) => join(files, path));
    truncateSync(paths.find((path) => statSync(path).size > 2_500_000) ?? '', 1_500_000);
    const name = 'factory_pulse_snapshot_backup_20250901_000003.fpbackup';
    expect((await snapshot(name, true)).left_out).toContainEqual({ what: 'files-elsewhere', rows: 1, documents: [] });
    const reading = { passphrase: 'mười hai con giáp', signal };
    const manifest = await checkArchive(join(folder, name), reading);
    const { store } = desktop.session.files;
    for (const hash of hashes) await store.remove(hash);
    (await prepareReplica(desktop.session, { file: join(folder, name), manifest, reading, tell: () => undefined })).discard();
    expect(hashes.map((hash) => store.has(hash))).toEqual([false, true, true]);
  });
});

describe('contents of documents in an administrator’s export', () => {
  it('come back to a machine and a centre that have lost them', async () => {
    const { session } = desktop;
    const content = randomBytes(100_000);
    const stored = await session.files.store.put(chunkOf(content));
    const first = await session.files.store.put(chunkOf(Buffer.from('bản đầu')));
    const fileOf = ({ sha256, size }: Stored) => ({ sha256, size, name: 'bản vẽ.pdf', mime_type: 'application/pdf' });
    const wish = api['documents.create'].input.parse({ title: 'Bản vẽ', source: { file: fileOf(first) } });
    const { id } = await documentHandlers['documents.create'](session, wish);
    await desktop.settled();
    await documentHandlers['documents.addVersion'](session, { id, file: fileOf(stored), change_summary: null });
    await desktop.carried();
    await desktop.settled();
    const hashes = [first.sha256, stored.sha256];
    const keeper = keepBackups(session, { userDataDir: desktop.folder, appVersion: '0.0.0-test', emit: () => undefined, log: () => undefined });
    try {
      const destination = await addBackupDestination(session, folder);
      const record = await keeper.create({ kind: 'complete', folder: destination.folder, passphrase: null, withFiles: true, reason: 'person' });
      expect(record).toMatchObject({ outcome: 'done', verified: true });
      for (const sha256 of hashes) await session.files.store.remove(sha256);
      await central.client.query('delete from files.document_files where sha256 = any ($1)', [hashes]);
      await central.client.query('delete from files.blobs where sha256 = any ($1)', [hashes]);
      await openBackup(session, { file: join(destination.folder, record.name), fetched: false });
      expect(await backupHandlers['backup.inspect'](session, { passphrase: null })).toMatchObject({ has_files: true, own: true });
      expect(await backupHandlers['backup.bringContents'](session, { passphrase: null })).toEqual({ brought: 2 });
      expect(Buffer.from(await session.files.store.readAll(stored.sha256, 1_000_000)).equals(content)).toBe(true);
      await desktop.carried();
      const { rows } = await central.client.query('select 1 from files.blobs where complete and sha256 = any ($1)', [hashes]);
      // The version before the current one is looked at, too.
      expect(rows).toHaveLength(2);
    } finally {
      await keeper.close(false);
    }
  });
});
