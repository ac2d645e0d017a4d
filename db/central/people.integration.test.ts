import { createHash, randomUUID } from 'node:crypto';
import pg, { type Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { demoPassword } from '../../shared/demo-accounts.ts';
import { loginRoleName } from '../../shared/domain/login-role.ts';
import { usual, workflows } from '../../shared/domain/workflow-cases-world.ts';
import { usualAddress } from '../testing/case-project.ts';
import { createDemoCentral, type DemoCentral } from '../testing/demo-central.ts';
import { connectAs, pushOne } from '../testing/person.ts';
import { addCaseOrganizations, insertRows, organizationOf, personOf } from '../testing/workflow-cases.ts';
import { scramVerifier } from './scram.ts';

let central: DemoCentral;
let admin: Client;
const opened: Client[] = [];

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const organization = organizationOf(usual);
const elsewhere = workflows.find((workflow) => workflow.slug !== usual.slug) ?? usual;
const company = randomUUID();
const supplierCompany = randomUUID();

beforeAll(async () => {
  central = await createDemoCentral();
  await addCaseOrganizations(central.client);
  await insertRows(central.client, 'contacts', [
    { id: company, organization_id: organization, type: 'customer', company_name: 'Toyota' },
    { id: supplierCompany, organization_id: organization, type: 'supplier', company_name: 'Thép Việt' },
  ]);
  admin = await connectAdmin();
});

afterEach(() => Promise.all(opened.splice(0).map((client) => client.end().catch(() => undefined))));

afterAll(async () => {
  await admin.end();
  await central.drop();
});

async function one<T>(client: Client, text: string, values: unknown[] = []): Promise<T> {
  const { rows } = await client.query<Record<string, T>>(text, values);
  return Object.values(rows[0] ?? {})[0] as T;
}

async function connectAdmin(): Promise<Client> {
  const client = await connectAs(central, usualAddress('admin'));
  client.on('error', () => undefined);
  return client;
}

/** Whoever a password lets in; ended after the test. */
async function enter(email: string, password = demoPassword): Promise<Client> {
  const client = new pg.Client({
    host: central.host,
    port: central.port,
    database: central.database,
    user: loginRoleName(central.database, email, sha256Hex),
    password,
  });
  // A session that the centre ends fails the query under way, which is what the tests look at.
  client.on('error', () => undefined);
  await client.connect();
  opened.push(client);
  return client;
}

const device = (id: string = randomUUID()) => ({ id, name: 'Máy thử', platform: 'linux', app_version: '0.0.0', client_version: 1 });
const hello = (client: Client, introduced: object = device()): Promise<{ refused: string | null; must_change_password: boolean; channel: string | null }> =>
  one(client, 'select sync.hello($1)', [JSON.stringify(introduced)]);

let lastNumber = 0;
const address = (): string => `nguoi-${(lastNumber += 1)}@moi.example`;
const oneTime = 'Mot-lan-thoi-2026';

async function invite(facts: Record<string, unknown> = {}, client = admin): Promise<{ id: string; email: string }> {
  const email = address();
  const { id } = await one<{ id: string }>(client, 'select app.invite_person($1, $2)', [
    JSON.stringify({ name: 'Người mới', role: 'qa', email, ...facts }),
    scramVerifier(oneTime),
  ]);
  return { id, email: (facts['email'] as string | undefined) ?? email };
}

/** A person with a password of their own. */
async function staff(facts: Record<string, unknown> = {}): Promise<{ id: string; email: string }> {
  const person = await invite(facts);
  const client = await enter(person.email, oneTime);
  await client.query('select sync.change_password($1)', [scramVerifier(demoPassword)]);
  return person;
}

const change = (id: string, patch: unknown, client = admin): Promise<{ sessions_ended: number | null }> =>
  one(client, 'select app.change_person($1, $2)', [id, JSON.stringify(patch)]);
const setStatus = (id: string, status: string, client = admin): Promise<{ sessions_ended: number | null }> =>
  one(client, 'select app.set_person_status($1, $2)', [id, status]);
const userRow = async (id: string): Promise<Record<string, unknown>> =>
  (await central.client.query<Record<string, unknown>>('select * from users where id = $1', [id])).rows[0] ?? {};
const groupsOf = (email: string): Promise<string[]> =>
  one(
    central.client,
    `select array_agg(g.rolname::text order by g.rolname) from pg_auth_members m join pg_roles g on g.oid = m.roleid join pg_roles r on r.oid = m.member
      where r.rolname = $1 and g.rolname like 'fp\\_%'`,
    [loginRoleName(central.database, email, sha256Hex)],
  );

const refusal = (code: string) => ({ code: 'FP001', message: code });

describe('the name of a login role', () => {
  it.each([
    'a@b.vn', ' A@B.VN ', 'đỗ.nguyễn@xưởng.vn', 'ĐỖ.NGUYỄN@XƯỞNG.VN', 'Ấ@b.vn'.normalize('NFD'), 'ΣΑΣ@b.gr', 'İ@b.tr',
    '\u00a0ß@b.de\ufeff', 'ǅ@b.hr', "o'brien@b.vn", '"; drop role x; --@b.vn',
  ])('is the same in the centre and on the desktop for %s', async (email) => {
    expect(await one(central.client, 'select app.login_role_name($1)', [email])).toBe(
      loginRoleName(central.database, email, sha256Hex),
    );
  });
});

describe('inviting', () => {
  it('lets the person in with the one-time password, to do nothing but replace it', async () => {
    const { email } = await invite({ role: 'management' });
    const client = await enter(email, oneTime);
    expect(await hello(client)).toMatchObject({ refused: null, must_change_password: true, channel: null });
    for (const name of ['my_user_id', 'my_organization_id', 'my_role', 'internal_organization_id']) {
      expect(await one(client, `select app.${name}()`)).toBeNull();
    }
    expect((await client.query('select from users')).rowCount).toBe(0);
    await expect(client.query("select sync.push('[]')")).rejects.toMatchObject(refusal('ACCOUNT_INACTIVE'));
    expect(await one<{ active: boolean }>(client, 'select sync.pull_state(null)')).toMatchObject({ active: false });
    await expect(client.query('select sync.password_changed()')).rejects.toMatchObject(refusal('UPDATE_REQUIRED'));
    expect(await one(client, 'select app.my_role()')).toBeNull();

    await client.query('select sync.change_password($1)', [scramVerifier('mật khẩu của riêng tôi')]);
    expect(await one(client, 'select app.my_role()')).toBe('management');
    expect(await hello(client)).toMatchObject({ must_change_password: false, channel: expect.stringMatching(/^fp_/) as string });
    await expect(enter(email, oneTime)).rejects.toMatchObject({ code: '28P01' });
    await enter(email, 'mật khẩu của riêng tôi');
  });

  it('puts the person into the groups of their role, and into the audit trail as the administrator’s doing', async () => {
    const boss = await invite({ role: 'admin' });
    expect(await groupsOf(boss.email)).toEqual(['fp_admin', 'fp_internal', 'fp_person']);
    const guest = await invite({ role: 'customer', contact_id: company });
    expect(await groupsOf(guest.email)).toEqual(['fp_customer', 'fp_person']);
    const logged = await central.client.query<{ user_id: string }>(
      "select user_id from activity_log where entity_id = $1 and action = 'INSERT'",
      [guest.id],
    );
    expect(logged.rows).toEqual([{ user_id: personOf(usual, 'admin') }]);
  });

  it.each([
    ['a plain password', 'matkhau12345'],
    ['an MD5 verifier', `md5${'0'.repeat(32)}`],
    ['nothing', null],
    ['too few rounds', scramVerifier(oneTime, undefined, 1000)],
    ['a verifier with something behind it', `${scramVerifier(oneTime)}' superuser`],
    ['a verifier with a line break', `${scramVerifier(oneTime)}\n`],
    ['a short salt', scramVerifier(oneTime, Buffer.alloc(4))],
  ])('takes no verifier that is %s', async (_, verifier) => {
    const email = address();
    const person = JSON.stringify({ name: 'Người mới', role: 'qa', email });
    await expect(admin.query('select app.invite_person($1, $2)', [person, verifier])).rejects.toMatchObject(
      refusal('VALUE_REFUSED'),
    );
    expect((await central.client.query('select from users where email = $1', [email])).rowCount).toBe(0);
  });

  it('makes one person of an address that two administrators invite at the same time', async () => {
    const second = await staff({ role: 'admin' });
    const other = await enter(second.email);
    const email = address();
    const outcomes = await Promise.allSettled([invite({ email }), invite({ email: email.toUpperCase() }, other)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: refusal('ADDRESS_TAKEN') });
    expect((await central.client.query('select from users where lower(email) = $1', [email])).rowCount).toBe(1);
  });

  it('refuses an address that another organization or another spelling has', async () => {
    await expect(invite({ email: 'ceo@factorypulse.vn' })).rejects.toMatchObject(refusal('ADDRESS_TAKEN'));
    await invite({ email: 'hồng@moi.example' });
    await expect(invite({ email: ' HỒNG@moi.example '.normalize('NFD') })).rejects.toMatchObject(refusal('ADDRESS_TAKEN'));
  });

  it.each([
    [{ email: 'no address' }, 'VALUE_REFUSED'],
    [{ email: null }, 'VALUE_REFUSED'],
    [{ name: ' ' }, 'VALUE_REFUSED'],
    [{ name: 'x'.repeat(201) }, 'VALUE_REFUSED'],
    [{ role: 'owner' }, 'VALUE_REFUSED'],
    [{ role: ['admin'] }, 'VALUE_REFUSED'],
    [{ direct_manager_id: 'x' }, 'VALUE_REFUSED'],
    [{ direct_manager_id: randomUUID() }, 'VALUE_REFUSED'],
    [{ direct_manager_id: personOf(elsewhere, 'management') }, 'VALUE_REFUSED'],
    [{ contact_id: company }, 'VALUE_REFUSED'],
    [{ role: 'supplier' }, 'CONTACT_REQUIRED'],
    [{ role: 'supplier', contact_id: company }, 'CONTACT_REQUIRED'],
    [{ organization_id: organizationOf(elsewhere) }, 'COLUMN_NOT_WRITABLE'],
    [{ id: personOf(usual, 'qa') }, 'COLUMN_NOT_WRITABLE'],
    [{ status: 'active' }, 'COLUMN_NOT_WRITABLE'],
    [{ preferences: '{}' }, 'COLUMN_NOT_WRITABLE'],
  ])('refuses %j with a code', async (facts, code) => {
    await expect(invite(facts)).rejects.toMatchObject(refusal(code));
  });

  it('takes SQL in every field for the text that it is', async () => {
    const sql = `'); drop table users; --"; select pg_sleep(9); $$ \\`;
    const { id } = await invite({ name: sql, department: sql, phone: sql.slice(0, 50), employee_id: sql, email: `x';--${address()}` });
    expect(await userRow(id)).toMatchObject({ name: sql, department: sql, phone: sql.slice(0, 50).trim(), employee_id: sql });
    await change(id, { name: `${sql}!`, email: `"; drop role postgres; --${address()}`.replaceAll(' ', '') });
    expect(await userRow(id)).toMatchObject({ name: `${sql}!` });
    await expect(change(id, { [`name" = 'x', role = 'admin`]: 'x' })).rejects.toMatchObject(refusal('COLUMN_NOT_WRITABLE'));
    await expect(setStatus(id, sql)).rejects.toMatchObject(refusal('VALUE_REFUSED'));
  });
});

describe('nobody but an administrator', () => {
  const calls = (id: string): [string, unknown[]][] => [
    ['select app.invite_person($1, $2)', [JSON.stringify({ name: 'X', role: 'admin', email: 'x@x.example' }), scramVerifier(oneTime)]],
    ['select app.change_person($1, $2)', [id, '{"role": "admin"}']],
    ['select app.set_person_status($1, $2)', [id, 'inactive']],
    ['select app.reset_password($1, $2)', [id, scramVerifier(oneTime)]],
    ['select app.devices_of_organization()', []],
    ['select app.logins_of_organization()', []],
    ['select app.revoke_device($1)', [id]],
    ['select app.readmit_device($1)', [id]],
    ['select app.handed_in_changes()', []],
    ['select app.handed_in_mutation($1)', [id]],
    ['select app.settle_handed_in($1)', [id]],
    ['select app.apply_handed_in($1)', [id]],
    ['select app.discard_handed_in($1)', [id]],
  ];

  it.each(['management', 'engineering'] as const)('(%s is none) gets an answer from any function', async (role) => {
    const client = await enter(usualAddress(role));
    for (const [text, values] of calls(personOf(usual, 'qa'))) {
      await expect(client.query(text, values), text).rejects.toMatchObject(refusal('NOT_ALLOWED'));
    }
  });

  it.each(['supplier', 'customer'] as const)('(%s is none) may even call one', async (role) => {
    const client = await enter(usualAddress(role));
    for (const [text, values] of calls(personOf(usual, 'qa'))) {
      await expect(client.query(text, values), text).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('reaches the owner’s functions beneath, an administrator neither', async () => {
    const beneath = [
      `app.add_person(null, null, null)`, `app.alter_person(null, null, null)`, `app.alter_person_status(null, null, null)`,
      `app.renew_password(null, null, null)`, `app.alter_device(null, null, null)`, `app.create_login(null, null, null)`,
      `app.end_sessions(null)`, `app.set_login_groups(null, null)`, `app.note_activity(null, null, null, null)`,
    ];
    for (const call of beneath) await expect(admin.query(`select ${call}`), call).rejects.toMatchObject({ code: '42501' });
    await expect(admin.query('select from app.signed_in')).rejects.toMatchObject({ code: '42501' });
  });
});

describe('another organization', () => {
  it('is out of an administrator’s reach, and answers as if it had no such person or device', async () => {
    const stranger = personOf(elsewhere, 'qa');
    const theirs = device();
    await hello(await enter(`qa@${elsewhere.slug}.example`), theirs);
    const before = await userRow(stranger);
    for (const id of [stranger, randomUUID()]) {
      await expect(change(id, { name: 'Ai đó' })).rejects.toMatchObject(refusal('NOT_FOUND'));
      await expect(setStatus(id, 'inactive')).rejects.toMatchObject(refusal('NOT_FOUND'));
      await expect(admin.query('select app.reset_password($1, $2)', [id, scramVerifier(oneTime)])).rejects.toMatchObject(refusal('NOT_FOUND'));
    }
    for (const id of [theirs.id, randomUUID()]) {
      await expect(admin.query('select app.revoke_device($1)', [id])).rejects.toMatchObject(refusal('NOT_FOUND'));
      await expect(admin.query('select app.readmit_device($1)', [id])).rejects.toMatchObject(refusal('NOT_FOUND'));
    }
    expect(await userRow(stranger)).toEqual(before);
    const seen = await admin.query<{ user_id: string }>('select distinct user_id from app.devices_of_organization()');
    expect(seen.rows).not.toContainEqual({ user_id: stranger });
  });
});

describe('changing a person', () => {
  it('stores the facts, empty ones as nothing, and leaves the rest', async () => {
    const { id } = await invite({ department: 'Kho', phone: '0901' });
    await change(id, { name: '  Trần Thị B ', phone: ' ', employee_id: 'NV-7', direct_manager_id: personOf(usual, 'management') });
    expect(await userRow(id)).toMatchObject({
      name: 'Trần Thị B', phone: null, department: 'Kho', employee_id: 'NV-7', direct_manager_id: personOf(usual, 'management'), role: 'qa',
    });
  });

  it('lets a person with a new address sign in by it, and no longer by the old one', async () => {
    const person = await staff();
    const old = await enter(person.email);
    const email = address();
    expect(await change(person.id, { email: email.toUpperCase() })).toEqual({ sessions_ended: expect.any(Number) as number });
    await expect(old.query('select 1')).rejects.toThrow();
    await expect(enter(person.email)).rejects.toMatchObject({ code: '28P01' });
    expect(await one(await enter(email), 'select app.my_user_id()')).toBe(person.id);
    await expect(change(person.id, { email: usualAddress('qa') })).rejects.toMatchObject(refusal('ADDRESS_TAKEN'));
    await expect(change(personOf(usual, 'admin'), { email: address() })).rejects.toMatchObject(refusal('OWN_ACCOUNT'));
  });

  it('takes the groups along with the role, and ends the sessions that knew the old one', async () => {
    const person = await staff();
    const client = await enter(person.email);
    await change(person.id, { role: 'supplier', contact_id: supplierCompany });
    await expect(client.query('select 1')).rejects.toThrow();
    expect(await groupsOf(person.email)).toEqual(['fp_person', 'fp_supplier']);
    await change(person.id, { role: 'admin' });
    expect(await groupsOf(person.email)).toEqual(['fp_admin', 'fp_internal', 'fp_person']);
    expect(await userRow(person.id)).toMatchObject({ role: 'admin', contact_id: null });
  });

  it('makes no circle of managers', async () => {
    const [a, b, c] = [await invite(), await invite(), await invite()];
    await change(b.id, { direct_manager_id: a.id });
    await change(c.id, { direct_manager_id: b.id });
    await expect(change(a.id, { direct_manager_id: c.id })).rejects.toMatchObject(refusal('MANAGER_CIRCLE'));
    await expect(change(a.id, { direct_manager_id: a.id })).rejects.toMatchObject(refusal('MANAGER_CIRCLE'));
  });

  it('is not done on an old snapshot, which would not see another administrator’s change', async () => {
    const { id } = await invite();
    await admin.query('begin isolation level repeatable read');
    await expect(change(id, { name: 'X' })).rejects.toMatchObject(refusal('NOT_ALLOWED'));
    await admin.query('rollback');
  });
});

describe('administrators', () => {
  it('neither demote nor deactivate themselves, nor reset their own password', async () => {
    const me = personOf(usual, 'admin');
    await expect(change(me, { role: 'qa' })).rejects.toMatchObject(refusal('OWN_ACCOUNT'));
    await expect(change(me, { role: null })).rejects.toMatchObject(refusal('OWN_ACCOUNT'));
    await expect(setStatus(me, 'inactive')).rejects.toMatchObject(refusal('OWN_ACCOUNT'));
    await expect(admin.query('select app.reset_password($1, $2)', [me, scramVerifier(oneTime)])).rejects.toMatchObject(refusal('OWN_ACCOUNT'));
    await change(me, { name: 'Quản trị', role: 'admin' });
  });

  it('who demote one another at the same time do not both succeed', async () => {
    const second = await staff({ role: 'admin' });
    const other = await enter(second.email);
    const outcomes = await Promise.allSettled([
      change(second.id, { role: 'qa' }),
      change(personOf(usual, 'admin'), { role: 'qa' }, other),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    if ((await userRow(personOf(usual, 'admin')))['role'] !== 'admin') {
      await central.client.query("update users set role = 'admin' where id = $1", [personOf(usual, 'admin')]);
      await central.client.query(`grant fp_admin to ${loginRoleName(central.database, usualAddress('admin'), sha256Hex)}`);
      admin = await connectAdmin();
    }
  });

  it('are never all gone: the owner, too, leaves an organization its last one', async () => {
    const home = organizationOf(elsewhere);
    const last = personOf(elsewhere, 'admin');
    await expect(central.client.query('select app.alter_person_status($1, $2, $3)', [home, last, 'inactive'])).rejects.toMatchObject(refusal('LAST_ADMIN'));
    await expect(central.client.query('select app.alter_person($1, $2, $3)', [home, last, '{"role": "qa"}'])).rejects.toMatchObject(refusal('LAST_ADMIN'));
  });
});

describe('deactivating', () => {
  it('ends the person’s sessions at once and shuts every door but the one for handing in', async () => {
    const person = await staff();
    const client = await enter(person.email);
    await hello(client);
    const { sessions_ended } = await setStatus(person.id, 'inactive');
    expect(sessions_ended).toBeGreaterThan(0);
    await expect(client.query('select 1')).rejects.toThrow();
    const again = await enter(person.email);
    expect(await hello(again)).toMatchObject({ refused: 'ACCOUNT_INACTIVE', shut_out: true });
    expect((await again.query('select from users')).rowCount).toBe(0);
    await expect(again.query('select sync.change_password($1)', [scramVerifier(oneTime)])).rejects.toMatchObject(refusal('ACCOUNT_INACTIVE'));
    await setStatus(person.id, 'active');
    const back = await enter(person.email);
    expect(await hello(back)).toMatchObject({ refused: null });
    expect(await one(back, 'select app.my_role()')).toBe('qa');
  });
});

describe('a new one-time password', () => {
  it('replaces the old password, ends the sessions and has to be replaced', async () => {
    const person = await staff();
    const client = await enter(person.email);
    await admin.query('select app.reset_password($1, $2)', [person.id, scramVerifier('Lai-mot-lan-2026')]);
    await expect(client.query('select 1')).rejects.toThrow();
    await expect(enter(person.email)).rejects.toMatchObject({ code: '28P01' });
    const again = await enter(person.email, 'Lai-mot-lan-2026');
    expect(await hello(again)).toMatchObject({ must_change_password: true });
    // A role may set its own password in plain SQL; that is no end of the one-time password.
    await again.query(`alter role current_user password ${pg.escapeLiteral(scramVerifier('khác'))}`);
    expect(await one(again, 'select app.my_role()')).toBeNull();
    expect(await admin.query('select app.reset_password($1, $2)', [person.id, 'plain']).catch((error: unknown) => error)).toMatchObject(refusal('VALUE_REFUSED'));
    const told = await admin.query('select * from app.logins_of_organization() where user_id = $1', [person.id]);
    expect(told.rows).toMatchObject([{ must_change_password: true }]);
  });

  it('is the first one of a person who had no login', async () => {
    const [row] = (await central.client.query<{ id: string }>(
      "insert into users (organization_id, email, name, role) values ($1, $2, 'Chưa có', 'sales') returning id",
      [organization, 'chua-co@moi.example'],
    )).rows;
    await admin.query('select app.reset_password($1, $2)', [row?.id, scramVerifier(oneTime)]);
    expect(await hello(await enter('chua-co@moi.example', oneTime))).toMatchObject({ must_change_password: true });
  });
});

describe('a person’s own password', () => {
  it('is changed by a verifier alone, and ends the person’s other sessions', async () => {
    const person = await staff();
    const [here, there] = [await enter(person.email), await enter(person.email)];
    await expect(here.query("select sync.change_password('mat khau moi')")).rejects.toMatchObject(refusal('VALUE_REFUSED'));
    await here.query('select sync.change_password($1)', [scramVerifier('mật khẩu khác hẳn')]);
    await expect(there.query('select 1')).rejects.toThrow();
    expect(await one(here, 'select app.my_user_id()')).toBe(person.id);
    await enter(person.email, 'mật khẩu khác hẳn');
  });
});

describe('a device', () => {
  const devices = async (): Promise<Record<string, unknown>[]> => (await admin.query<Record<string, unknown>>('select * from app.devices_of_organization()')).rows;

  it('that is revoked is cut off, refused and served nothing, while the person’s other device goes on', async () => {
    const person = await staff();
    const [lost, kept] = [device(), device()];
    const [onLost, onKept] = [await enter(person.email), await enter(person.email)];
    await hello(onLost, lost);
    await hello(onKept, kept);
    expect((await devices()).find(({ id }) => id === lost.id)).toMatchObject({ user_id: person.id, name: 'Máy thử', connected: true, revoked_at: null });

    expect(await one(admin, 'select app.revoke_device($1)', [lost.id])).toEqual({ sessions_ended: 1 });
    await expect(onLost.query('select 1')).rejects.toThrow();
    expect(await one(onKept, 'select app.my_user_id()')).toBe(person.id);
    expect((await devices()).find(({ id }) => id === lost.id)).toMatchObject({ connected: false, revoked_at: expect.any(Date) as Date });

    const again = await enter(person.email);
    expect(await hello(again, lost)).toMatchObject({ refused: 'DEVICE_REVOKED' });
    await again.query(`set factory_pulse.device = '${kept.id}'`);
    expect((await again.query('select from projects')).rowCount).toBe(0);
    await expect(again.query("select sync.push('[]')")).rejects.toMatchObject(refusal('ACCOUNT_INACTIVE'));
    expect(await one(again, 'select sync.pull_state(null)')).toMatchObject({ active: false });
    await expect(again.query('select sync.change_password($1)', [scramVerifier(oneTime)])).rejects.toMatchObject(refusal('NOT_ALLOWED'));

    await admin.query('select app.readmit_device($1)', [lost.id]);
    expect(await hello(again, lost)).toMatchObject({ refused: null });
    expect(await one(again, 'select app.my_user_id()')).toBe(person.id);
    const logged = await central.client.query('select action from activity_log where entity_id = $1 order by created_at', [lost.id]);
    expect(logged.rows).toEqual([{ action: 'DEVICE_REVOKED' }, { action: 'DEVICE_READMITTED' }]);
  });

  it('that says hello while it is being revoked is refused', async () => {
    const person = await staff();
    const lost = device();
    await hello(await enter(person.email), lost);
    const again = await enter(person.email);
    await admin.query('begin');
    await admin.query('select app.revoke_device($1)', [lost.id]);
    const greeting = hello(again, lost);
    await central.client.query('select pg_sleep(0.2)');
    await admin.query('commit');
    expect(await greeting).toMatchObject({ refused: 'DEVICE_REVOKED' });
    expect(await one(again, 'select app.my_user_id()')).toBeNull();
  });

  it('that an administrator works on is not revoked by them', async () => {
    const client = await enter(usualAddress('admin'));
    const mine = device();
    await hello(client, mine);
    await expect(client.query('select app.revoke_device($1)', [mine.id])).rejects.toMatchObject(refusal('OWN_ACCOUNT'));
  });

  it('too old for the centre is served nothing until it is updated', async () => {
    const person = await staff();
    const client = await enter(person.email);
    await central.client.query('update sync.instance set minimum_client_version = 2');
    try {
      for (const version of [1, undefined]) {
        expect(await hello(client, { ...device(), client_version: version })).toMatchObject({ refused: 'UPDATE_REQUIRED' });
        expect(await one(client, 'select app.my_user_id()')).toBeNull();
      }
      expect(await hello(client, { ...device(), client_version: 2 })).toMatchObject({ refused: null });
      expect(await one(client, 'select app.my_user_id()')).toBe(person.id);
    } finally {
      await central.client.query('update sync.instance set minimum_client_version = 1');
    }
  });
});

describe('handing in', () => {
  const project = async (id: string = randomUUID()): Promise<string> =>
    one(
      central.client,
      `insert into projects (id, organization_id, project_id, title, current_stage_id)
       select $1, $2, 'H-' || gen_random_uuid(), 'Cũ', s.id from workflow_stages s where s.organization_id = $2 order by s.stage_order limit 1 returning id`,
      [id, organization],
    );
  const edit = (row_id: string, title: string, base = 'Cũ') => ({
    id: randomUUID(), table: 'projects', row_id, op: 'update', patch: { title }, base: { title: base }, created_at: '2026-01-02 03:04:05+00',
  });
  const handIn = (client: Client, mutations: unknown): Promise<string[]> => one(client, 'select sync.hand_in($1)', [JSON.stringify(mutations)]);
  const waiting = async (userId: string): Promise<Record<string, unknown>[]> =>
    (await admin.query<Record<string, unknown>>('select * from app.handed_in_changes() where user_id = $1', [userId])).rows;

  it('is not for somebody who is suspended and keeps what they have', async () => {
    const person = await staff();
    await setStatus(person.id, 'suspended');
    const client = await enter(person.email);
    expect(await hello(client)).toMatchObject({ refused: 'ACCOUNT_INACTIVE', shut_out: false });
    await expect(handIn(client, [edit(await project(), 'Mới')])).rejects.toMatchObject(refusal('NOT_ALLOWED'));
  });

  it('is for nobody who can push', async () => {
    const client = await enter(usualAddress('qa'));
    await hello(client);
    await expect(handIn(client, [edit(await project(), 'Mới')])).rejects.toMatchObject(refusal('NOT_ALLOWED'));
  });

  it('keeps each change once, in order, and passes over what was applied before', async () => {
    const person = await staff({ role: 'management' });
    const before = await enter(person.email);
    const sent = edit(await project(), 'Đã gửi');
    expect(await pushOne(before, sent)).toMatchObject({ status: 'applied' });
    await setStatus(person.id, 'inactive');
    const client = await enter(person.email);
    await hello(client, device());
    const mutations = [edit(await project(), 'Một'), edit(await project(), 'Hai'), sent];
    const ids = mutations.map(({ id }) => id);
    expect(await handIn(client, mutations)).toEqual(ids);
    expect(await handIn(client, mutations)).toEqual(ids);
    expect((await waiting(person.id)).map(({ mutation }) => mutation)).toEqual(mutations.slice(0, 2));
    const logged = await central.client.query("select new_values -> 'count' as count from activity_log where entity_id = $1 and action = 'HANDED_IN'", [person.id]);
    expect(logged.rows).toEqual([{ count: 2 }]);
  });

  it('works from a revoked device', async () => {
    const person = await staff();
    const lost = device();
    await hello(await enter(person.email), lost);
    await admin.query('select app.revoke_device($1)', [lost.id]);
    const client = await enter(person.email);
    await hello(client, lost);
    await handIn(client, [edit(await project(), 'Từ máy mất')]);
    expect(await waiting(person.id)).toMatchObject([{ device_name: 'Máy thử', attempts: 0, result: null }]);
  });

  it('refuses what is no list of changes, too large, or too many, and keeps nothing of it', async () => {
    const person = await staff();
    await setStatus(person.id, 'inactive');
    const client = await enter(person.email);
    const good = edit(randomUUID(), 'Tốt');
    for (const bad of [{}, 'x', null, [good, 7], [good, {}], [{ ...good, id: "'; drop table users" }], [{ ...good, patch: { title: 'x'.repeat(1_100_000) } }], Array.from({ length: 1001 }, () => good)]) {
      await expect(handIn(client, bad)).rejects.toMatchObject(refusal('VALUE_REFUSED'));
    }
    expect(await waiting(person.id)).toEqual([]);
  });

  it('ends where one person would fill the disk', async () => {
    const person = await staff();
    await setStatus(person.id, 'inactive');
    const client = await enter(person.email);
    const large = () => edit(randomUUID(), 'x'.repeat(1_000_000));
    const send = async (): Promise<void> => {
      for (let n = 0; n < 80; n += 10) await handIn(client, Array.from({ length: 10 }, large));
    };
    await expect(send()).rejects.toMatchObject(refusal('HAND_IN_FULL'));
    await central.client.query('delete from app.handed_in where user_id = $1', [person.id]);
  });

  it('lets an administrator apply a change as their own, by the rules of every push', async () => {
    const person = await staff();
    await setStatus(person.id, 'inactive');
    const client = await enter(person.email);
    const [good, gone] = [await project(), await project()];
    await central.client.query('delete from projects where id = $1', [gone]);
    await handIn(client, [edit(good, 'Được áp dụng'), edit(gone, 'Mất'), { ...edit(good, 'x'), table: 'activity_log', patch: { action: 'x' } }]);
    const [first, second, third] = await waiting(person.id);

    expect(await one(admin, 'select app.apply_handed_in($1)', [first?.['id']])).toMatchObject({ status: 'applied' });
    expect(await one(central.client, 'select title from projects where id = $1', [good])).toBe('Được áp dụng');
    const logged = await central.client.query(
      "select user_id, action from activity_log where entity_id in ($1, $2) and action in ('UPDATE', 'HANDED_IN_APPLIED') order by action",
      [good, first?.['id']],
    );
    const me = personOf(usual, 'admin');
    expect(logged.rows).toEqual([{ user_id: me, action: 'HANDED_IN_APPLIED' }, { user_id: me, action: 'UPDATE' }]);
    await expect(admin.query('select app.apply_handed_in($1)', [first?.['id']])).rejects.toMatchObject(refusal('NOT_FOUND'));

    expect(await one(admin, 'select app.apply_handed_in($1)', [second?.['id']])).toMatchObject({ status: 'refused', code: 'ROW_DELETED' });
    expect(await one(admin, 'select app.apply_handed_in($1)', [third?.['id']])).toMatchObject({ status: 'refused', code: 'TABLE_NOT_WRITABLE' });
    expect(await waiting(person.id)).toMatchObject([{ attempts: 1, result: { code: 'ROW_DELETED' } }, { attempts: 1 }]);

    await admin.query('select app.discard_handed_in($1)', [second?.['id']]);
    expect(await waiting(person.id)).toHaveLength(1);
    await expect(admin.query('select app.discard_handed_in($1)', [second?.['id']])).rejects.toMatchObject(refusal('NOT_FOUND'));
  });

  it('tries a refused change anew once what stood in its way is gone', async () => {
    const person = await staff();
    await setStatus(person.id, 'inactive');
    const client = await enter(person.email);
    const id = randomUUID();
    await handIn(client, [edit(id, 'Sau này')]);
    const [item] = await waiting(person.id);
    expect(await one(admin, 'select app.apply_handed_in($1)', [item?.['id']])).toMatchObject({ status: 'refused' });
    await project(id);
    expect(await one(admin, 'select app.apply_handed_in($1)', [item?.['id']])).toMatchObject({ status: 'applied' });
  });

  it('is forgotten where the person, let in again, sends it themselves', async () => {
    const person = await staff({ role: 'management' });
    await setStatus(person.id, 'inactive');
    const mutation = edit(await project(), 'Tự gửi');
    await handIn(await enter(person.email), [mutation]);
    const [item] = await waiting(person.id);
    await setStatus(person.id, 'active');
    expect(await pushOne(await enter(person.email), mutation)).toMatchObject({ status: 'applied' });
    expect(await waiting(person.id)).toEqual([]);
    await expect(admin.query('select app.apply_handed_in($1)', [item?.['id']])).rejects.toMatchObject(refusal('NOT_FOUND'));
  });

  it('shows nothing of it to another organization’s administrator', async () => {
    const person = await staff();
    await setStatus(person.id, 'inactive');
    await handIn(await enter(person.email), [edit(await project(), 'Riêng')]);
    const [item] = await waiting(person.id);
    const other = await enter(`admin@${elsewhere.slug}.example`);
    expect((await other.query('select from app.handed_in_changes()')).rowCount).toBe(0);
    await expect(other.query('select app.apply_handed_in($1)', [item?.['id']])).rejects.toMatchObject(refusal('NOT_FOUND'));
    await expect(other.query('select app.discard_handed_in($1)', [item?.['id']])).rejects.toMatchObject(refusal('NOT_FOUND'));
  });
});

describe('an owner who is no superuser', () => {
  it('may still end the sessions of the people whose roles they made', async () => {
    const name = `fp_owner_${randomUUID().slice(0, 8)}`;
    await central.client.query(`create role ${name} createrole`);
    const person = await staff();
    const role = loginRoleName(central.database, person.email, sha256Hex);
    const version = await one<number>(central.client, "select current_setting('server_version_num')::int");
    if (version >= 160_000) await central.client.query(`grant ${role} to ${name} with admin true, inherit false`);
    await central.client.query(`grant usage on schema app to ${name}; grant execute on function app.end_sessions(name, integer[]) to ${name}`);
    const client = await enter(person.email);
    await central.client.query(`set role ${name}`);
    try {
      expect(await one(central.client, 'select app.end_sessions($1)', [role])).toBeGreaterThan(0);
    } finally {
      await central.client.query('reset role');
    }
    await expect(client.query('select 1')).rejects.toThrow();
    const member = await central.client.query('select from pg_auth_members m where m.member = $1::regrole and m.inherit_option', [name]).catch(() => null);
    if (member) expect(member.rowCount).toBe(0);
    await central.client.query(`drop owned by ${name}; drop role ${name}`);
  });
});
