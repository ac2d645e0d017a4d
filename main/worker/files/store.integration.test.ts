import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PIECE_BYTES } from '../../../shared/domain/file-pieces.ts';
import { Meta } from '../replica/meta.ts';
import { openReplica, type Replica } from '../replica/database.ts';
import { copyUnderKey } from '../replica/rekey.ts';
import { canMakeDisks, SmallDisk } from '../testing/small-disk.ts';
import { fileKeys } from './file-keys.ts';
import { ContentStore } from './store.ts';

let folder: string;
let replica: Replica;
const key = randomBytes(32);

const openStore = (at = join(folder, 'files')): ContentStore =>
  new ContentStore(replica, at, fileKeys(replica.write, new Meta(replica.write)));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'factory-pulse-store-'));
  replica = openReplica(join(folder, 'replica.db'), key);
});

afterEach(() => {
  replica.close();
  rmSync(folder, { recursive: true, force: true });
});

async function* parts(content: Buffer, size = 100_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield await Promise.resolve(content.subarray(at, at + size));
}

function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
  return changed;
}

/** Behind the pieces of a file of three. */
const MANIFEST_BYTES = 3 * 32 + 16;

const hashOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const filesIn = (at = join(folder, 'files')): string[] =>
  readdirSync(at, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));

describe('the store of contents', () => {
  it.each([0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES + 17])('gives back %i bytes as they came', async (size) => {
    const content = randomBytes(size);
    const store = openStore();
    const stored = await store.put(parts(content));
    expect(stored).toEqual({ sha256: hashOf(content), size });
    expect(Buffer.from(await store.readAll(stored.sha256, size)).equals(content)).toBe(true);
    expect(filesIn()).toHaveLength(1);
  });

  it('holds the same content once, and neither it nor its hash can be read from the disk', async () => {
    const content = Buffer.from('Bản vẽ mật của khách hàng. '.repeat(5_000));
    const store = openStore();
    const heard: string[] = [];
    store.onStored((sha256) => heard.push(sha256));
    const { sha256 } = await store.put(parts(content));
    await store.put(parts(content));
    expect(heard).toEqual([sha256]);
    const [file = ''] = filesIn();
    expect(filesIn()).toHaveLength(1);
    expect(file).not.toContain(sha256.slice(0, 16));
    expect(readFileSync(file).includes('mật của khách')).toBe(false);
  });

  it('never gives back bytes that were changed, cut, or put in the place of others', async () => {
    const store = openStore();
    const one = await store.put(parts(randomBytes(2 * PIECE_BYTES + 10)));
    const oneFile = filesIn()[0] as string;
    const two = await store.put(parts(randomBytes(2 * PIECE_BYTES + 10)));
    const twoFile = filesIn().find((file) => file !== oneFile) as string;
    const whole = readFileSync(oneFile);
    const wrong: [string, Buffer][] = [
      ['header', flipped(whole, 20)],
      ['a byte of the last piece', flipped(whole, whole.length - MANIFEST_BYTES - 1)],
      ['cut', whole.subarray(0, whole.length - MANIFEST_BYTES - 5)],
      ['another file', readFileSync(twoFile)],
      ['empty', Buffer.alloc(0)],
    ];
    for (const [name, bytes] of wrong) {
      writeFileSync(oneFile, bytes);
      replica.write.prepare('insert or ignore into stored_files values (?, ?, ?, ?)').run(one.sha256, one.size, 'x', 'x');
      await expect(store.readAll(one.sha256, one.size), name).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
      writeFileSync(oneFile, whole);
    }
    expect(Buffer.from(await store.readAll(two.sha256, two.size))).toHaveLength(two.size);
  });

  it('opens with the replica under a new key, and writes what comes then under a key that the old one does not tell', async () => {
    const before = await openStore().put(parts(Buffer.from('before')));
    replica.close();
    const next = randomBytes(32);
    copyUnderKey(join(folder, 'replica.db'), key, join(folder, 'next.db'), next);
    const old = openReplica(join(folder, 'replica.db'), key);
    const oldKeys = JSON.parse(new Meta(old.write).get('file_keys') ?? '[]') as unknown[];
    old.close();
    replica = openReplica(join(folder, 'next.db'), next);
    const keys = fileKeys(replica.write, new Meta(replica.write));
    expect(oldKeys).toHaveLength(1);
    expect(keys).toHaveLength(2);
    const store = new ContentStore(replica, join(folder, 'files'), keys);
    expect(Buffer.from(await store.readAll(before.sha256, 100)).toString()).toBe('before');
    const after = await store.put(parts(Buffer.from('after')));
    const blind = new ContentStore(replica, join(folder, 'files'), keys.slice(0, 1));
    await expect(blind.readAll(after.sha256, 100)).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
  });

  it('tells how far it is while it reads back what was received, and leaves it where it is when told to stop', async () => {
    const content = randomBytes(3 * PIECE_BYTES);
    const store = openStore();
    const first = await store.receive(hashOf(content), content.length);
    for (let number = 0; number < 2; number += 1) await first.write(number, content.subarray(number * PIECE_BYTES, (number + 1) * PIECE_BYTES));
    await first.pause();
    const told: number[] = [];
    const stopped = store.receive(hashOf(content), content.length, (pieces) => {
      told.push(pieces);
      return pieces === 1 ? Promise.reject(new Error('stop')) : Promise.resolve();
    });
    await expect(stopped).rejects.toThrow('stop');
    const again = await store.receive(hashOf(content), content.length, (pieces) => Promise.resolve(void told.push(pieces)));
    expect(told).toEqual([1, 1, 2]);
    await again.write(2, content.subarray(2 * PIECE_BYTES));
    expect(await again.finish()).toBe(true);
  });

  it('goes on receiving behind the last whole piece, and takes nothing whose hash is another', async () => {
    const content = randomBytes(3 * PIECE_BYTES + 5);
    const piece = (number: number): Buffer => content.subarray(number * PIECE_BYTES, (number + 1) * PIECE_BYTES);
    const first = await openStore().receive(hashOf(content), content.length);
    await first.write(0, piece(0));
    await first.write(1, piece(1));
    await first.pause();
    const store = openStore();
    const second = await store.receive(hashOf(content), content.length);
    expect(second.next).toBe(2);
    for (const number of [2, 3]) await second.write(number, piece(number));
    expect(await second.finish()).toBe(true);
    expect(Buffer.from(await store.readAll(hashOf(content), content.length)).equals(content)).toBe(true);

    const wrong = await store.receive(hashOf(Buffer.from('something else')), 4);
    await wrong.write(0, Buffer.from('real'));
    expect(await wrong.finish()).toBe(false);
    expect(filesIn()).toHaveLength(1);
  });

  it('sweeps away what a crash left, and nothing else', async () => {
    const store = openStore();
    const kept = await store.put(parts(Buffer.from('kept')));
    const waited = hashOf(Buffer.from('waited'));
    await (await store.receive(waited, 6)).pause();
    await (await store.receive(hashOf(Buffer.from('given up')), 8)).pause();
    writeFileSync(join(folder, 'files', 'incoming', 'half'), 'half');
    const orphan = await store.put(parts(Buffer.from('orphan')));
    replica.write.prepare('delete from stored_files where sha256 = ?').run(orphan.sha256);
    await openStore().sweep([waited]);
    expect(filesIn()).toHaveLength(2);
    expect(Buffer.from(await store.readAll(kept.sha256, 10)).toString()).toBe('kept');
  });

  it.runIf(canMakeDisks())('says that the disk is full, and leaves nothing of what did not fit', async () => {
    const disk = new SmallDisk(3);
    try {
      const at = join(disk.folder, 'files');
      const store = openStore(at);
      await expect(store.put(parts(randomBytes(4 * PIECE_BYTES)))).rejects.toMatchObject({ code: 'DISK_FULL' });
      expect(filesIn(at)).toEqual([]);
      const small = await store.put(parts(randomBytes(PIECE_BYTES)));
      expect(await store.readAll(small.sha256, PIECE_BYTES)).toHaveLength(PIECE_BYTES);
    } finally {
      disk.remove();
    }
  });
});
