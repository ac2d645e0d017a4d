import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DriveTransfer } from '../../shared/api/drive.ts';
import { AppError } from '../../shared/errors.ts';
import { keyring } from '../keyring.fixture.ts';
import { noVault, type Vault } from '../keyring.ts';
import { memoryLog, type MemoryLog } from '../memory-log.fixture.ts';
import type { Connection } from './connection.ts';
import { connectionWith, noWaiting, sourceOf, sumOf } from './connection.fixture.ts';
import { TRANSFERS_FILE } from './kept.ts';
import { FakeGoogle, type Fault } from './testing/fake-google.ts';
import { TransfersFile } from './transfers-file.ts';
import { Transfers, type ContentStore } from './transfers.ts';

/* Files between Drive and this machine, over restarts: each `started()` is a session of its own over the same folder. */

const MIB = 1024 * 1024;
/** A machine that does other things writes and reads slowly. */
const patience = { timeout: 10_000 };
const huong = '0197f000-0000-8000-8000-000000000002';

let google: FakeGoogle;
let connection: Connection;
let connect: () => Promise<Connection>;
let folder: string;
let vault: Vault;
let log: MemoryLog;
/** The worker's store and the documents that were made of it; they outlive a session. */
let contents: Map<string, Buffer>;
let documents: Map<string, { title: string; project_id: string | null; sha256: string; name: string }>;
let open: Transfers[];
let told: DriveTransfer[];
/** How often a content was handed out: the access log has a line for each. */
let handedOut: number;
/** Asked before a store does anything. */
let storeFails: () => void;

const store: ContentStore = {
  async takeIn(name, size, bytes) {
    storeFails();
    const parts: Uint8Array[] = [];
    for await (const part of bytes) {
      storeFails();
      parts.push(Buffer.from(part));
    }
    const content = Buffer.concat(parts);
    expect(content.length).toBe(size);
    contents.set(sumOf(content), content);
    return { sha256: sumOf(content), size, name, mime_type: 'application/pdf' };
  },
  source(_document, sha256) {
    handedOut += 1;
    const content = contents.get(sha256);
    return content ? Promise.resolve(sourceOf(content)) : Promise.reject(new AppError('NOT_FOUND', 'no such content'));
  },
  keepCopy({ id, title, project_id, file, person_id }) {
    storeFails();
    expect(person_id).toBe(huong);
    documents.set(id, { title, project_id, sha256: file.sha256, name: file.name });
    return Promise.resolve();
  },
};

/** The person's session begins, after a start of the application or a sign-in. */
function started(owner = 'organization/huong', waiting = noWaiting): Transfers {
  const transfers = new Transfers({
    personId: huong,
    connection: () => connect(),
    store,
    file: new TransfersFile(folder, owner, { vault, platform: 'linux', log }),
    waiting,
    log,
    tell: (list) => {
      told = list;
    },
  });
  open.push(transfers);
  return transfers;
}

const reference = (id: string) => ({ id, resource_key: null });
const codeOf = (asked: Promise<unknown>): Promise<unknown> => asked.then(() => null, (error: unknown) => (error as AppError).code);
const stored = (content: Buffer): string => {
  contents.set(sumOf(content), content);
  return sumOf(content);
};
const onDisk = (): string => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1')).join('\n');

/** Of the requests from now on, those for bytes are not answered; resolves when so many wait. */
function silence(): { reached(count: number): Promise<void>; end(): void } {
  const faultFor = google.faultFor.bind(google);
  let silent = 0;
  google.faultFor = (path, query) => (query.get('alt') === 'media' ? ((silent += 1), 'silent') : faultFor(path, query));
  return { reached: (count) => expect.poll(() => silent, patience).toBe(count), end: () => (google.faultFor = faultFor) };
}

/** An upload of which Google has the first of two parts when the session ends. */
async function interruptedUpload(content: Buffer, transfers = started()): Promise<unknown> {
  const faultFor = google.faultFor.bind(google);
  const second = `bytes ${8 * MIB}-`;
  let reached = false;
  google.faultFor = (path, query) => {
    if (!reached && google.asked.at(-1)?.headers['content-range']?.startsWith(second) === true) {
      reached = true;
      return 'silent';
    }
    return faultFor(path, query);
  };
  const asked = codeOf(transfers.upload({ document_id: huong, sha256: stored(content), folder: null }));
  await expect.poll(() => reached, patience).toBe(true);
  await transfers.suspend();
  google.faultFor = faultFor;
  return asked;
}

