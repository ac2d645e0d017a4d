import { existsSync, linkSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../db/testing/demo-central.ts';
import type { ParsedInput } from '../../shared/api/index.ts';
import { FaultyProxy } from './testing/faulty-proxy.ts';
import { TestDesktop, waitFor } from './testing/desktop.ts';

const adminAddress = 'admin@factorypulse.vn';
let adminId = '';

let central: DemoCentral;
const desktops: TestDesktop[] = [];
const proxies: FaultyProxy[] = [];

beforeAll(async () => {
  central = await createDemoCentral();
  const { rows } = await central.client.query<{ id: string }>('select id from users where email = $1', [adminAddress]);
  adminId = rows[0]?.id ?? '';
});

afterEach(async () => {
  for (const desktop of desktops.splice(0)) await desktop.remove();
  for (const proxy of proxies.splice(0)) await proxy.stop();
});

afterAll(() => central.drop());

const addressOf = (proxy: FaultyProxy): string => `postgres://127.0.0.1:${proxy.port}/${central.database}`;

function newDesktop(address = central.address): TestDesktop {
  const desktop = new TestDesktop(address);
  desktops.push(desktop);
  return desktop;
}

async function administrator(): Promise<TestDesktop> {
  const desktop = newDesktop();
  await desktop.signIn(adminAddress);
  await desktop.settled();
  return desktop;
}

let lastNumber = 0;
const facts = (more: Partial<ParsedInput<'people.invite'>> = {}) => ({
  name: 'Người mới',
  email: `moi-${(lastNumber += 1)}@xuong.example`,
  role: 'management' as const,
  ...more,
});

const chosen = 'bảy lưỡi cưa xanh lá';

/** Somebody whom an administrator invited and who has chosen a password. */
async function newcomer(admin: TestDesktop, desktop = newDesktop()): Promise<{ id: string; email: string; desktop: TestDesktop }> {
  const invited = facts();
  const { id, one_time_password } = await admin.call('people.invite', invited);
  await desktop.signIn(invited.email, { password: one_time_password, newPassword: chosen });
  await desktop.settled();
  return { id, email: invited.email, desktop };
}

const profileFiles = (desktop: TestDesktop): string[] => {
  const folder = join(desktop.folder, 'profiles');
  return existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
};

const handedIn = async (userId: string): Promise<Record<string, unknown>[]> =>
  (
    await central.client.query<{ mutation: Record<string, unknown> }>(
      'select mutation from app.handed_in where user_id = $1 order by place',
      [userId],
    )
  ).rows.map(({ mutation }) => mutation);

async function editProjects(desktop: TestDesktop, count: number): Promise<void> {
  const { rows } = await desktop.call('projects.list', { status: 'active', limit: 500 });
  for (let n = 0; n < count; n += 1) {
    await desktop.call('projects.update', { id: rows[n % rows.length]?.id ?? '', patch: { notes: `chưa gửi ${n}` } });
  }
}

const ended = (desktop: TestDesktop): unknown =>
  desktop.events.find(({ topic }) => topic === 'session.ended')?.payload;

const untilEnded = (desktop: TestDesktop): Promise<unknown> =>
  waitFor(() => Promise.resolve(ended(desktop) ?? null), 'the end of the session');

describe('an administrator', () => {
  it('invites a person, who signs in with the one-time password and has to replace it by a good one', async () => {
    const admin = await administrator();
    const invited = facts({ department: 'Xưởng 2' });
    const { id, one_time_password } = await admin.call('people.invite', invited);
    expect(one_time_password).toMatch(/^[^\W0O1lI_]{4}(-[^\W0O1lI_]{4}){3}$/);
    expect(await admin.call('people.access', { id })).toMatchObject({ can_sign_in: true, must_change_password: true, devices: [] });

    const desktop = newDesktop();
    const signIn = (newPassword?: string) =>
      desktop.signIn(invited.email, { password: one_time_password, ...(newPassword === undefined ? {} : { newPassword }) });
    await expect(signIn()).rejects.toMatchObject({ code: 'PASSWORD_CHANGE_REQUIRED' });
    await expect(signIn('matkhau2026')).rejects.toMatchObject({ code: 'PASSWORD_TOO_WEAK', details: { rule: 'common' } });
    await expect(signIn('Người Mới 2026')).rejects.toMatchObject({ code: 'PASSWORD_TOO_WEAK', details: { rule: 'personal' } });
    await signIn(chosen);
    await desktop.settled();
    const [machine] = (await admin.call('people.access', { id })).devices;
    expect(machine).toMatchObject({ connected: true, own: false, app_version: '0.0.0-test', revoked_at: null });
    expect(JSON.stringify(admin.log) + JSON.stringify(desktop.log)).not.toContain(one_time_password);
  });

  it('sees what they changed in the list, and nobody else has one', async () => {
    const admin = await administrator();
    const { id, desktop } = await newcomer(admin);
    await admin.call('people.change', { id, patch: { name: 'Đổi Tên', role: 'engineering' } });
    const changed = async () => {
      const { people, companies } = await admin.call('people.list');
      expect(companies.length).toBeGreaterThan(0);
      return people.find((person) => person.id === id && person.name === 'Đổi Tên') ?? null;
    };
    expect(await waitFor(changed, 'the change in the list')).toMatchObject({ role: 'engineering', status: 'active' });
    const told = (): Promise<true | null> =>
      Promise.resolve(desktop.events.some(({ payload }) => JSON.stringify(payload).includes('"role":"engineering"')) || null);
    await waitFor(told, 'the new role on their desktop');
    await expect(desktop.call('people.list')).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('hears the centre’s own reason where it refuses, and goes on', async () => {
    const admin = await administrator();
    await expect(admin.call('people.invite', facts({ email: 'ceo@factorypulse.vn' }))).rejects.toMatchObject({ code: 'ADDRESS_TAKEN' });
    await expect(admin.call('people.invite', facts({ role: 'customer' }))).rejects.toMatchObject({
      code: 'CONTACT_REQUIRED',
      details: { type: 'customer' },
    });
    expect((await admin.settled()).error).toBeNull();
  });

  it('is told so without a connection, and can read the list all the same', async () => {
    const proxy = await FaultyProxy.start(central);
    proxies.push(proxy);
    const admin = newDesktop(addressOf(proxy));
    await admin.signIn(adminAddress);
    await admin.settled();
    proxy.setDown(true);
    await admin.until((status) => status.state === 'offline', 'offline');
    await expect(admin.call('people.invite', facts())).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
    expect((await admin.call('people.list')).people.length).toBeGreaterThan(0);
  });
});

describe('a call on the engine’s connection', () => {
  it('is never made inside the transaction of a pull, however busy the line is', async () => {
    const admin = await administrator();
    const other = newDesktop();
    await other.signIn('ceo@factorypulse.vn');
    await other.settled();
    const [asked] = await Promise.all([
      Promise.all(
        Array.from({ length: 40 }, async () => {
          // Refused inside a transaction of REPEATABLE READ, as a pull's is.
          await admin.call('people.change', { id: adminId, patch: { department: 'IT' } });
          return true;
        }),
      ),
      editProjects(other, 60),
    ]);
    expect(asked).toHaveLength(40);
    expect((await admin.settled()).error).toBeNull();
  });

  it('fails at once where the line breaks before its turn', async () => {
    const proxy = await FaultyProxy.start(central);
    proxies.push(proxy);
    const admin = newDesktop(addressOf(proxy));
    await admin.signIn(adminAddress);
    await admin.settled();
    proxy.faults.stalled = true;
    const calls = [1, 2, 3].map(() => admin.call('people.access', { id: adminId }));
    setTimeout(() => proxy.setDown(true), 100);
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
  });
});

describe('a person who is deactivated', () => {
  it('is thrown out of an open session within a moment; what waited is handed in and nothing is left here', async () => {
    const proxy = await FaultyProxy.start(central);
    proxies.push(proxy);
    const admin = await administrator();
    const { id, email, desktop } = await newcomer(admin, newDesktop(addressOf(proxy)));
    proxy.setDown(true);
    await desktop.until((status) => status.state === 'offline', 'offline');
    await editProjects(desktop, 40);
    const { pending } = await desktop.call('sync.status');
    const waiting = await desktop.call('sync.waiting', { limit: 500 });
    expect(pending).toBeGreaterThan(5);
    await admin.call('people.setStatus', { id, status: 'inactive' });
    proxy.setDown(false);
    void desktop.call('sync.now').catch(() => undefined);

    expect(await untilEnded(desktop)).toEqual({ code: 'ACCOUNT_INACTIVE', handedIn: pending });
    expect((await handedIn(id)).map((mutation) => mutation['id'])).toEqual(waiting.rows.map((row) => row.id));
    expect(profileFiles(desktop)).toEqual([]);
    await expect(desktop.call('projects.list', {})).rejects.toMatchObject({ code: 'SESSION_REQUIRED' });
    await expect(desktop.signIn(email, { password: chosen })).rejects.toMatchObject({ code: 'ACCOUNT_INACTIVE' });

    const [change] = (await admin.call('people.handedIn')).filter(({ person_name }) => person_name === 'Người mới');
    expect(change).toMatchObject({ op: 'update', table_name: 'projects', columns: [{ name: 'notes' }], last_result: null });
    expect(await admin.call('people.applyHandedIn', { id: change?.id ?? '' })).toMatchObject({ code: null });
  });

  it('while connected loses the session by itself', async () => {
    const admin = await administrator();
    const { id, desktop } = await newcomer(admin);
    await admin.call('people.setStatus', { id, status: 'inactive' });
    expect(await untilEnded(desktop)).toEqual({ code: 'ACCOUNT_INACTIVE', handedIn: 0 });
    expect(profileFiles(desktop)).toEqual([]);
  });

  it('and comes back only later is met at the sign-in', async () => {
    const proxy = await FaultyProxy.start(central);
    proxies.push(proxy);
    const admin = await administrator();
    const { id, email, desktop } = await newcomer(admin, newDesktop(addressOf(proxy)));
    proxy.setDown(true);
    await desktop.until((status) => status.state === 'offline', 'offline');
    await editProjects(desktop, 3);
    await desktop.quit();
    await admin.call('people.setStatus', { id, status: 'inactive' });
    proxy.setDown(false);
    await desktop.restart();
    await expect(desktop.signIn(email, { password: chosen })).rejects.toMatchObject({
      code: 'ACCOUNT_INACTIVE',
      details: { erased: true, handedIn: 3 },
    });
    expect(await handedIn(id)).toHaveLength(3);
    expect(profileFiles(desktop)).toEqual([]);
  });

  it('keeps a damaged replica, of which nothing can be handed in, and is told the centre’s reason', async () => {
    const admin = await administrator();
    const { id, email, desktop } = await newcomer(admin);
    await desktop.quit();
    await admin.call('people.setStatus', { id, status: 'inactive' });
    const file = join(desktop.folder, 'profiles', profileFiles(desktop).find((name) => name.endsWith('replica.db')) ?? '');
    writeFileSync(file, 'not a database at all');
    await desktop.restart();
    await expect(desktop.signIn(email, { password: chosen })).rejects.toMatchObject({ code: 'ACCOUNT_INACTIVE', details: { minimum: 1 } });
    expect(readFileSync(file, 'utf8')).toBe('not a database at all');
  });

  it.each([
    [
      'is refused',
      'revoke execute on function sync.hand_in(jsonb) from fp_person',
      'grant execute on function sync.hand_in(jsonb) to fp_person',
      'SERVER_ERROR',
    ],
    [
      'finds no room',
      `insert into app.handed_in (organization_id, user_id, mutation_id, mutation)
       select u.organization_id, u.id, gen_random_uuid(), '{"full": true}' 
         from (select * from users where email like 'moi-%' order by created_at desc limit 1) u, generate_series(1, 50000)`,
      `delete from app.handed_in where mutation ? 'full'`,
      'HAND_IN_FULL',
    ],
  ])('keeps everything where the handing in %s, until it has arrived', async (_, obstruct, clear, code) => {
    const proxy = await FaultyProxy.start(central);
    proxies.push(proxy);
    const admin = await administrator();
    const { id, desktop } = await newcomer(admin, newDesktop(addressOf(proxy)));
    proxy.setDown(true);
    await desktop.until((status) => status.state === 'offline', 'offline');
    await editProjects(desktop, 8);
    await central.client.query(obstruct);
    await admin.call('people.setStatus', { id, status: 'inactive' });
    proxy.setDown(false);
    await desktop.call('sync.now');
    await desktop.until((status) => status.error?.code === code, code);
    expect(profileFiles(desktop).length).toBeGreaterThan(0);
    expect((await handedIn(id)).filter((mutation) => !('full' in mutation))).toEqual([]);
    // What is edited meanwhile does not merge into what may have been delivered.
    await editProjects(desktop, 1);

    await central.client.query(clear);
    await desktop.call('sync.now').catch(() => undefined);
    expect(await untilEnded(desktop)).toMatchObject({ code: 'ACCOUNT_INACTIVE' });
    const arrived = (await handedIn(id)).map((mutation) => (mutation['patch'] as { notes: string }).notes);
    expect(arrived.length).toBe(9);
    expect(profileFiles(desktop)).toEqual([]);
  });
});

describe('a handing in whose answer is lost', () => {
  it('is repeated, and nothing arrives twice', async () => {
    const proxy = await FaultyProxy.start(central);
    proxies.push(proxy);
    const admin = await administrator();
    const { id, desktop } = await newcomer(admin, newDesktop(addressOf(proxy)));
    proxy.setDown(true);
    await desktop.until((status) => status.state === 'offline', 'offline');
    await editProjects(desktop, 5);
    await admin.call('people.setStatus', { id, status: 'inactive' });
    proxy.faults.loseAnswerTo = 'sync.hand_in';
    proxy.setDown(false);
    await desktop.call('sync.now');
    expect(await untilEnded(desktop)).toEqual({ code: 'ACCOUNT_INACTIVE', handedIn: 5 });
    expect(proxy.lostAnswers).toBe(1);
    expect(await handedIn(id)).toHaveLength(5);
  });
});

describe('a device that is revoked', () => {
  it('hands in and is erased; the person’s other device stays', async () => {
    const admin = await administrator();
    const { id, email, desktop } = await newcomer(admin);
    const other = newDesktop();
    await other.signIn(email, { password: chosen });
    await other.settled();
    const { devices } = await admin.call('people.access', { id });
    expect(devices).toHaveLength(2);
    const revoked = devices.find(({ last_seen_at }) => last_seen_at === devices.map((one) => one.last_seen_at).sort()[0]);
    await admin.call('people.revokeDevice', { id: revoked?.id ?? '' });
    expect(await untilEnded(desktop)).toEqual({ code: 'DEVICE_REVOKED', handedIn: 0 });
    expect(profileFiles(desktop)).toEqual([]);
    expect((await other.settled()).error).toBeNull();
    await expect(desktop.signIn(email, { password: chosen })).rejects.toMatchObject({ code: 'DEVICE_REVOKED' });
    await admin.call('people.readmitDevice', { id: revoked?.id ?? '' });
    await desktop.signIn(email, { password: chosen });
    await desktop.settled();
  });

  it('is not erased on the word of another centre', async () => {
    const admin = await administrator();
    const { id, desktop } = await newcomer(admin);
    await central.client.query('update sync.instance set id = gen_random_uuid()');
    await central.client.query("update users set status = 'inactive' where id = $1", [id]);
    await desktop.until((status) => status.error?.code === 'ACCOUNT_INACTIVE' || status.error?.code === 'SERVER_OTHER_INSTANCE', 'refused');
    expect(ended(desktop)).toBeUndefined();
    expect(profileFiles(desktop).some((name) => name.endsWith('replica.db'))).toBe(true);
    expect(await handedIn(id)).toEqual([]);
  });
});

describe('a person’s own password', () => {
  const change = (desktop: TestDesktop, password: string, newPassword: string) => desktop.changePassword(password, newPassword);

  it('is changed with the present one, at the centre and for the replica here', async () => {
    const admin = await administrator();
    const { email, desktop } = await newcomer(admin);
    const next = 'chín con vịt vàng bơi';
    await expect(change(desktop, 'không phải nó đâu', next)).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    await expect(change(desktop, chosen, 'anhyeuem12345')).rejects.toMatchObject({ code: 'PASSWORD_TOO_WEAK' });
    await expect(change(desktop, chosen, chosen)).rejects.toMatchObject({ code: 'PASSWORD_TOO_WEAK', details: { rule: 'same' } });
    await change(desktop, chosen, next);
    await desktop.restart();
    await desktop.signIn(email, { password: next }, true);
    await desktop.settled();
    await desktop.restart();
    await expect(desktop.signIn(email, { password: chosen })).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
  });
});

describe('the key file', () => {
  it('is overwritten before it is deleted', async () => {
    const admin = await administrator();
    const { id, desktop } = await newcomer(admin);
    const name = profileFiles(desktop).find((file) => file.endsWith('key.json')) ?? '';
    const kept = join(desktop.folder, 'another-name-of-the-same-file');
    linkSync(join(desktop.folder, 'profiles', name), kept);
    const before = readFileSync(kept);
    await admin.call('people.setStatus', { id, status: 'inactive' });
    await untilEnded(desktop);
    const after = readFileSync(kept);
    expect(after.length).toBe(before.length);
    expect(after.toString('latin1')).not.toContain('wrapped');
  });
});
