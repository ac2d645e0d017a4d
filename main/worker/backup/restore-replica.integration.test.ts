import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { restoredFileOf } from '../profiles/profile.ts';
import { behindItsBack } from '../testing/replica-file.ts';
import { FaultyProxy } from '../testing/faulty-proxy.ts';
import { TestDesktop, waitFor } from '../testing/desktop.ts';

/* A snapshot takes the place of the data on a machine: unsent changes of both are kept, and nothing old goes over something newer. */

const email = 'admin@factorypulse.vn';
let central: DemoCentral;
let proxy: FaultyProxy;
let desktop: TestDesktop;
let folder: string;
let projects: { id: string; title: string }[];

beforeAll(async () => {
  central = await createDemoCentral();
  const address = new URL(central.address);
  proxy = await FaultyProxy.start({ host: address.hostname, port: Number(address.port) });
  address.host = `127.0.0.1:${proxy.port}`;
  desktop = new TestDesktop(address.href);
  await desktop.signIn(email);
  await desktop.settled();
  ({ folder } = await desktop.addBackupDestination(mkdtempSync(join(tmpdir(), 'fp-replica-'))));
  const { rows } = await central.client.query<{ id: string; title: string }>(
    `select p.id, p.title from projects p join users u on u.organization_id = p.organization_id where u.email = $1 and p.status = 'active' order by p.id limit 3`,
    [email],
  );
  projects = rows;
});

afterAll(async () => {
  await desktop.remove();
  await proxy.stop();
  await central.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function goOffline(): Promise<void> {
  proxy.setDown(true);
  await desktop.until(({ state }) => state === 'offline', 'offline');
}

function goOnline(): void {
  proxy.setDown(false);
  void desktop.call('sync.now');
}

const at = (index: number): string => (projects[index] as { id: string }).id;
const rename = (index: number, title: string): Promise<null> => desktop.call('projects.update', { id: at(index), patch: { title } });
const titleHere = async (index: number): Promise<string> => (await desktop.call('projects.get', { id: at(index) })).project.title;
const titleThere = async (index: number): Promise<string | undefined> =>
  (await central.client.query<{ title: string }>('select title from projects where id = $1', [at(index)])).rows[0]?.title;
const profileFolder = (): string => join(desktop.folder, 'profiles', readdirSync(join(desktop.folder, 'profiles'))[0] ?? '');

describe('a snapshot as the data of its person on this machine', () => {
  it('keeps unsent changes of both, and takes what is newer from the centre', async () => {
    await goOffline();
    await rename(0, 'Trong ảnh chụp, chưa gửi');
    const snapshot = await desktop.call('backup.create', { kind: 'snapshot', folder, passphrase: null });
    goOnline();
    await desktop.settled();
    // The change was sent meanwhile, and overwritten by somebody else: it must not come a second time.
    expect(await titleThere(0)).toBe('Trong ảnh chụp, chưa gửi');
    await central.client.query(`update projects set title = 'Mới hơn ở máy chủ' where id = $1`, [at(0)]);
    await waitFor(async () => ((await titleHere(0)) === 'Mới hơn ở máy chủ' ? true : null), 'the newer title');
    await goOffline();
    await rename(1, 'Hiện tại, chưa gửi');
    await desktop.openBackup(join(folder, snapshot.name));
    expect(await desktop.restoreSnapshot()).toEqual({ kept: 1, returned: 1, waiting: 0 });
    await desktop.signIn(email, {}, true);
    expect(await titleHere(0)).toBe('Trong ảnh chụp, chưa gửi');
    expect(await titleHere(1)).toBe('Hiện tại, chưa gửi');
    expect((await desktop.call('backup.overview')).history[0]).toMatchObject({ kind: 'snapshot', verified: true });
    goOnline();
    await desktop.settled();
    await waitFor(async () => ((await titleHere(0)) === 'Mới hơn ở máy chủ' ? true : null), 'what is newer at the centre');
    expect(await titleThere(0)).toBe('Mới hơn ở máy chủ');
    expect(await titleThere(1)).toBe('Hiện tại, chưa gửi');
    expect(await desktop.call('sync.attention')).toEqual([]);
    expect(existsSync(restoredFileOf(profileFolder()))).toBe(false);
  });

  it('leaves a change to the person whose answer the centre may have forgotten', async () => {
    await goOffline();
    await rename(2, 'Rất cũ, chưa gửi');
    await behindItsBack(desktop, (sqlite) => sqlite.prepare('update outbox set created_at = ?').run(formatTimestamp(new Date('2020-01-01'))));
    const snapshot = await desktop.call('backup.create', { kind: 'snapshot', folder, passphrase: null });
    goOnline();
    await desktop.settled();
    await central.client.query(`update projects set title = 'Mới hơn nữa' where id = $1`, [at(2)]);
    await waitFor(async () => ((await titleHere(2)) === 'Mới hơn nữa' ? true : null), 'the newer title');
    await desktop.openBackup(join(folder, snapshot.name));
    expect(await desktop.restoreSnapshot()).toEqual({ kept: 0, returned: 0, waiting: 1 });
    await desktop.signIn(email, {}, true);
    expect(await desktop.call('sync.attention')).toMatchObject([{ code: 'RESTORED_TOO_OLD', row_id: at(2) }]);
    await waitFor(async () => ((await titleHere(2)) === 'Mới hơn nữa' ? true : null), 'what is newer at the centre');
    await desktop.settled();
    expect(await titleThere(2)).toBe('Mới hơn nữa');
  });

  it('is refused where it is none, of another person, or not the right file; the data stays', async () => {
    const complete = await desktop.call('backup.create', { kind: 'complete', folder, passphrase: null });
    await desktop.openBackup(join(folder, complete.name));
    await expect(desktop.restoreSnapshot()).rejects.toMatchObject({ code: 'BACKUP_OF_OTHER_KIND' });
    const snapshot = await desktop.call('backup.create', { kind: 'snapshot', folder, passphrase: null });
    const other = new TestDesktop(central.address);
    try {
      await central.client.query(`update users set role = 'admin' where email = 'ceo@factorypulse.vn'`);
      await other.signIn('ceo@factorypulse.vn');
      await other.settled();
      await other.addBackupDestination(folder);
      await other.openBackup(join(folder, snapshot.name));
      await expect(other.restoreSnapshot()).rejects.toMatchObject({ code: 'BACKUP_OTHER_PERSON' });
      expect((await other.call('projects.get', { id: at(0) })).project.id).toBe(at(0));
    } finally {
      await other.remove();
    }
  });

  it('that was interrupted before it took the place leaves the data as it was', async () => {
    const title = await titleHere(2);
    await desktop.restart();
    writeFileSync(restoredFileOf(profileFolder()), 'half');
    await desktop.signIn(email, {}, true);
    expect(await titleHere(2)).toBe(title);
    expect(existsSync(restoredFileOf(profileFolder()))).toBe(false);
  });
});