beforeEach(async () => {
  google = await FakeGoogle.start();
  connection = await connectionWith(google);
  connect = () => Promise.resolve(connection);
  folder = mkdtempSync(join(tmpdir(), 'factory-pulse-transfers-'));
  vault = keyring();
  log = memoryLog();
  contents = new Map();
  documents = new Map();
  open = [];
  told = [];
  handedOut = 0;
  storeFails = () => undefined;
});

afterEach(async () => {
  for (const transfers of open) await transfers.suspend();
  await google.stop();
  rmSync(folder, { recursive: true, force: true });
  expect(google.problems).toEqual([]);
  expect(JSON.stringify(log.lines)).not.toMatch(/upload_id|ya29/);
});

describe('a transfer', () => {
  it('makes a document of a file, puts a content into Drive, and leaves nothing behind', async () => {
    const transfers = started();
    const file = google.drive.add({ name: 'a.pdf', content: randomBytes(3 * MIB) });
    const target = google.drive.addFolder('Bản vẽ');
    expect(await transfers.download([reference(file.id)], huong)).toEqual({ copied: [file.id], failure: null });
    const sha256 = sumOf(file.content);
    expect([...documents.values()]).toEqual([{ title: 'a.pdf', project_id: huong, sha256, name: 'a.pdf' }]);
    const put = await transfers.upload({ document_id: huong, sha256, folder: reference(target.id) });
    expect(google.drive.all.get(put.id)?.parents).toEqual([target.id]);
    await expect.poll(() => existsSync(join(folder, TRANSFERS_FILE)), patience).toBe(false);
    expect(told).toEqual([]);
  });

  it('copies Google’s own documents in the form that is kept of them', async () => {
    const mime = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
    const file = google.drive.add({ name: 'Báo giá', mimeType: 'application/vnd.google-apps.spreadsheet', exports: { [mime]: randomBytes(1000) } });
    expect(await started().download([reference(file.id)], null)).toEqual({ copied: [file.id], failure: null });
    expect([...documents.values()]).toMatchObject([{ title: 'Báo giá', name: 'Báo giá.xlsx', sha256: sumOf(file.exports[mime]) }]);
  });

  it('that may not be is told before any of those that were chosen is begun', async () => {
    const allowed = google.drive.add({ name: 'a.pdf', content: randomBytes(10) });
    const locked = google.drive.add({ name: 'b.pdf', content: randomBytes(10), canDownload: false });
    const asked = started().download([reference(allowed.id), reference(locked.id)], null);
    await expect(asked).rejects.toMatchObject({ code: 'DRIVE_NO_DOWNLOAD' });
    expect(documents.size).toBe(0);
    expect(existsSync(join(folder, TRANSFERS_FILE))).toBe(false);
  });

  it('waits for its turn where three run, and asked for twice is one', async () => {
    const transfers = started();
    const files = [1, 2, 3, 4].map((n) => google.drive.add({ name: `${n}.pdf`, content: randomBytes(100 + n) }));
    const quiet = silence();
    const all = transfers.download(files.map(({ id }) => reference(id)), null);
    await quiet.reached(3);
    const again = transfers.download([reference(files[3]?.id ?? '')], null);
    await expect.poll(async () => (await transfers.list()).map(({ state }) => state), patience).toEqual(['running', 'running', 'running', 'waiting']);
    quiet.end();
    for (const { id, state } of await transfers.list()) if (state === 'running') await transfers.cancel(id);
    expect(await all).toEqual({ copied: [files[3]?.id], failure: 'DRIVE_CANCELLED' });
    expect(await again).toEqual({ copied: [files[3]?.id], failure: null });
    expect(documents.size).toBe(1);
  });
});

