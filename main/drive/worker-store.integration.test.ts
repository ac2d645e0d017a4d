import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../db/testing/demo-central.ts';
import { driveScopes } from '../../shared/domain/drive.ts';
import { TestDesktop } from '../worker/testing/desktop.ts';
import { workerStore } from './worker-store.ts';

/* What main and the worker do together for Drive, with the real worker and a real centre. */

const clientId = '123456789012-abcdefghijklmnopqrstuvwxyz012345.apps.googleusercontent.com';

let central: DemoCentral;
let admin: TestDesktop;
let second: TestDesktop;

async function desktopOf(account: string): Promise<TestDesktop> {
  const desktop = new TestDesktop(central.address);
  await desktop.signIn(`${account}@factorypulse.vn`);
  await desktop.settled();
  return desktop;
}

beforeAll(async () => {
  central = await createDemoCentral();
  admin = await desktopOf('admin');
  second = await desktopOf('production.supervisor');
});

afterAll(async () => {
  await admin.remove();
  await second.remove();
  await central.drop();
});

describe('the set-up of Drive', () => {
  it('is written by administrators alone, reaches the centre and everybody of the staff', async () => {
    expect(await admin.call('drive.config')).toEqual({ config: null });
    expect(await admin.control('worker.driveConfig', undefined)).toBe(null);
    await admin.call('drive.saveConfig', { client_id: clientId, browsing: true, is_active: true });
    expect((await admin.call('drive.config')).config).toMatchObject({ client_id: clientId, browsing: true, is_active: true, pending: true });
    await admin.settled();
    await second.call('sync.now');
    await expect.poll(async () => (await second.call('drive.config')).config?.client_id).toBe(clientId);
    expect(await second.control('worker.driveConfig', undefined)).toEqual({ client_id: clientId, scopes: Object.values(driveScopes), is_active: true });
    await expect(second.call('drive.saveConfig', { client_id: clientId, browsing: false, is_active: true })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await admin.call('drive.saveConfig', { client_id: clientId, browsing: false, is_active: false });
    await admin.settled();
    const { rows } = await central.client.query('select scopes, is_active from public.google_drive_config');
    expect(rows).toEqual([{ scopes: [driveScopes.file], is_active: false }]);
    expect(await admin.call('sync.attention')).toEqual([]);
  });

  it.each(['', 'x', '123456789012-abc.apps.googleusercontent.com.evil.example', 'https://123456789012.apps.googleusercontent.com', '12-abcdefghijkl.apps.googleusercontent.com'])(
    'takes no client id like %j',
    (client_id) => {
      expect(() => admin.call('drive.saveConfig', { client_id, browsing: false, is_active: true })).toThrow();
    },
  );
});

async function* pieces(content: Buffer, failAt = Infinity): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 333_333) {
    await Promise.resolve();
    if (at >= failAt) throw new Error('cut');
    yield content.subarray(at, at + 333_333);
  }
}

const readAll = async (source: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
};

