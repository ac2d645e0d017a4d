import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSignedRequest, type SignedRequest } from '../../main/worker/files/bucket.ts';
import { hasBucketServer, TestBucket } from '../../main/worker/testing/test-bucket.ts';
import { PIECE_BYTES } from '../../shared/domain/file-pieces.ts';
import type { Role } from '../../shared/domain/roles.ts';
import { usual } from '../../shared/domain/workflow-cases-world.ts';
import { createDemoCentral, type DemoCentral } from '../testing/demo-central.ts';
import { connectAs } from '../testing/person.ts';
import { addCaseOrganizations, addressOf, organizationOf, personOf } from '../testing/workflow-cases.ts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const pieceOf = (bytes: Buffer, number: number): Buffer => bytes.subarray(number * PIECE_BYTES, (number + 1) * PIECE_BYTES);

describe.skipIf(!hasBucketServer())('a bucket', () => {
  let central: DemoCentral;
  let bucket: TestBucket;
  let id: string;
  const people = new Map<Role, Client>();
  const as = (role: Role): Client => {
    const client = people.get(role);
    if (!client) throw new Error(`nobody is ${role}`);
    return client;
  };

  beforeAll(async () => {
    central = await createDemoCentral();
    await addCaseOrganizations(central.client);
    for (const role of ['admin', 'engineering', 'qa', 'sales', 'customer', 'supplier'] as const) people.set(role, await connectAs(central, addressOf(usual, role)));
    bucket = await TestBucket.start();
    id = await bucket.serve(central.client);
  });

  afterAll(async () => {
    for (const client of people.values()) await client.end();
    await bucket.stop();
    await central.drop();
  });

  async function addDocument(content: string, more: Record<string, unknown> = {}, role: Role = 'engineering'): Promise<string> {
    const document = randomUUID();
    const row = { id: document, organization_id: organizationOf(usual), title: 'Bản vẽ', file_name: 'a.pdf', file_size: 1, content_sha256: content, uploaded_by: personOf(usual, role), ...more };
    await central.client.query('insert into public.documents select * from jsonb_populate_record(null::public.documents, $1)', [
      JSON.stringify({ ...(await defaults()), ...row }),
    ]);
    return document;
  }
  /** What the columns of a document are when nobody says otherwise. */
  const defaults = async (): Promise<object> =>
    (await central.client.query<{ row: object }>("select to_jsonb(d) - '{external_url,link_type,contact_id,project_id}'::text[] as row from public.documents d where file_name is not null limit 1")).rows[0]?.row ?? {};

  const requests = async (client: Client, text: string, values: unknown[]): Promise<SignedRequest[]> =>
    (await client.query<{ request: object }>(text, values)).rows.map(({ request }) => readSignedRequest(JSON.stringify(request)));
  const puts = (client: Client, blob: string, first: number, last: number) => requests(client, 'select r as request from files.put_requests($1, $2, $3) r', [blob, first, last]);
  const gets = (client: Client, document: string, content: string, blob: string) =>
    requests(client, 'select r as request from files.get_requests($1, $2, $3, 0, 15) r', [document, content, blob]);

  async function offer(client: Client, document: string, bytes: Buffer): Promise<{ state: string; blob: string; there: string }> {
    const manifest = Buffer.concat(Array.from({ length: Math.ceil(bytes.length / PIECE_BYTES) }, (_, number) => createHash('sha256').update(pieceOf(bytes, number)).digest()));
    const { rows } = await client.query<{ answer: { state: string; blob: string; there: string } }>('select files.offer($1, $2, $3, $4) as answer', [document, sha256(bytes), bytes.length, manifest]);
    return rows[0]?.answer ?? { state: '', blob: '', there: '' };
  }
  const finish = (client: Client, document: string, blob: string) => client.query('select files.finish($1, $2)', [document, blob]);

  async function upload(client: Client, document: string, bytes: Buffer): Promise<string> {
    const { state, blob } = await offer(client, document, bytes);
    if (state === 'done') return state;
    for (const [number, request] of (await puts(client, blob, 0, 15)).entries()) await bucket.send(request, pieceOf(bytes, number));
    await finish(client, document, blob);
    return blob;
  }
  const described = async (client: Client, document: string, content: string): Promise<{ blob: string; in_bucket: boolean }[]> =>
    (await client.query<{ blob: string; in_bucket: boolean }>('select blob, in_bucket from files.describe($1, $2)', [document, content])).rows;

  async function download(client: Client, document: string, content: string): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (const { blob } of await described(client, document, content)) {
      for (const request of await gets(client, document, content, blob)) parts.push(await bucket.send(request));
    }
    return Buffer.concat(parts);
  }

  describe('request', () => {
    it('is signed with the HMAC of RFC 2104, whatever the length of the key', async () => {
      for (const length of [1, 31, 63, 64, 65, 200]) {
        const [key, message] = [randomBytes(length), randomBytes(length * 3)];
        const { rows } = await central.client.query<{ mac: Buffer }>('select files.hmac($1, $2) as mac', [key, message]);
        expect(rows[0]?.mac.toString('hex'), String(length)).toBe(createHmac('sha256', key).update(message).digest('hex'));
      }
    });

    it('is good for nothing but itself: no other piece, method, bytes or length', async () => {
      const object = `contents/${randomUUID()}/0`;
      const body = Buffer.from('nội dung');
      const put = await bucket.signed(central.client, id, 'PUT', object, body);
      await bucket.send(put, body);
      const get = await bucket.signed(central.client, id, 'GET', object);
      expect((await bucket.send(get)).equals(body)).toBe(true);

      const other = { ...get, url: get.url.replace(/0$/, '1') };
      await expect(bucket.send(other)).rejects.toMatchObject({ code: 'FILE_BUCKET_REFUSED', details: { reason: 'SignatureDoesNotMatch' } });
      await expect(bucket.send({ ...get, method: 'DELETE' })).rejects.toMatchObject({ code: 'FILE_BUCKET_REFUSED' });
      await expect(bucket.send({ ...put, url: other.url }, body)).rejects.toMatchObject({ code: 'FILE_BUCKET_REFUSED' });
      await expect(bucket.send(put, Buffer.from('nội Dung'))).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
      const longer = Buffer.concat([body, body]);
      await expect(bucket.send({ ...put, headers: { ...put.headers, 'content-length': String(longer.length) } }, longer)).rejects.toMatchObject({ code: 'FILE_BUCKET_REFUSED' });
      const claimed = { ...put.headers, 'x-amz-content-sha256': sha256(longer), 'content-length': String(longer.length) };
      await expect(bucket.send({ ...put, headers: claimed }, longer)).rejects.toMatchObject({ code: 'FILE_BUCKET_REFUSED' });
      expect((await bucket.send(get)).equals(body)).toBe(true);
    });

    it('is good for a quarter of an hour', async () => {
      const object = `contents/${randomUUID()}/0`;
      const ago = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);
      const late = await bucket.signed(central.client, id, 'PUT', object, 'x', ago(16));
      await expect(bucket.send(late, Buffer.from('x'))).rejects.toMatchObject({ code: 'FILE_BUCKET_CLOCK', details: { reason: 'RequestTimeTooSkewed' } });
      await bucket.send(await bucket.signed(central.client, id, 'PUT', object, 'x', ago(10)), Buffer.from('x'));
      // A later time than the signed one is another signature.
      const now = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
      await expect(bucket.send({ ...late, headers: { ...late.headers, 'x-amz-date': now } }, Buffer.from('x'))).rejects.toMatchObject({ details: { reason: 'SignatureDoesNotMatch' } });
    });
  });

  describe('content', () => {
    it('goes up in pieces and out as it came, and no byte of it is in the database', async () => {
      const bytes = randomBytes(2 * PIECE_BYTES + 5);
      const document = await addDocument(sha256(bytes));
      expect(await offer(as('engineering'), document, bytes)).toMatchObject({ state: 'receiving', there: 'none' });
      expect(await offer(as('engineering'), document, bytes)).toMatchObject({ state: 'receiving', there: 'some' });
      const blob = await upload(as('engineering'), document, bytes);
      await finish(as('engineering'), document, blob);
      expect((await download(as('qa'), document, sha256(bytes))).equals(bytes)).toBe(true);
      const { rows } = await central.client.query('select 1 from files.chunks where blob_id = $1', [blob]);
      expect(rows).toEqual([]);
      // Whoever sent it looks whether it is still there, and sends what is not.
      const copy = await addDocument(sha256(bytes));
      expect(await offer(as('engineering'), copy, bytes)).toEqual({ state: 'receiving', blob, in_bucket: true, there: 'all' });
      expect(await described(as('qa'), copy, sha256(bytes))).toEqual([]);
      const [lookAt] = await requests(as('engineering'), 'select files.look_request($1, 1) as request', [blob]);
      if (!lookAt) throw new Error('no request');
      expect((await bucket.send(lookAt)).length).toBe(1);
      // It reads no more: whoever sent a content may have lost sight of its document.
      const { range, ...others } = lookAt.headers;
      expect(range).toBe('bytes=0-0');
      for (const headers of [others, { ...others, range: 'bytes=0-' }]) {
        await expect(bucket.send({ ...lookAt, headers })).rejects.toMatchObject({ code: 'FILE_BUCKET_REFUSED' });
      }
      await finish(as('engineering'), copy, blob);
      expect((await download(as('qa'), copy, sha256(bytes))).equals(bytes)).toBe(true);
    });

    it('is put by whose transfer it is, piece by piece of its own', async () => {
      const bytes = randomBytes(PIECE_BYTES + 5);
      const document = await addDocument(sha256(bytes));
      const { blob } = await offer(as('engineering'), document, bytes);
      for (const role of ['admin', 'customer'] as const) {
        await expect(puts(as(role), blob, 0, 1)).rejects.toMatchObject({ message: 'FILE_TRANSFER_UNKNOWN' });
        await expect(as(role).query('select files.look_request($1, 0)', [blob])).rejects.toMatchObject({ message: 'FILE_TRANSFER_UNKNOWN' });
        await expect(finish(as(role), document, blob)).rejects.toMatchObject({ message: 'FILE_TRANSFER_UNKNOWN' });
      }
      expect(await puts(as('engineering'), blob, -5, 100)).toHaveLength(2);
      expect(await puts(as('engineering'), blob, 2, 9)).toEqual([]);
      const [first, second] = await puts(as('engineering'), blob, 0, 1);
      if (!first || !second) throw new Error('no requests');
      await expect(bucket.send(first, randomBytes(PIECE_BYTES))).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
      await expect(bucket.send(second, Buffer.from('wrong'))).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
      // Not into the database either, where it would be part of nothing.
      await expect(as('engineering').query('select files.put($1, 0, $2)', [blob, pieceOf(bytes, 0)])).rejects.toMatchObject({ message: 'FILE_TRANSFER_UNKNOWN' });
      await bucket.send(first, pieceOf(bytes, 0));
      await bucket.send(second, pieceOf(bytes, 1));
      await finish(as('engineering'), document, blob);
      // The same bytes once more are no change; others are refused then, too.
      const [repeated] = await puts(as('engineering'), blob, 0, 0);
      if (!repeated) throw new Error('no request');
      await bucket.send(repeated, pieceOf(bytes, 0));
      await expect(bucket.send(repeated, randomBytes(PIECE_BYTES))).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
      expect((await download(as('qa'), document, sha256(bytes))).equals(bytes)).toBe(true);
    });

    it('is signed out to whoever sees the document, and to nobody by its id or its hash', async () => {
      const [shared, secret] = [randomBytes(20), randomBytes(20)];
      const document = await addDocument(sha256(shared), {}, 'admin');
      const hidden = await addDocument(sha256(secret), { access_level: 'confidential' }, 'admin');
      const [open, closed] = [await upload(as('admin'), document, shared), await upload(as('admin'), hidden, secret)];
      expect(await gets(as('qa'), document, sha256(shared), open)).toHaveLength(1);
      for (const role of ['customer', 'supplier'] as const) {
        for (const [one, bytes, blob] of [[document, shared, open], [hidden, secret, closed]] as const) {
          await expect(gets(as(role), one, sha256(bytes), blob), role).rejects.toMatchObject({ message: 'ROW_NOT_VISIBLE' });
          await expect(described(as(role), one, sha256(bytes)), role).rejects.toMatchObject({ message: 'ROW_NOT_VISIBLE' });
        }
      }
      await expect(gets(as('engineering'), hidden, sha256(secret), closed)).rejects.toMatchObject({ message: 'ROW_NOT_VISIBLE' });
      // A document of one's own that names the hash opens no bytes of others, nor does the id of theirs.
      const claimed = await addDocument(sha256(secret));
      expect(await described(as('engineering'), claimed, sha256(secret))).toEqual([]);
      expect(await gets(as('engineering'), claimed, sha256(secret), closed)).toEqual([]);
      expect(await gets(as('engineering'), document, sha256(shared), closed)).toEqual([]);
      // Nor a transfer: what was begun is the own one, and empty.
      expect(await offer(as('engineering'), claimed, secret)).toMatchObject({ state: 'receiving', there: 'none' });
    });

    it('that somebody only says to have sent takes the place of nobody else’s', async () => {
      const bytes = randomBytes(30);
      const [lied, honest] = [await addDocument(sha256(bytes), {}, 'admin'), await addDocument(sha256(bytes))];
      const begun = await offer(as('admin'), lied, bytes);
      await finish(as('admin'), lied, begun.blob);
      // Although the other is complete and in sight, these bytes are wanted.
      await upload(as('engineering'), honest, bytes);
      expect((await download(as('qa'), honest, sha256(bytes))).equals(bytes)).toBe(true);
      await expect(download(as('qa'), lied, sha256(bytes))).rejects.toMatchObject({ code: 'FILE_NOT_AT_CENTRE' });
      // In the same document, too: both are there to be tried.
      await upload(as('engineering'), lied, bytes);
      expect(await described(as('qa'), lied, sha256(bytes))).toHaveLength(2);
    });

    it('of the time before stays in the database, and is used from there', async () => {
      await central.client.query('update files.buckets set receives = false');
      const bytes = Buffer.from('từ trước');
      const document = await addDocument(sha256(bytes));
      await as('engineering').query('select files.bring($1, $2, $3)', [document, sha256(bytes), bytes]);
      await bucket.serve(central.client);
      expect(await described(as('qa'), document, sha256(bytes))).toMatchObject([{ in_bucket: false }]);
      expect(await offer(as('engineering'), document, bytes)).toEqual({ state: 'done' });
    });
  });

  it('gives its key to nobody, and says when it has none', async () => {
    for (const client of people.values()) {
      for (const table of ['bucket_keys', 'buckets', 'dropped_contents', 'blobs']) await expect(client.query(`select * from files.${table}`)).rejects.toMatchObject({ code: '42501' });
      for (const call of [`files.signed('${id}', 'GET', 'x', 'y')`, `files.signed_for(null, 'GET', 0)`, `files.receiving_in_bucket('${id}')`]) {
        await expect(client.query(`select ${call}`)).rejects.toMatchObject({ code: '42501' });
      }
    }
    const bytes = randomBytes(10);
    const document = await addDocument(sha256(bytes));
    const { blob } = await offer(as('engineering'), document, bytes);
    await central.client.query('begin');
    await central.client.query('delete from files.bucket_keys');
    await expect(bucket.signed(central.client, id, 'GET', 'x')).rejects.toMatchObject({ message: 'FILE_BUCKET_KEY_MISSING' });
    await central.client.query('rollback');
    expect(await puts(as('engineering'), blob, 0, 0)).toHaveLength(1);
  });
});

