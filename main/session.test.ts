import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Session } from '../shared/api/session.ts';
import { defaultSecuritySettings, type SecuritySettings } from '../shared/domain/security-settings.ts';
import { AppError, type ErrorCode, type ErrorDetails } from '../shared/errors.ts';
import { keyring } from './keyring.fixture.ts';
import { memoryLog, type MemoryLog } from './memory-log.fixture.ts';
import { rememberedPassword, type Remembered, type RememberedPassword } from './remembered-password.ts';
import { SessionKeeper } from './session.ts';
import type { Control } from './worker-host.ts';
import type { ControlRequests, SignedIn, SignInRequest } from './worker/protocol.ts';

const sessionOf = (email: string): Session => ({
  person: { id: 'p1', organization_id: 'o1', email, name: 'Lan', role: 'sales', department: null },
  organization: { id: 'o1', name: 'Xưởng Một', timezone: 'Asia/Ho_Chi_Minh', default_currency: 'VND' },
  security: defaultSecuritySettings,
  offline: false,
  loading: false,
});

const password = 'mật khẩu bí mật';
const credentials = { email: 'lan@example.vn', password };
const machine = Buffer.alloc(32, 7);
const stretchedOf = (salt: string) => ({ N: 65_536, r: 8, p: 1, salt, key: 'c3RyZXRjaGVk' });
const stretched = stretchedOf('bXXhu5FpCg==');
const stretchedAnew = stretchedOf('bXXhu5FpIG3hu5tpCg==');
const serverUrl = 'postgres://db.example/fp';

let signIns: SignInRequest[];
let signOuts: number;
let removals: unknown[];
let failWith: ErrorCode | null;
let failDetails: ErrorDetails;
let stored: Remembered | null;
let rule: SecuritySettings['without_keyring'] | null;
let holds: SignedIn['holds'];
let settings: { serverUrl: string; caFile: string };
let announced: (string | null)[];
let arrivals: [email: string, entered: boolean][];
let departures: string[];
let log: MemoryLog;

/** Stands for the worker, which has tests of its own: opens a session for everybody unless told to fail. */
const control: Control = (name, input) => {
  if (failWith !== null) return Promise.reject(new AppError(failWith, 'refused', failDetails));
  if (name === 'worker.signOut') signOuts += 1;
  if (name === 'worker.removePerson') {
    removals.push(input);
    return Promise.resolve({ email: credentials.email } as never);
  }
  if (name === 'worker.changePassword') return Promise.resolve({ stretchedPassword: stretchedAnew } as never);
  if (name !== 'worker.signIn') return Promise.resolve(null as never);
  const request = input as ControlRequests['worker.signIn']['input'];
  signIns.push(request);
  return Promise.resolve({ session: sessionOf(request.credentials.email), holds, stretchedPassword: stretched, pin: null, full_sign_in_at: null } as never);
};

const remembered: RememberedPassword = {
  load: () => Promise.resolve(stored),
  save: (next, withoutKeyring) => {
    stored = next;
    rule = withoutKeyring;
    return Promise.resolve();
  },
  forget: () => {
    stored = null;
    return Promise.resolve();
  },
};

const keeper = (kept = remembered) =>
  new SessionKeeper({
    control,
    settings: { get: () => settings },
    remembered: kept,
    machineSecrets: () => Promise.resolve([machine]),
    announce: (session) => announced.push(session?.person.email ?? null),
    arrived: ({ session }, entered) => arrivals.push([session.person.email, entered]),
    left: (email) => departures.push(email),
    log,
  });

beforeEach(() => {
  signIns = [];
  signOuts = 0;
  removals = [];
  failWith = null;
  failDetails = {};
  stored = null;
  rule = null;
  holds = 'password';
  settings = { serverUrl, caFile: '' };
  announced = [];
  arrivals = [];
  departures = [];
  log = memoryLog();
});