describe('after the application ended', () => {
  it('an upload goes on at the byte that Google confirms', async () => {
    const content = randomBytes(12 * MIB);
    expect(await interruptedUpload(content)).toBe('SESSION_REQUIRED');
    expect(google.api.unfinished).toEqual([8 * MIB]);
    const before = google.asked.length;
    started();
    await expect.poll(() => [...google.drive.all.values()].map((file) => sumOf(file.content)), patience).toEqual([sumOf(content)]);
    const ranges = google.asked.slice(before).map(({ headers }) => headers['content-range']).filter((range) => range !== undefined);
    expect(ranges).toEqual([`bytes */${content.length}`, `bytes ${8 * MIB}-${content.length - 1}/${content.length}`]);
    await expect.poll(() => existsSync(join(folder, TRANSFERS_FILE)), patience).toBe(false);
  });

  it('an upload begins anew where Google has dropped the session meanwhile, and makes one file', async () => {
    const content = randomBytes(12 * MIB);
    await interruptedUpload(content);
    google.api.forgetUploads();
    started();
    await expect.poll(() => [...google.drive.all.values()].map((file) => sumOf(file.content)), patience).toEqual([sumOf(content)]);
  });

  it('a copy comes whole, of the file as it is then, and makes one document', async () => {
    const file = google.drive.add({ name: 'a.pdf', content: randomBytes(2 * MIB) });
    const transfers = started();
    const quiet = silence();
    const asked = transfers.download([reference(file.id)], null);
    await quiet.reached(1);
    await transfers.suspend();
    expect(await asked).toEqual({ copied: [], failure: 'SESSION_REQUIRED' });
    quiet.end();
    google.drive.change(file.id, { content: randomBytes(3 * MIB), name: 'a rev B.pdf' });
    started();
    await expect.poll(() => [...documents.values()], patience).toEqual([{ title: 'a rev B.pdf', project_id: null, sha256: sumOf(google.drive.all.get(file.id)?.content), name: 'a rev B.pdf' }]);
  });

  it('what was paused stays paused until the person goes on', async () => {
    const file = google.drive.add({ name: 'a.pdf', content: randomBytes(1000) });
    const transfers = started();
    const quiet = silence();
    void transfers.download([reference(file.id)], null);
    await quiet.reached(1);
    const id = (await transfers.list())[0]?.id ?? '';
    await transfers.pause(id);
    quiet.end();
    await transfers.suspend();
    const again = started();
    expect(await again.list()).toMatchObject([{ id, direction: 'download', name: 'a.pdf', state: 'paused', error_code: null }]);
    const asked = google.asked.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(google.asked.length).toBe(asked);
    await again.resume(id);
    await expect.poll(() => documents.size, patience).toBe(1);
  });

  it('what failed keeps its reason, and is tried again when the person says so', async () => {
    const file = google.drive.add({ name: 'a.pdf', content: randomBytes(1000) });
    storeFails = () => {
      throw new AppError('FILE_BUDGET_FULL', 'full');
    };
    const transfers = started();
    expect(await transfers.download([reference(file.id)], null)).toEqual({ copied: [], failure: 'FILE_BUDGET_FULL' });
    await transfers.suspend();
    const again = started();
    const [kept] = await again.list();
    expect(kept).toMatchObject({ state: 'failed', error_code: 'FILE_BUDGET_FULL' });
    storeFails = () => undefined;
    await again.resume(kept?.id ?? '');
    await expect.poll(() => documents.size, patience).toBe(1);
    expect(await again.list()).toEqual([]);
  });

  it('whoever signs in next hears nothing of what was still ending', async () => {
    const file = google.drive.add({ name: 'a.pdf', content: randomBytes(1000) });
    const transfers = started();
    const quiet = silence();
    const asked = transfers.download([reference(file.id)], null);
    await quiet.reached(1);
    await transfers.suspend();
    expect(told).toEqual([]);
    const ofTheNext: DriveTransfer = { id: huong, direction: 'upload', name: 'b.pdf', bytes: 0, size: 1, state: 'paused', error_code: null, can_pause: true };
    told = [ofTheNext];
    await asked;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(told).toEqual([ofTheNext]);
    quiet.end();
  });

  it('nothing goes on for another person in the same folder, nor without a keyring', async () => {
    await interruptedUpload(randomBytes(12 * MIB));
    expect(await started('organization/other').list()).toEqual([]);
    vault = noVault;
    expect(await started().list()).toEqual([]);
  });
});

