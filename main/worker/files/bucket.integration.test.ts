import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { connectAs } from '../../../db/testing/person.ts';
import { PIECE_BYTES } from '../../../shared/domain/file-pieces.ts';
import { createAuthority } from '../testing/certificates.ts';
import { FaultyProxy } from '../testing/faulty-proxy.ts';
import { FilesDesktop, hashOf } from '../testing/files-desktop.ts';
import { hasBucketServer, TestBucket } from '../testing/test-bucket.ts';
import { BucketPieces } from './bucket-pieces.ts';
import { Bucket } from './bucket.ts';
import { centralBytes } from './central-bytes.ts';

describe.skipIf(!hasBucketServer())('a desktop whose centre keeps contents in a bucket', () => {
  let central: DemoCentral;
  let bucket: TestBucket;
  let sender: FilesDesktop;
  let reader: FilesDesktop;

  beforeAll(async () => {
    central = await createDemoCentral();
    bucket = await TestBucket.start();
    await bucket.serve(central.client);
    sender = await FilesDesktop.open(central.address, 'mechanical.engineer@factorypulse.vn');
    reader = await FilesDesktop.open(central.address, 'quality.inspector@factorypulse.vn');
    await Promise.all([sender.settled(), reader.settled()]);
  });

  afterAll(async () => {
    await Promise.all([sender.remove(), reader.remove()]);
    await bucket.stop();
    await central.drop();
  });

  afterEach(() => bucket.serve(central.client));

  const errorOf = (desktop: FilesDesktop, id: string): string | null =>
    desktop.session.replica.read.prepare('select error_code from file_transfers where document_id = ?').pluck().get(id) as string | null;
  const again = async (desktop: FilesDesktop): Promise<void> => {
    const ids = desktop.session.replica.read.prepare("select id from file_transfers where state = 'failed'").pluck().all() as number[];
    await desktop.session.files.transfers.rows.setPaused(ids, false);
    desktop.session.files.transfers.wake();
    await desktop.carried();
  };
  async function share(content: Buffer): Promise<string> {
    const id = sender.addDocument(await sender.store(content));
    await sender.carried();
    await reader.until(() => reader.session.replica.read.prepare('select 1 from documents where id = ?').get(id) !== undefined, 'the document');
    return id;
  }

  it('says of an upload why it does not go, and goes on when it does', async () => {
    const add = async (): Promise<string> => sender.addDocument(await sender.store(randomBytes(2_000)));

    // Nothing listens there.
    await bucket.serve(central.client, { port: 9 });
    const unreachable = await add();
    await sender.until(() => errorOf(sender, unreachable) === 'FILE_BUCKET_UNREACHABLE', 'unreachable');

    const id = await bucket.serve(central.client);
    await central.client.query("update files.bucket_keys set secret_key = 'another' where bucket_id = $1", [id]);
    const refused = await add();
    await sender.until(() => errorOf(sender, refused) === 'FILE_BUCKET_REFUSED', 'refused');

    await central.client.query('delete from files.bucket_keys where bucket_id = $1', [id]);
    const keyless = await add();
    await sender.until(() => errorOf(sender, keyless) === 'FILE_BUCKET_KEY_MISSING', 'key missing');

    await bucket.serve(central.client);
    // What was begun for the place where nothing listens is begun anew here.
    await again(sender);
    for (const one of [unreachable, refused, keyless]) expect(errorOf(sender, one)).toBeNull();
  });

  it('asks once more where contents go when that could not be answered', async () => {
    const asker = await connectAs(central, 'mechanical.engineer@factorypulse.vn');
    const http = new Bucket(null, new AbortController().signal);
    try {
      const content = randomBytes(100);
      const id = sender.addDocument(await sender.store(content));
      await sender.carried();
      const bytes = centralBytes(asker, http);
      await central.client.query('revoke execute on function files.goes_to_bucket() from fp_person');
      try {
        await expect(bytes.bring(id, hashOf(content), content)).rejects.toMatchObject({ code: '42501' });
      } finally {
        await central.client.query('grant execute on function files.goes_to_bucket() to fp_person');
      }
      await bytes.bring(id, hashOf(content), content);
    } finally {
      http.close();
      await asker.end();
    }
  });

  it('waits for a store that is out of order, and tells whoever wants the content', async () => {
    const content = randomBytes(3_000);
    const id = await share(content);
    bucket.setBroken(true);
    try {
      await expect(reader.session.files.fetch(id, hashOf(content))).rejects.toMatchObject({ code: 'FILE_BUCKET_BUSY' });
    } finally {
      bucket.setBroken(false);
    }
    await reader.session.files.fetch(id, hashOf(content));
    expect(Buffer.from(await reader.session.files.store.readAll(hashOf(content), 5_000)).equals(content)).toBe(true);
  }, 60_000);

  it('gets through a short disorder without a word', async () => {
    const content = randomBytes(3_100);
    const id = await share(content);
    bucket.setBroken(true);
    setTimeout(() => bucket.setBroken(false), 700);
    await reader.session.files.fetch(id, hashOf(content));
  });

  it('says of a piece that the store has lost that the content is not there, and takes another’s that is', async () => {
    const content = randomBytes(2 * PIECE_BYTES + 9);
    const id = await share(content);
    await bucket.replace(central.client, hashOf(content), 1, null);
    await expect(reader.session.files.fetch(id, hashOf(content))).rejects.toMatchObject({ code: 'FILE_NOT_AT_CENTRE' });
    expect(reader.session.files.store.has(hashOf(content))).toBe(false);
    const chief = await FilesDesktop.open(central.address, 'ceo@factorypulse.vn');
    try {
      await chief.settled();
      await chief.store(content);
      chief.session.accept([], () => {
        chief.session.files.queueUpload(id, hashOf(content));
        return ['file_transfers'];
      });
      await chief.carried();
    } finally {
      await chief.remove();
    }
    await reader.session.files.fetch(id, hashOf(content));
    expect(Buffer.from(await reader.session.files.store.readAll(hashOf(content), content.length)).equals(content)).toBe(true);
  });

  it('sends again what the store has lost when its person adds the file once more', async () => {
    const content = randomBytes(3 * PIECE_BYTES + 9);
    const id = await share(content);
    await bucket.replace(central.client, hashOf(content), 1, null);
    await expect(reader.session.files.fetch(id, hashOf(content))).rejects.toMatchObject({ code: 'FILE_NOT_AT_CENTRE' });
    const copy = sender.addDocument(await sender.store(content));
    await sender.carried();
    expect(copy).not.toBe(id);
    expect(Buffer.concat(await bucket.pieces(central.client, hashOf(content))).equals(content)).toBe(true);
    await reader.session.files.fetch(id, hashOf(content));
    expect(Buffer.from(await reader.session.files.store.readAll(hashOf(content), content.length)).equals(content)).toBe(true);
  });

  it('can be paused while it looks in a slow store whether what it has sent is still there, and tells how far it is', async () => {
    const proxy = await FaultyProxy.start({ host: '127.0.0.1', port: bucket.port });
    try {
      await bucket.serve(central.client, { port: proxy.port });
      const content = randomBytes(6 * PIECE_BYTES + 9);
      await share(content);
      const { transfers } = sender.session.files;
      proxy.faults.delayMs = 200;
      sender.addDocument(await sender.store(content));
      await sender.until(() => (transfers.running?.bytes_done ?? 0) > 0, 'the first piece that is there');
      const { id } = transfers.running ?? { id: 0 };
      await transfers.rows.setPaused([id], true);
      await sender.until(() => transfers.running === null, 'stopped');
      const reached = sender.session.replica.read.prepare("select bytes_done from file_transfers where id = ? and state = 'paused'").pluck().get(id);
      expect(reached).toBeGreaterThan(0);
      expect(reached).toBeLessThan(content.length);
      await transfers.rows.setPaused([id], false);
      transfers.wake();
      await sender.carried();
    } finally {
      await proxy.stop();
    }
  });

  it('sends to the present bucket what lies in one that is gone, when its person adds the file once more', async () => {
    const content = randomBytes(PIECE_BYTES + 9);
    const id = await share(content);
    await central.client.query("update files.buckets set endpoint = 'http://127.0.0.1:7' where receives");
    await expect(reader.session.files.fetch(id, hashOf(content))).rejects.toMatchObject({ code: 'FILE_BUCKET_UNREACHABLE' });
    await bucket.serve(central.client);
    const copy = sender.addDocument(await sender.store(content));
    await sender.carried();
    await reader.until(() => reader.session.replica.read.prepare('select 1 from documents where id = ?').get(copy) !== undefined, 'the document');
    await reader.session.files.fetch(copy, hashOf(content));
  });

  it('has requests signed anew after the machine has slept, whose other clocks stand still meanwhile', async () => {
    const content = randomBytes(3 * PIECE_BYTES);
    const id = sender.addDocument(await sender.store(content));
    await sender.carried();
    const client = await connectAs(central, 'mechanical.engineer@factorypulse.vn');
    const http = new Bucket(null, new AbortController().signal);
    try {
      const pieces = new BucketPieces(client, http);
      const { rows } = await central.client.query<{ blob: string; bucket: string }>(
        'select b.id as blob, b.bucket_id as bucket from files.document_files f join files.blobs b on b.id = f.blob_id where f.document_id = $1', [id]);
      const { blob, bucket: place } = rows[0] ?? { blob: '', bucket: '' };
      await pieces.put(blob, 0, content.subarray(0, PIECE_BYTES));
      // Whoever asks the centre now is told so.
      await central.client.query('delete from files.bucket_keys where bucket_id = $1', [place]);
      await pieces.put(blob, 1, content.subarray(PIECE_BYTES, 2 * PIECE_BYTES));
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
      await expect(pieces.put(blob, 2, content.subarray(2 * PIECE_BYTES))).rejects.toThrow('FILE_BUCKET_KEY_MISSING');
    } finally {
      vi.useRealTimers();
      http.close();
      await client.end();
    }
  });

  it('gives a certificate that nobody vouches for no byte, whatever the environment says', async () => {
    const authority = createAuthority('Some CA');
    const { certificate: cert, key } = authority.issue(['localhost']);
    const front = createServer({ cert, key }, (secure) => {
      // A client that refuses the certificate ends the handshake: that is what this is about.
      secure.on('error', () => undefined);
      secure.pipe(connect(bucket.port, '127.0.0.1')).pipe(secure);
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    const { rows } = await central.client.query<{ id: string }>("insert into files.buckets (endpoint, region, name) values ($1, 'test-1', 'contents') returning id", [`https://localhost:${(front.address() as AddressInfo).port}`]);
    const id = rows[0]?.id ?? '';
    await central.client.query('insert into files.bucket_keys values ($1, $2, $3)', [id, bucket.accessKey, bucket.secretKey]);
    const [strict, trusting] = [new Bucket(null, new AbortController().signal), new Bucket(authority.certificate, new AbortController().signal)];
    try {
      const put = await bucket.signed(central.client, id, 'PUT', 'contents/over-tls', 'x');
      await expect(strict.send(put, Buffer.from('x'))).rejects.toMatchObject({ code: 'FILE_BUCKET_UNREACHABLE' });
      await trusting.send(put, Buffer.from('x'));
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
      strict.close();
      trusting.close();
      await new Promise((resolve) => front.close(resolve));
    }
  });

  it('has neither a signature nor a key in its log or on its disk', () => {
    const said = [sender, reader].map(({ log }) => JSON.stringify(log)).join('');
    expect(said).toContain('FILE_BUCKET_REFUSED');
    const kept = [sender, reader].flatMap(({ folder }) =>
      readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath, entry.name))),
    );
    for (const secret of [bucket.secretKey, 'AWS4-HMAC-SHA256', 'Signature=', '/contents/']) {
      expect(said.includes(secret), secret).toBe(false);
      expect(kept.some((bytes) => bytes.includes(secret)), secret).toBe(false);
    }
  });
});
