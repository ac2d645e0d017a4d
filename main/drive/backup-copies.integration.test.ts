import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../db/testing/demo-central.ts';
import type { BackupRecord } from '../../shared/api/backup.ts';
import { defaultPlan } from '../../shared/domain/backup-plan.ts';
import { driveScopes } from '../../shared/domain/drive.ts';
import { AppError } from '../../shared/errors.ts';
import { keyring } from '../keyring.fixture.ts';
import { memoryLog } from '../memory-log.fixture.ts';
import type { OutgoingBackups } from '../worker/protocol.ts';
import { TestDesktop } from '../worker/testing/desktop.ts';
import { FailingDisk } from '../worker/testing/failing-disk.ts';
import { BackupCopies } from './backup-copies.ts';
import { noWaiting } from './connection.fixture.ts';
import { Connection } from './connection.ts';
import { googleAt } from './endpoints.ts';
import { signInWithBrowser } from './sign-in.ts';
import { FakeGoogle, type Fault } from './testing/fake-google.ts';
import type { FakeFile } from './testing/fake-drive-files.ts';
import { TransfersFile } from './transfers-file.ts';
import { Transfers } from './transfers.ts';
import { workerOutbox } from './worker-outbox.ts';

/* Backups in Drive: the real worker makes them, main sends them, and a server stands for Google. */

const passphrase = 'mười hai con giáp';
const uploads = /^\/upload\/drive\/v3\/files$/;

let central: DemoCentral;
let desktop: TestDesktop;
let google: FakeGoogle;
let connection: Connection | null;
let transfers: Transfers;
let copies: BackupCopies;
let folder: FakeFile;
let destination: string;
/** What happens before the worker says what waits. */
let beforeList: () => Promise<void>;
/** What is answered in the worker's place. */
let workerAnswers: () => OutgoingBackups | null;

beforeAll(async () => {
  central = await createDemoCentral();
  desktop = new TestDesktop(central.address);
  await desktop.signIn('admin@factorypulse.vn');
  await desktop.settled();
});

afterAll(async () => {
  await desktop.remove();
  await central.drop();
});

beforeEach(async () => {
  google = await FakeGoogle.start();
  connection = await connect();
  begin();
  folder = google.drive.addFolder('Sao lưu');
  destination = (await desktop.call('backup.addDriveDestination', { folder: { id: folder.id }, name: folder.name })).folder;
});

afterEach(async () => {
  for (const { folder: known } of (await desktop.call('backup.overview')).destinations) await desktop.call('backup.removeDestination', { folder: known });
  for (const { id } of await waiting()) await desktop.call('backup.discardWaiting', { id });
  await desktop.call('backup.setPlan', defaultPlan);
  await google.stop();
  expect(google.problems).toEqual([]);
});

/** As after a start of the application. */
function begin(): void {
  beforeList = () => Promise.resolve();
  workerAnswers = () => null;
  const outbox = workerOutbox((name, input) => desktop.control(name, input));
  const current = (): Promise<Connection> => (connection ? Promise.resolve(connection) : Promise.reject(new AppError('DRIVE_NOT_CONNECTED', 'not connected')));
  const unused = (): Promise<never> => Promise.reject(new Error('backups are in no store'));
  transfers = new Transfers({
    personId: randomUUID(),
    connection: current,
    store: { takeIn: unused, source: unused, keepCopy: unused },
    file: new TransfersFile(desktop.personFolder, 'organization/person', { vault: keyring(), platform: 'linux', log: memoryLog() }),
    waiting: noWaiting,
    log: memoryLog(),
    tell: () => undefined,
  });
  copies = new BackupCopies({
    connection: current,
    transfers,
    outbox: { ...outbox, list: () => beforeList().then(() => workerAnswers() ?? outbox.list()) },
    folder: desktop.personFolder,
    log: memoryLog(),
  });
}

async function connect(): Promise<Connection> {
  const endpoints = googleAt(google.url);
  const { refreshToken, accessToken, expiresAt } = await signInWithBrowser({
    endpoints,
    client: google.client,
    scopes: Object.values(driveScopes),
    hint: null,
    limitMs: 5000,
    signal: new AbortController().signal,
    openBrowser: (address) => {
      void google.consent(address);
      return Promise.resolve();
    },
    onAddress: () => undefined,
    page: () => ({ html: '', policy: '' }),
  });
  return new Connection({
    endpoints,
    client: google.client,
    refreshToken,
    accessToken: { token: accessToken, expiresAt },
    waiting: { wait: () => Promise.resolve(), random: () => 0 },
    onRefused: () => undefined,
  });
}

