import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../db/testing/demo-central.ts';
import { parseServerAddress } from '../../main/worker/sync/server-address.ts';
import { waitFor } from '../../main/worker/testing/desktop.ts';
import { addOrganization, dropPeople, type FleetOrganization } from './fleet-central.ts';
import { LightDesktop } from './light-desktop.ts';

let central: DemoCentral;
let organization: FleetOrganization;

beforeAll(async () => {
  central = await createDemoCentral();
  organization = await addOrganization(central, 1, { people: 2, projects: 5 });
});

afterAll(async () => {
  await dropPeople(central);
  await central.drop();
});

/** What one light desktop has told. */
class Watched {
  readonly told = { inStep: 0, failures: [] as string[], received: [] as string[], answers: [] as string[] };
  readonly desktop: LightDesktop;

  constructor(email: string) {
    this.desktop = new LightDesktop(parseServerAddress({ url: central.address, ca: null }), email, {
      inStep: () => (this.told.inStep += 1),
      failed: (code) => this.told.failures.push(code),
      pulled: () => undefined,
      received: (id) => this.told.received.push(id),
      answered: (status) => this.told.answers.push(status),
    });
  }

  async start(): Promise<void> {
    const before = this.told.inStep;
    this.desktop.start();
    await waitFor(() => Promise.resolve(this.told.inStep > before || null), 'in step');
  }
}

async function connections(): Promise<number> {
  const { rows } = await central.client.query<{ n: string }>(
    "select count(*) as n from pg_stat_activity where datname = current_database() and application_name = 'Factory Pulse'",
  );
  return Number(rows[0]?.n);
}

describe('a desktop of the fleet bench', () => {
  it('holds one connection, sends its edits and receives those of others once, also those made while it was away', async () => {
    const [one, two] = organization.people.map((email) => new Watched(email)) as [Watched, Watched];
    const [first, second, third] = organization.projects as [string, string, string];
    await Promise.all([one.start(), two.start()]);
    expect(await connections()).toBe(2);

    one.desktop.edit(first, 'Lượt 1');
    one.desktop.edit(second, 'Lượt 2');
    await waitFor(() => Promise.resolve(two.told.received.length === 2 || null), 'two edits');
    await two.desktop.stop();
    one.desktop.edit(third, 'Lượt 3');
    await waitFor(() => Promise.resolve(one.told.answers.length === 3 || null), 'the third answer');
    await two.start();
    expect(two.told.received.toSorted()).toEqual([first, second, third].toSorted());
    expect(one.told.answers).toEqual(['applied', 'applied', 'applied']);

    await Promise.all([one.desktop.stop(), two.desktop.stop()]);
    await waitFor(async () => (await connections()) === 0 || null, 'no connection');
    expect([...one.told.failures, ...two.told.failures]).toEqual([]);
  });
});
