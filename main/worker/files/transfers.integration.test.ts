import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { PIECE_BYTES } from '../../../shared/domain/file-pieces.ts';
import { fileHandlers } from '../domains/files.ts';
import { FaultyProxy } from '../testing/faulty-proxy.ts';
import { FilesDesktop, hashOf } from '../testing/files-desktop.ts';
import { CutTransfers } from '../testing/cut-transfers.ts';
import { hasBucketServer, TestBucket } from '../testing/test-bucket.ts';
import { diskUse, makeRoom } from './disk-budget.ts';
import { reattach } from './reattach.ts';

let central: DemoCentral;
let proxy: FaultyProxy;
let sender: FilesDesktop;
let reader: FilesDesktop;
let bucket: TestBucket;
let bucketProxy: FaultyProxy;

beforeAll(async () => {
  central = await createDemoCentral();
  proxy = await FaultyProxy.start({ host: central.host, port: central.port });
  const address = `postgres://127.0.0.1:${proxy.port}/${central.database}`;
  sender = await FilesDesktop.open(address, 'mechanical.engineer@factorypulse.vn');
  reader = await FilesDesktop.open(address, 'quality.inspector@factorypulse.vn');
  await Promise.all([sender.settled(), reader.settled()]);
});

afterAll(async () => {
  await sender.remove();
  await reader.remove();
  await proxy.stop();
  await central.drop();
});

beforeEach(async () => {
  proxy.setDown(false);
  for (const { session } of [sender, reader]) {
    await fileHandlers['files.setSettings'](session, { bytes_per_second: null, paused: false });
    session.engine.networkIsBack();
  }
  await Promise.all([sender.settled(), reader.settled()]);
});

/** Waits until the document has come to the machine. */
const arrived = (desktop: FilesDesktop, id: string): Promise<void> =>
  desktop.until(() => desktop.session.replica.read.prepare('select 1 from documents where id = ?').get(id) !== undefined, 'the document');

async function share(content: Buffer): Promise<string> {
  const id = sender.addDocument(await sender.store(content));
  await sender.carried();
  await arrived(reader, id);
  return id;
}

const read = async (desktop: FilesDesktop, content: Buffer): Promise<Buffer> =>
  Buffer.from(await desktop.session.files.store.readAll(hashOf(content), content.length));

/** The two places for contents, and what a test has to know of each. */
const places = {
  database: {
    prepare: () => Promise.resolve(),
    begin: () => Promise.resolve(),
    end: () => Promise.resolve(),
    cut: () => proxy.cutAll(),
    pieces: async (sha256: string): Promise<number> =>
      (await central.client.query<{ n: number }>('select count(*)::int as n from files.chunks c join files.blobs b on b.id = c.blob_id where b.sha256 = $1', [sha256])).rows[0]?.n ?? 0,
    damage: async (sha256: string): Promise<void> => {
      await central.client.query('update files.chunks set bytes = set_byte(bytes, 3, get_byte(bytes, 3) # 1) where number = 1 and blob_id = (select id from files.blobs where sha256 = $1)', [sha256]);
    },
  },
  bucket: {
    prepare: async () => {
      bucket = await TestBucket.start();
      bucketProxy = await FaultyProxy.start({ host: '127.0.0.1', port: bucket.port });
    },
    begin: async () => {
      // There is but one content without bytes, and it has come over the other way before.
      await central.client.query('delete from files.document_files where blob_id in (select id from files.blobs where size = 0)');
      await central.client.query('delete from files.blobs where size = 0');
      await reader.session.files.store.remove(hashOf(Buffer.alloc(0)));
      await bucket.serve(central.client, { port: bucketProxy.port });
      // Where small contents go is asked once on a connection.
      proxy.cutAll();
    },
    end: async () => {
      await central.client.query('update files.buckets set receives = false');
      proxy.cutAll();
      await bucketProxy.stop();
      await bucket.stop();
    },
    cut: () => bucketProxy.cutAll(),
    pieces: async (sha256: string): Promise<number> => (await bucket.pieces(central.client, sha256)).length,
    damage: (sha256: string): Promise<void> => bucket.replace(central.client, sha256, 1, randomBytes(5)),
  },
};

