import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../db/testing/demo-central.ts';
import { PIECE_BYTES } from '../../shared/domain/file-pieces.ts';
import { FilesDesktop, hashOf } from '../../main/worker/testing/files-desktop.ts';
import { hasBucketServer, TestBucket } from '../../main/worker/testing/test-bucket.ts';
import { runCentral } from './program.ts';

let central: DemoCentral;
let bucket: TestBucket;
let directory: string;

async function files(args: string[], secret: string | null = bucket.secretKey): Promise<{ code: number; out: string; error: string | undefined }> {
  let [out, err] = ['', ''];
  const code = await runCentral(args, {
    stdout: (text) => (out += text),
    stderr: (text) => (err += text),
    stdin: Readable.from(['']),
    env: { FACTORY_PULSE_CENTRAL_URL: central.url, ...(secret === null ? {} : { FACTORY_PULSE_BUCKET_SECRET: secret }) },
    isTerminal: false,
    directory,
  });
  // Whatever is said, the key is not.
  expect(out + err).not.toContain(bucket.secretKey);
  return { code, out, error: /^error (\w+): .+ — .+\n$/.exec(err)?.[1] };
}

const set = (more: Partial<Record<'endpoint' | 'region' | 'name' | 'key', string>> = {}): string[] => [
  'files', 'bucket', 'set',
  '--endpoint', more.endpoint ?? `http://127.0.0.1:${bucket.port}`,
  '--region', more.region ?? bucket.region,
  '--name', more.name ?? bucket.name,
  '--access-key', more.key ?? bucket.accessKey,
];

const rowsOf = async (table: string): Promise<number> =>
  (await central.client.query<{ n: number }>(`select count(*)::int as n from files.${table}`)).rows[0]?.n ?? -1;

