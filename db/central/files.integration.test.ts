import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PIECE_BYTES } from '../../shared/domain/file-pieces.ts';
import { roles, type Role } from '../../shared/domain/roles.ts';
import { tied, usual } from '../../shared/domain/workflow-cases-world.ts';
import { common, companyOf, ids, subjects } from '../testing/access-subjects.ts';
import { createDemoCentral, type DemoCentral } from '../testing/demo-central.ts';
import { connectAs, push, pushOne } from '../testing/person.ts';
import { usualAddress } from '../testing/case-project.ts';
import { addCaseOrganizations, addressOf, asMaintenance, insertRows, organizationOf, personOf } from '../testing/workflow-cases.ts';

/* Versions, check-out and approval of documents, and who reaches their bytes. */

let central: DemoCentral;
const people = new Map<Role, Client>();
let stranger: Client;

beforeAll(async () => {
  central = await createDemoCentral();
  await addCaseOrganizations(central.client);
  await asMaintenance(central.client, async () => {
    for (const { table, row } of common) await insertRows(central.client, table, [row]);
    for (const role of ['supplier', 'customer'] as const) {
      await central.client.query('update public.users set contact_id = $2 where id = $1', [personOf(usual, role), companyOf(role)]);
    }
  });
  for (const role of roles) people.set(role, await connectAs(central, usualAddress(role)));
  stranger = await connectAs(central, addressOf(tied, 'admin'));
});

afterAll(async () => {
  for (const client of [...people.values(), stranger]) await client.end();
  await central.drop();
});

const as = (role: Role): Client => people.get(role) as Client;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const manifestOf = (bytes: Buffer): Buffer => {
  const hashes: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) hashes.push(createHash('sha256').update(bytes.subarray(at, at + PIECE_BYTES)).digest());
  return Buffer.concat(hashes);
};

/** A document of the engineer with its first version. */
async function addDocument(content: string | null, more: Record<string, unknown> = {}, role: Role = 'engineering'): Promise<string> {
  const id = randomUUID();
  const file = { file_name: 'a.pdf', file_size: 3, content_sha256: content };
  const [document] = await push(as(role), [{ table: 'documents', row_id: id, op: 'insert', patch: { title: 'Bản vẽ', project_id: ids.project, ...file, ...more } }]);
  expect(document).toMatchObject({ status: 'applied' });
  return id;
}

const addVersion = (role: Role, document_id: string, content: string, more: Record<string, unknown> = {}) =>
  pushOne(as(role), {
    table: 'document_versions', row_id: randomUUID(), op: 'insert',
    patch: { document_id, version_number: 1, file_name: 'B.STEP', file_size: 7, mime_type: 'model/step', content_sha256: content, ...more },
  });

const edit = (role: Role, table: string, row_id: string, patch: Record<string, unknown>, base: Record<string, unknown> = {}) =>
  pushOne(as(role), { table, row_id, op: 'update', patch, base });

const documentOf = async (id: string): Promise<Record<string, unknown>> =>
  (await central.client.query<Record<string, unknown>>('select * from public.documents where id = $1', [id])).rows[0] ?? {};
const versionsOf = async (id: string): Promise<Record<string, unknown>[]> =>
  (await central.client.query<Record<string, unknown>>('select * from public.document_versions where document_id = $1 order by version_number', [id])).rows;

const hashA = 'a'.repeat(64);
const hashB = 'b'.repeat(64);

