import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { defaultPlan } from '../../../shared/domain/backup-plan.ts';
import { isUnfinished, unfinishedName } from '../../../shared/domain/backup.ts';
import { TestDesktop } from '../testing/desktop.ts';
import { FailingDisk } from '../testing/failing-disk.ts';
import { canMakeDisks, SmallDisk } from '../testing/small-disk.ts';
import { ArchiveWriter } from './archive-writer.ts';
import { exportCentre, readInstance } from './centre-export.ts';
import { freeFile } from './destinations.ts';
import type { ManifestFacts } from './manifest.ts';
import { draftOf, removeUnfinished } from './unfinished.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fp-hindrances-')));
const signal = new AbortController().signal;
const at = new Date('2025-09-01T02:30:43Z');
const name = 'factory_pulse_data_backup_20250901_093043.tar.gz';
const facts: ManifestFacts = {
  name: 'factory_pulse_data_backup_20250901_093043',
  kind: 'data',
  application: { version: '0', central_schema: 0, replica_schema: 0 },
  organization: null,
  instance_id: null,
  created: { at: at.toISOString(), zone: 'Asia/Ho_Chi_Minh', by: '', device: '', source: 'owner', synced_at: null, server: null },
  tables: [],
  references: [],
  left_out: [],
};

afterAll(() => rmSync(folder, { recursive: true, force: true }));

let number = 0;
function place(): string {
  const made = join(folder, String((number += 1)));
  mkdirSync(made);
  return made;
}

describe('a backup', () => {
  it.skipIf(!canMakeDisks())('onto a disk that fills up fails by that name, leaves nothing there and keeps what was there', async () => {
    const disk = new SmallDisk(2);
    try {
      const kept = join(disk.folder, 'factory_pulse_data_backup_20250831_093043.tar.gz');
      writeFileSync(kept, 'earlier');
      const file = join(disk.folder, name);
      const writer = await ArchiveWriter.create(file, null, signal);
      const fill = async (): Promise<void> => {
        // What does not compress.
        for (let part = 1; part < 10; part++) await writer.add({ path: `sql/00000${part}_t.sql` }, randomBytes(1_000_000));
        await writer.finish(facts);
      };
      await expect(fill()).rejects.toMatchObject({ code: 'DISK_FULL' });
      await writer.discard();
      expect(readdirSync(disk.folder)).toEqual(['factory_pulse_data_backup_20250831_093043.tar.gz']);
      expect(readFileSync(kept, 'utf8')).toBe('earlier');
    } finally {
      disk.remove();
    }
  });

  it.skipIf(!canMakeDisks())('onto a disk that may only be read is told so before anything is done', async () => {
    const disk = new SmallDisk(1);
    try {
      disk.setReadOnly(true);
      await expect(ArchiveWriter.create(join(disk.folder, name), null, signal)).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE' });
    } finally {
      disk.remove();
    }
  });

  it('that begins beside another one of the same name gives way, and the other is what it was', async () => {
    const file = join(place(), name);
    const first = await ArchiveWriter.create(file, null, signal);
    await expect(ArchiveWriter.create(file, null, signal)).rejects.toMatchObject({ code: 'BACKUP_RUNNING' });
    await first.finish(facts);
    const { size } = statSync(file);
    await expect(ArchiveWriter.create(file, null, signal)).rejects.toMatchObject({ code: 'BACKUP_RUNNING' });
    expect(statSync(file).size).toBe(size);
    expect(readdirSync(join(file, '..'))).toEqual([name]);
  });

  it('takes the next free second where a clock that was set back gives a name that is taken', async () => {
    const taken = place();
    writeFileSync(join(taken, name), '');
    expect(await freeFile(taken, 'data', at, 'Asia/Ho_Chi_Minh', true)).toBe(join(taken, 'factory_pulse_data_backup_20250901_093044.fpbackup'));
  });
});

