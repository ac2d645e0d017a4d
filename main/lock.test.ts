import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LockState } from '../shared/api/lock.ts';
import type { Session } from '../shared/api/session.ts';
import { defaultSecuritySettings } from '../shared/domain/security-settings.ts';
import { lockWhenIdle } from './idle-watch.ts';
import { ScreenLock } from './lock.ts';
import { memoryLog, type MemoryLog } from './memory-log.fixture.ts';
import { pinVerifier } from './pin.ts';

const sessionOf = (email: string, security = defaultSecuritySettings): Session => ({
  person: { id: email, organization_id: 'o1', email, name: email, role: 'production', department: null },
  organization: { id: 'o1', name: 'Xưởng Một', timezone: 'Asia/Ho_Chi_Minh', default_currency: 'VND' },
  security,
  offline: false,
  loading: false,
});

const lan = sessionOf('lan@example.vn');
const minh = sessionOf('minh@example.vn');
const passwords: Record<string, string> = { 'lan@example.vn': 'mật khẩu của Lan', 'minh@example.vn': 'mật khẩu của Minh' };
/** 07:30 in Vietnam. */
const morning = new Date('2026-03-10T00:30:00Z');

let folder: string;
let current: Session | null;
let now: Date;
let signedOut: number;
let stored: string | null;
let told: LockState[];
let log: MemoryLog;

const screenLock = () =>
  new ScreenLock({
    session: {
      get current() {
        return current;
      },
      knowsPassword: (password) => passwords[current?.person.email ?? ''] === password,
      reopen: (email) => {
        current = email === 'minh@example.vn' ? minh : lan;
        return Promise.resolve();
      },
      signOut: () => {
        signedOut += 1;
        current = null;
        return Promise.resolve(null);
      },
    },
    storePin: (verifier) => {
      stored = verifier;
      return Promise.resolve();
    },
    markFile: join(folder, 'locked'),
    announce: (state) => told.push(state),
    log,
    now: () => now,
  });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fp-lock-'));
  current = lan;
  now = morning;
  signedOut = 0;
  stored = null;
  told = [];
  log = memoryLog();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Lan has signed in fully and chosen 2580; her screen is locked. */
async function lockedWithPin(): Promise<ScreenLock> {
  const screen = screenLock();
  screen.personArrived(lan, await pinVerifier('2580'), now, true);
  screen.lock('person');
  return screen;
}

const byPin = (secret: string, email = 'lan@example.vn') => ({ email, by: 'pin' as const, secret });
const byPassword = (secret: string, email = 'lan@example.vn') => ({ email, by: 'password' as const, secret });

describe('a locked screen', () => {
  it('opens with the password of the present person, and tells every window', async () => {
    const screen = await lockedWithPin();
    expect(screen.isLocked).toBe(true);
    expect(told.at(-1)).toMatchObject({ locked: true });
    await expect(screen.open(byPassword('falsch'))).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    expect(screen.isLocked).toBe(true);
    await screen.open(byPassword('mật khẩu của Lan'));
    expect(screen.isLocked).toBe(false);
    expect(told.at(-1)).toMatchObject({ locked: false });
  });

  it('signs the person out after five wrong passwords', async () => {
    const screen = await lockedWithPin();
    for (let n = 0; n < 5; n++) await expect(screen.open(byPassword('x'))).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    expect(signedOut).toBe(1);
    await expect(screen.open(byPassword('mật khẩu của Lan'))).rejects.toMatchObject({ code: 'SESSION_REQUIRED' });
  });

  it('opens with no password of somebody else', async () => {
    const screen = await lockedWithPin();
    screen.personArrived(minh, null, now, false);
    await expect(screen.open(byPassword('mật khẩu của Minh', 'minh@example.vn'))).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(screen.isLocked).toBe(true);
  });

  it('stays locked over a restart, and is not what a person without a session meets', async () => {
    await lockedWithPin();
    const restarted = screenLock();
    expect(restarted.isLocked).toBe(true);
    current = null;
    expect(restarted.isLocked).toBe(false);
    current = lan;
    restarted.personArrived(lan, null, morning, true);
    expect(restarted.isLocked).toBe(false);
    expect(existsSync(join(folder, 'locked'))).toBe(false);
  });

  it('has nothing to lock while nobody is signed in', () => {
    current = null;
    const screen = screenLock();
    screen.lock('idle');
    expect(existsSync(join(folder, 'locked'))).toBe(false);
    expect(screen.state()).toEqual({ locked: false, pinAllowed: false, pinSet: false, quick: [] });
  });
});