describe('a version', () => {
  it('is numbered by the centre, becomes the current one, and gives its file to the document', async () => {
    const id = await addDocument(hashA);
    expect(await addVersion('engineering', id, hashA, { file_name: 'a.pdf', version_number: 9 })).toMatchObject({ status: 'applied' });
    expect(await addVersion('admin', id, hashB, { change_summary: 'Dời chốt' })).toMatchObject({ status: 'applied' });
    expect(await versionsOf(id)).toMatchObject([
      { version_number: 1, is_current: false, uploaded_by: personOf(usual, 'engineering') },
      { version_number: 2, is_current: true, uploaded_by: personOf(usual, 'admin'), change_summary: 'Dời chốt' },
    ]);
    expect(await documentOf(id)).toMatchObject({ version: 2, content_sha256: hashB, file_name: 'B.STEP', file_size: '7', file_type: 'step', mime_type: 'model/step' });
  });

  it('follows the one that a document has without a row of its own', async () => {
    const id = await addDocument(null);
    await addVersion('engineering', id, hashB);
    expect(await versionsOf(id)).toMatchObject([{ version_number: 2, is_current: true }]);
  });

  it('is not changed afterwards, and the bytes of a document change by versions alone', async () => {
    const id = await addDocument(hashA);
    await addVersion('engineering', id, hashA);
    const [version] = await versionsOf(id);
    expect(await edit('admin', 'document_versions', String(version?.id), { content_sha256: hashB })).toMatchObject({ code: 'COLUMN_NOT_WRITABLE' });
    expect(await edit('admin', 'document_versions', String(version?.id), { version_number: 5 })).toMatchObject({ code: 'COLUMN_NOT_WRITABLE' });
    expect(await edit('admin', 'documents', id, { content_sha256: hashB })).toMatchObject({ code: 'COLUMN_NOT_WRITABLE' });
  });

  it('brings the bytes of a file that came without, by managers alone and with its size', async () => {
    const id = await addDocument(null);
    await central.client.query("insert into public.document_versions (organization_id, document_id, version_number, file_name) values ($1, $2, 1, 'a.pdf')", [organizationOf(usual), id]);
    expect(await edit('engineering', 'documents', id, { content_sha256: hashA })).toMatchObject({ code: 'COLUMN_NOT_WRITABLE' });
    expect(await edit('admin', 'documents', id, { content_sha256: hashA, file_size: 4 })).toMatchObject({ code: 'COLUMN_NOT_WRITABLE' });
    expect(await edit('admin', 'documents', id, { content_sha256: hashA })).toMatchObject({ status: 'applied' });
    expect(await versionsOf(id)).toMatchObject([{ content_sha256: hashA }]);
  });

  it('is added by nobody who is kept out of the project', async () => {
    const id = await addDocument(hashA);
    const [exclusion] = (await central.client.query<{ id: string }>(
      "insert into public.project_assignments (organization_id, project_id, user_id, role) values ($1, $2, $3, 'excluded') returning id",
      [organizationOf(usual), ids.project, personOf(usual, 'engineering')],
    )).rows;
    expect(await addVersion('engineering', id, hashB)).toMatchObject({ code: 'EDIT_NOT_ALLOWED' });
    await central.client.query('delete from public.project_assignments where id = $1', [exclusion?.id]);
  });
});

describe('an approval of a version', () => {
  const approve = async (role: Role, document: string) =>
    edit(role, 'document_versions', String((await versionsOf(document)).at(-1)?.id), { approved_at: '2001-01-01 00:00:00+00' });

  it('is given by managers, with the centre’s time, and goes with the next version', async () => {
    const id = await addDocument(hashA);
    await addVersion('engineering', id, hashA);
    expect(await approve('management', id)).toMatchObject({ status: 'applied' });
    const document = await documentOf(id);
    expect(document).toMatchObject({ approved_by: personOf(usual, 'management') });
    expect((document['approved_at'] as Date).getFullYear()).toBeGreaterThan(2020);
    await addVersion('engineering', id, hashB);
    expect(await documentOf(id)).toMatchObject({ approved_by: null, approved_at: null, version: 2 });
    expect((await versionsOf(id))[0]).toMatchObject({ approved_by: personOf(usual, 'management') });
  });

  it('is given by nobody to what they uploaded themselves', async () => {
    const id = await addDocument(hashA);
    await addVersion('management', id, hashB);
    expect(await approve('management', id)).toMatchObject({ code: 'SELF_APPROVAL' });
    expect(await approve('admin', id)).toMatchObject({ status: 'applied' });
  });

  it('is given by quality and engineering only where an approval of the document is theirs to decide', async () => {
    const id = await addDocument(hashA);
    await addVersion('engineering', id, hashA);
    expect(await approve('qa', id)).toMatchObject({ code: 'EDIT_NOT_ALLOWED' });
    expect(await approve('sales', id)).toMatchObject({ code: 'EDIT_NOT_ALLOWED' });
    await asMaintenance(central.client, () =>
      insertRows(central.client, 'approvals', [{
        organization_id: organizationOf(usual), approval_type: 'document_approval', title: 'x', entity_type: 'documents', entity_id: id,
        requested_by: personOf(usual, 'engineering'), current_approver_role: 'qa',
      }]),
    );
    expect(await approve('engineering', id)).toMatchObject({ code: 'EDIT_NOT_ALLOWED' });
    expect(await approve('qa', id)).toMatchObject({ status: 'applied' });
    expect(await documentOf(id)).toMatchObject({ approved_by: personOf(usual, 'qa') });
  });
});

