import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { scramVerifier } from '../../db/central/scram.ts';
import { createDemoCentral, type DemoCentral } from '../../db/testing/demo-central.ts';
import { demoPassword } from '../../shared/demo-accounts.ts';
import { loginRoleName } from '../../shared/domain/login-role.ts';
import { Profile } from './profiles/profile.ts';
import { sha256Hex } from './sync/connection.ts';
import { TestDesktop } from './testing/desktop.ts';
import { FaultyProxy } from './testing/faulty-proxy.ts';

const ceo = 'ceo@factorypulse.vn';
const sales = 'sales.manager@factorypulse.vn';
const newPassword = 'Một-mật-khẩu-mới-2025';

let central: DemoCentral;
let proxy: FaultyProxy;
const desktops: TestDesktop[] = [];
const undo: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  central = await createDemoCentral();
  proxy = await FaultyProxy.start(central);
});

afterEach(async () => {
  for (const one of desktops.splice(0)) await one.remove();
  for (const step of undo.splice(0).reverse()) await step();
  proxy.setDown(false);
});

afterAll(async () => {
  await proxy.stop();
  await central.drop();
});

function desktop(): TestDesktop {
  const created = new TestDesktop(`postgres://127.0.0.1:${proxy.port}/${central.database}`);
  desktops.push(created);
  return created;
}

/** A desktop on which this person has worked before and that is closed now. */
async function usedDesktop(email = ceo): Promise<TestDesktop> {
  const one = desktop();
  await one.signIn(email);
  await one.settled();
  await one.restart();
  return one;
}

async function editTitle(one: TestDesktop, title: string): Promise<string> {
  const { rows } = await one.call('projects.list', {});
  const id = rows[0]?.id ?? '';
  await one.call('projects.update', { id, patch: { title } });
  return id;
}

const titleOf = async (one: TestDesktop, id: string): Promise<string> => (await one.call('projects.get', { id })).project.title;

const centralTitle = async (id: string): Promise<string | undefined> =>
  (await central.client.query<{ title: string }>('select title from public.projects where id = $1', [id])).rows[0]?.title;

/** What an administrator does to an account, taken back after the test. */
async function change(statement: string, takenBack: string, email: string): Promise<void> {
  const where = ' where user_id = (select id from public.users where email = $1)';
  await central.client.query(statement + where, [email]);
  undo.push(() => central.client.query(takenBack + where, [email]));
}

const filesOf = (folder: string): { path: string; content: Buffer }[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, content: readFileSync(path) }));

async function setPassword(email: string, password: string): Promise<void> {
  const role = loginRoleName(central.database, email, sha256Hex);
  await central.client.query(`alter role ${role} password '${scramVerifier(password)}'`);
}

async function setPasswordForNow(email: string, password: string): Promise<void> {
  await setPassword(email, password);
  undo.push(() => setPassword(email, demoPassword));
}

describe('a password', () => {
  it('that is wrong is refused by the centre, and nothing of the person is left on the machine', async () => {
    const one = desktop();
    await expect(one.signIn(ceo, { password: 'guessed' })).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    await expect(one.signIn('nobody@factorypulse.vn')).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    proxy.setDown(true);
    await expect(one.signIn(ceo, { password: 'guessed' })).rejects.toMatchObject({ code: 'OFFLINE_FIRST_SIGN_IN' });
  });

  it('that is wrong is refused by this machine where the centre is out of reach', async () => {
    const one = await usedDesktop();
    proxy.setDown(true);
    await expect(one.signIn(ceo, { password: 'guessed' })).rejects.toMatchObject({
      code: 'WRONG_CREDENTIALS',
      details: { offline: true },
    });
    expect(await one.signIn(ceo)).toMatchObject({ offline: true, person: { email: ceo } });
  });

  it('is needed from the centre the first time on a machine', async () => {
    proxy.setDown(true);
    await expect(desktop().signIn(ceo)).rejects.toMatchObject({ code: 'OFFLINE_FIRST_SIGN_IN' });
  });

  it('opens the same account however the address and the letters were typed', async () => {
    await setPasswordForNow(ceo, newPassword.normalize('NFC'));
    const one = desktop();
    await one.signIn('  CEO@FactoryPulse.vn ', { password: newPassword.normalize('NFD') });
    await one.restart();
    proxy.setDown(true);
    await one.signIn(ceo, { password: newPassword.normalize('NFC') });
  });
});

