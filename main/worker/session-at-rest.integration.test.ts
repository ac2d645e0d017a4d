import { randomBytes } from 'node:crypto';
import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { scramVerifier } from '../../db/central/scram.ts';
import { createDemoCentral, type DemoCentral } from '../../db/testing/demo-central.ts';
import { demoPassword } from '../../shared/demo-accounts.ts';
import { loginRoleName } from '../../shared/domain/login-role.ts';
import { parseTimestamp } from '../../shared/domain/timestamps.ts';
import type { AppError } from '../../shared/errors.ts';
import { Profile } from './profiles/profile.ts';
import { openReplica } from './replica/database.ts';
import { sha256Hex } from './sync/connection.ts';
import { TestDesktop } from './testing/desktop.ts';
import { FaultyProxy } from './testing/faulty-proxy.ts';
import { keyFileOfVersion1 } from './testing/key-file-of-version-1.ts';
import { behindItsBack } from './testing/replica-file.ts';

const ceo = 'ceo@factorypulse.vn';
const sales = 'sales.manager@factorypulse.vn';
const newPassword = 'Một-mật-khẩu-mới-2026';
const DAY_MS = 86_400_000;

let central: DemoCentral;
let proxy: FaultyProxy;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  central = await createDemoCentral();
  proxy = await FaultyProxy.start(central);
});

afterEach(async () => {
  vi.useRealTimers();
  for (const step of undo.splice(0).reverse()) await step();
  proxy.setDown(false);
});

afterAll(async () => {
  await proxy.stop();
  await central.drop();
});

const address = (): string => `postgres://127.0.0.1:${proxy.port}/${central.database}`;

function desktop(machine: TestDesktop['machine'] = [], folder?: string): TestDesktop {
  const created = new TestDesktop(address(), folder);
  created.machine = machine;
  undo.push(() => created.remove());
  return created;
}

/** A desktop on which this person has worked before and that is closed now. */
async function usedDesktop(machine: TestDesktop['machine'] = [], email = ceo): Promise<TestDesktop> {
  const one = desktop(machine);
  await one.signIn(email);
  await one.settled();
  await one.restart();
  return one;
}

const profileOf = (one: TestDesktop, email = ceo): Profile => new Profile(one.folder, one.serverName, email, one.machine);

const keyFileOf = (one: TestDesktop): string => join(profileOf(one).folder, 'key.json');

async function editOffline(one: TestDesktop, title: string): Promise<string> {
  const { rows } = await one.call('projects.list', {});
  const id = rows[0]?.id ?? '';
  await one.call('projects.update', { id, patch: { title } });
  return id;
}

async function setPassword(email: string, password: string, oneTime = false): Promise<void> {
  const role = loginRoleName(central.database, email, sha256Hex);
  await central.client.query(`alter role ${role} password '${scramVerifier(password)}'`);
  await central.client.query(
    'update app.logins set must_change_password = $2 where user_id = (select id from public.users where email = $1)',
    [email, oneTime],
  );
}

async function resetByAdministrator(email: string, password: string): Promise<void> {
  await setPassword(email, password, true);
  undo.push(() => setPassword(email, demoPassword));
}

/** The calendar alone: what waits for time to pass goes on. */
function setClock(days: number, from = Date.now()): void {
  vi.useFakeTimers({ toFake: ['Date'], now: from + days * DAY_MS });
}

const refusal = (attempt: Promise<unknown>): Promise<AppError> =>
  attempt.then(
    () => expect.unreachable('this sign-in has to fail'),
    (error: unknown) => error as AppError,
  );

