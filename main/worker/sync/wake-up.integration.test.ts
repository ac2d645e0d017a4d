import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { connectAs } from '../../../db/testing/person.ts';
import type { Topics } from '../../../shared/api/index.ts';
import { TestDesktop, waitFor } from '../testing/desktop.ts';

const ceo = 'ceo@factorypulse.vn';

let central: DemoCentral;

beforeAll(async () => {
  central = await createDemoCentral();
});

afterEach(async () => {
  await central.client.query('delete from app.devices');
  await central.client.query('update sync.instance set wake_pulls_per_s = default');
});

afterAll(() => central.drop());

/** What a desktop that connects now is asked for. */
async function pause(): Promise<number> {
  const person = await connectAs(central, ceo);
  try {
    const { rows } = await person.query<{ pause: number }>('select sync.wake_pause_ms() as pause');
    return rows[0]?.pause ?? Number.NaN;
  } finally {
    await person.end();
  }
}

async function addDevices(count: number, lastSeen: string): Promise<void> {
  await central.client.query(
    `insert into app.devices (id, user_id, last_seen_at)
     select gen_random_uuid(), u.id, now() - $2::interval
     from generate_series(1, $1::int), (select id from public.users where email = $3) u`,
    [count, lastSeen, ceo],
  );
}

describe('the pause that the centre asks for between pulls', () => {
  it('grows with the fleet, so that all desktops together stay below the bound', async () => {
    expect(await pause()).toBe(0);
    await addDevices(10, '1 minute');
    expect(await pause()).toBe(0);
    await addDevices(490, '1 day');
    expect(await pause()).toBe(2_000);
    await central.client.query('update sync.instance set wake_pulls_per_s = 500');
    expect(await pause()).toBe(1_000);
  });

  it('does not count desktops that nobody uses any more', async () => {
    await addDevices(500, '8 days');
    expect(await pause()).toBe(0);
  });
});

describe('a desktop in a stream of commits', () => {
  it('pulls once per pause, and ends in step with the last', async () => {
    // One desktop and one pull a second: a pause of a second, give or take a quarter.
    await central.client.query('update sync.instance set wake_pulls_per_s = 1');
    const desktop = new TestDesktop(central.address);
    await desktop.signIn(ceo);
    await desktop.settled();
    const { rows } = await desktop.call('projects.list', {});
    const id = rows[0]?.id ?? '';

    desktop.events.length = 0;
    const begun = performance.now();
    for (let n = 1; n <= 40; n++) {
      await central.client.query('update public.projects set notes = $2 where id = $1', [id, `Lượt ${n}`]);
      await delay(50);
    }
    await waitFor(async () => (await desktop.call('projects.get', { id })).project.notes === 'Lượt 40' || null, 'the last commit');
    const pulls = desktop.events.filter(
      ({ topic, payload }) => topic === 'data.changed' && (payload as Topics['data.changed']).tables.includes('projects'),
    ).length;
    expect(pulls).toBeGreaterThanOrEqual(2);
    expect(pulls).toBeLessThanOrEqual(2 + (performance.now() - begun) / 750);
    await desktop.remove();
  });
});