describe('a document that somebody has out', () => {
  it('gets no version from anybody else, who are told who has it, and is taken back by managers', async () => {
    const id = await addDocument(hashA);
    await addVersion('engineering', id, hashA);
    const me = personOf(usual, 'engineering');
    expect(await edit('engineering', 'documents', id, { checked_out_by: me, checkout_note: 'Sửa chốt' }, { checked_out_by: null })).toMatchObject({ status: 'applied' });
    expect(await documentOf(id)).toMatchObject({ checked_out_by: me, checkout_note: 'Sửa chốt', checked_out_at: expect.any(Date) as Date });
    expect(await addVersion('admin', id, hashB)).toMatchObject({ code: 'DOCUMENT_CHECKED_OUT', details: { user_id: me, name: 'engineering' } });
    // A note, not a lock.
    expect(await edit('admin', 'documents', id, { description: 'Sửa' })).toMatchObject({ status: 'applied' });
    expect(await addVersion('engineering', id, hashB)).toMatchObject({ status: 'applied' });
    expect(await edit('management', 'documents', id, { checked_out_by: null })).toMatchObject({ status: 'applied' });
    expect(await documentOf(id)).toMatchObject({ checked_out_by: null, checkout_note: null, checked_out_at: null });
  });

  it('is not taken from them by a colleague, and nobody puts it into somebody else’s hands', async () => {
    const id = await addDocument(hashA, {}, 'sales');
    await edit('sales', 'documents', id, { checked_out_by: personOf(usual, 'sales') });
    const taken = await edit('engineering', 'documents', id, { checked_out_by: personOf(usual, 'engineering') }, { checked_out_by: null });
    expect(taken).toMatchObject({ code: 'DOCUMENT_CHECKED_OUT', details: { name: 'sales' } });
    expect(await edit('engineering', 'documents', id, { checked_out_by: null })).toMatchObject({ code: 'DOCUMENT_CHECKED_OUT' });
    expect(await edit('admin', 'documents', id, { checked_out_by: personOf(usual, 'qa') })).toMatchObject({ code: 'VALUE_REFUSED' });
  });
});

describe('the access log', () => {
  it('takes entries of everybody for themselves, and counts what was opened of a link', async () => {
    const id = await addDocument(null, { file_name: null, file_size: null, external_url: 'https://drive.example/x', link_type: 'file', access_level: 'external' }, 'admin');
    for (const role of ['supplier', 'customer', 'qa'] as const) {
      expect(await pushOne(as(role), { table: 'document_access_log', row_id: randomUUID(), op: 'insert', patch: { document_id: id, action: 'link' } }), role).toMatchObject({ status: 'applied' });
      const { rows } = await as(role).query<{ user_id: string }>('select user_id from public.document_access_log where document_id = $1', [id]);
      expect(rows).toEqual([{ user_id: personOf(usual, role) }]);
    }
    expect(await documentOf(id)).toMatchObject({ link_access_count: 3, link_last_accessed: expect.any(Date) as Date });
    const { rows } = await central.client.query("select 1 from public.activity_log where entity_id = $1 and action = 'UPDATE'", [id]);
    expect(rows).toEqual([]);
  });
});

const offer = async (client: Client, document: string, bytes: Buffer, content = sha256(bytes), manifest = manifestOf(bytes)): Promise<{ state: string; blob: string; next: number }> => {
  const { rows } = await client.query<{ answer: { state: string; blob: string; next: number } }>('select files.offer($1, $2, $3, $4) as answer', [document, content, bytes.length, manifest]);
  return rows[0]?.answer ?? { state: '', blob: '', next: -1 };
};
const put = (client: Client, blob: string, number: number, bytes: Buffer) =>
  client.query('select files.put($1, $2, $3)', [blob, number, bytes.subarray(number * PIECE_BYTES, (number + 1) * PIECE_BYTES)]);
const finish = (client: Client, document: string, blob: string) => client.query('select files.finish($1, $2)', [document, blob]);

async function upload(client: Client, document: string, bytes: Buffer, content?: string): Promise<void> {
  const { state, blob, next } = await offer(client, document, bytes, content);
  if (state === 'done') return;
  for (let number = next; number * PIECE_BYTES < bytes.length; number += 1) await put(client, blob, number, bytes);
  await finish(client, document, blob);
}

