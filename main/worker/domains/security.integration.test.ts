import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { defaultSecuritySettings, type SecuritySettings } from '../../../shared/domain/security-settings.ts';
import { TestDesktop } from '../testing/desktop.ts';
import { FaultyProxy } from '../testing/faulty-proxy.ts';
import { behindItsBack } from '../testing/replica-file.ts';

const admin = 'admin@factorypulse.vn';
const strict: SecuritySettings = { offline_days: 3, lock_after_minutes: 5, quick_unlock: false, without_keyring: 'plain' };

let central: DemoCentral;
let proxy: FaultyProxy;
let desktop: TestDesktop;

beforeAll(async () => {
  central = await createDemoCentral();
  proxy = await FaultyProxy.start(central);
});

afterEach(async () => {
  await desktop.remove();
  proxy.setDown(false);
});

afterAll(async () => {
  await proxy.stop();
  await central.drop();
});

async function signedIn(email: string): Promise<TestDesktop> {
  desktop = new TestDesktop(`postgres://127.0.0.1:${proxy.port}/${central.database}`);
  await desktop.signIn(email);
  await desktop.settled();
  proxy.setDown(true);
  await desktop.call('sync.now');
  return desktop;
}

it('an administrator sets the rules, the session has them at once and after a restart, and other settings stay', async () => {
  await signedIn(admin);
  const told = desktop.nextEvent('session.changed', () => Promise.resolve(true));
  await desktop.call('security.update', strict);
  await told;
  expect(desktop.events.findLast(({ topic }) => topic === 'session.changed')?.payload).toMatchObject({ security: strict });
  const [waiting] = (await desktop.call('sync.waiting', {})).rows;
  expect(waiting).toMatchObject({ table_name: 'organizations' });
  await desktop.restart();
  const settings = await behindItsBack(desktop, (sqlite) => sqlite.prepare('select settings from organizations').pluck().get() as string);
  const { rows } = await central.client.query<{ settings: Record<string, unknown> }>('select settings from public.organizations limit 1');
  expect(JSON.parse(settings)).toEqual({ ...rows[0]?.settings, security: strict });
  expect((await desktop.signIn(admin)).security).toEqual(strict);
});

it('nobody else sets them', async () => {
  await signedIn('ceo@factorypulse.vn');
  await expect(desktop.call('security.update', strict)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  expect((await desktop.call('sync.status')).pending).toBe(0);
});

it('what the centre says counts on every machine from the next sync on', async () => {
  desktop = new TestDesktop(`postgres://127.0.0.1:${proxy.port}/${central.database}`);
  expect((await desktop.signIn('ceo@factorypulse.vn')).security).toEqual(defaultSecuritySettings);
  await desktop.settled();
  const told = desktop.nextEvent('session.changed', () => Promise.resolve(true));
  await central.client.query(`update public.organizations set settings = settings || jsonb_build_object('security', $1::jsonb)`, [
    JSON.stringify({ ...strict, offline_days: 'broken' }),
  ]);
  await desktop.call('sync.now');
  await told;
  await desktop.restart();
  proxy.setDown(true);
  expect((await desktop.signIn('ceo@factorypulse.vn')).security).toEqual({ ...strict, offline_days: 30 });
});