describe('signing in', () => {
  it('asks the centre first, opens the session, announces it and remembers the password', async () => {
    const sessions = keeper();
    expect(await sessions.signIn(credentials)).toEqual(sessionOf(credentials.email));
    expect(signIns).toEqual([{ credentials, stretchedPassword: null, server: { url: serverUrl, ca: null }, machine: [machine], resume: false }]);
    expect(sessions.isOpen).toBe(true);
    expect(announced).toEqual([credentials.email]);
    expect(stored).toEqual({ ...credentials, stretchedPassword: stretched, serverUrl });
  });

  it('with a new password in place of a one-time password remembers the new one', async () => {
    const newPassword = 'của riêng tôi thôi';
    holds = 'newPassword';
    await keeper().signIn({ ...credentials, newPassword });
    expect(stored).toEqual({ email: credentials.email, password: newPassword, stretchedPassword: stretched, serverUrl });
  });

  it('with a new password that the centre did not ask for remembers the one that holds', async () => {
    await keeper().signIn({ ...credentials, newPassword: 'của riêng tôi thôi' });
    expect(stored).toEqual({ ...credentials, stretchedPassword: stretched, serverUrl });
  });

  it('fails with the code of the worker and remembers nothing', async () => {
    failWith = 'WRONG_CREDENTIALS';
    const sessions = keeper();
    await expect(sessions.signIn(credentials)).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    expect(sessions.isOpen).toBe(false);
    expect(stored).toBeNull();
    expect(announced).toEqual([]);
  });

  it('fails before anything is sent when the server address is not valid', async () => {
    settings.serverUrl = '';
    await expect(keeper().signIn(credentials)).rejects.toMatchObject({ code: 'SERVER_ADDRESS_INVALID' });
    expect(signIns).toEqual([]);
  });

  it('lasts although the password cannot be stored, and the log does not show it', async () => {
    const failing = { ...remembered, save: () => Promise.reject(new Error(`cannot store ${password}`)) };
    const parts = { control, settings: { get: () => settings }, remembered: failing, machineSecrets: () => Promise.resolve([]), announce: () => undefined, arrived: () => undefined, left: () => undefined, log };
    const sessions = new SessionKeeper(parts);
    await sessions.signIn(credentials);
    expect(sessions.isOpen).toBe(true);
    expect(log.lines.map((line) => line.event)).toEqual(['remembered-password.not-saved']);
    expect(JSON.stringify(log.lines)).not.toContain(password);
  });
});

describe('a session that changes hands', () => {
  const other = { email: 'minh@example.vn', password: 'mật khẩu của Minh' };

  it('knows the password of the present person, and of nobody else', async () => {
    const sessions = keeper();
    expect(sessions.knowsPassword(password)).toBe(false);
    await sessions.signIn(credentials);
    expect(sessions.knowsPassword(password)).toBe(true);
    await sessions.signIn(other);
    expect(sessions.knowsPassword(password)).toBe(false);
    expect(sessions.knowsPassword(other.password)).toBe(true);
  });

  it('is opened again for whoever entered their password here, without asking the centre first', async () => {
    const sessions = keeper();
    await sessions.signIn(credentials);
    await sessions.signIn(other);
    await sessions.reopen(credentials.email.toUpperCase());
    expect(signIns.at(-1)).toMatchObject({ credentials, resume: true });
    expect(sessions.knowsPassword(password)).toBe(true);
    expect(arrivals).toEqual([[credentials.email, true], [other.email, true], [credentials.email, false]]);
    expect(stored).toMatchObject(credentials);
  });

  it('is not opened for whoever signed out, or never signed in', async () => {
    const sessions = keeper();
    await sessions.signIn(credentials);
    await sessions.signOut();
    expect(departures).toEqual([credentials.email]);
    await sessions.signIn(other);
    await expect(sessions.reopen(credentials.email)).rejects.toMatchObject({ code: 'SESSION_REQUIRED' });
    await expect(sessions.reopen('nobody@example.vn')).rejects.toMatchObject({ code: 'SESSION_REQUIRED' });
    expect(sessions.knowsPassword(other.password)).toBe(true);
  });
});