describe('a one-time password', () => {
  const mustChange = (email: string): Promise<void> =>
    change('update app.logins set must_change_password = true', 'update app.logins set must_change_password = false', email);

  it('opens nothing until it is replaced, and by another one', async () => {
    await mustChange(ceo);
    const one = desktop();
    await expect(one.signIn(ceo)).rejects.toMatchObject({ code: 'PASSWORD_CHANGE_REQUIRED' });
    await expect(one.signIn(ceo, { newPassword: demoPassword })).rejects.toMatchObject({ code: 'PASSWORD_CHANGE_REQUIRED' });
  });

  it('ends with the new one, which opens centre and replica', async () => {
    await mustChange(ceo);
    undo.push(() => setPassword(ceo, demoPassword));
    const one = desktop();
    await one.signIn(ceo, { newPassword });
    await one.settled();
    await one.restart();
    await expect(one.signIn(ceo)).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    expect(await one.signIn(ceo, { password: newPassword })).toMatchObject({ offline: false });
    await one.restart();
    proxy.setDown(true);
    await expect(one.signIn(ceo)).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    expect(await one.signIn(ceo, { password: newPassword })).toMatchObject({ offline: true });
  });

  it('on a machine with a replica wraps its key for the new one, and the engine goes on with it', async () => {
    const one = await usedDesktop();
    await mustChange(ceo);
    undo.push(() => setPassword(ceo, demoPassword));
    await one.signIn(ceo, { newPassword });
    await one.settled();
    proxy.cutAll();
    await one.call('sync.now');
    await one.settled();
  });

  it('is not replaced where the centre did not ask for that', async () => {
    const one = desktop();
    await one.signIn(ceo, { newPassword });
    await one.restart();
    await one.signIn(ceo);
    await one.restart();
    proxy.setDown(true);
    await one.signIn(ceo);
  });
});

describe('an account', () => {
  const expire = (email: string): Promise<void> =>
    change("update app.logins set valid_until = now() - interval '1 hour'", 'update app.logins set valid_until = null', email);

  const deactivate = async (email: string, status = 'inactive'): Promise<void> => {
    await central.client.query('update public.users set status = $2 where email = $1', [email, status]);
    undo.push(() => central.client.query("update public.users set status = 'active' where email = $1", [email]));
  };

  it('that has expired is told as that', async () => {
    await expire(sales);
    await expect(desktop().signIn(sales)).rejects.toMatchObject({ code: 'ACCOUNT_EXPIRED' });
  });

  it('that is not active is told as that', async () => {
    await deactivate(sales);
    await expect(desktop().signIn(sales)).rejects.toMatchObject({ code: 'ACCOUNT_INACTIVE' });
  });

  it('whose role may not sign in any more is told as not active', async () => {
    const role = loginRoleName(central.database, sales, sha256Hex);
    await central.client.query(`alter role ${role} nologin`);
    undo.push(() => central.client.query(`alter role ${role} login`));
    await expect(desktop().signIn(sales)).rejects.toMatchObject({ code: 'ACCOUNT_INACTIVE' });
  });

  it.each([
    ['expires', expire, 'ACCOUNT_EXPIRED'],
    ['is suspended', (email: string) => deactivate(email, 'suspended'), 'ACCOUNT_INACTIVE'],
  ])('that %s while connected keeps its unsent change and sends it when it is back', async (_, end, code) => {
    const one = desktop();
    await one.signIn(ceo);
    await one.settled();
    await end(ceo);
    const title = `Bản sửa trước khi ${code}`;
    const id = await editTitle(one, title);
    const ended = await one.until((status) => status.state === 'auth-required', 'the end of the account');
    expect(ended).toMatchObject({ pending: 1, attention: 0 });
    expect(await titleOf(one, id)).toBe(title);
    await one.restart();
    await one.signIn(ceo, {}, true);
    await one.until((status) => status.error?.code === code, 'the reason, from the centre');
    for (const step of undo.splice(0).reverse()) await step();
    await one.call('sync.now');
    await one.settled();
    expect(await centralTitle(id)).toBe(title);
  });
});

describe('a start with the remembered password', () => {
  it('opens the replica without the network, and what was changed offline is there and is sent later', async () => {
    const one = await usedDesktop();
    proxy.setDown(true);
    await one.signIn(ceo, {}, true);
    const id = await editTitle(one, 'Sửa khi không có mạng');
    await one.restart();
    expect(await one.signIn(ceo, {}, true)).toMatchObject({ offline: true, loading: false });
    expect(await titleOf(one, id)).toBe('Sửa khi không có mạng');
    expect((await one.call('sync.status')).pending).toBe(1);
    proxy.setDown(false);
    await one.call('sync.now');
    await one.settled();
    expect(await centralTitle(id)).toBe('Sửa khi không có mạng');
  });

  it('waits for no server that falls silent, and neither does its end', async () => {
    const one = await usedDesktop();
    proxy.faults.stalled = true;
    undo.push(async () => {
      proxy.faults.stalled = false;
      await Promise.resolve();
    });
    expect(await one.signIn(ceo, {}, true)).toMatchObject({ offline: true });
    expect((await one.call('projects.list', {})).total).toBeGreaterThan(0);
    await one.quit();
  }, 5_000);

  it('that the keyring remembers wrongly is refused, connected or not, and the right one still opens', async () => {
    const one = await usedDesktop();
    await expect(one.signIn(ceo, { password: 'stale' }, true)).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    proxy.setDown(true);
    await expect(one.signIn(ceo, { password: 'stale' }, true)).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    await one.signIn(ceo);
  });

  it('opens the replica, says that the centre knows another one, and the person goes on with both', async () => {
    const one = await usedDesktop();
    proxy.setDown(true);
    await one.signIn(ceo);
    const id = await editTitle(one, 'Trước khi đổi mật khẩu');
    await setPasswordForNow(ceo, newPassword);
    proxy.setDown(false);
    await one.restart();
    await one.signIn(ceo, {}, true);
    await one.until((status) => status.state === 'auth-required', 'the question for the new password');
    expect((await one.call('sync.status')).error?.code).toBe('WRONG_CREDENTIALS');
    expect(await titleOf(one, id)).toBe('Trước khi đổi mật khẩu');

    const changed = { password: newPassword };
    await expect(one.signIn(ceo, changed)).rejects.toMatchObject({ code: 'REPLICA_KEY_MISMATCH' });
    await expect(one.signIn(ceo, { ...changed, previousPassword: 'forgotten' })).rejects.toMatchObject({
      code: 'REPLICA_KEY_MISMATCH',
    });
    await one.signIn(ceo, { ...changed, previousPassword: demoPassword });
    await one.settled();
    expect(await centralTitle(id)).toBe('Trước khi đổi mật khẩu');
    await one.restart();
    proxy.setDown(true);
    await one.signIn(ceo, changed);
  });
});