describe('a replica on a machine with a keyring', () => {
  it('opens offline with the password on this machine, and on no other, with the way on', async () => {
    const one = await usedDesktop([randomBytes(32)]);
    proxy.setDown(true);
    await one.signIn(ceo);
    await editOffline(one, 'Chưa gửi');
    await one.restart();

    const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-'));
    cpSync(one.folder, folder, { recursive: true });
    const stolen = desktop([randomBytes(32)], folder);
    await expect(stolen.signIn(ceo)).rejects.toMatchObject({ code: 'REPLICA_OTHER_MACHINE', details: { keyring: true } });
    await expect(stolen.signIn(ceo, {}, true)).rejects.toMatchObject({ code: 'REPLICA_OTHER_MACHINE' });
    stolen.machine = [];
    await expect(stolen.signIn(ceo)).rejects.toMatchObject({ code: 'REPLICA_OTHER_MACHINE', details: { keyring: false } });
    stolen.machine = [randomBytes(32)];

    proxy.setDown(false);
    await expect(stolen.signIn(ceo)).rejects.toMatchObject({ code: 'REPLICA_OTHER_MACHINE' });
    await stolen.signIn(ceo, { setAside: true });
    await stolen.settled();
    const [kept] = readdirSync(join(folder, 'profiles')).filter((name) => name.includes('.set-aside-'));
    expect(readdirSync(join(folder, 'profiles', kept ?? ''))).toContain('replica.db');

    await one.signIn(ceo);
    await one.settled();
    expect(await centralTitles()).toContain('Chưa gửi');
  });

  it('opens after the keyring was lost and came back, and is bound to the present secret then', async () => {
    const [first, second] = [randomBytes(32), randomBytes(32)];
    const one = await usedDesktop([first]);
    proxy.setDown(true);
    one.machine = [second];
    await expect(one.signIn(ceo)).rejects.toMatchObject({ code: 'REPLICA_OTHER_MACHINE' });
    one.machine = [first, second];
    await one.signIn(ceo);
    await one.restart();
    one.machine = [second];
    await one.signIn(ceo);
  });

  it.each([['of the first version', true], ['made before there was a keyring', false]])(
    'binds a key file %s to the machine at the next sign-in',
    async (_, firstVersion) => {
      const one = await usedDesktop();
      if (firstVersion) {
        const key = await profileOf(one).unlock(demoPassword);
        writeFileSync(keyFileOf(one), await keyFileOfVersion1(key ?? Buffer.alloc(0), demoPassword, { email: ceo, server: one.serverName }));
        rmSync(join(profileOf(one).folder, 'guesses.json'));
      }
      one.machine = [randomBytes(32)];
      proxy.setDown(true);
      await one.signIn(ceo);
      await one.restart();
      await one.signIn(ceo, {}, true);
      await one.restart();
      expect(readdirSync(profileOf(one).folder).filter((name) => /old|changed/.test(name))).toEqual([]);
      one.machine = [];
      await expect(one.signIn(ceo)).rejects.toMatchObject({ code: 'REPLICA_OTHER_MACHINE' });
    },
  );
});

const centralTitles = async (): Promise<string[]> =>
  (await central.client.query<{ title: string }>('select title from public.projects')).rows.map(({ title }) => title);

describe('a password that an administrator has reset', () => {
  it('gives the replica another key, and nothing of before opens what is written from then on', async () => {
    const one = await usedDesktop([randomBytes(32)]);
    const before = await profileOf(one).unlock(demoPassword);
    const kept = readFileSync(keyFileOf(one));
    proxy.setDown(true);
    await one.signIn(ceo);
    const title = 'Viết trước khi đặt lại mật khẩu';
    await editOffline(one, title);
    await one.restart();
    proxy.setDown(false);

    await resetByAdministrator(ceo, 'one-time-1234');
    const known = { password: 'one-time-1234', newPassword, previousPassword: demoPassword };
    await one.signIn(ceo, known);
    expect(one.holds).toBe('newPassword');
    await one.settled();
    expect(await centralTitles()).toContain(title);
    await one.restart();

    const key = await profileOf(one).unlock(newPassword);
    expect(key).not.toEqual(before);
    expect(await profileOf(one).unlock(demoPassword)).toBeNull();
    writeFileSync(keyFileOf(one), kept);
    await expect(one.signIn(ceo, { password: newPassword })).rejects.toMatchObject({ code: 'REPLICA_KEY_MISMATCH' });
    proxy.setDown(true);
    await expect(one.signIn(ceo)).rejects.toMatchObject({ code: 'REPLICA_OTHER_USER' });
  });

  it('that the person had replaced before this machine heard of it asks for the one before, then gives another key', async () => {
    const one = await usedDesktop();
    const before = await profileOf(one).unlock(demoPassword);
    await resetByAdministrator(ceo, newPassword);
    await setPassword(ceo, newPassword);
    await expect(one.signIn(ceo, { password: newPassword })).rejects.toMatchObject({ code: 'REPLICA_KEY_MISMATCH' });
    await one.signIn(ceo, { password: newPassword, previousPassword: demoPassword });
    await one.settled();
    expect(await profileOf(one).unlock(newPassword)).not.toEqual(before);
  });

  it('is not taken for replaced where the centre did not ask for another one', async () => {
    const one = desktop();
    await one.signIn(ceo, { newPassword });
    expect(one.holds).toBe('password');
  });
});