describe.each(hasBucketServer() ? (['database', 'bucket'] as const) : (['database'] as const))('contents between machines, kept in the %s,', (name) => {
  const place = places[name];
  beforeAll(async () => {
    await place.prepare();
    await place.begin();
  });
  afterAll(() => place.end());

  it.each([0, 1, PIECE_BYTES, 2 * PIECE_BYTES + 77])('of %i bytes arrive as they were', async (size) => {
    const content = randomBytes(size);
    const id = await share(content);
    const heard: string[] = [];
    reader.session.files.onStored((sha256) => heard.push(sha256));
    await reader.session.files.fetch(id, hashOf(content));
    expect((await read(reader, content)).equals(content)).toBe(true);
    expect(heard).toEqual([hashOf(content)]);
  });

  it('are not waited for by whoever goes, or loses the centre, at the moment of asking', async () => {
    const content = randomBytes(3_000);
    const id = await share(content);
    const { files } = reader.session;
    const stop = new AbortController();
    const given = files.fetch(id, hashOf(content), stop.signal);
    stop.abort();
    await expect(given).rejects.toMatchObject({ code: 'FILE_NOT_HERE' });
    const asked = files.fetch(id, hashOf(content));
    files.transfers.setOnline(false);
    await expect(asked).rejects.toMatchObject({ code: 'FILE_NOT_HERE' });
    files.transfers.setOnline(true);
    await files.fetch(id, hashOf(content));
    expect((await read(reader, content)).equals(content)).toBe(true);
  });

  it('are queued offline with their document, and sent when there is a network again', async () => {
    proxy.setDown(true);
    await sender.until(() => sender.session.engine.status().state === 'offline', 'offline');
    const content = randomBytes(3_000);
    const id = sender.addDocument(await sender.store(content));
    await expect(reader.session.files.fetch(id, hashOf(content))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await sender.restart();
    expect(sender.waiting()).toBe(1);
    proxy.setDown(false);
    sender.session.engine.networkIsBack();
    reader.session.engine.networkIsBack();
    await sender.carried();
    await arrived(reader, id);
    await reader.session.files.fetch(id, hashOf(content));
    expect((await read(reader, content)).equals(content)).toBe(true);
  });

  it('survive cuts at any byte, in both directions: nothing corrupt is ever stored, and what was carried is not carried again', async () => {
    const cuts = await CutTransfers.begin(central, name === 'bucket' ? bucket : null);
    try {
      const outcome = await cuts.run(14, 7);
      expect(outcome.cuts).toBeGreaterThanOrEqual(14);
      expect(outcome.corrupt).toBe(0);
      expect(outcome.repeated).toBe(0);
    } finally {
      await cuts.end();
      await place.begin();
    }
  });

  it('go on by themselves when a link breaks under them', async () => {
    const content = randomBytes(4 * PIECE_BYTES);
    const stored = await sender.store(content);
    await fileHandlers['files.setSettings'](sender.session, { bytes_per_second: PIECE_BYTES });
    sender.addDocument(stored);
    await sender.until(() => (sender.session.files.transfers.running?.bytes_done ?? 0) > 0, 'begun');
    place.cut();
    await sender.carried();
  });

  it('go on after a restart behind the piece that arrived last', async () => {
    const content = randomBytes(6 * PIECE_BYTES);
    const stored = await sender.store(content);
    await fileHandlers['files.setSettings'](sender.session, { bytes_per_second: 2 * PIECE_BYTES });
    sender.addDocument(stored);
    while ((await place.pieces(stored.sha256)) < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    await sender.restart();
    expect(sender.waiting()).toBe(1);
    const first = sender.session.replica.read.prepare("select bytes_done from file_transfers where state = 'waiting'").pluck().get() as number;
    expect(first).toBeGreaterThanOrEqual(PIECE_BYTES);
    await fileHandlers['files.setSettings'](sender.session, { bytes_per_second: null });
    await sender.carried();
    expect(await place.pieces(stored.sha256)).toBe(6);
  });

  it('stop when they are paused, one or all, and go on when they are not', async () => {
    const stored = await sender.store(randomBytes(4 * PIECE_BYTES));
    await fileHandlers['files.setSettings'](sender.session, { bytes_per_second: 2 * PIECE_BYTES });
    sender.addDocument(stored);
    await sender.until(() => sender.session.files.transfers.running !== null, 'begun');
    const [row] = (await fileHandlers['files.transfers'](sender.session, undefined)).transfers;
    expect(row).toMatchObject({ state: 'running', kind: 'upload', title: 'Bản vẽ', file_name: 'bản vẽ.pdf' });
    await fileHandlers['files.pause'](sender.session, { ids: [row?.id ?? 0] });
    await sender.until(() => sender.session.files.transfers.running === null, 'paused');
    expect((await fileHandlers['files.transfers'](sender.session, undefined)).transfers[0]).toMatchObject({ state: 'paused' });
    await fileHandlers['files.setSettings'](sender.session, { bytes_per_second: null, paused: true });
    await fileHandlers['files.resume'](sender.session, { ids: [row?.id ?? 0] });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(sender.waiting()).toBe(1);
    await fileHandlers['files.setSettings'](sender.session, { paused: false });
    await sender.carried();
  });

  it('that somebody waits for come before what is on its way already', async () => {
    const wanted = randomBytes(2_000);
    const id = await share(wanted);
    await fileHandlers['files.setSettings'](reader.session, { bytes_per_second: PIECE_BYTES });
    const large = reader.addDocument(await reader.store(randomBytes(5 * PIECE_BYTES)), { project_id: await ownProject() });
    await reader.until(() => (reader.session.files.transfers.running?.bytes_done ?? 0) > 0, 'begun');
    await reader.session.files.fetch(id, hashOf(wanted));
    expect((await read(reader, wanted)).equals(wanted)).toBe(true);
    expect(reader.session.replica.read.prepare('select state from file_transfers where document_id = ?').pluck().get(large)).toBe('waiting');
  });

  it('that are opened while they are on their way come once, and whole', async () => {
    const content = randomBytes(12 * PIECE_BYTES);
    const id = await share(content);
    const heard: string[] = [];
    reader.session.files.onStored((sha256) => heard.push(sha256));
    const ended = () => reader.log.filter(({ event, details }) => (event === 'files.carried' || event === 'files.not-carried') && details['kind'] === 'download');
    const before = ended().length;
    await fileHandlers['files.setSettings'](reader.session, { bytes_per_second: 4 * PIECE_BYTES });
    const choice = { kind: 'document', target_id: id } as const;
    await fileHandlers['files.keepOffline'](reader.session, { ...choice, kept: true });
    await reader.until(() => reader.session.files.transfers.running?.size === content.length && reader.session.files.transfers.running.bytes_done > 0, 'begun');
    await reader.session.files.fetch(id, hashOf(content));
    await reader.carried();
    expect((await read(reader, content)).equals(content)).toBe(true);
    expect(heard).toEqual([hashOf(content)]);
    expect(ended().slice(before)).toMatchObject([{ event: 'files.carried' }]);
    await fileHandlers['files.keepOffline'](reader.session, { ...choice, kept: false });
  });

  it('say why they do not come: not at the centre yet, damaged there, no network', async () => {
    const content = randomBytes(PIECE_BYTES + 5);
    const id = await share(content);
    await place.damage(hashOf(content));
    await expect(reader.session.files.fetch(id, hashOf(content))).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
    expect(reader.session.files.store.has(hashOf(content))).toBe(false);
    await fileHandlers['files.setSettings'](sender.session, { paused: true });
    const late = randomBytes(10);
    const other = sender.addDocument(await sender.store(late));
    await arrived(reader, other);
    await expect(reader.session.files.fetch(other, hashOf(late))).rejects.toMatchObject({ code: 'FILE_NOT_AT_CENTRE' });
    proxy.setDown(true);
    await reader.until(() => reader.session.engine.status().state === 'offline', 'offline');
    await expect(reader.session.files.fetch(other, hashOf(late))).rejects.toMatchObject({ code: 'FILE_NOT_HERE' });
  });
});

/** A project into which the inspector may put documents. */
async function ownProject(): Promise<string> {
  const { rows } = await central.client.query<{ id: string }>(
    `select p.id from public.projects p join public.workflow_stages s on s.id = p.current_stage_id where 'qa' = any (s.responsible_roles) and p.status = 'active' limit 1`,
  );
  return rows[0]?.id ?? '';
}

describe('what is kept on the machine', () => {
  it('is what was chosen, by document, project or stage, with every new version', async () => {
    const project = (await central.client.query<{ id: string; current_stage_id: string }>("select id, current_stage_id from public.projects where status = 'active' limit 1")).rows[0];
    const first = randomBytes(500);
    const id = sender.addDocument(await sender.store(first), { project_id: project?.id });
    await sender.carried();
    await arrived(reader, id);
    await fileHandlers['files.keepOffline'](reader.session, { kind: 'stage', target_id: project?.current_stage_id ?? '', kept: true });
    await reader.until(() => reader.session.files.store.has(hashOf(first)), 'by its stage');
    const second = randomBytes(700);
    const other = sender.addDocument(await sender.store(second), { project_id: project?.id });
    await reader.until(() => reader.session.files.store.has(hashOf(second)), 'a new one');
    const [entry] = await fileHandlers['files.offline'](reader.session, undefined);
    expect(entry).toMatchObject({ kind: 'stage', files: 2, here: 2, bytes: 1_200 });
    expect(other).not.toBe(id);
    await fileHandlers['files.keepOffline'](reader.session, { kind: 'stage', target_id: project?.current_stage_id ?? '', kept: false });
    expect(await fileHandlers['files.offline'](reader.session, undefined)).toEqual([]);
  });

  it('does not come where it does not fit into the budget: the transfer says so, and is tried again', async () => {
    const content = randomBytes(900);
    const id = await share(content);
    // A file of 150 MB, as the centre says, for a machine that may use 100.
    await central.client.query('update public.documents set file_size = 150000000 where id = $1', [id]);
    await fileHandlers['files.setSettings'](reader.session, { budget_bytes: 100_000_000 });
    await reader.until(
      () => reader.session.replica.read.prepare('select file_size from documents where id = ?').pluck().get(id) === 150_000_000,
      'the size',
    );
    await fileHandlers['files.keepOffline'](reader.session, { kind: 'document', target_id: id, kept: true });
    const row = async () => (await fileHandlers['files.transfers'](reader.session, undefined)).transfers.find((one) => one.document_id === id);
    await expect.poll(async () => (await row())?.error_code).toBe('FILE_BUDGET_FULL');
    expect((await row())?.next_try_at).not.toBeNull();
    expect(reader.session.files.store.has(hashOf(content))).toBe(false);
    await fileHandlers['files.keepOffline'](reader.session, { kind: 'document', target_id: id, kept: false });
    await fileHandlers['files.setSettings'](reader.session, { budget_bytes: 10_000_000_000 });
  });

  it('makes room by what was used longest ago, never by what is unsent or kept offline', async () => {
    const [old, recent, kept] = [randomBytes(40_000), randomBytes(40_000), randomBytes(40_000)];
    const ids = [await share(old), await share(recent), await share(kept)];
    for (const [index, content] of [old, recent, kept].entries()) await reader.session.files.fetch(ids[index] ?? '', hashOf(content));
    const { replica, files } = reader.session;
    await fileHandlers['files.keepOffline'](reader.session, { kind: 'document', target_id: ids[2] ?? '', kept: true });
    await fileHandlers['files.setSettings'](reader.session, { paused: true });
    const unsent = await reader.store(randomBytes(40_000));
    reader.addDocument(unsent, { project_id: await ownProject() });
    replica.write.prepare("update stored_files set last_used_at = '2020' where sha256 = ?").run(hashOf(old));
    const before = diskUse(replica);
    expect(before.used - before.evictable).toBeGreaterThanOrEqual(80_000);
    expect(await makeRoom(replica, files.store, 30_000, before.used - 10_000)).toBe(true);
    expect([old, recent, kept].map((content) => files.store.has(hashOf(content)))).toEqual([false, true, true]);
    expect(await makeRoom(replica, files.store, 100_000, 150_000)).toBe(false);
    expect(files.store.has(hashOf(recent))).toBe(true);
    await fileHandlers['files.makeRoom'](reader.session, undefined);
    expect([recent, kept].map((content) => files.store.has(hashOf(content)))).toEqual([false, true]);
    expect(files.store.has(unsent.sha256)).toBe(true);
  });
});

describe('files that did not come over from the old system', () => {
  it('are found by name and size below a folder, sent, and readable elsewhere; what differs is named and left alone', async () => {
    const manager = await FilesDesktop.open(`postgres://127.0.0.1:${proxy.port}/${central.database}`, 'ceo@factorypulse.vn');
    const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-old-files-'));
    try {
      await manager.settled();
      const [gauge, sheet] = manager.session.replica.read
        .prepare('select id, file_name, file_size from documents where content_sha256 is null and external_url is null and file_name is not null order by file_size desc limit 2')
        .all() as [{ id: string; file_name: string; file_size: number }, { id: string; file_name: string; file_size: number }];
      const content = randomBytes(gauge.file_size);
      mkdirSync(join(folder, 'storage', 'Bản vẽ'), { recursive: true });
      writeFileSync(join(folder, 'storage', gauge.file_name), 'another file of this name');
      writeFileSync(join(folder, 'storage', 'Bản vẽ', gauge.file_name.toUpperCase()), content);
      writeFileSync(join(folder, sheet.file_name), randomBytes(sheet.file_size - 1));

      await expect(reattach(sender.session, folder, 1e9)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      const { searched, attached, different } = await reattach(manager.session, folder, 1e9);
      expect(searched).toBe(3);
      expect(attached.map(({ document_id }) => document_id)).toEqual([gauge.id]);
      expect(different.map(({ file_name }) => file_name)).toEqual([sheet.file_name]);
      await manager.carried();
      await manager.settled();
      const known = reader.session.replica.read.prepare('select content_sha256 from documents where id = ?').pluck();
      await reader.until(() => known.get(gauge.id) === hashOf(content), 'the content of the document');
      await reader.session.files.fetch(gauge.id, hashOf(content));
      expect((await read(reader, content)).equals(content)).toBe(true);
      expect((await reattach(manager.session, folder, 1e9)).attached).toEqual([]);
    } finally {
      await manager.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
