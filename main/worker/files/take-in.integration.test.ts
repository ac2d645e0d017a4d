import { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PIECE_BYTES } from '../../../shared/domain/file-pieces.ts';
import { openReplica, type Replica } from '../replica/database.ts';
import { Meta } from '../replica/meta.ts';
import { fileKeys } from './file-keys.ts';
import { Scans } from './scan-folder.ts';
import { ContentStore } from './store.ts';
import { takeInFile, takeInFiles } from './take-in.ts';

const LIMIT = 100 * PIECE_BYTES;

let folder: string;
let outside: string;
let replica: Replica;
let store: ContentStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'factory-pulse-take-in-'));
  outside = join(folder, 'máy ảnh');
  mkdirSync(outside);
  replica = openReplica(join(folder, 'replica.db'), Buffer.alloc(32, 7));
  store = new ContentStore(replica, join(folder, 'files'), fileKeys(replica.write, new Meta(replica.write)));
});

afterEach(() => {
  replica.close();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string | Buffer = name): string {
  const path = join(outside, name);
  writeFileSync(path, content);
  return path;
}

/** A store before which something happens once the first piece has been read. */
const storeAfter = (happens: () => void): ContentStore =>
  Object.assign(Object.create(ContentStore.prototype) as ContentStore, {
    put: (source: AsyncIterable<Uint8Array>) =>
      store.put(
        (async function* () {
          let first = true;
          for await (const part of source) {
            if (first) happens();
            first = false;
            yield part;
          }
        })(),
      ),
  });

const storedFiles = (): unknown => replica.read.prepare('select count(*) from stored_files').pluck().get();

describe('a file that is taken in', () => {
  it.each([
    ['grows', (path: string) => appendFileSync(path, 'thêm')],
    ['is cut short', (path: string) => truncateSync(path, PIECE_BYTES + 5)],
    ['is written over', (path: string) => writeFileSync(path, Buffer.alloc(3 * PIECE_BYTES, 2))],
  ])('and %s meanwhile is refused, and nothing of it is kept', async (_, change) => {
    const path = file('bản vẽ.pdf', Buffer.alloc(3 * PIECE_BYTES, 1));
    // A clock of seconds would not tell the times apart.
    utimesSync(path, new Date('2026-01-01T00:00:00Z'), new Date('2026-01-01T00:00:00Z'));
    await expect(takeInFile(storeAfter(() => change(path)), path, LIMIT)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    expect(storedFiles()).toBe(0);
  });

  it('keeps none of the others from coming in: what is gone, a folder or too large is named with its reason', async () => {
    const good = file('tốt.txt');
    const empty = file('rỗng.txt', '');
    const large = file('lớn.bin', Buffer.alloc(2_000));
    const { taken, refused } = await takeInFiles(store, [join(outside, 'đã xóa.pdf'), good, outside, large, empty], 1_000);
    expect(taken.map(({ name, size }) => [name, size])).toEqual([['tốt.txt', Buffer.byteLength('tốt.txt')], ['rỗng.txt', 0]]);
    expect(refused).toEqual([
      { name: 'đã xóa.pdf', code: 'FILE_VANISHED' },
      { name: 'máy ảnh', code: 'FILE_UNREADABLE' },
      { name: 'lớn.bin', code: 'FILE_TOO_BIG' },
    ]);
  });
});

describe('the folder of a camera', () => {
  const settled = new Date(Date.now() - 60_000);
  const image = (name: string, content = name): void => utimesSync(file(name, content), settled, settled);
  const offered = async (scans: Scans): Promise<string[]> => (await scans.look()).files.map(({ name }) => name);

  it('offers what is new in it, once, and again when it changed', async () => {
    const scans = new Scans(replica.write, new Meta(replica.write), store);
    expect(await scans.look()).toEqual({ folder: null, reachable: false, files: [] });
    scans.choose(outside);
    image('DSC_0001.jpg');
    image('DSC_0002.jpg');
    image('.DS_Store');
    image('DSC_0003.jpg.part');
    // Still on its way from the camera.
    file('DSC_0004.jpg');
    expect(await offered(scans)).toEqual(['DSC_0001.jpg', 'DSC_0002.jpg']);

    const { taken, refused } = await scans.take(['DSC_0001.jpg', 'DSC_0009.jpg'], LIMIT);
    expect(taken.map(({ name }) => name)).toEqual(['DSC_0001.jpg']);
    expect(refused).toEqual([{ name: 'DSC_0009.jpg', code: 'FILE_VANISHED' }]);
    expect(await offered(scans)).toEqual(['DSC_0002.jpg']);
    utimesSync(join(outside, 'DSC_0001.jpg'), new Date(settled.getTime() + 5_000), new Date(settled.getTime() + 5_000));
    expect(await offered(scans)).toEqual(['DSC_0001.jpg', 'DSC_0002.jpg']);
  });

  it('gives nothing from beside it, and says when it cannot be reached', async () => {
    const scans = new Scans(replica.write, new Meta(replica.write), store);
    await expect(scans.take(['DSC_0001.jpg'], LIMIT)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    scans.choose(outside);
    for (const name of ['../replica.db', '..', join(folder, 'replica.db')]) {
      await expect(scans.take([name], LIMIT)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    }
    rmSync(outside, { recursive: true });
    expect(await scans.look()).toEqual({ folder: outside, reachable: false, files: [] });
  });
});