async function download(client: Client, document: string, content: string): Promise<Buffer[]> {
  const { rows } = await client.query<{ blob: string; size: string; first: Buffer }>('select * from files.describe($1, $2)', [document, content]);
  return Promise.all(rows.map(async ({ blob, size, first }) => {
    const parts = [first];
    for (let number = 1; number * PIECE_BYTES < Number(size); number += 1) {
      const { rows: pieces } = await client.query<{ bytes: Buffer }>('select files.read($1, $2, $3, $4) as bytes', [document, content, blob, number]);
      parts.push(pieces[0]?.bytes ?? Buffer.alloc(0));
    }
    return Buffer.concat(parts);
  }));
}

const blobsOf = async (content: string): Promise<number> =>
  (await central.client.query<{ n: number }>('select count(*)::int as n from files.blobs where sha256 = $1', [content])).rows[0]?.n ?? -1;

describe('bytes at the centre', () => {
  it('come in pieces, go on where they stopped, and go out as they came', async () => {
    const bytes = randomBytes(2 * PIECE_BYTES + 5);
    const id = await addDocument(sha256(bytes));
    const begun = await offer(as('engineering'), id, bytes);
    expect(begun).toMatchObject({ state: 'receiving', next: 0 });
    await put(as('engineering'), begun.blob, 0, bytes);
    await put(as('engineering'), begun.blob, 0, bytes);
    expect(await download(as('qa'), id, sha256(bytes))).toEqual([]);
    await expect(finish(as('engineering'), id, begun.blob)).rejects.toMatchObject({ message: 'FILE_TRANSFER_UNKNOWN' });
    expect(await offer(as('engineering'), id, bytes)).toEqual({ state: 'receiving', blob: begun.blob, next: 1 });
    await put(as('engineering'), begun.blob, 1, bytes);
    await put(as('engineering'), begun.blob, 2, bytes);
    await finish(as('engineering'), id, begun.blob);
    await finish(as('engineering'), id, begun.blob);
    expect(await download(as('qa'), id, sha256(bytes))).toEqual([bytes]);
  });

  it('are none but those that the manifest names, and go to nobody else’s transfer', async () => {
    const bytes = randomBytes(PIECE_BYTES + 5);
    const id = await addDocument(sha256(bytes));
    const { blob } = await offer(as('engineering'), id, bytes);
    const wrong = Buffer.from(bytes).fill(1, 0, 1);
    await expect(put(as('engineering'), blob, 0, wrong)).rejects.toMatchObject({ message: 'FILE_DAMAGED' });
    await expect(put(as('engineering'), blob, 1, bytes.subarray(0, PIECE_BYTES))).rejects.toMatchObject({ message: 'FILE_DAMAGED' });
    await expect(put(as('engineering'), blob, 2, bytes)).rejects.toMatchObject({ message: 'FILE_DAMAGED' });
    await expect(put(as('admin'), blob, 0, bytes)).rejects.toMatchObject({ message: 'FILE_TRANSFER_UNKNOWN' });
    await expect(as('engineering').query('select files.bring($1, $2, $3)', [id, sha256(bytes), Buffer.from('x')])).rejects.toMatchObject({ message: 'FILE_DAMAGED' });
  });

  it('are stored once, for many documents and people, unless the same hash is said of others', async () => {
    const bytes = randomBytes(PIECE_BYTES + 9);
    const content = sha256(bytes);
    const [one, two, poisoned] = [await addDocument(content), await addDocument(content, {}, 'admin'), await addDocument(content, {}, 'admin')];
    // Somebody says of other bytes that they are this content: nobody else gets them.
    await upload(as('admin'), poisoned, randomBytes(PIECE_BYTES + 9), content);
    await upload(as('engineering'), one, bytes);
    await upload(as('admin'), two, bytes);
    expect(await blobsOf(content)).toBe(2);
    expect(await download(as('qa'), one, content)).toEqual([bytes]);
    expect(await download(as('qa'), two, content)).toEqual([bytes]);
    const small = Buffer.from('nhỏ');
    for (const role of ['engineering', 'admin'] as const) {
      await as(role).query('select files.bring($1, $2, $3)', [await addDocument(sha256(small), {}, role), sha256(small), small]);
    }
    expect(await blobsOf(sha256(small))).toBe(1);
  });

  it('are not had by whoever knows their hash, or the hashes of their pieces', async () => {
    const secret = randomBytes(PIECE_BYTES + 1);
    const content = sha256(secret);
    const hidden = await addDocument(content, { access_level: 'confidential' }, 'admin');
    await upload(as('admin'), hidden, secret);
    const claimed = await addDocument(content, {}, 'engineering');
    expect(await offer(as('engineering'), claimed, secret)).toMatchObject({ state: 'receiving', next: 0 });
    await expect(finish(as('engineering'), claimed, (await offer(as('engineering'), claimed, secret)).blob)).rejects.toMatchObject({ message: 'FILE_TRANSFER_UNKNOWN' });
    expect(await download(as('engineering'), claimed, content)).toEqual([]);
    await expect(download(as('engineering'), hidden, content)).rejects.toMatchObject({ message: 'ROW_NOT_VISIBLE' });
    await expect(download(stranger, hidden, content)).rejects.toMatchObject({ message: 'ROW_NOT_VISIBLE' });
    // Whoever could read them anyway need not send them again.
    const copy = await addDocument(content, {}, 'management');
    expect(await offer(as('management'), copy, secret)).toEqual({ state: 'done' });
    expect(await download(as('engineering'), copy, content)).toEqual([secret]);
  });

  it('are read by exactly those who see the document, and of old versions by staff alone', async () => {
    const bytes = Buffer.from('nội dung');
    const content = sha256(bytes);
    for (const subject of subjects.filter(({ table }) => table === 'documents')) {
      for (const role of roles) {
        const id = randomUUID();
        await asMaintenance(central.client, () => insertRows(central.client, 'documents', [{ ...subject.row(role), id, content_sha256: content }]));
        await as('admin').query('select files.bring($1, $2, $3)', [id, content, bytes]);
        const sees = (await as(role).query('select 1 from public.documents where id = $1', [id])).rowCount === 1;
        const reads = await download(as(role), id, content).then((found) => found.length === 1, () => false);
        expect(reads, `${role}, ${subject.name}`).toBe(sees);
      }
    }
    const id = await addDocument(content, { access_level: 'external' }, 'admin');
    await addVersion('admin', id, content);
    await as('admin').query('select files.bring($1, $2, $3)', [id, content, bytes]);
    await addVersion('admin', id, hashB);
    expect(await download(as('qa'), id, content)).toEqual([bytes]);
    await expect(download(as('customer'), id, content)).rejects.toMatchObject({ message: 'ROW_NOT_VISIBLE' });
  });

  it('are brought by whoever may change the document, or added the version, and by nobody else', async () => {
    const bytes = Buffer.from('x'.repeat(10));
    const bring = (role: Role, id: string) => as(role).query('select files.bring($1, $2, $3)', [id, sha256(bytes), bytes]);
    const id = await addDocument(sha256(bytes), {}, 'admin');
    for (const role of ['sales', 'qa', 'customer', 'supplier'] as const) {
      await expect(bring(role, id), role).rejects.toMatchObject({ message: expect.stringMatching(/EDIT_NOT_ALLOWED|ROW_NOT_VISIBLE/) as string });
    }
    await expect(stranger.query('select files.bring($1, $2, $3)', [id, sha256(bytes), bytes])).rejects.toMatchObject({ message: 'ROW_NOT_VISIBLE' });
    await bring('engineering', id);
    // A content that the document does not name.
    await expect(as('admin').query('select files.bring($1, $2, $3)', [id, sha256(Buffer.from('y')), Buffer.from('y')])).rejects.toMatchObject({ message: 'ROW_NOT_VISIBLE' });
  });

  it('go when no document has them and nobody goes on sending them', async () => {
    const bytes = randomBytes(100);
    const id = await addDocument(sha256(bytes));
    await as('engineering').query('select files.bring($1, $2, $3)', [id, sha256(bytes), bytes]);
    const big = randomBytes(PIECE_BYTES + 1);
    const other = await addDocument(sha256(big));
    await offer(as('engineering'), other, big);
    await central.client.query("update files.blobs set touched_at = now() - interval '8 days' where sha256 = any ($1)", [[sha256(bytes), sha256(big)]]);
    await central.client.query('select files.prune()');
    expect([await blobsOf(sha256(bytes)), await blobsOf(sha256(big))]).toEqual([1, 0]);
    await central.client.query('delete from public.documents where id = $1', [id]);
    await central.client.query('select files.prune()');
    expect(await blobsOf(sha256(bytes))).toBe(0);
  });
});
