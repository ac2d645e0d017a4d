import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { centralSchemaVersion } from '../../../db/central/migrations.ts';
import { createTestDatabase } from '../../../db/testing/database.ts';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { connectAs } from '../../../db/testing/person.ts';
import type { OrganizationKind } from '../../../shared/domain/backup.ts';
import { checkArchive } from './archive-reader.ts';
import { exportCentre, readInstance, type CentreExport } from './centre-export.ts';
import type { Manifest } from './manifest.ts';
import { differingTables, runScript } from './restore-centre.ts';
import { restoreByPsql } from '../testing/backup-round-trip.ts';

let central: DemoCentral;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fp-centre-backup-'));
  central = await createDemoCentral();
  // What a dump easily gets wrong: circles, extreme values, text that looks like the format itself.
  await central.client.query(`
    begin;
    set constraints all deferred;
    select set_config('factory_pulse.maintenance', 'on', true);
    update users u set direct_manager_id = (select v.id from users v where v.organization_id = u.organization_id and v.id > u.id order by v.id limit 1);
    update users u set direct_manager_id = (select min(v.id::text)::uuid from users v where v.organization_id = u.organization_id)
     where direct_manager_id is null and id <> (select min(v.id::text)::uuid from users v where v.organization_id = u.organization_id);
    update contacts set notes = E'Dòng 1\\nDòng 2\\tcột\\\\.\\r\\n\\\\N \\u2028 ''nháy'' "kép" \\U0001F3ED', credit_limit = 9999999999999999.99,
           metadata = '{"số": 12345678901234567890.000000001, "rỗng": null, "danh sách": [[], {}]}', ai_capabilities = array['a,b', 'null', '', 'có "nháy"', E'\\\\'];
    insert into files.blobs (id, organization_id, sha256, size, manifest, complete, created_by)
    select '0198f000-0000-7000-8000-0000000000b1', u.organization_id, encode(sha256('\\x00ff0a5c4e'::bytea), 'hex'), 5, sha256('\\x00ff0a5c4e'::bytea), true, u.id
      from users u where u.email = 'admin@factorypulse.vn';
    insert into files.chunks (blob_id, number, bytes) values ('0198f000-0000-7000-8000-0000000000b1', 0, '\\x00ff0a5c4e');
    insert into files.buckets (id, endpoint, region, name, receives) values ('0198f000-0000-7000-8000-0000000000b2', 'https://s3.example.com', 'eu-1', 'contents', true);
    insert into files.bucket_keys (bucket_id, access_key, secret_key) values ('0198f000-0000-7000-8000-0000000000b2', 'AKEXAMPLE', 'secret-of-the-bucket');
    insert into files.blobs (organization_id, sha256, size, manifest, complete, created_by, bucket_id)
    select u.organization_id, repeat('b', 64), 5, sha256('\\x01'::bytea), true, u.id, '0198f000-0000-7000-8000-0000000000b2' from users u where u.email = 'admin@factorypulse.vn';
    commit`);
});

afterAll(async () => {
  await central.drop();
  rmSync(folder, { recursive: true, force: true });
});

let number = 0;
async function backUp(kind: OrganizationKind, more: Partial<CentreExport> = {}, client = central.client): Promise<{ file: string; manifest: Manifest }> {
  const { id, schemaVersion } = await readInstance(central.client);
  const file = join(folder, `factory_pulse_${kind}_backup_20250901_${String(930_000 + (number += 1)).padStart(6, '0')}.tar.gz`);
  const manifest = await exportCentre(client, {
    file,
    passphrase: null,
    signal: new AbortController().signal,
    progress: () => undefined,
    kind,
    asOwner: true,
    organization: null,
    instanceId: id,
    schemaVersion,
    at: new Date('2025-09-01T02:30:43Z'),
    zone: 'Asia/Ho_Chi_Minh',
    by: 'Lê Thị Hoa',
    applicationVersion: '0.1.0',
    ...more,
  });
  return { file, manifest };
}