describe('a centre that asks for a newer application', () => {
  it('leaves the person at work on this machine, with every change kept', async () => {
    const one = await usedDesktop();
    await central.client.query('update sync.instance set minimum_client_version = 1000');
    undo.push(() => central.client.query('update sync.instance set minimum_client_version = 1'));
    await one.signIn(ceo);
    await one.until((status) => status.state === 'update-required', 'the request to update');
    const id = await editTitle(one, 'Sửa khi cần cập nhật');
    expect(await titleOf(one, id)).toBe('Sửa khi cần cập nhật');
    expect((await one.call('sync.status')).pending).toBe(1);
    await one.restart();
    await expect(one.signIn(ceo, { password: 'guessed' })).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
  });
});

describe('several people on one machine', () => {
  it('have a replica each, and none opens the other', async () => {
    const one = desktop();
    await one.signIn(ceo);
    await one.settled();
    const id = await editTitle(one, 'Của giám đốc');
    await one.settled();
    proxy.setDown(true);
    await expect(one.signIn(sales)).rejects.toMatchObject({ code: 'OFFLINE_FIRST_SIGN_IN' });
    proxy.setDown(false);
    expect(await one.signIn(sales)).toMatchObject({ person: { email: sales } });
    await one.settled();
    proxy.setDown(true);
    expect(await one.signIn(ceo)).toMatchObject({ person: { email: ceo } });
    expect(await titleOf(one, id)).toBe('Của giám đốc');
    const [first, second] = [ceo, sales].map((email) => new Profile(one.folder, one.serverName, email));
    expect(first?.folder).not.toBe(second?.folder);
    expect(await first?.unlock(demoPassword)).not.toEqual(await second?.unlock(demoPassword));
  });
});

describe('secrets', () => {
  it('stand in no line of the log, no error, no event and no file', async () => {
    const one = desktop();
    const machine = randomBytes(32);
    one.machine = [machine];
    const errors: unknown[] = [];
    const failing = async (...input: Parameters<TestDesktop['signIn']>): Promise<void> => {
      await one.signIn(...input).then(
        () => expect.unreachable('this sign-in has to fail'),
        (error: unknown) => errors.push({ ...(error as object), message: (error as Error).message }),
      );
    };
    await change('update app.logins set must_change_password = true', 'update app.logins set must_change_password = false', ceo);
    undo.push(() => setPassword(ceo, demoPassword));
    await failing(ceo, { password: 'a-wrong-password' });
    await failing(ceo);
    await one.signIn(ceo, { newPassword });
    await one.settled();
    await setPassword(ceo, 'changed-by-the-administrator');
    await one.restart();
    await failing(ceo, { password: 'changed-by-the-administrator', previousPassword: 'a-wrong-previous-one' });
    await one.signIn(ceo, { password: newPassword }, true);
    await one.until((status) => status.state === 'auth-required', 'the question for the password');
    proxy.setDown(true);
    await failing(ceo, { password: 'a-wrong-password' });

    const profile = new Profile(one.folder, one.serverName, ceo, one.machine);
    const key = await profile.unlock(newPassword);
    const secrets = [
      demoPassword, newPassword, 'a-wrong-password', 'changed-by-the-administrator', 'a-wrong-previous-one',
      'SCRAM-SHA-256$', machine.toString('hex'), machine.toString('base64'), key?.toString('hex') ?? '', key?.toString('base64') ?? '',
    ];
    const said = JSON.stringify([one.log, errors, one.events]);
    expect(one.log.length).toBeGreaterThan(5);
    expect(errors).toHaveLength(4);
    for (const secret of secrets) {
      expect(secret).not.toBe('');
      expect(said).not.toContain(secret);
    }
    for (const { path, content } of filesOf(one.folder)) {
      for (const secret of [...secrets, machine, key ?? '']) {
        expect(content.includes(secret), `a secret in ${path}`).toBe(false);
      }
    }
  });
});
