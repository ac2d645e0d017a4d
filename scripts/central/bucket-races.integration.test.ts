import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../db/testing/demo-central.ts';
import { Bucket, type SignedRequest } from '../../main/worker/files/bucket.ts';
import { FilesDesktop, hashOf } from '../../main/worker/testing/files-desktop.ts';
import { hasBucketServer, TestBucket } from '../../main/worker/testing/test-bucket.ts';
import { PIECE_BYTES } from '../../shared/domain/file-pieces.ts';
import { moveToBucket } from './bucket-move.ts';
import { runCentral } from './program.ts';
import { removeDropped } from './prune-bucket.ts';

/** A way to the store on which something happens before one request of a kind. */
class Interrupted extends Bucket {
  readonly #before: () => Promise<unknown>;
  readonly #method: string;
  #left: number;

  /** @param turn before which of them */
  constructor(method: SignedRequest['method'], before: () => Promise<unknown>, turn = 1) {
    super(null, new AbortController().signal);
    this.#method = method;
    this.#before = before;
    this.#left = turn;
  }

  override async send(request: SignedRequest, body?: Uint8Array): Promise<Buffer> {
    if (request.method === this.#method) {
      this.#left -= 1;
      if (this.#left === 0) await this.#before();
    }
    return super.send(request, body);
  }
}

describe.skipIf(!hasBucketServer())('contents on their way into a bucket and out of it', () => {
  let central: DemoCentral;
  let bucket: TestBucket;
  let id: string;
  let desktop: FilesDesktop;

  beforeAll(async () => {
    central = await createDemoCentral();
    bucket = await TestBucket.start();
    desktop = await FilesDesktop.open(central.address, 'mechanical.engineer@factorypulse.vn');
    await desktop.settled();
  });

  beforeEach(async () => {
    id = await bucket.serve(central.client);
  });

  afterEach(async () => {
    await central.client.query('delete from files.document_files');
    await central.client.query('delete from files.blobs');
    await central.client.query('delete from files.dropped_contents');
  });

  afterAll(async () => {
    await desktop.remove();
    await bucket.stop();
    await central.drop();
  });

  async function files(...args: string[]): Promise<{ code: number; out: string; error: string | undefined }> {
    let [out, err] = ['', ''];
    const code = await runCentral(args, {
      stdout: (text) => (out += text),
      stderr: (text) => (err += text),
      stdin: Readable.from(['']),
      env: { FACTORY_PULSE_CENTRAL_URL: central.url },
      isTerminal: false,
      directory: tmpdir(),
    });
    return { code, out, error: /^error (\w+): /.exec(err)?.[1] };
  }
  const prune = async (): Promise<{ contents: number; removed_from_bucket: number }> => {
    await central.client.query("update files.dropped_contents set dropped_at = now() - interval '2 hours'");
    return JSON.parse((await files('prune', '--json')).out) as { contents: number; removed_from_bucket: number };
  };

  async function add(content: Buffer): Promise<string> {
    const document = desktop.addDocument(await desktop.store(content));
    await desktop.carried();
    return document;
  }
  async function addToDatabase(content: Buffer): Promise<string> {
    await central.client.query('update files.buckets set receives = false');
    const document = await add(content);
    await bucket.serve(central.client);
    return document;
  }
  const blobOf = async (content: Buffer, inBucket: boolean): Promise<string> =>
    (await central.client.query<{ id: string }>('select id from files.blobs where sha256 = $1 and bucket_id is not null = $2', [hashOf(content), inBucket])).rows[0]?.id ?? '';
  const isThere = async (blob: string, number: number): Promise<boolean> =>
    bucket.send(await bucket.signed(central.client, id, 'GET', `contents/${blob}/${number}`)).then(() => true, () => false);

  it('are not removed by a prune that has begun when they are moved back', async () => {
    const content = randomBytes(PIECE_BYTES + 3);
    await add(content);
    await files('files', 'bucket', 'move', '--to', 'database');
    await central.client.query("update files.dropped_contents set dropped_at = now() - interval '2 hours'");
    let meanwhile: string | undefined = 'nothing';
    const interrupted = new Interrupted('DELETE', async () => {
      meanwhile = (await files('files', 'bucket', 'move', '--to', 'bucket')).error;
    });
    expect(await removeDropped(central.client, interrupted)).toBe(1);
    interrupted.close();
    await files('files', 'bucket', 'move', '--to', 'bucket');
    expect(Buffer.concat(await bucket.pieces(central.client, hashOf(content))).equals(content)).toBe(true);
    expect(meanwhile).toBe('BUCKET_IN_WORK');
  });

  it('are not removed by a prune that comes in the middle of a move', async () => {
    const content = randomBytes(2 * PIECE_BYTES + 3);
    await add(content);
    await files('files', 'bucket', 'move', '--to', 'database');
    let pruned: unknown;
    const interrupted = new Interrupted('PUT', async () => {
      pruned = await prune();
    }, 2);
    expect(await moveToBucket(central.client, interrupted, id)).toEqual({ moved: 1, left: 0 });
    interrupted.close();
    await prune();
    expect(Buffer.concat(await bucket.pieces(central.client, hashOf(content))).equals(content)).toBe(true);
    expect(pruned).toMatchObject({ removed_from_bucket: 0 });
  });

  it('leave nothing there when they have gone meanwhile', async () => {
    const content = randomBytes(2 * PIECE_BYTES + 3);
    const document = await addToDatabase(content);
    const blob = await blobOf(content, false);
    const interrupted = new Interrupted('PUT', async () => {
      await central.client.query('delete from public.documents where id = $1', [document]);
      await central.client.query('delete from files.blobs where id = $1', [blob]);
    });
    expect(await moveToBucket(central.client, interrupted, id)).toEqual({ moved: 0, left: 1 });
    interrupted.close();
    await prune();
    expect([await isThere(blob, 0), await isThere(blob, 1), await isThere(blob, 2)]).toEqual([false, false, false]);
  });

  it('leave no second copy there when their sender has them there already', async () => {
    const content = randomBytes(PIECE_BYTES + 3);
    await add(content);
    await central.client.query('update files.buckets set receives = false');
    await add(content);
    await bucket.serve(central.client);
    const [copy, before] = [await blobOf(content, false), await blobOf(content, true)];
    expect(copy).not.toBe('');
    expect(JSON.parse((await files('files', 'bucket', 'move', '--to', 'bucket', '--json')).out)).toEqual({ moved: 0, left: 1 });
    await prune();
    expect([await isThere(copy, 0), await isThere(copy, 1)]).toEqual([false, false]);
    expect([await isThere(before, 0), await isThere(before, 1)]).toEqual([true, true]);
  });

  it('that went from one bucket to another are removed from the first', async () => {
    const content = randomBytes(PIECE_BYTES + 3);
    await add(content);
    const blob = await blobOf(content, true);
    await files('files', 'bucket', 'move', '--to', 'database');
    const second = await bucket.serve(central.client, { name: 'second' });
    await bucket.send(await bucket.signed(central.client, second, 'PUT', null));
    await files('files', 'bucket', 'move', '--to', 'bucket');
    expect(await isThere(blob, 0)).toBe(true);
    expect(await prune()).toMatchObject({ removed_from_bucket: 1 });
    expect([await isThere(blob, 0), await isThere(blob, 1)]).toEqual([false, false]);
    expect(Buffer.concat(await bucket.pieces(central.client, hashOf(content))).equals(content)).toBe(true);
  });

  it('are removed although a piece is missing already, also from a store that says so', async () => {
    // Google's answers a DELETE of what is not there with 404, where Amazon's and Swift answer 204.
    class Telling extends Bucket {
      override async send(request: SignedRequest, body?: Uint8Array): Promise<Buffer> {
        if (request.method === 'DELETE') await super.send(await bucket.signed(central.client, id, 'GET', new URL(request.url).pathname.split('/').slice(2).join('/')));
        return super.send(request, body);
      }
    }
    const content = randomBytes(2 * PIECE_BYTES + 3);
    await add(content);
    const blob = await blobOf(content, true);
    await bucket.replace(central.client, hashOf(content), 1, null);
    await central.client.query('delete from files.document_files');
    await central.client.query('delete from files.blobs where id = $1', [blob]);
    await central.client.query("update files.dropped_contents set dropped_at = now() - interval '2 hours'");
    const telling = new Telling(null, new AbortController().signal);
    expect(await removeDropped(central.client, telling)).toBe(1);
    telling.close();
    expect([await isThere(blob, 0), await isThere(blob, 1), await isThere(blob, 2)]).toEqual([false, false, false]);
  });

  it('are removed from one bucket although another refuses', async () => {
    const lost = await bucket.serve(central.client, { name: 'lost' });
    await central.client.query('delete from files.bucket_keys where bucket_id = $1', [lost]);
    await bucket.serve(central.client);
    await central.client.query('insert into files.dropped_contents (blob_id, bucket_id, pieces, dropped_at) values (gen_random_uuid(), $1, 1, now() - interval \'3 days\')', [lost]);
    const content = randomBytes(9);
    const document = await add(content);
    const blob = await blobOf(content, true);
    await central.client.query('delete from public.documents where id = $1', [document]);
    await central.client.query('delete from files.blobs where id = $1', [blob]);
    await central.client.query("update files.dropped_contents set dropped_at = now() - interval '2 hours' where blob_id = $1", [blob]);
    expect(await files('prune')).toMatchObject({ code: 3, error: 'FILE_BUCKET_KEY_MISSING' });
    expect(await isThere(blob, 0)).toBe(false);
    const { rows } = await central.client.query<{ bucket_id: string }>('select bucket_id from files.dropped_contents');
    expect(rows).toEqual([{ bucket_id: lost }]);
  });
});
