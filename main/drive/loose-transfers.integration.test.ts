import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DriveTransfer } from '../../shared/api/drive.ts';
import type { AppError } from '../../shared/errors.ts';
import { keyring } from '../keyring.fixture.ts';
import { memoryLog, type MemoryLog } from '../memory-log.fixture.ts';
import type { Connection } from './connection.ts';
import { connectionWith, noWaiting, sourceOf } from './connection.fixture.ts';
import { describe as describeFile } from './drive-items.ts';
import { FakeGoogle } from './testing/fake-google.ts';
import { TransfersFile } from './transfers-file.ts';
import { Transfers } from './transfers.ts';

/* Files that whoever asks for their way begins again by themselves, such as backups. */

const MIB = 1024 * 1024;
const uploads = /^\/upload\/drive\/v3\/files$/;

let google: FakeGoogle;
let connection: Connection;
let connect: () => Promise<Connection>;
let folder: string;
let log: MemoryLog;
let told: DriveTransfer[];
let transfers: Transfers;

beforeEach(async () => {
  google = await FakeGoogle.start();
  connection = await connectionWith(google);
  connect = () => Promise.resolve(connection);
  folder = mkdtempSync(join(tmpdir(), 'factory-pulse-loose-'));
  log = memoryLog();
  told = [];
  const unused = (): Promise<never> => Promise.reject(new Error('they are in no store'));
  transfers = new Transfers({
    personId: 'huong',
    connection: () => connect(),
    store: { takeIn: unused, source: unused, keepCopy: unused },
    file: new TransfersFile(folder, 'organization/huong', { vault: keyring(), platform: 'linux', log }),
    waiting: noWaiting,
    log,
    tell: (list) => {
      told = list;
    },
  });
});

afterEach(async () => {
  await transfers.suspend();
  await google.stop();
  rmSync(folder, { recursive: true, force: true });
  expect(google.problems).toEqual([]);
  expect(JSON.stringify(log.lines)).not.toMatch(/upload_id|ya29/);
});

const codeOf = (asked: Promise<unknown>): Promise<unknown> => asked.then(() => null, (error: unknown) => (error as AppError).code);
const send = (): Promise<string> => transfers.send(sourceOf(randomBytes(2 * MIB)), null, 'bản sao lưu');
const isTold = (name: string) => expect.poll(() => told.map((one) => one.name), { timeout: 10_000 }).toEqual([name]);

/** What waits for the connection to Google when the answer comes. */
function lateConnection(): () => void {
  let arrive = (): void => undefined;
  connect = () =>
    new Promise((resolve) => {
      arrive = () => resolve(connection);
    });
  return () => arrive();
}

describe('a transfer that is not kept', () => {
  it('is told and can be stopped, but neither paused nor found on the disk; Google forgets what it had of it', async () => {
    const faultFor = google.faultFor.bind(google);
    google.faultFor = (path, query) => (google.asked.at(-1)?.headers['content-range'] === undefined ? faultFor(path, query) : 'silent');
    const asked = codeOf(send());
    await isTold('bản sao lưu');
    await expect.poll(() => google.api.unfinished.length, { timeout: 10_000 }).toBe(1);
    expect(told).toMatchObject([{ direction: 'upload', state: 'running', can_pause: false, size: 2 * MIB }]);
    expect(JSON.stringify(told)).not.toMatch(/upload_id|http/);
    const id = told[0]?.id ?? '';
    await transfers.pause(id);
    expect(told).toMatchObject([{ id, state: 'running' }]);
    expect(readdirSync(folder)).toEqual([]);
    await transfers.cancel(id);
    expect(await asked).toBe('DRIVE_CANCELLED');
    expect(told).toEqual([]);
    await expect.poll(() => google.api.unfinished, { timeout: 10_000 }).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['the end of the session', () => transfers.suspend(), 'SESSION_REQUIRED'],
    ['a connection that is given up', () => transfers.forget(connection), 'DRIVE_NOT_CONNECTED'],
  ])('ends with %s, and whoever asked for it hears why', async (_, end, code) => {
    google.fail(uploads, 'silent');
    const asked = codeOf(send());
    await isTold('bản sao lưu');
    await end();
    expect(await asked).toBe(code);
    expect(google.drive.all.size).toBe(0);
  });

  it('is not begun when the session has ended while the connection was looked for', async () => {
    const file = google.drive.add({ name: 'a.fpbackup', content: randomBytes(1000) });
    const described = await describeFile(connection, { id: file.id, resource_key: null });
    const before = google.asked.length;
    const target = join(folder, 'a.fpbackup');
    for (const begin of [send, () => transfers.save(described, target)]) {
      const arrive = lateConnection();
      const asked = codeOf(begin());
      await transfers.suspend();
      arrive();
      expect(await asked).toBe('SESSION_REQUIRED');
    }
    expect(google.asked.length).toBe(before);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('brings a file to this machine as it is', async () => {
    const content = randomBytes(3 * MIB);
    const file = google.drive.add({ name: 'a.fpbackup', content });
    const target = join(folder, 'a.fpbackup');
    await transfers.save(await describeFile(connection, { id: file.id, resource_key: null }), target);
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(told).toEqual([]);
  });
});