describe('at start', () => {
  it('the remembered session is opened once, however often it is asked for', async () => {
    stored = { ...credentials, stretchedPassword: stretched, serverUrl };
    const sessions = keeper();
    const [first, second] = await Promise.all([sessions.current(), sessions.current()]);
    expect(first).toEqual(sessionOf(credentials.email));
    expect(second).toEqual(first);
    expect(signIns).toEqual([{ credentials, stretchedPassword: stretched, server: { url: serverUrl, ca: null }, machine: [machine], resume: true }]);
  });

  it('the stretched password that the worker gives back is remembered, and the session does not wait for it', async () => {
    stored = { ...credentials, stretchedPassword: null, serverUrl };
    let kept: (() => void) | undefined;
    const disk = new Promise<void>((resolve) => {
      kept = resolve;
    });
    const sessions = keeper({ ...remembered, save: async (next, withoutKeyring) => disk.then(() => remembered.save(next, withoutKeyring)) });
    const session = await sessions.current();
    expect(session).toEqual(sessionOf(credentials.email));
    expect(stored.stretchedPassword).toBeNull();
    kept?.();
    await vi.waitFor(() => expect(stored?.stretchedPassword).toEqual(stretched));
    // What goes to the windows is the session alone.
    expect(JSON.stringify([session, announced, log.lines])).not.toContain(stretched.key);
  });

  it('a sign-out that follows at once forgets what is still being stored', async () => {
    stored = { ...credentials, stretchedPassword: null, serverUrl };
    const sessions = keeper({ ...remembered, save: (next, rule) => new Promise((resolve) => setTimeout(() => resolve(remembered.save(next, rule)), 20)) });
    await sessions.current();
    await sessions.signOut();
    expect(stored).toBeNull();
  });

  it('nothing remembered means that somebody has to sign in', async () => {
    expect(await keeper().current()).toBeNull();
    expect(signIns).toEqual([]);
  });

  it('a remembered password is never offered to another server', async () => {
    stored = { ...credentials, stretchedPassword: stretched, serverUrl: 'postgres://other.example/fp' };
    expect(await keeper().current()).toBeNull();
    expect(signIns).toEqual([]);
  });

  it('a session that cannot be opened says why until somebody has signed in, and is kept for the next start', async () => {
    stored = { ...credentials, stretchedPassword: stretched, serverUrl };
    failWith = 'REPLICA_DAMAGED';
    const sessions = keeper();
    for (let asked = 0; asked < 2; asked += 1) await expect(sessions.current()).rejects.toMatchObject({ code: 'REPLICA_DAMAGED' });
    expect(stored).not.toBeNull();
    failWith = null;
    await sessions.signIn(credentials);
    expect(await sessions.current()).toEqual(sessionOf(credentials.email));
    await sessions.signOut();
    expect(await sessions.current()).toBeNull();
    expect(log.lines).toEqual([{ level: 'warn', event: 'session.not-resumed', details: { code: 'REPLICA_DAMAGED' } }]);
  });
});

it('a remembered password that is refused is offered once', async () => {
  stored = { ...credentials, stretchedPassword: stretched, serverUrl };
  failWith = 'WRONG_CREDENTIALS';
  await expect(keeper().current()).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
  expect(stored).toBeNull();
});

it('the organization’s rule for machines without a keyring counts from when it is known', async () => {
  const sessions = keeper();
  await sessions.signIn(credentials);
  expect(rule).toBe('sign_in_each_time');
  sessions.adopt({ ...sessionOf(credentials.email), security: { ...defaultSecuritySettings, without_keyring: 'plain' } });
  await vi.waitFor(() => expect(rule).toBe('plain'));
});

