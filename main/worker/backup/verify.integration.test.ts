import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { demoPassword } from '../../../shared/demo-accounts.ts';
import { backupChecks } from '../../../shared/domain/backup.ts';
import { Profile } from '../profiles/profile.ts';
import { openReplica } from '../replica/database.ts';
import { TestDesktop } from '../testing/desktop.ts';
import { exportCentre, readInstance } from './centre-export.ts';
import { takeSnapshot } from './snapshot.ts';
import { isVerified, verifyBackup } from './verify.ts';
import { proofOn } from './verify-centre.ts';

let central: DemoCentral;
let folder: string;
const running = { signal: new AbortController().signal, progress: () => undefined };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fp-verify-test-'));
  central = await createDemoCentral();
});

afterAll(async () => {
  await central.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function exported(kind: 'schema' | 'data' | 'complete'): Promise<string> {
  const { id, schemaVersion } = await readInstance(central.client);
  const file = join(folder, `factory_pulse_${kind}_backup_20250901_093043.tar.gz`);
  rmSync(file, { force: true });
  await exportCentre(central.client, {
    ...running, file, passphrase: null, kind, asOwner: true, organization: null, instanceId: id, schemaVersion,
    at: new Date(), zone: 'Asia/Ho_Chi_Minh', by: 'owner', applicationVersion: '0.1.0',
  });
  return file;
}

describe('a backup of the centre', () => {
  it('is verified by restoring it into PostgreSQL and signing in there, whatever its kind', async () => {
    const server = process.env['FP_TEST_POSTGRES_URL'] ?? '';
    const { checks, faults } = await verifyBackup(await exported('complete'), { passphrase: null }, proofOn(server));
    expect(faults).toEqual([]);
    expect(checks).toEqual(Object.fromEntries(backupChecks.map((check) => [check, true])));
    for (const kind of ['schema', 'data'] as const) {
      const found = await verifyBackup(await exported(kind), { passphrase: null }, proofOn(server));
      expect(found.faults).toEqual([]);
      expect(isVerified(found)).toBe(true);
    }
    const { rows } = await central.client.query(`select datname from pg_database where datname like 'fp_verify_%'`);
    expect(rows).toEqual([]);
  });

  it('is verified by loading it into SQLite where there is no PostgreSQL', async () => {
    const { checks, faults, manifest } = await verifyBackup(await exported('complete'), { passphrase: null }, null);
    expect(faults).toEqual([]);
    expect(checks).toMatchObject({ archive: true, connection: true, counts: true, checksums: true, relationships: true, policies: null, 'sign-in': null });
    expect(manifest.references.length).toBeGreaterThan(60);
  });
});

describe('a snapshot of a replica', () => {
  let desktop: TestDesktop;

  beforeAll(async () => {
    desktop = new TestDesktop(central.address);
    await desktop.signIn('admin@factorypulse.vn');
    await desktop.settled();
    await desktop.quit();
  });

  afterAll(() => desktop.remove());

  const profile = (): Profile => new Profile(desktop.folder, desktop.serverName, desktop.email);

  async function snapshot(change: string[] = []): Promise<string> {
    const replica = openReplica(profile().replicaFile, (await profile().unlock(demoPassword)) as Buffer);
    try {
      for (const statement of change) replica.write.exec(statement);
      const file = join(folder, `factory_pulse_snapshot_backup_2025090${change.length + 1}_093043.tar.gz`);
      await takeSnapshot(replica, {
        ...running, file, passphrase: null, organization: { id: 'x', name: 'Factory Pulse' }, at: new Date(), zone: 'Asia/Ho_Chi_Minh',
        by: 'Phùng Gia Bảo', applicationVersion: '0.1.0', centralSchema: 19,
      });
      return file;
    } finally {
      replica.close();
    }
  }

  it('restores into a replica with the same rows, unsent changes included, and holds no secret', async () => {
    const file = await snapshot([
      `insert into outbox (mutation_id, table_name, row_id, op, patch, base, created_at) values ('0198f000-0000-7000-8000-00000000000a', 'projects', '0198f000-0000-7000-8000-00000000000b', 'update', '{"title":"Chưa gửi"}', '{"title":"Cũ"}', '2025-09-01 02:30:43+00')`,
      `insert into meta (key, value) values ('pin', 'scrypt-verifier-of-the-pin')`,
    ]);
    const found = await verifyBackup(file, { passphrase: null }, null);
    expect(found.faults).toEqual([]);
    expect(isVerified(found)).toBe(true);
    expect(found.manifest.tables.find(({ name }) => name === 'outbox')?.rows).toBe(1);
    const content = gunzipSync(readFileSync(file)).toString('utf8');
    expect(content.includes('Chưa gửi')).toBe(true);
    expect(content.includes('scrypt-verifier-of-the-pin')).toBe(false);
    const key = await profile().unlock(demoPassword);
    for (const form of ['hex', 'base64', 'latin1'] as const) expect(content.includes((key as Buffer).toString(form))).toBe(false);
  });

  it('of rows that refer to nothing is not called verified', async () => {
    const file = await snapshot(['pragma foreign_keys = off', `update projects set current_stage_id = '0198f000-0000-7000-8000-00000000dead' where rowid = (select min(rowid) from projects)`, 'select 1']);
    const found = await verifyBackup(file, { passphrase: null }, null);
    expect(found.checks).toMatchObject({ counts: true, checksums: true, relationships: false });
    expect(isVerified(found)).toBe(false);
  });
});

describe('a damaged backup', () => {
  it('is told before anything is restored', async () => {
    const file = await exported('data');
    const damaged = readFileSync(file);
    damaged[Math.floor(damaged.length / 2)] = (damaged[Math.floor(damaged.length / 2)] as number) ^ 1;
    writeFileSync(file, damaged);
    await expect(verifyBackup(file, { passphrase: null }, null)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
  });
});