describe('contents between Drive and the store', () => {
  it('come in whole or not at all, and go out from any byte', async () => {
    const store = workerStore(admin);
    const content = randomBytes(3_500_000);
    await expect(store.takeIn('hỏng.pdf', content.length, pieces(content, 1_000_000))).rejects.toThrow('cut');
    const file = await store.takeIn('Trục cam.pdf', content.length, pieces(content));
    expect(file).toMatchObject({ name: 'Trục cam.pdf', size: content.length });
    expect(await store.takeIn('trống.txt', 0, pieces(Buffer.alloc(0)))).toMatchObject({ size: 0 });
    const { id } = await admin.call('documents.create', { title: 'Trục cam', source: { file } });
    const source = await store.source(id, file.sha256);
    expect(source).toMatchObject({ name: 'Trục cam.pdf', size: content.length });
    for (const from of [0, 1, 1_048_576, 3_000_001, content.length]) {
      expect((await readAll(source.open(from))).equals(content.subarray(from))).toBe(true);
    }
    expect((await admin.call('documents.access', { document_id: id })).rows).toMatchObject([{ action: 'download', success: true }]);
  });

  it('do not go out by a hash alone', async () => {
    const store = workerStore(admin);
    const secret = await store.takeIn('bí mật.pdf', 3, pieces(Buffer.from('abc')));
    const { id } = await admin.call('documents.create', { title: 'Bí mật', source: { file: secret } });
    const { id: other } = await admin.call('documents.create', { title: 'Khác', source: { file: await store.takeIn('khác.pdf', 2, pieces(Buffer.from('xy'))) } });
    await expect(store.source(other, secret.sha256)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(admin.control('worker.readPiece', { document_id: other, sha256: secret.sha256, number: 0 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await readAll((await store.source(id, secret.sha256)).open(0))).toString()).toBe('abc');
  });
});

describe('a copy of a file in Drive', () => {
  const copyOf = async (content: string) => ({
    id: randomUUID(),
    person_id: await personId('admin'),
    title: 'Bản sao',
    project_id: null,
    file: await workerStore(admin).takeIn('bản sao.pdf', Buffer.byteLength(content), pieces(Buffer.from(content))),
  });
  const personId = async (account: string) => {
    const { rows } = await central.client.query<{ id: string }>('select id from public.users where email = $1', [`${account}@factorypulse.vn`]);
    return rows[0]?.id ?? '';
  };

  it('becomes one document, however often it is asked, and its bytes reach the centre', async () => {
    const copy = await copyOf('một bản');
    const store = workerStore(admin);
    await store.keepCopy(copy);
    await store.keepCopy(copy);
    await admin.settled();
    await store.keepCopy(copy);
    await admin.settled();
    const { rows } = await central.client.query('select title, content_sha256 from public.documents where id = $1', [copy.id]);
    expect(rows).toEqual([{ title: 'Bản sao', content_sha256: copy.file.sha256 }]);
    const versions = await central.client.query('select 1 from public.document_versions where document_id = $1', [copy.id]);
    expect(versions.rows).toHaveLength(1);
    const bytes = () => central.client.query('select 1 from files.document_files where document_id = $1', [copy.id]);
    await expect.poll(async () => (await bytes()).rows.length, { timeout: 10_000 }).toBe(1);
  });

  it('is not made in the session of another person, nor where the person may add none', async () => {
    const copy = await copyOf('riêng');
    await expect(workerStore(second).keepCopy(copy)).rejects.toMatchObject({ code: 'SESSION_REQUIRED' });
    const own = { ...copy, person_id: await personId('production.supervisor') };
    await expect(workerStore(second).keepCopy({ ...own, project_id: randomUUID() })).rejects.toMatchObject({ code: 'DOCUMENT_NOT_ALLOWED' });
    expect(await admin.call('documents.same', { url: null, sha256: copy.file.sha256 })).toEqual([]);
  });

  it('is refused before a byte is taken in where the budget of this machine is full, and says so', async () => {
    await second.call('files.setSettings', { budget_bytes: 100_000_000 });
    let asked = 0;
    const content = {
      // eslint-disable-next-line @typescript-eslint/require-await
      async *[Symbol.asyncIterator]() {
        asked += 1;
        yield Buffer.alloc(1);
      },
    };
    await expect(workerStore(second).takeIn('lớn.step', 100_000_001, content)).rejects.toMatchObject({ code: 'FILE_BUDGET_FULL' });
    expect(asked).toBe(0);
    expect(await workerStore(second).takeIn('nhỏ.step', 3, pieces(Buffer.from('abc')))).toMatchObject({ size: 3 });
  });
});

describe('news of linked files', () => {
  it('change the file’s name and a title that was the file’s name, not one that somebody chose', async () => {
    const link = (id: string, title: string, name: string) =>
      admin.call('documents.create', {
        title,
        source: { link: { url: `https://drive.google.com/file/d/${id}/view`, file_name: name, metadata: { owner: 'Hương' } } },
      });
    const [first, chosen] = ['1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '1bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'];
    const { id: plain } = await link(first, 'a.pdf', 'a.pdf');
    const { id: named } = await link(chosen, 'Bản vẽ chính', 'b.pdf');
    expect((await admin.control('worker.driveLinks', undefined)).filter(({ document_id }) => [plain, named].includes(document_id))).toHaveLength(2);
    await admin.settled();
    await admin.control('worker.noteDriveNews', [
      { file_id: first, name: 'a rev 2.pdf', trashed: false },
      { file_id: chosen, name: 'b rev 2.pdf', trashed: true },
      { file_id: '1never', name: 'x', trashed: true },
    ]);
    await admin.settled();
    const { rows } = await central.client.query('select title, file_name, metadata from public.documents where id = any ($1) order by file_name', [[plain, named]]);
    expect(rows).toMatchObject([
      { title: 'a rev 2.pdf', file_name: 'a rev 2.pdf', metadata: { owner: 'Hương' } },
      { title: 'Bản vẽ chính', file_name: 'b rev 2.pdf', metadata: { owner: 'Hương', drive_trashed: true } },
    ]);
    // Said again, nothing is written again.
    await admin.control('worker.noteDriveNews', [{ file_id: first, name: 'a rev 2.pdf', trashed: false }]);
    expect((await admin.call('sync.status')).pending).toBe(0);
  });

  it('are left to colleagues where the person may not edit the document', async () => {
    const id = '1cccccccccccccccccccccccccccccccc';
    await admin.call('documents.create', { title: 'c.pdf', source: { link: { url: `https://drive.google.com/file/d/${id}/view`, file_name: 'c.pdf' } } });
    await admin.settled();
    await second.call('sync.now');
    await expect.poll(async () => (await second.control('worker.driveLinks', undefined)).some(({ file_id }) => file_id === id)).toBe(true);
    await second.control('worker.noteDriveNews', [{ file_id: id, name: 'd.pdf', trashed: false }]);
    expect((await second.call('sync.status')).pending).toBe(0);
  });
});

it('access to Drive is not set aside with a replica', async () => {
  const desktop = await desktopOf('team.lead');
  const profiles = join(desktop.folder, 'profiles');
  const [name = ''] = readdirSync(profiles);
  const files = ['drive.json', 'drive-transfers.json'];
  for (const file of files) writeFileSync(join(profiles, name, file), '{}');
  await desktop.signIn('team.lead@factorypulse.vn', { setAside: true });
  const folders = readdirSync(profiles);
  expect(folders.length).toBe(2);
  for (const folder of folders) for (const file of files) expect(existsSync(join(profiles, folder, file))).toBe(false);
  await desktop.remove();
});