describe('a PIN', () => {
  it('opens the screen on the day of a full sign-in, and not on the next', async () => {
    const screen = await lockedWithPin();
    expect(screen.state().quick).toEqual([{ email: 'lan@example.vn', name: 'lan@example.vn' }]);
    await screen.open(byPin('2580'));
    expect(screen.isLocked).toBe(false);

    screen.lock('idle');
    // 23:59 in Vietnam is the same day, a minute later is the next, and UTC has neither.
    now = new Date('2026-03-10T16:59:00Z');
    expect(screen.state().quick).toHaveLength(1);
    now = new Date('2026-03-10T17:00:00Z');
    expect(screen.state().quick).toEqual([]);
    await expect(screen.open(byPin('2580'))).rejects.toMatchObject({ code: 'PIN_NOT_ACCEPTED' });
    await screen.open(byPassword('mật khẩu của Lan'));
    screen.lock('person');
    await screen.open(byPin('2580'));
    expect(screen.isLocked).toBe(false);
  });

  it('does not follow from a session that was only remembered', async () => {
    const screen = screenLock();
    screen.personArrived(lan, await pinVerifier('2580'), null, false);
    screen.lock('person');
    await expect(screen.open(byPin('2580'))).rejects.toMatchObject({ code: 'PIN_NOT_ACCEPTED' });
    // Remembered, but the password was entered earlier that day.
    screen.personArrived(lan, await pinVerifier('2580'), new Date('2026-03-10T00:05:00Z'), false);
    await screen.open(byPin('2580'));
  });

  it('is over after five wrong tries, also of many at once, until the password is entered', async () => {
    const screen = await lockedWithPin();
    await expect(screen.open(byPin('0000'))).rejects.toMatchObject({ code: 'PIN_WRONG', details: { left: 4 } });
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => screen.open(byPin(String(1000 + n)))));
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    await expect(screen.open(byPin('2580'))).rejects.toMatchObject({ code: 'PIN_NOT_ACCEPTED' });
    expect(log.lines.filter(({ event }) => event === 'screen.wrong-pin')).toHaveLength(5);
    await screen.open(byPassword('mật khẩu của Lan'));
    screen.lock('person');
    await screen.open(byPin('2580'));
  });

  it('opens the session of somebody else who signed in today', async () => {
    const screen = await lockedWithPin();
    screen.personArrived(minh, await pinVerifier('7913'), now, false);
    expect(screen.state().quick.map(({ email }) => email)).toEqual(['lan@example.vn', 'minh@example.vn']);
    await expect(screen.open(byPin('2580', 'minh@example.vn'))).rejects.toMatchObject({ code: 'PIN_WRONG' });
    await screen.open(byPin('7913', 'minh@example.vn'));
    expect(current).toBe(minh);
    expect(screen.isLocked).toBe(false);
    screen.personLeft('minh@example.vn');
    expect(screen.state().quick.map(({ email }) => email)).not.toContain('minh@example.vn');
  });

  it('is accepted only where the organization allows one', async () => {
    const screen = await lockedWithPin();
    current = sessionOf('lan@example.vn', { ...defaultSecuritySettings, quick_unlock: false });
    expect(screen.state()).toMatchObject({ pinAllowed: false, quick: [] });
    await expect(screen.open(byPin('2580'))).rejects.toMatchObject({ code: 'PIN_NOT_ACCEPTED' });
    await expect(screen.setPin({ password: 'mật khẩu của Lan', pin: '2580' })).rejects.toMatchObject({ code: 'PIN_NOT_ACCEPTED' });
  });

  it('is chosen with the password, kept as a verifier, and taken back', async () => {
    const screen = screenLock();
    screen.personArrived(lan, null, null, false);
    await expect(screen.setPin({ password: 'x', pin: '2580' })).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    await expect(screen.setPin({ password: 'mật khẩu của Lan', pin: '1234' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(stored).toBeNull();
    await screen.setPin({ password: 'mật khẩu của Lan', pin: '2580' });
    expect(stored).not.toContain('2580');
    expect(screen.state()).toMatchObject({ pinSet: true });
    screen.lock('person');
    await screen.open(byPin('2580'));
    await screen.removePin();
    expect(stored).toBeNull();
    expect(screen.state()).toMatchObject({ pinSet: false, quick: [] });
    expect(JSON.stringify(log.lines)).not.toMatch(/2580|mật khẩu/);
  });

  it('with a verifier that cannot be read opens nothing', async () => {
    const screen = screenLock();
    screen.personArrived(lan, '{"version":9}', now, true);
    screen.lock('person');
    await expect(screen.open(byPin('2580'))).rejects.toMatchObject({ code: 'PIN_WRONG' });
  });
});

describe('a person who touches nothing', () => {
  it('finds the screen locked once the limit of the organization is reached', () => {
    let locked = 0;
    const parts = { limitMinutes: () => 15, lock: () => (locked += 1) };
    lockWhenIdle({ ...parts, idleSeconds: () => 899 });
    expect(locked).toBe(0);
    lockWhenIdle({ ...parts, idleSeconds: () => 900 });
    expect(locked).toBe(1);
    lockWhenIdle({ ...parts, limitMinutes: () => null, idleSeconds: () => 90_000 });
    expect(locked).toBe(1);
  });
});