describe('signing in without the centre', () => {
  it('ends after the days that the organization allows, typed or resumed, and one contact begins them anew', async () => {
    const one = await usedDesktop();
    await behindItsBack(one, (sqlite) =>
      sqlite.prepare(`update organizations set settings = json('{"security":{"offline_days":7}}')`).run(),
    );
    proxy.setDown(true);
    const began = Date.now();
    setClock(6.9, began);
    await one.signIn(ceo);
    const id = await editOffline(one, 'Chưa gửi sau bảy ngày');
    await one.restart();
    setClock(7.1, began);
    for (const resume of [false, true]) {
      const { code, details } = await refusal(one.signIn(ceo, {}, resume));
      expect({ code, days: details['days'] }).toEqual({ code: 'OFFLINE_TOO_LONG', days: 7 });
      expect(Math.abs(parseTimestamp(String(details['contact'])).getTime() - began)).toBeLessThan(DAY_MS);
    }
    proxy.setDown(false);
    await one.signIn(ceo, {}, true);
    await one.settled();
    expect((await one.call('projects.get', { id })).project.title).toBe('Chưa gửi sau bảy ngày');
    await one.restart();
    proxy.setDown(true);
    setClock(13, began);
    await one.signIn(ceo);
  });

  it('does not last longer by setting the clock back, and tells both times', async () => {
    const one = await usedDesktop();
    proxy.setDown(true);
    const began = Date.now();
    setClock(20, began);
    await one.signIn(ceo);
    await one.restart();
    setClock(19.1, began);
    await one.signIn(ceo);
    await one.restart();
    setClock(2, began);
    for (const resume of [false, true]) {
      const { code, details } = await refusal(one.signIn(ceo, {}, resume));
      expect(code).toBe('CLOCK_WRONG');
      expect(parseTimestamp(String(details['clock'])).getTime()).toBe(began + 2 * DAY_MS);
      expect(parseTimestamp(String(details['latest'])).getTime()).toBeGreaterThanOrEqual(began + 20 * DAY_MS - 1000);
    }
    await expect(one.signIn(ceo, { password: 'guessed' })).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
  });

  it.each([365, -365])('is possible again after one with the centre where the clock was %i days off', async (off) => {
    const one = await usedDesktop();
    const began = Date.now();
    proxy.setDown(true);
    setClock(off, began);
    await expect(one.signIn(ceo)).rejects.toMatchObject({ code: off > 0 ? 'OFFLINE_TOO_LONG' : 'CLOCK_WRONG' });
    // A refused sign-in has noted nothing: a clock that is set right is right at once.
    setClock(0, began);
    await one.signIn(ceo);
    await one.restart();

    setClock(off, began);
    proxy.setDown(false);
    await one.signIn(ceo);
    await one.settled();
    await one.restart();
    proxy.setDown(true);
    await one.signIn(ceo, {}, true);
    await one.restart();
    setClock(0, began);
    await expect(one.signIn(ceo)).rejects.toMatchObject({ code: off > 0 ? 'CLOCK_WRONG' : 'OFFLINE_TOO_LONG' });
    proxy.setDown(false);
    await one.signIn(ceo);
    await one.settled();
    await one.restart();
    proxy.setDown(true);
    await one.signIn(ceo);
  });

  it('begins its days at the update where the replica is from before there was a limit', async () => {
    const one = await usedDesktop();
    await behindItsBack(one, (sqlite) =>
      sqlite.exec("delete from meta where key in ('last_contact_at', 'latest_clock', 'last_sync_at')"),
    );
    proxy.setDown(true);
    const began = Date.now();
    setClock(400, began);
    await one.signIn(ceo);
    await one.restart();
    setClock(431, began);
    await expect(one.signIn(ceo)).rejects.toMatchObject({ code: 'OFFLINE_TOO_LONG', details: { days: 30 } });
  });
});