/** Without a passphrase, whose key takes its time, where it plays no part. */
const make = (): Promise<BackupRecord> => desktop.call('backup.create', { kind: 'snapshot', folder: destination, passphrase: null, plain_to_drive: true });
const makeLocked = (): Promise<BackupRecord> => desktop.call('backup.create', { kind: 'snapshot', folder: destination, passphrase });
const send = (asked = false): Promise<void> => copies.send({ asked });
const recordOf = async ({ id }: Pick<BackupRecord, 'id'>): Promise<BackupRecord | undefined> =>
  (await desktop.call('backup.overview')).history.find((record) => record.id === id);
const waiting = async (): Promise<BackupRecord[]> =>
  (await desktop.call('backup.overview')).history.filter(({ outcome, gone, drive }) => outcome === 'done' && !gone && drive?.file_id === null);
const inDrive = (): FakeFile[] => [...google.drive.all.values()].filter(({ parents, trashed }) => parents.includes(folder.id) && !trashed);
const onMachine = (): string[] => readdirSync(join(desktop.personFolder, 'backups-for-drive'));

describe('a backup for Drive', () => {
  it('is proven on this machine, sent whole under its name, and then on this machine no more', async () => {
    const made = await makeLocked();
    expect(made).toMatchObject({ outcome: 'done', verified: true, encrypted: true, drive: { name: 'Sao lưu', file_id: null, error: null } });
    const bytes = readFileSync(join(desktop.personFolder, 'backups-for-drive', made.name));
    // Until Google has all of it, nothing there is called a backup.
    const names: string[] = [];
    const add = google.drive.add.bind(google.drive);
    google.drive.add = (file) => {
      names.push(file.name);
      return add(file);
    };
    await send();
    expect(names).toEqual([`.${made.name}.drive.unfinished`]);
    const [file, ...others] = inDrive();
    expect(others).toEqual([]);
    expect(file).toMatchObject({ name: made.name, parents: [folder.id] });
    expect(file?.content?.equals(bytes)).toBe(true);
    const record = await recordOf(made);
    expect(record).toMatchObject({ verified: true, gone: false, size: bytes.length, drive: { file_id: file?.id, error: null } });
    expect(record?.drive?.sent_at).not.toBeNull();
    expect(onMachine()).toEqual([]);
    expect((await desktop.call('backup.overview')).warning).toBeNull();
    // What was sent is not sent again.
    const asked = google.asked.length;
    await send(true);
    expect(google.asked.length).toBe(asked);
  });

  it('goes to the root where no folder was chosen', async () => {
    const root = await desktop.call('backup.addDriveDestination', { folder: null, name: 'Drive của tôi' });
    const made = await desktop.call('backup.create', { kind: 'snapshot', folder: root.folder, passphrase });
    await send();
    expect([...google.drive.all.values()].find(({ name }) => name === made.name)?.parents).toEqual(['root']);
  });

  it('without a passphrase is made only where somebody agreed to that', async () => {
    await expect(desktop.call('backup.create', { kind: 'snapshot', folder: destination, passphrase: null })).rejects.toMatchObject({ code: 'BACKUP_PLAIN_TO_DRIVE' });
    expect(await waiting()).toEqual([]);
    const made = await desktop.call('backup.create', { kind: 'snapshot', folder: destination, passphrase: null, plain_to_drive: true });
    expect(made).toMatchObject({ verified: true, encrypted: false });
    await send();
    expect(inDrive().map(({ name }) => name)).toEqual([made.name]);
  });

  it('that is stopped before it is proven is never sent', async () => {
    const stopped = makeLocked();
    stopped.catch(() => undefined);
    // It is whole, and the key to read it again is being derived.
    await expect.poll(() => onMachine().some((name) => !name.startsWith('.')), { timeout: 20_000, interval: 5 }).toBe(true);
    await desktop.call('backup.cancel');
    await expect(stopped).rejects.toMatchObject({ code: 'BACKUP_CANCELLED' });
    expect(await waiting()).toEqual([]);
    expect(onMachine()).toEqual([]);
  });

  it.each<[string, () => void, string]>([
    ['where nobody is connected', () => (connection = null), 'DRIVE_NOT_CONNECTED'],
    ['where Google no longer accepts the connection', () => google.revokeAll(), 'DRIVE_RECONNECT'],
    ['where Drive is full', () => google.fail(uploads, { status: 403, reason: 'storageQuotaExceeded' }), 'DRIVE_FULL'],
    ['where the folder is gone', () => google.drive.remove(folder.id), 'BACKUP_DRIVE_FOLDER'],
    ['where the folder lies in the trash', () => google.drive.change(folder.id, { trashed: true }), 'BACKUP_DRIVE_FOLDER'],
    ['where the person may not write into the folder', () => google.drive.change(folder.id, { canAddChildren: false }), 'BACKUP_DRIVE_FOLDER'],
    ['where the network is gone', () => google.fail(/./, ...Array<Fault>(40).fill('cut')), 'DRIVE_UNREACHABLE'],
  ])('waits on this machine %s, says why, and is sent at the next chance', async (_, hinder, code) => {
    const made = await make();
    hinder();
    await send();
    expect(await recordOf(made)).toMatchObject({ outcome: 'done', verified: true, gone: false, drive: { file_id: null, error: code } });
    expect((await desktop.call('backup.overview')).warning).toBe('waiting');
    expect(onMachine()).toEqual([made.name]);
    expect(inDrive()).toEqual([]);
    google.heal();
    if (!google.drive.all.has(folder.id)) google.drive.addFolder(folder.name, { id: folder.id });
    google.drive.change(folder.id, { trashed: false, canAddChildren: true });
    connection = await connect();
    await send();
    expect(inDrive().map(({ name }) => name)).toEqual([made.name]);
    expect(await recordOf(made)).toMatchObject({ drive: { error: null } });
  });

  it('that the person stops on its way waits until they ask for it', async () => {
    const made = await make();
    google.fail(uploads, 'silent');
    const sending = send();
    const running = async () => (await transfers.list()).map(({ name, can_pause }) => ({ name, can_pause }));
    await expect.poll(running, { timeout: 10_000 }).toEqual([{ name: made.name, can_pause: false }]);
    for (const { id } of await transfers.list()) await transfers.cancel(id);
    await sending;
    expect(await recordOf(made)).toMatchObject({ drive: { file_id: null, error: 'DRIVE_CANCELLED' } });
    await send();
    expect(inDrive()).toEqual([]);
    await send(true);
    expect(inDrive().map(({ name }) => name)).toEqual([made.name]);
  });

  it('says that nobody is connected, as all that wait do, when the connection is given up on its way', async () => {
    const made = [await make(), await make()];
    google.fail(uploads, 'silent');
    const sending = send();
    await expect.poll(async () => (await transfers.list()).length, { timeout: 10_000 }).toBe(1);
    const given = connection;
    connection = null;
    await transfers.forget(given);
    await sending;
    for (const one of made) expect(await recordOf(one)).toMatchObject({ gone: false, drive: { file_id: null, error: 'DRIVE_NOT_CONNECTED' } });
  });

  it('is not sent again after a session that ended when Google had all of it', async () => {
    const made = await make();
    // The worker answers for whoever is signed in: for the next person nothing waits.
    workerAnswers = () => {
      if (inDrive().length === 0) return null;
      copies.stop();
      return { waiting: [], sent: [], expired: [] };
    };
    await send();
    expect(inDrive()).toHaveLength(1);
    expect(await recordOf(made)).toMatchObject({ drive: { file_id: null, error: null } });
    begin();
    await send();
    expect(inDrive().map(({ name }) => name)).toEqual([made.name]);
    expect(google.asked.filter(({ path }) => uploads.test(path)).map(({ method }) => method)).toEqual(['POST', 'PUT']);
  });

  it('follows in the same round when one before it is taken off this machine', async () => {
    const made = [await make(), await make(), await make()];
    beforeList = async () => {
      const second = made[1]?.id ?? '';
      if (inDrive().length === 1 && (await waiting()).some(({ id }) => id === second)) await desktop.call('backup.discardWaiting', { id: second });
    };
    await send();
    expect(inDrive().map(({ name }) => name)).toEqual([made[0]?.name, made[2]?.name]);
  });

  it('whose end nobody heard is taken over and not sent twice; half of one goes', async () => {
    const made = await make();
    const content = readFileSync(join(desktop.personFolder, 'backups-for-drive', made.name));
    const draft = `.${made.name}.drive.unfinished`;
    const half = google.drive.add({ name: draft, parents: [folder.id], content: content.subarray(1), byApp: true });
    const whole = google.drive.add({ name: draft, parents: [folder.id], content, byApp: true });
    await send();
    expect(inDrive().map(({ id, name }) => ({ id, name }))).toEqual([{ id: whole.id, name: made.name }]);
    expect(google.drive.all.get(half.id)?.trashed).toBe(true);
    expect(google.asked.some(({ path }) => uploads.test(path))).toBe(false);
  });

  it('that is made while another one is sent follows it', async () => {
    const first = await make();
    let second: BackupRecord | null = null;
    beforeList = async () => {
      if (second !== null || inDrive().length === 0) return;
      second = await make();
      void send();
    };
    await send();
    expect(inDrive().map(({ name }) => name)).toEqual([first.name, (second as BackupRecord | null)?.name]);
    expect(onMachine()).toEqual([]);
  });

  it('waits through the end of the application, and what it left half goes', async () => {
    const made = await make();
    writeFileSync(join(desktop.personFolder, 'backups-for-drive', 'factory_pulse_snapshot_backup_20250901_093043.tar.gz'), 'half');
    await desktop.restart();
    await desktop.signIn('admin@factorypulse.vn');
    begin();
    expect((await waiting()).map(({ name }) => name)).toEqual([made.name]);
    await expect.poll(onMachine, { timeout: 10_000 }).toEqual([made.name]);
    await send();
    expect(inDrive().map(({ name }) => name)).toEqual([made.name]);
  });

  it('counts as sent, or as taken off this machine, though another program holds the file here; that goes later', async () => {
    const [sent, left] = [await make(), await make()];
    const disk = new FailingDisk(join(desktop.personFolder, 'backups-for-drive'));
    try {
      disk.fail({ rm: 'EBUSY' });
      await desktop.call('backup.discardWaiting', { id: left.id });
      await send();
    } finally {
      disk.remove();
    }
    expect(inDrive().map(({ name }) => name)).toEqual([sent.name]);
    expect(await recordOf(sent)).toMatchObject({ gone: false, drive: { error: null } });
    expect((await desktop.call('backup.overview')).warning).toBeNull();
    expect(onMachine()).toHaveLength(2);
    await desktop.restart();
    await desktop.signIn('admin@factorypulse.vn');
    begin();
    await expect.poll(onMachine, { timeout: 10_000 }).toEqual([]);
  });

  it('that waits can be taken off this machine', async () => {
    const made = await make();
    await desktop.call('backup.discardWaiting', { id: made.id });
    expect(await recordOf(made)).toMatchObject({ gone: true });
    expect(onMachine()).toEqual([]);
    await expect(desktop.call('backup.discardWaiting', { id: made.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const second = await make();
    // While it is sent: the list is asked for once more when Google has all of it.
    beforeList = async () => {
      if (inDrive().length > 0 && (await waiting()).length > 0) await desktop.call('backup.discardWaiting', { id: second.id });
    };
    await send();
    expect([...google.drive.all.values()].filter(({ trashed }) => trashed)).toHaveLength(1);
    expect(inDrive()).toEqual([]);
    expect(await recordOf(second)).toMatchObject({ gone: true, drive: { file_id: null } });
  });
});

describe('backups in Drive', () => {
  const keepOne = { ...defaultPlan, keep_last: 1, keep_daily: 0, keep_weekly: 0, keep_monthly: 0 };

  it('go into the trash when the plan does not keep them, and nobody else’s do', async () => {
    await desktop.call('backup.setPlan', keepOne);
    const foreign = google.drive.add({ name: 'factory_pulse_snapshot_backup_20200101_000000.fpbackup', parents: [folder.id], content: Buffer.from('x'), byApp: true });
    const first = await make();
    await send();
    const second = await make();
    await send();
    expect(inDrive().map(({ name }) => name).sort()).toEqual([foreign.name, second.name].sort());
    expect([...google.drive.all.values()].find(({ name }) => name === first.name)).toMatchObject({ trashed: true });
    expect(await recordOf(first)).toMatchObject({ gone: true });
    expect(await recordOf(second)).toMatchObject({ gone: false });
  });

  it('stay in a folder that is no destination any more, whatever the plan says', async () => {
    await desktop.call('backup.setPlan', { ...keepOne, keep_last: 2 });
    const made = [await make(), await make()];
    await send();
    await desktop.call('backup.removeDestination', { folder: destination });
    await desktop.call('backup.setPlan', keepOne);
    expect((await desktop.control('worker.outgoingBackups', undefined)).expired).toEqual([]);
    await desktop.call('backup.addDriveDestination', { folder: { id: folder.id }, name: folder.name });
    const { sent, expired } = await desktop.control('worker.outgoingBackups', undefined);
    expect(expired).toEqual(sent.filter(({ id }) => id === made[0]?.id));
  });

  it('stay where a newer one that was verified has been removed by somebody', async () => {
    await desktop.call('backup.setPlan', { ...keepOne, keep_last: 2 });
    const [first, second, third] = [await make(), await make(), await make()];
    await send();
    // Two are kept; of these one is gone, so that the oldest one has to stay.
    await desktop.call('backup.setPlan', keepOne);
    const fileOf = (record: BackupRecord): FakeFile | undefined => [...google.drive.all.values()].find(({ name }) => name === record.name);
    google.drive.remove(fileOf(third)?.id ?? '');
    connection = await connect();
    const fourth = await make();
    google.drive.add = () => {
      throw new Error('nothing more is stored');
    };
    google.fail(uploads, { status: 403, reason: 'storageQuotaExceeded' });
    await send();
    expect(await recordOf(third)).toMatchObject({ gone: true });
    expect(await recordOf(second)).toMatchObject({ gone: false });
    expect(fileOf(second)).toMatchObject({ trashed: false });
    expect(await recordOf(first)).toMatchObject({ gone: true });
    expect(await recordOf(fourth)).toMatchObject({ drive: { error: 'DRIVE_FULL' } });
  });

  it('are fetched to be looked at, and the copy goes afterwards', async () => {
    const made = await makeLocked();
    await send();
    const [file] = inDrive();
    const path = await copies.fetch({ id: file?.id ?? '', resource_key: null });
    expect(await desktop.control('worker.openBackup', { file: path, fetched: true })).toEqual({ name: made.name, locked: true, form: 'backup' });
    const inspecting = desktop.call('backup.inspect', { passphrase });
    await desktop.call('backup.close');
    // Nothing is taken away from what still reads it.
    expect(readdirSync(join(desktop.personFolder, 'backup-from-drive'))).toHaveLength(1);
    expect(await inspecting).toMatchObject({ own: true, kind: 'snapshot' });
    await expect.poll(() => readdirSync(join(desktop.personFolder, 'backup-from-drive'))).toEqual([]);
    google.fail(new RegExp(`^/drive/v3/files/${file?.id ?? ''}$`), { status: 404, reason: 'notFound' });
    await expect(copies.fetch({ id: file?.id ?? '', resource_key: null })).rejects.toMatchObject({ code: 'DRIVE_NOT_FOUND' });
    expect(readdirSync(join(desktop.personFolder, 'backup-from-drive'))).toEqual([]);
  });

  it('that wait are no more than the plan keeps of the last ones', async () => {
    await desktop.call('backup.setPlan', { ...keepOne, keep_last: 2 });
    connection = null;
    const made = [await make(), await make(), await make()];
    await send();
    expect((await waiting()).map(({ name }) => name)).toEqual([made[2]?.name, made[1]?.name]);
    expect(onMachine().sort()).toEqual([made[1]?.name, made[2]?.name].sort());
  });

  it('are of the plan, too: what is made at the end of work is sent after the next start', async () => {
    await desktop.call('backup.setPlan', { ...defaultPlan, enabled: true, kind: 'snapshot', on_quit: true, encrypt: true });
    await desktop.call('backup.keepPassphrase', passphrase);
    await desktop.restart();
    await desktop.signIn('admin@factorypulse.vn');
    begin();
    expect(await waiting()).toMatchObject([{ reason: 'quit', encrypted: true, verified: true }]);
    await send();
    expect(inDrive()).toHaveLength(1);
  });

  it('are made at the end of work, whatever cannot be removed of earlier ones', async () => {
    mkdirSync(join(desktop.personFolder, 'backups-for-drive', 'not-to-be-removed'), { recursive: true });
    await desktop.call('backup.setPlan', { ...defaultPlan, enabled: true, kind: 'snapshot', on_quit: true, plain_to_drive: true });
    await desktop.restart();
    rmSync(join(desktop.personFolder, 'backups-for-drive', 'not-to-be-removed'), { recursive: true });
    await desktop.signIn('admin@factorypulse.vn');
    expect(await waiting()).toMatchObject([{ reason: 'quit', verified: true }]);
  });

  it('are nobody’s but an administrator’s', async () => {
    const other = new TestDesktop(central.address, mkdtempSync(join(tmpdir(), 'fp-other-')));
    try {
      await other.signIn('sales.manager@factorypulse.vn');
      expect(await other.control('worker.outgoingBackups', undefined)).toEqual({ waiting: [], sent: [], expired: [] });
      await expect(other.call('backup.addDriveDestination', { folder: null, name: 'x' })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    } finally {
      await other.remove();
      rmSync(other.folder, { recursive: true, force: true });
    }
  });
});
