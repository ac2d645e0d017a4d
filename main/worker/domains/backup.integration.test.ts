import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { defaultPlan } from '../../../shared/domain/backup-plan.ts';
import { copyForm, fixture, insertForm } from '../importer/testing/dump-fixture.ts';
import { TestDesktop, waitFor } from '../testing/desktop.ts';

let central: DemoCentral;
let desktop: TestDesktop;
let folder: string;
const passphrase = 'mười hai con giáp';

beforeAll(async () => {
  central = await createDemoCentral();
  desktop = new TestDesktop(central.address);
  await desktop.signIn('admin@factorypulse.vn');
  await desktop.settled();
  const place = mkdtempSync(join(tmpdir(), 'fp-backups-'));
  ({ folder } = await desktop.addBackupDestination(place));
});

afterAll(async () => {
  await desktop.remove();
  await central.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe('an administrator', () => {
  it('backs up the organization and this machine, each verified by restoring it', async () => {
    const complete = await desktop.call('backup.create', { kind: 'complete', folder, passphrase: null });
    expect(complete).toMatchObject({ outcome: 'done', verified: true, encrypted: false, reason: 'person' });
    const snapshot = await desktop.call('backup.create', { kind: 'snapshot', folder, passphrase });
    expect(snapshot).toMatchObject({ outcome: 'done', verified: true, encrypted: true });
    expect(await desktop.call('backup.verify', { id: snapshot.id, passphrase })).toMatchObject({ verified: true });
    await expect(desktop.call('backup.verify', { id: snapshot.id, passphrase: 'another passphrase' })).rejects.toMatchObject({ code: 'BACKUP_PASSPHRASE_WRONG' });
    const { history, warning, destinations } = await desktop.call('backup.overview');
    expect(history.map(({ kind }) => kind)).toEqual(['snapshot', 'complete']);
    expect(warning).toBeNull();
    expect(destinations).toMatchObject([{ folder, reachable: true }]);
    expect(desktop.events.some(({ topic }) => topic === 'backup.progress')).toBe(true);
    // What is not for an administrator's eyes is not in it, and no secret of this machine either.
    const content = gunzipSync(readFileSync(join(folder, complete.name))).toString('utf8');
    expect(content.includes('SCRAM-SHA-256$4096:')).toBe(false);
    expect(readdirSync(folder).every((name) => name.startsWith('factory_pulse_'))).toBe(true);
  });

  it('brings a changed record back as a new change that reaches the centre', async () => {
    const made = await desktop.call('backup.create', { kind: 'complete', folder, passphrase: null });
    const { rows } = await central.client.query<{ id: string; title: string }>(
      `select p.id, p.title from projects p join users u on u.organization_id = p.organization_id where u.email = 'admin@factorypulse.vn' and p.status = 'active' order by p.id limit 1`,
    );
    const project = rows[0] as { id: string; title: string };
    await central.client.query(`update projects set title = 'Ghi đè nhầm' where id = $1`, [project.id]);
    const isSeen = async (): Promise<true | null> => ((await desktop.call('projects.get', { id: project.id })).project.title === 'Ghi đè nhầm' ? true : null);
    await waitFor(isSeen, 'the change of somebody else');
    expect(await desktop.openBackup(join(folder, made.name))).toEqual({ name: made.name, locked: false, form: 'backup' });
    const contents = await desktop.call('backup.inspect', { passphrase: null });
    expect(contents).toMatchObject({ own: true, kind: 'complete', organization: expect.any(String) as string });
    expect(contents.tables.find(({ table }) => table === 'projects')).toMatchObject({ changed: 1, missing: 0, newer: 0 });
    // Nothing else differs but the trail of that change: cells of the centre and of this machine are told to be the same.
    expect(contents.tables.filter(({ changed, missing }) => changed + missing > 0).map(({ table }) => table)).toEqual(['projects']);
    const [record] = await desktop.call('backup.differences', { table: 'projects', project_id: null });
    expect(record).toMatchObject({ id: project.id, state: 'changed', columns: [{ name: 'title', now: 'Ghi đè nhầm', then: project.title }] });
    const records = [{ table: 'projects', id: project.id }];
    expect(await desktop.call('backup.bringBack', { records, dry_run: true })).toEqual({ accepted: 1, refused: [] });
    expect((await desktop.call('projects.get', { id: project.id })).project.title).toBe('Ghi đè nhầm');
    await desktop.call('backup.bringBack', { records, dry_run: false });
    await desktop.settled();
    const after = await central.client.query<{ title: string }>('select title from projects where id = $1', [project.id]);
    expect(after.rows[0]?.title).toBe(project.title);
    // The state before it was saved first.
    expect((await desktop.call('backup.overview')).history[0]).toMatchObject({ kind: 'snapshot', verified: true });
    await desktop.call('backup.close');
    await expect(desktop.call('backup.inspect', { passphrase: null })).rejects.toMatchObject({ code: 'BACKUP_NOT_OPEN' });
  });

  it('is told what hinders a backup, and finds it in the history', async () => {
    await expect(desktop.call('backup.create', { kind: 'snapshot', folder: join(folder, 'elsewhere'), passphrase: null })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    await desktop.addBackupDestination(disk);
    renameSync(disk, `${disk}-away`);
    await expect(desktop.call('backup.create', { kind: 'snapshot', folder: disk, passphrase: null })).rejects.toMatchObject({ code: 'BACKUP_DESTINATION_MISSING' });
    symlinkSync(tmpdir(), disk);
    await expect(desktop.call('backup.create', { kind: 'snapshot', folder: disk, passphrase: null })).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE' });
    const { history, warning } = await desktop.call('backup.overview');
    expect(history[0]).toMatchObject({ outcome: 'failed', error: 'FILE_NOT_WRITABLE', folder: disk });
    expect(warning).toBe('failed');
    await desktop.call('backup.removeDestination', { folder: disk });
    rmSync(disk);
    rmSync(`${disk}-away`, { recursive: true });
  });

  it('is told what a dump of the former system is, whatever its name says', async () => {
    const place = mkdtempSync(join(tmpdir(), 'fp-dumps-'));
    const look = async (name: string, content: string) => {
      writeFileSync(join(place, name), content);
      expect(await desktop.openBackup(join(place, name))).toEqual({ name, locked: false, form: 'dump' });
      return desktop.call('backup.inspectDump');
    };
    const structure = 'CREATE TABLE public.projects (id uuid);\n';
    try {
      for (const form of [insertForm, copyForm]) {
        const name = `factory_pulse_data_backup_20250903_074929.sql`;
        const found = await look(name, form(fixture()));
        expect(found).toMatchObject({ kind: 'data', named: 'data', name });
        expect(found.command).toBe(`npm run central -- import '${join(place, name)}'`);
        expect(found.tables.find(({ table }) => table === 'public.projects')).toMatchObject({ imported: true, rows: fixture().find(({ name: table }) => table === 'public.projects')?.rows.length });
        expect(found.tables.find(({ table }) => table === 'auth.refresh_tokens')?.imported ?? false).toBe(false);
      }
      expect(await look('factory_pulse_complete_backup_20250901_093043.sql', structure)).toMatchObject({ kind: 'schema', named: 'complete', rows: 0 });
      expect(await look('whole.sql', structure + copyForm(fixture()))).toMatchObject({ kind: 'complete', named: null });
      await expect(look('cut.sql', copyForm(fixture()).slice(0, -400))).rejects.toMatchObject({ code: 'BACKUP_TRUNCATED' });
      await expect(desktop.call('backup.inspect', { passphrase: null })).rejects.toMatchObject({ code: 'BACKUP_OLD_DUMP' });
    } finally {
      await desktop.call('backup.close');
      rmSync(place, { recursive: true });
    }
  });

  it('makes one at a time and can stop it, and then there is no file', async () => {
    const before = readdirSync(folder);
    const first = desktop.call('backup.create', { kind: 'snapshot', folder, passphrase });
    await expect(desktop.call('backup.create', { kind: 'snapshot', folder, passphrase: null })).rejects.toMatchObject({ code: 'BACKUP_RUNNING' });
    await desktop.call('backup.cancel');
    await expect(first).rejects.toMatchObject({ code: 'BACKUP_CANCELLED' });
    expect(readdirSync(folder)).toEqual(before);
  });

  it('has a snapshot made at the end of work where the plan says so, and keeps as many as it says', async () => {
    await desktop.call('backup.setPlan', { ...defaultPlan, enabled: true, kind: 'snapshot', on_quit: true, keep_last: 1, keep_daily: 0, keep_weekly: 0, keep_monthly: 0 });
    await desktop.restart();
    await desktop.signIn('admin@factorypulse.vn');
    const { history, plan } = await desktop.call('backup.overview');
    expect(plan.on_quit).toBe(true);
    expect(history[0]).toMatchObject({ reason: 'quit', kind: 'snapshot', verified: true, gone: false });
    expect(history.filter(({ kind, outcome, gone }) => kind === 'snapshot' && outcome === 'done' && !gone)).toHaveLength(1);
    expect(history.filter(({ kind, gone }) => kind === 'complete' && !gone)).toHaveLength(1);
  });
});

describe('a plan without its passphrase', () => {
  it('makes no plain backup instead, and says why', async () => {
    await desktop.call('backup.setPlan', { ...defaultPlan, enabled: true, kind: 'snapshot', on_quit: true, encrypt: true });
    for (let round = 0; round < 2; round++) {
      await desktop.restart();
      await desktop.signIn('admin@factorypulse.vn');
    }
    const { history, warning } = await desktop.call('backup.overview');
    expect(history.filter(({ error }) => error === 'BACKUP_PASSPHRASE_REQUIRED')).toHaveLength(1);
    expect(history[0]).toMatchObject({ reason: 'quit', outcome: 'failed' });
    expect(warning).toBe('failed');
    await desktop.call('backup.keepPassphrase', passphrase);
    await desktop.restart();
    await desktop.signIn('admin@factorypulse.vn');
    const after = await desktop.call('backup.overview');
    expect(after.history[0]).toMatchObject({ reason: 'quit', outcome: 'done', encrypted: true, verified: true });
    await desktop.call('backup.setPlan', defaultPlan);
  });
});

describe('everybody else', () => {
  it('makes no backup and looks into none', async () => {
    const other = new TestDesktop(central.address);
    try {
      await other.signIn('sales.manager@factorypulse.vn');
      await expect(other.call('backup.overview')).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      await expect(other.addBackupDestination(folder)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      await expect(other.openBackup(join(folder, 'x'))).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    } finally {
      await other.remove();
    }
  });
});