describe('wrong passwords without the centre', () => {
  async function guess(one: TestDesktop, times: number): Promise<void> {
    for (let made = 0; made < times; made += 1) {
      await expect(one.signIn(ceo, { password: `guessed ${made}` })).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
      await one.restart();
    }
  }

  it('have to wait from the fifth on, over restarts, the right one too, until the time is over', async () => {
    const one = await usedDesktop();
    proxy.setDown(true);
    const began = Date.now();
    setClock(0, began);
    await guess(one, 5);
    for (const resume of [false, true]) {
      await expect(one.signIn(ceo, {}, resume)).rejects.toMatchObject({ code: 'SIGN_IN_THROTTLED', details: { seconds: 30 } });
    }
    setClock(29 / 86_400, began);
    await expect(one.signIn(ceo)).rejects.toMatchObject({ code: 'SIGN_IN_THROTTLED', details: { seconds: 1 } });
    setClock(30 / 86_400, began);
    await guess(one, 1);
    await expect(one.signIn(ceo)).rejects.toMatchObject({ code: 'SIGN_IN_THROTTLED', details: { seconds: 60 } });
    setClock(90 / 86_400, began);
    await one.signIn(ceo);
    await one.restart();
    await guess(one, 4);
    await one.signIn(ceo);
  });

  it('wait for nothing with the centre, which begins the count anew', async () => {
    const one = await usedDesktop();
    proxy.setDown(true);
    await guess(one, 5);
    await expect(one.signIn(ceo)).rejects.toMatchObject({ code: 'SIGN_IN_THROTTLED' });
    proxy.setDown(false);
    await one.signIn(ceo);
    await one.settled();
    await one.restart();
    proxy.setDown(true);
    await guess(one, 4);
    await one.signIn(ceo);
  });

  it('count as many where their file was deleted', async () => {
    const one = await usedDesktop();
    rmSync(join(profileOf(one).folder, 'guesses.json'));
    proxy.setDown(true);
    await expect(one.signIn(ceo)).rejects.toMatchObject({ code: 'SIGN_IN_THROTTLED', details: { seconds: 3600 } });
    proxy.setDown(false);
    await one.signIn(ceo);
  });

  it('are none where the replica is damaged: that is what is told, as often as it is met', async () => {
    const one = await usedDesktop();
    writeFileSync(keyFileOf(one), 'damaged');
    proxy.setDown(true);
    for (let met = 0; met < 8; met += 1) await expect(one.signIn(ceo, {}, true)).rejects.toMatchObject({ code: 'REPLICA_DAMAGED' });
  });
});

describe('a password that the centre has refused', () => {
  it('is not sent again by itself: not with an edit, not after sleep', async () => {
    const one = await usedDesktop();
    await setPassword(ceo, newPassword);
    undo.push(() => setPassword(ceo, demoPassword));
    await one.signIn(ceo, {}, true);
    await one.until((status) => status.state === 'auth-required', 'the question for the new password');
    const refusals = (): number => one.log.filter(({ event, details }) => event === 'sync.failed' && details['code'] === 'WRONG_CREDENTIALS').length;
    expect(refusals()).toBe(1);
    await editOffline(one, 'Viết khi mật khẩu đã đổi');
    await one.wake();
    await editOffline(one, 'Viết tiếp');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(refusals()).toBe(1);
    // The person may.
    await one.call('sync.now');
    await vi.waitFor(() => expect(refusals()).toBe(2));
  });
});

