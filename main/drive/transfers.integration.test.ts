import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportFormOf } from '../../shared/domain/drive.ts';
import type { Connection } from './connection.ts';
import { connectionWith, sourceOf, sumOf } from './connection.fixture.ts';
import { bytesOf, exportOf } from './download.ts';
import { describeFiles } from './drive-items.ts';
import { FakeGoogle } from './testing/fake-google.ts';
import { abandonUpload, upload, type UploadPlace } from './upload.ts';

const MIB = 1024 * 1024;

let google: FakeGoogle;
let connection: Connection;
let told: number[];
let cancel: AbortController;

beforeEach(async () => {
  google = await FakeGoogle.start();
  told = [];
  cancel = new AbortController();
  connection = await connectionWith(google);
});

afterEach(async () => {
  await google.stop();
  expect(google.problems).toEqual([]);
});

const options = () => ({ signal: cancel.signal, onProgress: (bytes: number) => told.push(bytes) });

async function downloaded(id: string): Promise<Buffer> {
  const [file] = await describeFiles(connection, [{ id, resource_key: null }]);
  const parts: Uint8Array[] = [];
  if (file) for await (const part of bytesOf(connection, file, options())) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

describe('an upload', () => {
  it('puts a file into a folder, part by part, and compares the sums', async () => {
    const target = google.drive.addFolder('Bản vẽ');
    for (const size of [0, 1, 256 * 1024, 8 * MIB, 8 * MIB + 1, 17 * MIB]) {
      const content = randomBytes(size);
      const id = await upload(connection, sourceOf(content), { id: target.id, resource_key: null }, options());
      const stored = google.drive.all.get(id);
      expect(stored).toMatchObject({ name: 'Bản vẽ trục cam.pdf', parents: [target.id], mimeType: 'application/pdf' });
      expect(sumOf(stored?.content)).toBe(sumOf(content));
    }
    expect(told.at(-1)).toBe(17 * MIB);
  });

  it('that is cut anywhere goes on where Google has it, and makes one file', async () => {
    const content = randomBytes(17 * MIB + 77);
    for (const faults of [
      [{ cutAfterBytes: 3 * MIB }],
      [{ cutAfterBytes: 0 }, { cutAfterBytes: 8 * MIB - 1 }, 'cut' as const],
      ['cut-after' as const],
      [{ status: 503 }, { status: 500 }, { cutAfterBytes: 700_001 }],
    ]) {
      const before = google.drive.all.size;
      google.fail(/^\/upload\/drive\/v3\/files$/, ...faults);
      const id = await upload(connection, sourceOf(content), null, options());
      expect(sumOf(google.drive.all.get(id)?.content)).toBe(sumOf(content));
      expect(google.drive.all.size).toBe(before + 1);
    }
  });

  it('begins anew where Google has lost the session', async () => {
    const content = randomBytes(9 * MIB);
    let parts = 0;
    const counting = () => {
      parts += 1;
      // After the first part.
      if (parts === 1) google.fail(/^\/upload\/drive\/v3\/files$/, { status: 404 });
    };
    const id = await upload(connection, sourceOf(content), null, { signal: cancel.signal, onProgress: counting });
    expect(parts).toBeGreaterThan(2);
    expect(sumOf(google.drive.all.get(id)?.content)).toBe(sumOf(content));
  });

  it('holds its file no longer than it lasts, however it ends', async () => {
    const content = randomBytes(9 * MIB);
    let opened = 0;
    let closed = 0;
    const source = {
      ...sourceOf(content),
      async *open(from: number): AsyncGenerator<Uint8Array> {
        opened += 1;
        try {
          yield* sourceOf(content).open(from);
        } finally {
          closed += 1;
        }
      },
    };
    await upload(connection, source, null, options());
    expect([opened, closed]).toEqual([1, 1]);
    const full = () => google.fail(/^\/upload\/drive\/v3\/files$/, { status: 403, reason: 'storageQuotaExceeded' });
    await expect(upload(connection, source, null, { signal: cancel.signal, onProgress: full })).rejects.toMatchObject({ code: 'DRIVE_FULL' });
    google.heal();
    expect([opened, closed]).toEqual([2, 2]);
    const stopped = upload(connection, source, null, { signal: cancel.signal, onProgress: () => cancel.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'DRIVE_CANCELLED' });
    expect([opened, closed]).toEqual([3, 3]);
  });

  describe('that another process continues', () => {
    let place: UploadPlace | null;
    const keep = (told: UploadPlace) => {
      place = told;
      return Promise.resolve();
    };

    /** Ends after the first part, as with the process. */
    async function interrupted(content: Buffer): Promise<void> {
      place = null;
      const ending = new AbortController();
      const course = { signal: ending.signal, onProgress: () => ending.abort(), keep };
      await expect(upload(connection, sourceOf(content), null, course)).rejects.toMatchObject({ code: 'DRIVE_CANCELLED' });
    }

    it('goes on at the byte that Google confirms, and makes one file', async () => {
      const content = randomBytes(20 * MIB);
      await interrupted(content);
      expect(google.api.unfinished).toEqual([8 * MIB]);
      const before = google.asked.length;
      const id = await upload(connection, sourceOf(content), null, { ...options(), place, keep });
      expect(google.asked.slice(before).map(({ method, headers }) => [method, headers['content-range']])).toEqual([
        ['PUT', `bytes */${20 * MIB}`],
        ['PUT', `bytes ${8 * MIB}-${16 * MIB - 1}/${20 * MIB}`],
        ['PUT', `bytes ${16 * MIB}-${20 * MIB - 1}/${20 * MIB}`],
      ]);
      expect(sumOf(google.drive.all.get(id)?.content)).toBe(sumOf(content));
      expect([...google.drive.all.keys()]).toEqual([place?.id]);
    });

    it.each([404, 410])('begins anew under the same id where Google answers %i', async (status) => {
      const content = randomBytes(9 * MIB);
      await interrupted(content);
      const { id } = place ?? { id: '' };
      google.fail(/^\/upload\/drive\/v3\/files$/, { status });
      expect(await upload(connection, sourceOf(content), null, { ...options(), place, keep })).toBe(id);
      expect(sumOf(google.drive.all.get(id)?.content)).toBe(sumOf(content));
      expect(google.drive.all.size).toBe(1);
    });

    it('and that was finished before its end was heard of makes no second file', async () => {
      const content = randomBytes(MIB);
      const id = await upload(connection, sourceOf(content), null, { ...options(), keep });
      // Google still knows the session, or no longer.
      expect(await upload(connection, sourceOf(content), null, { ...options(), place, keep })).toBe(id);
      google.api.forgetUploads();
      expect(await upload(connection, sourceOf(content), null, { ...options(), place, keep })).toBe(id);
      expect(google.drive.all.size).toBe(1);
    });

    it('goes to no other host, wherever the address came from', async () => {
      const content = randomBytes(MIB);
      await interrupted(randomBytes(9 * MIB));
      const id = await upload(connection, sourceOf(content), null, { ...options(), place: { id: place?.id ?? '', address: 'https://evil.example/upload' }, keep });
      expect(sumOf(google.drive.all.get(id)?.content)).toBe(sumOf(content));
      await expect(abandonUpload(connection, 'https://evil.example/upload')).resolves.toBeUndefined();
    });

    it('is forgotten at Google when it is given up', async () => {
      await interrupted(randomBytes(9 * MIB));
      await abandonUpload(connection, place?.address ?? '');
      expect(google.api.unfinished).toEqual([]);
    });
  });

  it('that nobody continues is forgotten at Google', async () => {
    const cancelling = { signal: cancel.signal, onProgress: () => cancel.abort() };
    await expect(upload(connection, sourceOf(randomBytes(20 * MIB)), null, cancelling)).rejects.toMatchObject({ code: 'DRIVE_CANCELLED' });
    await expect.poll(() => google.api.unfinished).toEqual([]);
  });

  it('of a file that became shorter or longer meanwhile fails, and leaves nothing', async () => {
    const content = randomBytes(MIB);
    for (const size of [MIB - 1, MIB + 1]) {
      await expect(upload(connection, { ...sourceOf(content), size }, null, options())).rejects.toMatchObject({ code: 'DRIVE_FILE_CHANGED' });
    }
    expect(google.drive.all.size).toBe(0);
  });

  it('that Google stores otherwise than it was sent is removed again', async () => {
    const content = randomBytes(MIB);
    const resource = google.drive.resource.bind(google.drive);
    google.drive.resource = (file) => ({ ...resource(file), md5Checksum: 'd41d8cd98f00b204e9800998ecf8427e' });
    await expect(upload(connection, sourceOf(content), null, options())).rejects.toMatchObject({ code: 'DRIVE_DAMAGED' });
    expect(google.drive.all.size).toBe(0);
  });

  it('into a full Drive, or without the right, says so', async () => {
    const content = randomBytes(10);
    google.fail(/^\/upload\/drive\/v3\/files$/, { status: 403, reason: 'storageQuotaExceeded' });
    await expect(upload(connection, sourceOf(content), null, options())).rejects.toMatchObject({ code: 'DRIVE_FULL' });
    google.fail(/^\/upload\/drive\/v3\/files$/, { status: 403, reason: 'insufficientFilePermissions' });
    await expect(upload(connection, sourceOf(content), null, options())).rejects.toMatchObject({ code: 'DRIVE_FORBIDDEN' });
  });

  it('stops when the person cancels', async () => {
    const content = randomBytes(20 * MIB);
    const cancelling = { signal: cancel.signal, onProgress: () => cancel.abort() };
    await expect(upload(connection, sourceOf(content), null, cancelling)).rejects.toMatchObject({ code: 'DRIVE_CANCELLED' });
    expect(google.drive.all.size).toBe(0);
  });

  it('stops without a trace at whatever moment the person cancels', async () => {
    const content = randomBytes(1000);
    for (let turns = 0; turns < 40; turns += 1) {
      const stopping = new AbortController();
      const source = sourceOf(content);
      const open = (from: number) => {
        // So many steps after the bytes were asked for, which is shortly before the request goes out.
        let left = turns;
        const step = (): void => {
          left -= 1;
          if (left < 0) stopping.abort();
          else queueMicrotask(step);
        };
        step();
        return source.open(from);
      };
      const course = { signal: stopping.signal, onProgress: () => undefined };
      await expect(upload(connection, { ...source, open }, null, course)).rejects.toMatchObject({ code: 'DRIVE_CANCELLED' });
    }
  });

  it('goes to no host but Google’s', async () => {
    google.fail(/^\/upload\/drive\/v3\/files$/, { status: 200, headers: { location: 'https://evil.example/upload' } });
    await expect(upload(connection, sourceOf(randomBytes(10)), null, options())).rejects.toMatchObject({ code: 'DRIVE_ANSWER_INVALID' });
  });
});

describe('a download', () => {
  it('that is cut anywhere goes on where it stopped, byte by byte the same', async () => {
    const content = randomBytes(3 * MIB);
    const file = google.drive.add({ name: 'a.pdf', content });
    for (let round = 0; round < 12; round += 1) {
      const cuts = Array.from({ length: 1 + (round % 4) }, (_, place) => ({ cutAfterBytes: (round * 977_531 + place * 31_337) % (2 * MIB) }));
      const [facts] = await describeFiles(connection, [{ id: file.id, resource_key: null }]);
      google.fail(new RegExp(`^/drive/v3/files/${file.id}$`), ...cuts);
      const parts: Uint8Array[] = [];
      if (facts) for await (const part of bytesOf(connection, facts, options())) parts.push(Buffer.from(part));
      expect(sumOf(Buffer.concat(parts))).toBe(sumOf(content));
      google.heal();
    }
  });

  it('of an empty file is empty', async () => {
    const file = google.drive.add({ name: 'trống.txt', content: Buffer.alloc(0) });
    expect((await downloaded(file.id)).length).toBe(0);
  });

  it('of what changed meanwhile, or of what nobody may download, is refused', async () => {
    const file = google.drive.add({ name: 'a.pdf', content: randomBytes(1000) });
    const [facts] = await describeFiles(connection, [{ id: file.id, resource_key: null }]);
    if (!facts) throw new Error('not described');
    google.drive.change(file.id, { content: randomBytes(1000) });
    const all = async (described: typeof facts) => {
      for await (const part of bytesOf(connection, described, options())) expect(part.length).toBeGreaterThan(0);
    };
    await expect(all(facts)).rejects.toMatchObject({ code: 'DRIVE_DAMAGED' });
    google.drive.change(file.id, { canDownload: false });
    await expect(all({ ...facts, can_download: true })).rejects.toMatchObject({ code: 'DRIVE_NO_DOWNLOAD' });
    const native = google.drive.add({ name: 'Bảng tính', mimeType: 'application/vnd.google-apps.spreadsheet' });
    await expect(downloaded(native.id)).rejects.toMatchObject({ code: 'DRIVE_ONLY_ONLINE' });
    const locked = google.drive.add({ name: 'Khóa.pdf', content: randomBytes(10), canDownload: false });
    await expect(downloaded(locked.id)).rejects.toMatchObject({ code: 'DRIVE_NO_DOWNLOAD' });
  });

  it('stops when the person cancels', async () => {
    const file = google.drive.add({ name: 'a.pdf', content: randomBytes(4 * MIB) });
    const [facts] = await describeFiles(connection, [{ id: file.id, resource_key: null }]);
    const taking = async () => {
      if (facts) for await (const part of bytesOf(connection, facts, { signal: cancel.signal, onProgress: () => cancel.abort() })) expect(part.length).toBeGreaterThan(0);
    };
    await expect(taking()).rejects.toMatchObject({ code: 'DRIVE_CANCELLED' });
  });

  it('renews its token on the way', async () => {
    const content = randomBytes(1000);
    const file = google.drive.add({ name: 'a.pdf', content });
    const [facts] = await describeFiles(connection, [{ id: file.id, resource_key: null }]);
    google.fail(new RegExp(`^/drive/v3/files/${file.id}$`), { cutAfterBytes: 400 });
    const parts: Uint8Array[] = [];
    if (facts) {
      for await (const part of bytesOf(connection, facts, options())) {
        parts.push(Buffer.from(part));
        google.expireAccessTokens();
      }
    }
    expect(sumOf(Buffer.concat(parts))).toBe(sumOf(content));
    expect(google.refreshes).toBe(1);
  });
});

describe('one of Google’s own documents', () => {
  const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  const native = (kind: string) => `application/vnd.google-apps.${kind}`;
  const described = async (id: string) => {
    const [file] = await describeFiles(connection, [{ id, resource_key: null }]);
    if (!file) throw new Error('not described');
    return file;
  };

  it.each([
    ['document', 'application/pdf'],
    ['presentation', 'application/pdf'],
    ['drawing', 'application/pdf'],
    ['spreadsheet', xlsx],
  ])('of the kind %s comes as %s, over a cut as well', async (kind, mime) => {
    const content = randomBytes(2 * MIB);
    const { id } = google.drive.add({ name: 'Báo giá', mimeType: native(kind), exports: { [mime]: content } });
    const file = await described(id);
    expect(exportFormOf(file.mime_type)?.mime).toBe(mime);
    google.fail(/\/export$/, { status: 503 }, { cutAfterBytes: MIB }, 'cut');
    expect(sumOf(await exportOf(connection, file, options()))).toBe(sumOf(content));
    expect(google.heal()).toBe(0);
    expect(told.at(-1)).toBe(2 * MIB);
  });

  it('that Google does not convert, because it is too large, says so', async () => {
    const { id } = google.drive.add({ name: 'Báo giá', mimeType: native('document'), exports: { 'application/pdf': randomBytes(10 * MIB + 1) } });
    await expect(exportOf(connection, await described(id), options())).rejects.toMatchObject({ code: 'DRIVE_EXPORT_TOO_LARGE' });
  });

  it('that has no form of a file, or may not be downloaded, is refused', async () => {
    const form = google.drive.add({ name: 'Khảo sát', mimeType: native('form') });
    await expect(exportOf(connection, await described(form.id), options())).rejects.toMatchObject({ code: 'DRIVE_ONLY_ONLINE' });
    const locked = google.drive.add({ name: 'Khóa', mimeType: native('document'), canDownload: false, exports: { 'application/pdf': randomBytes(1) } });
    const file = await described(locked.id);
    await expect(exportOf(connection, file, options())).rejects.toMatchObject({ code: 'DRIVE_NO_DOWNLOAD' });
    await expect(exportOf(connection, { ...file, can_download: true }, options())).rejects.toMatchObject({ code: 'DRIVE_NO_DOWNLOAD' });
  });
});