it('leaves no password behind where the rule changes at the moment of signing out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-session-'));
  try {
    const sessions = keeper(rememberedPassword({ file: join(folder, 'remembered.json'), vault: keyring(), platform: 'linux', log }));
    await sessions.signIn(credentials);
    sessions.adopt({ ...sessionOf(credentials.email), security: { ...defaultSecuritySettings, without_keyring: 'plain' } });
    await sessions.signOut();
    // What had been begun by then would have come to its end.
    await delay(50);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('signing out', () => {
  it('closes the session and forgets the password, also when the worker is gone', async () => {
    for (const failure of [null, 'WORKER_STOPPED'] as const) {
      failWith = null;
      const sessions = keeper();
      await sessions.signIn(credentials);
      failWith = failure;
      expect(await sessions.signOut()).toBeNull();
      expect(sessions.isOpen).toBe(false);
      expect(stored).toBeNull();
      await sessions.resumeAfterRestart(control);
    }
    expect(signOuts).toBe(1);
    expect(signIns).toHaveLength(2);
    expect(announced).toEqual([credentials.email, null, credentials.email, null]);
  });
});

describe('removing somebody’s data', () => {
  const removal = { profile: 'f'.repeat(32), unsent_may_be_lost: false };

  it('forgets their password, and nobody else’s', async () => {
    for (const [email, left] of [['LAN@example.vn', null], ['binh@example.vn', 'binh@example.vn']] as const) {
      stored = { ...credentials, email, stretchedPassword: null, serverUrl };
      await keeper().removePerson(removal);
      expect((await remembered.load())?.email ?? null).toBe(left);
    }
    expect(removals).toEqual([removal, removal]);
  });

  it('that is refused forgets nothing', async () => {
    stored = { ...credentials, stretchedPassword: stretched, serverUrl };
    failWith = 'REPLICA_UNSENT';
    await expect(keeper().removePerson(removal)).rejects.toMatchObject({ code: 'REPLICA_UNSENT' });
    expect(stored).not.toBeNull();
  });
});

describe('after a restart of the worker', () => {
  it('the session is opened again with the password held in memory', async () => {
    const sessions = keeper();
    await sessions.signIn({ ...credentials, setAside: true });
    stored = null;
    await sessions.resumeAfterRestart(control);
    expect(signIns[1]).toEqual({ credentials, stretchedPassword: stretched, server: { url: serverUrl, ca: null }, machine: [machine], resume: true });
    expect(announced).toEqual([credentials.email]);
  });

  it('a session that cannot be opened again ends, and says so', async () => {
    const sessions = keeper();
    await sessions.signIn(credentials);
    failWith = 'REPLICA_DAMAGED';
    await sessions.resumeAfterRestart(control);
    expect(announced).toEqual([credentials.email, null]);
  });

  it('the session waits for the next restart when the worker dies once more', async () => {
    const sessions = keeper();
    await sessions.signIn(credentials);
    failWith = 'WORKER_STOPPED';
    await sessions.resumeAfterRestart(control);
    expect(sessions.isOpen).toBe(true);
    failWith = null;
    await sessions.resumeAfterRestart(control);
    expect(signIns).toHaveLength(2);
  });
});

it('the worker can end or change the session, and only news is announced', async () => {
  const sessions = keeper();
  await sessions.signIn(credentials);
  sessions.adopt(sessionOf(credentials.email));
  sessions.adopt(null);
  expect(announced).toEqual([credentials.email, null]);
});

describe('another password', () => {
  it('is held and remembered from the moment on at which the worker has set it', async () => {
    const sessions = keeper();
    await sessions.signIn(credentials);
    await sessions.changePassword({ password, newPassword: 'mật khẩu khác' });
    expect(stored).toMatchObject({ password: 'mật khẩu khác' });
    await sessions.resumeAfterRestart(control);
    expect(signIns.at(-1)?.credentials.password).toBe('mật khẩu khác');
  });

  it('takes the place of what the one before was stretched to', async () => {
    const sessions = keeper();
    await sessions.signIn(credentials);
    await sessions.changePassword({ password, newPassword: 'mật khẩu khác' });
    expect(stored?.stretchedPassword).toEqual(stretchedAnew);
    await sessions.resumeAfterRestart(control);
    expect(signIns.at(-1)?.stretchedPassword).toEqual(stretchedAnew);
  });

  it('that was refused changes nothing', async () => {
    const sessions = keeper();
    await sessions.signIn(credentials);
    failWith = 'SERVER_UNREACHABLE';
    await expect(sessions.changePassword({ password, newPassword: 'mật khẩu khác' })).rejects.toMatchObject({ code: failWith });
    expect(stored).toMatchObject({ password });
  });
});

describe('a person who is shut out', () => {
  it('of an open session is forgotten, and nobody is signed in', async () => {
    const sessions = keeper();
    await sessions.signIn(credentials);
    await sessions.ended();
    expect(sessions.isOpen).toBe(false);
    expect(stored).toBeNull();
    expect(announced).toEqual([credentials.email, null]);
    await sessions.resumeAfterRestart(control);
    expect(signIns).toHaveLength(1);
  });

  it('at the sign-in is forgotten where this machine was cleared, and only there', async () => {
    const sessions = keeper();
    stored = { ...credentials, stretchedPassword: stretched, serverUrl };
    failWith = 'ACCOUNT_INACTIVE';
    await expect(sessions.signIn(credentials)).rejects.toMatchObject({ code: 'ACCOUNT_INACTIVE' });
    expect(stored).not.toBeNull();
    failDetails = { erased: true };
    await expect(sessions.signIn(credentials)).rejects.toMatchObject({ code: 'ACCOUNT_INACTIVE' });
    expect(stored).toBeNull();
  });
});
