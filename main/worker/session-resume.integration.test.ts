import { randomBytes, scrypt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { scramVerifier } from '../../db/central/scram.ts';
import { createDemoCentral, type DemoCentral } from '../../db/testing/demo-central.ts';
import { demoPassword } from '../../shared/demo-accounts.ts';
import { loginRoleName } from '../../shared/domain/login-role.ts';
import { Guesses } from './profiles/guesses.ts';
import { sha256Hex } from './sync/connection.ts';
import { TestDesktop } from './testing/desktop.ts';
import { FaultyProxy } from './testing/faulty-proxy.ts';
import { behindItsBack } from './testing/replica-file.ts';

/* The session of a remembered person: opened by what the last session has left, without stretching the password. */

// The real one, counted: nothing else tells whether a password was stretched.
vi.mock('node:crypto', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:crypto')>();
  return { ...real, scrypt: vi.fn(real.scrypt) };
});

const ceo = 'ceo@factorypulse.vn';
const newPassword = 'Một-mật-khẩu-mới-2026';

let central: DemoCentral;
let proxy: FaultyProxy;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  central = await createDemoCentral();
  proxy = await FaultyProxy.start(central);
});

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  vi.useRealTimers();
  proxy.setDown(false);
});

afterAll(async () => {
  await proxy.stop();
  await central.drop();
});

/** A desktop on which the person has worked, and which was ended. */
async function usedDesktop(machine: TestDesktop['machine'] = [randomBytes(32)]): Promise<TestDesktop> {
  const one = new TestDesktop(`postgres://127.0.0.1:${proxy.port}/${central.database}`);
  one.machine = machine;
  undo.push(() => one.remove());
  await one.signIn(ceo);
  await one.settled();
  await one.restart();
  vi.mocked(scrypt).mockClear();
  return one;
}

/** Wrong passwords that stand in the person's file. */
function failures(one: TestDesktop): number {
  const [profile] = readdirSync(join(one.folder, 'profiles'));
  const { failures: counted } = JSON.parse(readFileSync(join(one.folder, 'profiles', profile as string, 'guesses.json'), 'utf8')) as { failures: number };
  return counted;
}

const stretchings = (): number => vi.mocked(scrypt).mock.calls.length;

describe('the session of a remembered person', () => {
  it('is opened without stretching the password, start after start, and syncs', async () => {
    const one = await usedDesktop();
    const left = one.remembered;
    for (let start = 0; start < 2; start += 1) {
      await one.signIn(ceo, {}, true);
      expect(one.remembered).toEqual(left);
      await one.settled();
      await one.restart();
    }
    expect(stretchings()).toBe(0);
  });

  it('is no guess: opening it writes no count, and forgives what was guessed wrongly before', async () => {
    const one = await usedDesktop();
    proxy.setDown(true);
    const count = vi.spyOn(Guesses.prototype, 'count');
    undo.push(() => count.mockRestore());
    await expect(one.signIn(ceo, { password: 'guessed' })).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    expect(failures(one)).toBe(1);
    count.mockClear();
    await one.signIn(ceo, {}, true);
    expect(failures(one)).toBe(0);
    expect(count).not.toHaveBeenCalled();
  });

  it('stretches it once where nothing was left, and leaves it for the next start', async () => {
    const one = await usedDesktop();
    const left = one.remembered;
    one.remembered = null;
    await one.signIn(ceo, {}, true);
    expect(stretchings()).toBe(1);
    expect(one.remembered).toEqual(left);
  });

  it('stretches it as before where what was left belongs to another key file', async () => {
    const [one, other] = [await usedDesktop(), await usedDesktop()];
    const left = one.remembered;
    one.remembered = other.remembered;
    await one.signIn(ceo, {}, true);
    expect(stretchings()).toBe(1);
    expect(one.remembered).toEqual(left);
  });

  it('goes on without stretching after the key was bound to a keyring that came later', async () => {
    const one = await usedDesktop([]);
    const left = one.remembered;
    one.machine = [randomBytes(32)];
    await one.signIn(ceo, {}, true);
    expect(one.remembered?.stretchedPassword?.salt).not.toBe(left?.stretchedPassword?.salt);
    await one.restart();
    vi.mocked(scrypt).mockClear();
    await one.signIn(ceo, {}, true);
    expect(stretchings()).toBe(0);
  });
});

describe('what is left for the next start', () => {
  it('opens nothing after another password was set, and what that one leaves does', async () => {
    const one = await usedDesktop();
    await one.signIn(ceo, {}, true);
    await one.settled();
    const before = one.remembered;
    undo.push(() => central.client.query(`alter role ${loginRoleName(central.database, ceo, sha256Hex)} password '${scramVerifier(demoPassword)}'`));
    await one.changePassword(demoPassword, newPassword);
    const after = one.remembered;
    await one.restart();
    proxy.setDown(true);
    one.remembered = before;
    await expect(one.signIn(ceo, {}, true)).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS', details: { offline: true } });
    one.remembered = after;
    vi.mocked(scrypt).mockClear();
    await one.signIn(ceo, { password: newPassword }, true);
    expect(stretchings()).toBe(0);
  });

  it('opens nothing for a person who types, whose password is stretched and counted', async () => {
    const one = await usedDesktop();
    proxy.setDown(true);
    await expect(one.signIn(ceo, { password: 'guessed' })).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    await one.signIn(ceo);
    expect(stretchings()).toBe(2);
  });

  it('shortens neither the wait after wrong passwords nor the time without the centre', async () => {
    const one = await usedDesktop([]);
    await behindItsBack(one, (sqlite) => sqlite.prepare(`update organizations set settings = json('{"security":{"offline_days":7}}')`).run());
    proxy.setDown(true);
    const began = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: began });
    for (let guess = 0; guess < 30; guess += 1) await one.signIn(ceo, { password: 'guessed' }).catch(() => undefined);
    await expect(one.signIn(ceo, {}, true)).rejects.toMatchObject({ code: 'SIGN_IN_THROTTLED' });
    vi.setSystemTime(began + 8 * 86_400_000);
    vi.mocked(scrypt).mockClear();
    await expect(one.signIn(ceo, {}, true)).rejects.toMatchObject({ code: 'OFFLINE_TOO_LONG', details: { days: 7 } });
    expect(stretchings()).toBe(0);
  });

  it('stands in no log, no event and no file of the worker', async () => {
    const one = await usedDesktop();
    await one.signIn(ceo, {}, true);
    await one.settled();
    const { key } = one.remembered?.stretchedPassword ?? { key: '' };
    const forms = [key, Buffer.from(key, 'base64').toString('hex')];
    const said = JSON.stringify([one.log, one.events, await one.call('sync.status')]);
    const written = readdirSync(one.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    expect(written.length).toBeGreaterThan(2);
    for (const form of [...forms, Buffer.from(key, 'base64')]) {
      expect(form).toHaveLength(form instanceof Buffer ? 32 : form === key ? 44 : 64);
      expect(written.some((content) => content.includes(form))).toBe(false);
      expect(said).not.toContain(form.toString());
    }
  });
});