describe('a disk that fails in the middle of a backup', () => {
  let central: DemoCentral;
  let desktop: TestDesktop;
  let disk: FailingDisk;
  let there: string;

  beforeAll(async () => {
    central = await createDemoCentral();
    desktop = new TestDesktop(central.address);
    await desktop.signIn('admin@factorypulse.vn');
    await desktop.settled();
  });

  beforeEach(async () => {
    ({ folder: there } = await desktop.addBackupDestination(place()));
    disk = new FailingDisk(there);
  });

  afterEach(() => disk.remove());

  afterAll(async () => {
    await desktop.remove();
    await central.drop();
  });

  const create = () => desktop.call('backup.create', { kind: 'snapshot', folder: there, passphrase: null });
  const drafts = (): string[] => readdirSync(there).filter(isUnfinished);

  it.each([
    ['turns read-only', 'FILE_NOT_WRITABLE', { write: 'EROFS', rename: 'EROFS', rm: 'EROFS' }, 1],
    ['is pulled out', 'FILE_NOT_WRITABLE', { write: 'EIO', sync: 'EIO', rename: 'EIO', rm: 'EIO' }, 1],
    ['turns read-only before the last of it has reached it', 'FILE_NOT_WRITABLE', { sync: 'EROFS', rename: 'EROFS', rm: 'EROFS' }, 0],
    ['fills up when it is to keep what it took', 'DISK_FULL', { sync: 'ENOSPC' }, 0],
    ['has no room for the name', 'DISK_FULL', { rename: 'ENOSPC' }, 0],
    ['turns read-only before the name', 'FILE_NOT_WRITABLE', { rename: 'EROFS', rm: 'EROFS' }, 0],
    ['does not keep the name', 'FILE_NOT_WRITABLE', { folder: 'EIO' }, 0],
    ['has no room to keep the name', 'DISK_FULL', { folder: 'ENOSPC' }, 0],
  ] as const)('%s: that is told, no file is called a backup, and the next one goes well', async (_, code, failures, writes) => {
    disk.fail(failures, writes);
    await expect(create()).rejects.toMatchObject({ code });
    expect((await desktop.call('backup.overview')).history[0]).toMatchObject({ outcome: 'failed', error: code, verified: false });
    expect(readdirSync(there)).toEqual(drafts());
    // What the disk did not give up goes with the next backup.
    expect(drafts()).toHaveLength('rm' in failures ? 1 : 0);
    disk.repair();
    expect(await create()).toMatchObject({ outcome: 'done', verified: true });
    expect([readdirSync(there).length, drafts()]).toEqual([1, []]);
  });

  it('a backup is not said to have failed where an earlier one cannot be removed; that goes with the next', async () => {
    await desktop.call('backup.setPlan', { ...defaultPlan, keep_last: 1, keep_daily: 0, keep_weekly: 0, keep_monthly: 0 });
    const first = await create();
    disk.fail({ rm: 'EBUSY' });
    const second = await create();
    expect(second).toMatchObject({ outcome: 'done', verified: true });
    expect(readdirSync(there).toSorted()).toEqual([first.name, second.name].toSorted());
    expect(desktop.log).toContainEqual({ level: 'warn', event: 'backup.not-let-go', details: { name: first.name, reason: 'EBUSY' } });
    disk.repair();
    const third = await create();
    expect(readdirSync(there)).toEqual([third.name]);
  });
});

describe('what was left of a backup', () => {
  it('goes at once where its process is gone, and stays while somebody may be writing it', async () => {
    const left = place();
    const own = draftOf(join(left, name));
    writeFileSync(own, '');
    const gone = spawnSync(process.execPath, ['--version']).pid;
    writeFileSync(own.replace(`-${process.pid}-`, `-${gone}-`), '');
    const elsewhere = join(left, unfinishedName(name, '00000000-1-00'));
    writeFileSync(elsewhere, '');
    expect(await removeUnfinished(left, new Date())).toBe(1);
    expect(readdirSync(left)).toHaveLength(2);
    // Of another machine nobody knows whether it is still running; a day later it is not.
    const before = new Date(Date.now() - 25 * 3_600_000);
    utimesSync(elsewhere, before, before);
    expect(await removeUnfinished(left, new Date())).toBe(1);
    expect(readdirSync(left)).toEqual([own.slice(left.length + 1)]);
  });
});

describe('a backup of another organization', () => {
  let central: DemoCentral;
  let desktop: TestDesktop;

  beforeAll(async () => {
    central = await createDemoCentral();
    desktop = new TestDesktop(central.address);
    await desktop.signIn('admin@factorypulse.vn');
  });

  afterAll(async () => {
    await desktop.remove();
    await central.drop();
  });

  it('can be looked at, and nothing of it comes into the present one', async () => {
    const { rows } = await central.client.query<{ id: string; name: string }>(
      `select id, name from organizations where id <> (select organization_id from users where email = 'admin@factorypulse.vn') order by id limit 1`,
    );
    const other = rows[0] as { id: string; name: string };
    const { id, schemaVersion } = await readInstance(central.client);
    const file = join(place(), 'factory_pulse_complete_backup_20250901_093043.tar.gz');
    await exportCentre(central.client, {
      file, passphrase: null, signal, progress: () => undefined, kind: 'complete', asOwner: true, organization: other, instanceId: id, schemaVersion,
      at, zone: 'Asia/Ho_Chi_Minh', by: 'owner', applicationVersion: '0',
    });
    await desktop.openBackup(file);
    expect(await desktop.call('backup.inspect', { passphrase: null })).toMatchObject({ own: false, organization: other.name });
    const records = [{ table: 'organizations', id: other.id }];
    await expect(desktop.call('backup.bringBack', { records, dry_run: false })).rejects.toMatchObject({ code: 'BACKUP_OTHER_ORGANIZATION' });
  });
});
