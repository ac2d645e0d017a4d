import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase } from '../../../db/testing/database.ts';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { demoPassword } from '../../../shared/demo-accounts.ts';
import { Profile } from '../profiles/profile.ts';
import { openReplica } from '../replica/database.ts';
import { TestDesktop } from '../testing/desktop.ts';
import { looseReferences } from './loose-references.ts';
import { listColumns, exportReplica } from './replica-export.ts';
import { differingTables, runScript } from './restore-centre.ts';
import { isVerified, verifyBackup } from './verify.ts';

let central: DemoCentral;
let desktop: TestDesktop;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fp-replica-export-'));
  central = await createDemoCentral();
  await central.client.query(`update contacts set ai_capabilities = array['a,b', 'null', '', 'có "nháy"', E'\\\\', 'tiện CNC', 'x'], notes = E'1\\n2\\t\\\\.'`);
  desktop = new TestDesktop(central.address);
  await desktop.signIn('admin@factorypulse.vn');
  await desktop.settled();
  await desktop.quit();
});

afterAll(async () => {
  await desktop.remove();
  await central.drop();
  rmSync(folder, { recursive: true, force: true });
});

it('knows which columns of the centre hold lists', async () => {
  const { rows } = await central.client.query<{ table_name: string; columns: string[] }>(
    `select c.table_name, array_agg(c.column_name::text order by c.ordinal_position) as columns
       from information_schema.columns c join sync.replicated_table r on r.table_name = c.table_name
      where c.table_schema = 'public' and c.data_type = 'ARRAY' group by 1`,
  );
  const known = Object.fromEntries(Object.entries(listColumns).map(([table, columns]) => [table, [...columns].sort()]));
  expect(Object.fromEntries(rows.map(({ table_name: table, columns }) => [table, [...columns].sort()]))).toEqual(known);
});

it('knows every reference of the centre that a replica does not keep', async () => {
  const profile = new Profile(desktop.folder, desktop.serverName, desktop.email);
  const replica = openReplica(profile.replicaFile, (await profile.unlock(demoPassword)) as Buffer);
  const { rows } = await central.client.query<{ name: string; columns: Record<string, string> }>(`
    select r.table_name as name, json_object_agg(a.attname, f.confrelid::regclass::text) as columns
      from pg_constraint f join sync.replicated_table r on f.conrelid = ('public.' || r.table_name)::regclass
      join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[cardinality(f.conkey)]
     where f.contype = 'f' and a.attname <> 'organization_id' group by 1`);
  try {
    const loose = rows.map(({ name, columns }) => {
      const kept = (replica.write.pragma(`foreign_key_list("${name}")`) as { from: string }[]).map(({ from }) => from);
      return [name, Object.fromEntries(Object.entries(columns).filter(([column]) => !kept.includes(column)))] as const;
    });
    expect(Object.fromEntries(loose.filter(([, columns]) => Object.keys(columns).length > 0))).toEqual(looseReferences);
  } finally {
    replica.close();
  }
});

it('an administrator’s replica gives a centre back without the centre, in the centre’s own rows', async () => {
  const profile = new Profile(desktop.folder, desktop.serverName, desktop.email);
  const replica = openReplica(profile.replicaFile, (await profile.unlock(demoPassword)) as Buffer);
  const file = join(folder, 'factory_pulse_complete_backup_20250901_093043.tar.gz');
  try {
    // An edit that was not sent is no row of the centre.
    const { id } = replica.write.prepare('select id from projects limit 1').get() as { id: string };
    const row = replica.write.prepare('select * from projects where id = ?').get(id);
    replica.write.prepare('insert into shadow (table_name, row_id, row) values (?, ?, ?)').run('projects', id, JSON.stringify(row));
    replica.write.prepare(`update projects set title = 'chưa gửi' where id = ?`).run(id);
    // Nor is one that was deleted here and not yet there.
    const line = replica.write.prepare('select * from project_sub_stage_progress limit 1').get() as { id: string };
    replica.write.prepare('insert into shadow (table_name, row_id, row) values (?, ?, ?)').run('project_sub_stage_progress', line.id, JSON.stringify(line));
    replica.write.prepare('delete from project_sub_stage_progress where id = ?').run(line.id);
    const organization = replica.write.prepare('select id, name from organizations').get() as { id: string; name: string };
    const manifest = await exportReplica(replica, {
      file, passphrase: null, signal: new AbortController().signal, progress: () => undefined, kind: 'complete', organization,
      at: new Date(), zone: 'Asia/Ho_Chi_Minh', by: 'Phùng Gia Bảo', applicationVersion: '0',
    });
    expect(manifest.created).toMatchObject({ source: 'replica', synced_at: expect.any(String) as string });
    const verification = await verifyBackup(file, { passphrase: null }, null);
    expect(verification.faults).toEqual([]);
    expect(isVerified(verification)).toBe(true);
    const target = await createTestDatabase();
    try {
      await target.client.query('begin');
      await runScript(target.client, file, manifest, { passphrase: null });
      await target.client.query('commit');
      expect(await differingTables(target.client, manifest.tables)).toEqual({ counts: [], checksums: [] });
      expect((await target.client.query('select from projects where title = $1', ['chưa gửi'])).rowCount).toBe(0);
      for (const table of ['projects', 'project_sub_stage_progress']) {
        const rows = `select jsonb_agg(to_jsonb(p) - 'sync_xid' order by p.id) as rows from ${table} p where organization_id = '${organization.id}'`;
        expect((await target.client.query<{ rows: unknown }>(rows)).rows[0]?.rows).toEqual((await central.client.query<{ rows: unknown }>(rows)).rows[0]?.rows);
      }
    } finally {
      await target.drop();
    }
  } finally {
    replica.close();
  }
});
