import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { TestDesktop } from '../testing/desktop.ts';

let central: DemoCentral;
let admin: TestDesktop;
let engineer: TestDesktop;

async function desktopOf(account: string): Promise<TestDesktop> {
  const desktop = new TestDesktop(central.address);
  await desktop.signIn(`${account}@factorypulse.vn`);
  await desktop.settled();
  return desktop;
}

beforeAll(async () => {
  central = await createDemoCentral();
  admin = await desktopOf('admin');
  engineer = await desktopOf('senior.engineer');
});

afterAll(async () => {
  await admin.remove();
  await engineer.remove();
  await central.drop();
});

const usd = { currency: 'USD', rate: '25400.5', valid_from: '2026-01-01' };

describe('exchange rates', () => {
  it('are entered offline or not, corrected and switched off by managers, and reach the centre as they are', async () => {
    await admin.call('rates.add', usd);
    const [entered] = (await admin.call('rates.list')).rates;
    expect(entered).toMatchObject({ currency: 'USD', rate: '25400.5', is_active: true, current: true, pending: true });
    await admin.call('rates.correct', { id: entered?.id ?? '', rate: '25500.25', valid_from: '2026-02-01' });
    await admin.settled();
    const read = async () => {
      const { rows } = await central.client.query('select currency, rate::text, valid_from::text, is_active from public.exchange_rates');
      return rows as unknown[];
    };
    expect(await read()).toEqual([{ currency: 'USD', rate: '25500.2500000000', valid_from: '2026-02-01', is_active: true }]);
    await admin.call('rates.setActive', { id: entered?.id ?? '', is_active: false });
    await admin.settled();
    expect(await read()).toMatchObject([{ is_active: false }]);
    expect(await admin.call('sync.attention')).toEqual([]);
    expect((await admin.call('rates.list')).rates).toMatchObject([{ is_active: false, current: false }]);
  });

  it('have one active entry for a currency and a day, and none for the own currency', async () => {
    await admin.call('rates.add', { ...usd, valid_from: '2026-03-01' });
    await expect(admin.call('rates.add', { ...usd, valid_from: '2026-03-01' })).rejects.toMatchObject({ code: 'RATE_EXISTS' });
    const { rates } = await admin.call('rates.list');
    const off = rates.find(({ is_active }) => !is_active)?.id ?? '';
    await admin.call('rates.correct', { id: off, rate: '1', valid_from: '2026-03-01' });
    await expect(admin.call('rates.setActive', { id: off, is_active: true })).rejects.toMatchObject({ code: 'RATE_EXISTS' });
    await expect(admin.call('rates.add', { ...usd, currency: 'VND' })).rejects.toMatchObject({ code: 'RATE_OWN_CURRENCY' });
  });

  it.each(['0', '-1', '1e5', '12,5', '0.00000000001', '123456789012345'])('do not take %s', (rate) => {
    expect(() => admin.call('rates.add', { ...usd, currency: 'EUR', rate })).toThrow();
  });

  it('are read by the staff and changed by managers only', async () => {
    expect((await engineer.call('rates.list')).currency).toBe('VND');
    await expect(engineer.call('rates.add', usd)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('are missed for the currencies of open projects', async () => {
    await central.client.query("update public.projects set currency = 'JPY' where status in ('active', 'on_hold')");
    await admin.wake();
    await admin.until(() => true, 'awake');
    await admin.settled();
    await expect.poll(async () => (await admin.call('rates.list')).missing, { timeout: 15_000 }).toEqual(['JPY']);
    expect((await admin.call('dashboard.figures')).pipeline).toMatchObject({ total: '0.00', without_rate: [{ currency: 'JPY' }] });
    await admin.call('rates.add', { currency: 'JPY', rate: '170', valid_from: '2026-01-01' });
    expect((await admin.call('rates.list')).missing).toEqual([]);
    expect((await admin.call('dashboard.figures')).pipeline).toMatchObject({ without_rate: [], converted: [{ currency: 'JPY', rate: '170' }] });
  });
});