describe('what is kept of a transfer', () => {
  it('is sealed: nobody reads the address of its session', async () => {
    await interruptedUpload(randomBytes(12 * MIB));
    expect(existsSync(join(folder, TRANSFERS_FILE))).toBe(true);
    expect(google.secrets.size).toBeGreaterThan(4);
    for (const secret of google.secrets) expect(onDisk()).not.toContain(secret);
    expect(onDisk()).not.toMatch(/upload_id|Bản vẽ/);
  });

  it('is not written where there is no keyring', async () => {
    vault = noVault;
    await interruptedUpload(randomBytes(12 * MIB));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('goes when the person gives the transfer up, at Google too; a quit leaves it there', async () => {
    await interruptedUpload(randomBytes(12 * MIB));
    expect(google.api.unfinished).toHaveLength(1);
    const again = started();
    const [kept] = await again.list();
    await again.cancel(kept?.id ?? '');
    await expect.poll(() => google.api.unfinished, patience).toEqual([]);
    expect(existsSync(join(folder, TRANSFERS_FILE))).toBe(false);
    expect(google.drive.all.size).toBe(0);
  });

  it('goes when the connection is given up', async () => {
    await interruptedUpload(randomBytes(12 * MIB));
    connect = () => Promise.reject(new AppError('DRIVE_UNREACHABLE', 'offline'));
    const again = started();
    await again.list();
    await again.forget(connection);
    expect(await again.list()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
    expect(google.api.unfinished).toEqual([]);
  });
});

describe('a failure', () => {
  it('that passes is tried again by itself, after longer and longer rests', async () => {
    const rests: number[] = [];
    const waiting = {
      random: () => 0,
      wait: (ms: number) => {
        rests.push(ms);
        return Promise.resolve();
      },
    };
    const file = google.drive.add({ name: 'a.pdf', content: randomBytes(1000) });
    const transfers = started('organization/huong', waiting);
    let failures = 0;
    storeFails = () => {
      failures += 1;
      if (failures <= 3) throw new AppError('WORKER_STOPPED', 'crashed');
    };
    expect(await transfers.download([reference(file.id)], null)).toEqual({ copied: [file.id], failure: null });
    expect(rests).toEqual([5_000, 10_000, 20_000]);
  });

  it('of Google hands the content out once, however often it is tried', async () => {
    google.fail(/^\/upload\//, ...Array<Fault>(12).fill({ status: 503 }));
    const content = randomBytes(1000);
    await started().upload({ document_id: huong, sha256: stored(content), folder: null });
    expect([...google.drive.all.values()].map((file) => sumOf(file.content))).toEqual([sumOf(content)]);
    expect(log.lines.filter(({ event }) => event === 'drive.transfer-failed').length).toBeGreaterThan(1);
    expect(handedOut).toBe(1);
  });

  it('of the connection is over with the next one; another account begins anew', async () => {
    await interruptedUpload(randomBytes(12 * MIB));
    connect = () => Promise.reject(new AppError('DRIVE_RECONNECT', 'withdrawn'));
    const again = started();
    await expect.poll(async () => (await again.list())[0]?.error_code, patience).toBe('DRIVE_RECONNECT');
    connect = () => Promise.resolve(connection);
    const before = google.asked.length;
    await again.connected(false);
    await expect.poll(() => google.drive.all.size, patience).toBe(1);
    expect(google.asked.slice(before).map(({ headers }) => headers['content-range'])).not.toContain(`bytes */${12 * MIB}`);
  });

  it('after which Google’s part is worthless begins anew when it is tried again', async () => {
    const transfers = started();
    const content = randomBytes(MIB);
    const resource = google.drive.resource.bind(google.drive);
    google.drive.resource = (file) => ({ ...resource(file), md5Checksum: 'd41d8cd98f00b204e9800998ecf8427e' });
    await expect(transfers.upload({ document_id: huong, sha256: stored(content), folder: null })).rejects.toMatchObject({ code: 'DRIVE_DAMAGED' });
    google.drive.resource = resource;
    const [kept] = await transfers.list();
    expect(kept).toMatchObject({ state: 'failed', error_code: 'DRIVE_DAMAGED' });
    await transfers.resume(kept?.id ?? '');
    await expect.poll(() => [...google.drive.all.values()].map((file) => sumOf(file.content)), patience).toEqual([sumOf(content)]);
  });
});