describe('an account whose address was changed', () => {
  it('enters under the new address alone, and its old data still opens without the centre', async () => {
    const one = await usedDesktop();
    const role = (email: string): string => loginRoleName(central.database, email, sha256Hex);
    const renamed = 'giam.doc@factorypulse.vn';
    const rename = async (from: string, to: string): Promise<void> => {
      await central.client.query('update public.users set email = $2 where email = $1', [from, to]);
      await central.client.query(`alter role ${role(from)} rename to ${role(to)}`);
      await central.client.query('update app.logins set role_name = $2 where role_name = $1', [role(from), role(to)]);
    };
    await rename(ceo, renamed);
    undo.push(() => rename(renamed, ceo));
    await expect(one.signIn(ceo)).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    await one.signIn(renamed);
    await one.settled();
    await one.restart();
    proxy.setDown(true);
    await one.signIn(ceo);
  });
});

describe('the people of a machine', () => {
  it('are told without a password, the last one first, with what only this machine has of them', async () => {
    const one = await usedDesktop();
    await one.signIn(sales);
    await one.settled();
    proxy.setDown(true);
    await one.call('sync.now');
    await editOffline(one, 'Chưa gửi');
    const open = await one.people();
    expect(open.map(({ email, unsent }) => [email, unsent])).toEqual([[sales, null], [ceo, 0]]);
    await one.restart();
    const people = await one.people();
    expect(people.map(({ email, unsent }) => [email, unsent])).toEqual([[sales, 1], [ceo, 0]]);
    expect(people[0]).toMatchObject({ server: one.serverName, name: expect.any(String) as string });
    await expect(one.removePerson(sales)).rejects.toMatchObject({ code: 'REPLICA_UNSENT', details: { count: 1 } });
    await expect(one.removePerson(sales, true)).rejects.toMatchObject({ code: 'REPLICA_UNSENT' });
    await one.removePerson(ceo);
    expect((await one.people()).map(({ email }) => email)).toEqual([sales]);
    await expect(one.signIn(ceo)).rejects.toMatchObject({ code: 'OFFLINE_FIRST_SIGN_IN' });
    await one.signIn(sales);
    expect((await one.call('sync.status')).pending).toBe(1);
  });

  it('of whom nobody knows whether they have unsent changes are removed only after that was said', async () => {
    const one = await usedDesktop();
    const card = join(profileOf(one).folder, 'card.json');
    for (const spoil of [() => rmSync(card), () => writeFileSync(card, readFileSync(card, 'utf8').replace('"unsent":1', '"unsent":0'))]) {
      proxy.setDown(true);
      await one.signIn(ceo);
      await editOffline(one, `Chưa gửi ${Math.random()}`);
      await one.restart();
      spoil();
      expect((await one.people())[0]?.unsent).toBeNull();
      await expect(one.removePerson(ceo)).rejects.toMatchObject({ code: 'REPLICA_UNSENT', details: { count: null } });
    }
    await one.removePerson(ceo, true);
    expect(await one.people()).toEqual([]);
    expect(readdirSync(join(one.folder, 'profiles'))).toEqual([]);
  });

  it('are told as unknown after an end without warning', async () => {
    const one = await usedDesktop();
    await one.signIn(ceo);
    await one.settled();
    const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-'));
    cpSync(one.folder, folder, { recursive: true });
    const afterPowerCut = desktop([], folder);
    expect((await afterPowerCut.people())[0]?.unsent).toBeNull();
    await expect(one.removePerson(ceo, true)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('do not include folders that were set aside or hold a stranger’s key file', async () => {
    const one = await usedDesktop();
    await one.signIn(sales);
    await one.restart();
    copyFileSync(keyFileOf(one), join(profileOf(one, sales).folder, 'key.json'));
    await one.signIn(ceo, { setAside: true });
    await one.settled();
    expect((await one.people()).map(({ email }) => email)).toEqual([ceo]);
  });
});

it('an older key file under a newer replica is told as files that do not fit', async () => {
  const one = await usedDesktop();
  const key = await profileOf(one).unlock(demoPassword);
  const kept = readFileSync(keyFileOf(one));
  const next = await profileOf(one).rotate(key ?? Buffer.alloc(0), demoPassword);
  openReplica(profileOf(one).replicaFile, next).close();
  writeFileSync(keyFileOf(one), kept);
  for (const resume of [false, true]) await expect(one.signIn(ceo, {}, resume)).rejects.toMatchObject({ code: 'REPLICA_OTHER_USER' });
  await one.signIn(ceo, { setAside: true });
  await one.settled();
});