describe.skipIf(!hasBucketServer())('npm run central -- files bucket', () => {
  beforeAll(async () => {
    central = await createDemoCentral();
    bucket = await TestBucket.start();
    directory = mkdtempSync(join(tmpdir(), 'fp-bucket-'));
    // The bucket is made by whoever runs the store.
    await bucket.serve(central.client);
    await central.client.query('delete from files.bucket_keys');
    await central.client.query('delete from files.buckets');
  });

  afterAll(async () => {
    await bucket.stop();
    await central.drop();
    rmSync(directory, { recursive: true });
  });

  it('takes no bucket that does not answer, refuses the key or lies without TLS, and then leaves all as it was', async () => {
    expect(await files(['files', 'bucket', 'check'])).toMatchObject({ code: 3, error: 'BUCKET_NOT_SET' });
    expect(await files(set({ endpoint: 'http://s3.example.com' }))).toMatchObject({ code: 2, error: 'ENDPOINT_INVALID' });
    expect(await files(set({ endpoint: 'https://a:b@s3.example.com' }))).toMatchObject({ code: 2, error: 'ENDPOINT_INVALID' });
    expect(await files(set({ endpoint: 'https://s3.example.com/contents' }))).toMatchObject({ code: 2, error: 'ENDPOINT_INVALID' });
    expect(await files(set({ endpoint: 'http://127.0.0.1:9' }))).toMatchObject({ code: 1, error: 'FILE_BUCKET_UNREACHABLE' });
    expect(await files(set(), null)).toMatchObject({ code: 2, error: 'SECRET_MISSING' });
    expect(await files(set(), 'another secret')).toMatchObject({ code: 1, error: 'FILE_BUCKET_REFUSED' });
    expect(await files(set({ key: 'nobody:here' }))).toMatchObject({ code: 1, error: 'FILE_BUCKET_REFUSED' });
    expect(await files(set({ region: 'elsewhere-1' }))).toMatchObject({ code: 1, error: 'FILE_BUCKET_REFUSED' });
    expect(await files(set({ name: 'not-there' }))).toMatchObject({ code: 1, error: 'FILE_BUCKET_REFUSED' });
    expect(await files(set({ name: 'Not A Name' }))).toMatchObject({ code: 2, error: 'BUCKET_INVALID' });
    expect(await files(set({ endpoint: 'https://my_store.example.com' }))).toMatchObject({ code: 2, error: 'BUCKET_INVALID' });
    expect([await rowsOf('buckets'), await rowsOf('bucket_keys')]).toEqual([0, 0]);
  });

  it('tries it, has it receive, shows it without its secret, and goes back to the database', async () => {
    expect(await files(['files', 'bucket', 'show'])).toMatchObject({ code: 0, out: 'Contents of files are kept in the database.\n' });
    writeFileSync(join(directory, 'secret'), `${bucket.secretKey}\n`);
    expect(await files([...set(), '--secret-file', 'secret'], null)).toMatchObject({ code: 0 });
    expect(await files(['files', 'bucket', 'check'])).toMatchObject({ code: 0 });
    const { out } = await files(['files', 'bucket', 'show', '--json']);
    expect(JSON.parse(out)).toEqual({
      buckets: [{ endpoint: `http://127.0.0.1:${bucket.port}`, region: 'test-1', name: 'contents', receives: true, has_key: true, contents: 0, bytes: '0', dropped: 0 }],
    });
    expect(await files(['files', 'bucket', 'off'])).toMatchObject({ code: 0 });
    expect((await files(['files', 'bucket', 'show'])).out).toMatch(/contents .* keeps /);
    // Entered once more it is the same one.
    expect(await files(set())).toMatchObject({ code: 0 });
    expect(await rowsOf('buckets')).toBe(1);
  });

  it('moves contents into the bucket and back, whole, readable in between, and leaves what is damaged', async () => {
    const [desktop, reader] = [await FilesDesktop.open(central.address, 'mechanical.engineer@factorypulse.vn'), await FilesDesktop.open(central.address, 'quality.inspector@factorypulse.vn')];
    const [large, small, empty, spoilt] = [randomBytes(PIECE_BYTES + 3), randomBytes(50), Buffer.alloc(0), randomBytes(60)];
    const places = async (): Promise<Record<string, boolean>> => {
      const { rows } = await central.client.query<{ sha256: string; inside: boolean }>('select sha256, bucket_id is not null as inside from files.blobs where complete');
      return Object.fromEntries(rows.map(({ sha256, inside }) => [sha256, inside]));
    };
    try {
      await files(['files', 'bucket', 'off']);
      expect(await files(['files', 'bucket', 'move', '--to', 'bucket'])).toMatchObject({ code: 3, error: 'BUCKET_NOT_SET' });
      const ids = new Map<Buffer, string>();
      for (const content of [large, small, empty, spoilt]) ids.set(content, desktop.addDocument(await desktop.store(content)));
      await desktop.carried();
      await files(set());
      await central.client.query(`update files.chunks set bytes = '\\x00' where blob_id = (select id from files.blobs where sha256 = $1)`, [hashOf(spoilt)]);
      expect(JSON.parse((await files(['files', 'bucket', 'move', '--to', 'bucket', '--json'])).out)).toEqual({ moved: 3, left: 1 });
      expect(await places()).toEqual({ [hashOf(large)]: true, [hashOf(small)]: true, [hashOf(empty)]: true, [hashOf(spoilt)]: false });
      expect(Buffer.concat(await bucket.pieces(central.client, hashOf(large))).equals(large)).toBe(true);
      await reader.settled();
      await reader.session.files.fetch(ids.get(large) ?? '', hashOf(large));

      await bucket.replace(central.client, hashOf(small), 0, Buffer.from('other'));
      expect(JSON.parse((await files(['files', 'bucket', 'move', '--to', 'database', '--json'])).out)).toEqual({ moved: 2, left: 1 });
      expect(await places()).toEqual({ [hashOf(large)]: false, [hashOf(small)]: true, [hashOf(empty)]: false, [hashOf(spoilt)]: false });
      await reader.session.files.store.remove(hashOf(large));
      await reader.session.files.fetch(ids.get(large) ?? '', hashOf(large));
      expect(Buffer.from(await reader.session.files.store.readAll(hashOf(large), large.length)).equals(large)).toBe(true);

      // What is to be removed since the way back is not, once it has gone there again.
      await files(['files', 'bucket', 'move', '--to', 'bucket']);
      await central.client.query("update files.dropped_contents set dropped_at = now() - interval '2 hours'");
      await files(['prune']);
      expect(Buffer.concat(await bucket.pieces(central.client, hashOf(large))).equals(large)).toBe(true);
    } finally {
      await Promise.all([desktop.remove(), reader.remove()]);
      await central.client.query('delete from files.document_files');
      await central.client.query('delete from files.blobs');
      await central.client.query('delete from files.dropped_contents');
    }
  }, 60_000);

  it('prune removes from it what no document has any more, an hour later, and goes on where it was broken off', async () => {
    const desktop = await FilesDesktop.open(central.address, 'mechanical.engineer@factorypulse.vn');
    try {
      await desktop.settled();
      const content = randomBytes(2 * PIECE_BYTES + 1);
      const id = desktop.addDocument(await desktop.store(content));
      await desktop.carried();
      expect(await bucket.pieces(central.client, hashOf(content))).toHaveLength(3);
      const blob = (await central.client.query<{ id: string; bucket_id: string }>('select id, bucket_id from files.blobs where sha256 = $1', [hashOf(content)])).rows[0];
      const isThere = async (number: number): Promise<boolean> => {
        const request = await bucket.signed(central.client, blob?.bucket_id ?? '', 'GET', `contents/${blob?.id ?? ''}/${number}`);
        return bucket.send(request).then(() => true, () => false);
      };
      await central.client.query('delete from public.documents where id = $1', [id]);
      await central.client.query("update files.blobs set touched_at = now() - interval '8 days'");
      expect(JSON.parse((await files(['prune', '--json'])).out)).toMatchObject({ contents: 1, removed_from_bucket: 0 });
      expect(await isThere(2)).toBe(true);
      await central.client.query("update files.dropped_contents set dropped_at = now() - interval '61 minutes'");
      bucket.setBroken(true);
      expect(await files(['prune'])).toMatchObject({ code: 1, error: 'FILE_BUCKET_BUSY' });
      bucket.setBroken(false);
      expect(await rowsOf('dropped_contents')).toBe(1);
      expect(JSON.parse((await files(['prune', '--json'])).out)).toMatchObject({ contents: 0, removed_from_bucket: 1 });
      expect([await isThere(0), await isThere(1), await isThere(2), await rowsOf('dropped_contents')]).toEqual([false, false, false, 0]);
    } finally {
      await desktop.remove();
    }
  }, 60_000);
});
