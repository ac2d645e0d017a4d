import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { TestDesktop, waitFor } from '../testing/desktop.ts';

/* An earlier state is looked at by the ordinary operations, changes nothing, and leaves nothing behind. */

const passphrase = 'mười hai con giáp';
let central: DemoCentral;
let desktop: TestDesktop;
let folder: string;
let project: { id: string; title: string };
const backups: { name: string; passphrase: string | null }[] = [];

const remains = (): string[] => {
  const place = join(desktop.folder, 'past');
  return existsSync(place) ? readdirSync(place) : [];
};

beforeAll(async () => {
  central = await createDemoCentral();
  desktop = new TestDesktop(central.address);
  await desktop.signIn('admin@factorypulse.vn');
  await desktop.settled();
  ({ folder } = await desktop.addBackupDestination(mkdtempSync(join(tmpdir(), 'fp-past-'))));
  const { rows } = await central.client.query<{ id: string; title: string }>(
    `select p.id, p.title from projects p join users u on u.organization_id = p.organization_id where u.email = 'admin@factorypulse.vn' and p.status = 'active' order by p.id limit 1`,
  );
  project = rows[0] as { id: string; title: string };
  for (const [kind, secret] of [['snapshot', passphrase], ['complete', null]] as const) {
    backups.push({ name: (await desktop.call('backup.create', { kind, folder, passphrase: secret })).name, passphrase: secret });
  }
  await central.client.query(`update projects set title = 'Tên mới' where id = $1`, [project.id]);
  await waitFor(async () => ((await desktop.call('projects.get', { id: project.id })).project.title === 'Tên mới' ? true : null), 'the change of somebody else');
});

afterAll(async () => {
  await desktop.remove();
  await central.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe.each([0, 1])('the backup %i of a snapshot and an export', (index) => {
  it('is shown as it was, beside the present, and is gone when it is closed', async () => {
    const backup = backups[index] as (typeof backups)[number];
    await desktop.openBackup(join(folder, backup.name));
    const past = await desktop.openPast(backup.passphrase);
    expect(past.name).toBe(backup.name.replace(/\.(tar\.gz|fpbackup)$/, ''));
    expect((await desktop.askPast('projects.get', { id: project.id })).project.title).toBe(project.title);
    expect((await desktop.call('projects.get', { id: project.id })).project.title).toBe('Tên mới');
    const [then, now] = [await desktop.askPast('contacts.list', {}), await desktop.call('contacts.list', {})];
    expect(then).toEqual(now);
    // Sums are kept by triggers: a state without them would show nothing.
    const open = await desktop.askPast('dashboard.figures');
    expect(JSON.stringify(open)).toBe(JSON.stringify(await desktop.call('dashboard.figures')));
    await waitFor(async () => ((await desktop.askPast('search.all', { text: project.title })).records.some(({ id }) => id === project.id) ? true : null), 'the search of the earlier state');
    expect(remains()).toHaveLength(1);
    await expect(desktop.askPast('projects.update', { id: project.id, patch: { title: 'Không được' } })).rejects.toMatchObject({ code: 'PAST_READ_ONLY' });
    await expect(desktop.askPast('sync.now')).rejects.toMatchObject({ code: 'PAST_READ_ONLY' });
    await desktop.closePast();
    expect(remains()).toEqual([]);
    await expect(desktop.askPast('projects.get', { id: project.id })).rejects.toMatchObject({ code: 'BACKUP_NOT_OPEN' });
  });
});

describe('an earlier state', () => {
  it('lets nobody change anything of it, though an administrator may everything today', async () => {
    await desktop.openBackup(join(folder, backups[0]?.name ?? ''));
    await desktop.openPast(passphrase);
    const asks = { page: () => desktop.call('projects.get', { id: project.id }), past: () => desktop.askPast('projects.get', { id: project.id }) };
    const [today, then] = [await asks.page(), await asks.past()];
    expect([today.can_edit, today.can_assign]).toEqual([true, true]);
    expect([then.can_edit, then.can_assign]).toEqual([false, false]);
    expect(today.sub_stages.some(({ can_edit, settable }) => can_edit || settable.length > 0)).toBe(true);
    expect(then.sub_stages.some(({ can_edit, settable }) => can_edit || settable.length > 0)).toBe(false);
    // What was missing then is told all the same.
    expect(then.moves).toEqual(today.moves);
    const [company] = (await desktop.askPast('contacts.list', {})).rows;
    expect((await desktop.call('contacts.get', { id: company?.id ?? '' })).may_edit).toBe(true);
    expect((await desktop.askPast('contacts.get', { id: company?.id ?? '' })).may_edit).toBe(false);
    expect(await desktop.call('documents.choices')).toMatchObject({ may_add: true, may_add_loose: true });
    expect(await desktop.askPast('documents.choices')).toMatchObject({ may_add: false, may_add_loose: false });
    const [document] = (await desktop.askPast('documents.list', {})).rows;
    expect((await desktop.call('documents.get', { id: document?.id ?? '' })).may).toMatchObject({ edit: true });
    expect((await desktop.askPast('documents.get', { id: document?.id ?? '' })).may).toMatchObject({ edit: false, check_out: false, check_in: false, add_version: false });
    await desktop.closePast();
  });

  it('ends with the session, and what a crash left of one goes at the next start', async () => {
    await desktop.openBackup(join(folder, backups[0]?.name ?? ''));
    await expect(desktop.openPast('another passphrase')).rejects.toMatchObject({ code: 'BACKUP_PASSPHRASE_WRONG' });
    expect(remains()).toEqual([]);
    await desktop.openPast(passphrase);
    await desktop.restart();
    expect(remains()).toEqual([]);
    const left = join(desktop.folder, 'past', 'state-abandoned');
    mkdirSync(left, { recursive: true });
    writeFileSync(join(left, 'replica.db'), 'x');
    await desktop.restart();
    expect(remains()).toEqual([]);
    await desktop.signIn('admin@factorypulse.vn');
  });
});
