import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPerson } from '../../../db/central/people.ts';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { demoPassword } from '../../../shared/demo-accounts.ts';
import { TestDesktop, waitFor } from '../testing/desktop.ts';
import { exportCentre, readInstance } from './centre-export.ts';
import { differingTables, runScript } from './restore-centre.ts';

/* The server is lost and restored from a backup while desktops were away with work that had not been sent. */

const emails = ['sales.manager@factorypulse.vn', 'operations@factorypulse.vn', 'admin@factorypulse.vn'];
let central: DemoCentral;
let folder: string;
let desktops: TestDesktop[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fp-disaster-'));
  central = await createDemoCentral();
  desktops = emails.map(() => new TestDesktop(central.address));
});

afterAll(async () => {
  for (const desktop of desktops) await desktop.remove();
  rmSync(folder, { recursive: true, force: true });
});

const onServer = async (statement: string): Promise<void> => {
  const server = new pg.Client({ connectionString: process.env['FP_TEST_POSTGRES_URL'] });
  await server.connect();
  await server.query(statement);
  await server.end();
};

it('every edit that was made meanwhile survives, and nothing old is pushed over something newer', async () => {
  for (const [index, desktop] of desktops.entries()) {
    await desktop.signIn(emails[index] as string);
    await desktop.settled();
  }
  const [sales, manager, admin] = desktops as [TestDesktop, TestDesktop, TestDesktop];
  const { rows } = await central.client.query<{ id: string }>(
    `select p.id from projects p join users u on u.organization_id = p.organization_id
      where u.email = $1 and p.status = 'active' order by p.id limit 4`,
    [emails[1]],
  );
  const [first, second, third, fourth] = rows.map(({ id }) => id) as [string, string, string, string];

  const { id, schemaVersion } = await readInstance(central.client);
  const file = join(folder, 'factory_pulse_complete_backup_20250901_093043.tar.gz');
  const manifest = await exportCentre(central.client, {
    file, passphrase: null, signal: new AbortController().signal, progress: () => undefined, kind: 'complete', asOwner: true, organization: null,
    instanceId: id, schemaVersion, at: new Date(), zone: 'Asia/Ho_Chi_Minh', by: 'owner', applicationVersion: '0',
  });

  // After the backup: one edit reaches the centre and is lost with it, and everybody edits while the server is away.
  await admin.call('projects.update', { id: fourth, patch: { notes: 'sau bản sao lưu' } });
  await admin.settled();
  await central.client.end();
  await onServer(`drop database ${central.database} with (force)`);
  for (const desktop of desktops) await desktop.until(({ state }) => state !== 'online', 'the loss of the server');
  await manager.call('projects.update', { id: first, patch: { notes: 'quản lý sửa khi mất mạng' } });
  await admin.call('projects.update', { id: second, patch: { notes: 'quản trị sửa khi mất mạng' } });
  await manager.call('projects.update', { id: third, patch: { notes: 'lần sửa của quản lý' } });

  await onServer(`create database ${central.database} encoding 'UTF8' template template0`);
  const restored = new pg.Client({ connectionString: central.url });
  await restored.connect();
  try {
    await restored.query('begin');
    await runScript(restored, file, manifest, { passphrase: null });
    expect(await differingTables(restored, manifest.tables)).toEqual({ counts: [], checksums: [] });
    const { rows: people } = await restored.query<{ id: string }>('select id from users where email = any ($1)', [emails]);
    for (const person of people) await createPerson(restored, { userId: person.id, password: demoPassword, mustChange: false });
    // Somebody works in the restored centre before the others are back.
    await restored.query(`update projects set title = 'Mới hơn' where id = $1`, [third]);
    await restored.query('commit');

    for (const desktop of desktops) {
      await desktop.wake();
      await desktop.settled();
    }
    const notesOf = async (project: string): Promise<{ notes: string | null; title: string } | undefined> =>
      (await restored.query<{ notes: string | null; title: string }>('select notes, title from projects where id = $1', [project])).rows[0];
    expect(await notesOf(first)).toMatchObject({ notes: 'quản lý sửa khi mất mạng' });
    expect(await notesOf(second)).toMatchObject({ notes: 'quản trị sửa khi mất mạng' });
    // What was edited here is here, and what is newer there stays.
    expect(await notesOf(third)).toEqual({ notes: 'lần sửa của quản lý', title: 'Mới hơn' });
    for (const desktop of desktops) {
      const seen = async (): Promise<true | null> => ((await desktop.call('projects.get', { id: third })).project.title === 'Mới hơn' ? true : null);
      await waitFor(seen, 'the state of the restored centre');
      expect((await desktop.call('sync.attention')).length).toBe(0);
    }
    // An acknowledged edit that the desktop still held is sent again; one that it had let go is gone with the server, on all desktops alike.
    const lost = (await notesOf(fourth))?.notes ?? null;
    for (const desktop of desktops) expect((await desktop.call('projects.get', { id: fourth })).project.notes).toBe(lost);
    expect(sales.log.filter(({ level }) => level === 'error')).toEqual([]);
  } finally {
    await restored.end();
    await onServer(`drop database ${central.database} with (force)`);
  }
}, 120_000);