describe('a complete export', () => {
  it('restores into an empty database with the same rows, byte by byte, in a new epoch', async () => {
    const { file } = await backUp('complete');
    const manifest = await checkArchive(file, { passphrase: null });
    expect(manifest.tables.length).toBeGreaterThan(36);
    expect(manifest.tables.find(({ name }) => name === 'projects')?.rows).toBeGreaterThan(5);
    expect(manifest.tables.find(({ name }) => name === 'files.chunks')?.rows).toBe(1);
    // Where contents lie is in it, what opens the place is not.
    expect(manifest.tables.find(({ name }) => name === 'files.buckets')?.rows).toBe(1);
    expect(manifest.tables.find(({ name }) => name === 'files.bucket_keys')).toBeUndefined();
    const target = await createTestDatabase();
    try {
      await target.client.query('begin');
      await runScript(target.client, file, manifest, { passphrase: null });
      await target.client.query('commit');
      expect(await differingTables(target.client, manifest.tables)).toEqual({ counts: [], checksums: [] });
      const before = await central.client.query<{ id: string; epoch: string }>('select id, epoch from sync.instance');
      const after = await target.client.query<{ id: string; epoch: string }>('select id, epoch from sync.instance');
      expect(after.rows[0]?.id).toBe(before.rows[0]?.id);
      expect(after.rows[0]?.epoch).not.toBe(before.rows[0]?.epoch);
      // A row that is changed afterwards is noticed.
      await target.client.query(`update contacts set notes = notes || '.' where id = (select min(id::text)::uuid from contacts)`);
      expect((await differingTables(target.client, manifest.tables)).checksums).toContain('contacts');
    } finally {
      await target.drop();
    }
  });

  it('is restored by a stock psql in a single transaction', async (context) => {
    const psql = await promisify(execFile)('psql', ['--version']).catch(() => null);
    if (!psql) context.skip('no psql on this machine');
    const { file, manifest } = await backUp('complete');
    const target = await createTestDatabase();
    try {
      await restoreByPsql(file, target.url);
      expect(await differingTables(target.client, manifest.tables)).toEqual({ counts: [], checksums: [] });
    } finally {
      await target.drop();
    }
  });

  it('holds no secret of anybody', async () => {
    const { file } = await backUp('complete');
    const content = gunzipSync(readFileSync(file)).toString('utf8');
    const { rows } = await central.client.query<{ secret: string }>(
      `select rolpassword as secret from pg_authid where rolname in (select role_name from app.logins)
       union all select unnest(array[access_key, secret_key]) from files.bucket_keys union all select channel from sync.channels union all select role_name::text from app.logins`,
    );
    expect(rows.length).toBeGreaterThan(10);
    for (const { secret } of rows) expect(content.includes(secret)).toBe(false);
    // The structure speaks of verifiers, no row holds one.
    expect(/SCRAM-SHA-256\$\d+:[A-Za-z0-9+/]{16,}/.test(content)).toBe(false);
  });

  it('refuses a database that has something, and a client without a transaction', async () => {
    const { file } = await backUp('complete');
    await expect(restoreByPsql(file, central.url)).rejects.toThrow(/holds a Factory Pulse centre already/);
    const target = await createTestDatabase();
    try {
      await expect(restoreByPsql(file, target.url, [])).rejects.toThrow(/single-transaction/);
    } finally {
      await target.drop();
    }
  });
});

describe('schema and data', () => {
  it('restore one after the other to the same as a complete export', async () => {
    const schema = await backUp('schema');
    const data = await backUp('data');
    expect(schema.manifest.tables).toEqual([]);
    const target = await createTestDatabase();
    try {
      for (const { file, manifest } of [schema, data]) {
        await target.client.query('begin');
        await runScript(target.client, file, manifest, { passphrase: null });
        await target.client.query('commit');
      }
      expect(await differingTables(target.client, data.manifest.tables)).toEqual({ counts: [], checksums: [] });
    } finally {
      await target.drop();
    }
  });
});

describe('an export by an administrator', () => {
  it('holds what they may read and no more, and restores all the same', async () => {
    await central.client.query(`
      insert into messages (id, organization_id, sender_id, recipient_id, content, thread_id, parent_message_id)
      select '0198f000-0000-7000-8000-000000000001'::uuid, s.organization_id, s.id, r.id, 'chỉ hai người biết', null::uuid, null::uuid
        from users s, users r where s.email = 'sales.manager@factorypulse.vn' and r.email = 'qa.engineer@factorypulse.vn'
      union all
      select '0198f000-0000-7000-8000-000000000002'::uuid, s.organization_id, s.id, null, 'trả lời cho mọi người', '0198f000-0000-7000-8000-000000000001'::uuid, '0198f000-0000-7000-8000-000000000001'::uuid
        from users s where s.email = 'sales.manager@factorypulse.vn'`);
    const { rows: accounts } = await central.client.query<{ organization_id: string }>(`select organization_id from users where email = 'admin@factorypulse.vn'`);
    const id = accounts[0]?.organization_id ?? '';
    const admin = await connectAs(central, 'admin@factorypulse.vn');
    const { file, manifest } = await backUp('complete', { asOwner: false, organization: { id, name: 'Factory Pulse' }, schemaVersion: centralSchemaVersion }, admin);
    await admin.end();
    const content = gunzipSync(readFileSync(file)).toString('utf8');
    expect(content.includes('chỉ hai người biết')).toBe(false);
    expect(content.includes('trả lời cho mọi người')).toBe(true);
    expect(manifest.left_out).toContainEqual({ what: 'hidden-rows', table: 'messages' });
    expect(manifest.left_out).toContainEqual({ what: 'cleared-references', table: 'messages', rows: 2 });
    const target = await createTestDatabase();
    try {
      await target.client.query('begin');
      await runScript(target.client, file, manifest, { passphrase: null });
      await target.client.query('commit');
      expect(await differingTables(target.client, manifest.tables)).toEqual({ counts: [], checksums: [] });
    } finally {
      await target.drop();
    }
  });
});

describe('an export that is stopped', () => {
  it('leaves no file, and the connection as it was', async () => {
    const stop = new AbortController();
    const before = readdirSync(folder).length;
    const stopped = backUp('complete', { signal: stop.signal, progress: () => stop.abort(new Error('stopped')) });
    await expect(stopped).rejects.toThrow('stopped');
    expect(readdirSync(folder).length).toBe(before);
    await expect(central.client.query('select 1')).resolves.toBeDefined();
  });
});
