import { randomUUID } from 'node:crypto';
import type { Client, Notification } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usual } from '../../shared/domain/workflow-cases-world.ts';
import { addCaseProject, usualAddress } from '../testing/case-project.ts';
import { createDemoCentral, type DemoCentral } from '../testing/demo-central.ts';
import { connectAs } from '../testing/person.ts';
import { addCaseOrganizations, insertRows, organizationOf, personOf } from '../testing/workflow-cases.ts';

let central: DemoCentral;
let person: Client;

beforeAll(async () => {
  central = await createDemoCentral();
  await addCaseOrganizations(central.client);
  person = await connectAs(central, usualAddress('sales'));
});

afterAll(async () => {
  await person.end();
  await central.drop();
});

async function one<T>(client: Client, text: string, values: unknown[] = []): Promise<T> {
  const { rows } = await client.query<Record<string, T>>(text, values);
  return Object.values(rows[0] ?? {})[0] as T;
}

interface Greeting {
  refused: string | null;
  instance_epoch: string;
}

const device = { id: randomUUID(), name: 'Máy thử', platform: 'linux', app_version: '0.0.0', client_version: 1 };
const hello = (more: Record<string, unknown> = {}): Promise<Greeting> =>
  one(person, 'select sync.hello($1)', [JSON.stringify({ ...device, ...more })]);
const lastSync = (): Promise<Date | null> =>
  one(central.client, 'select last_sync_at from app.devices where id = $1', [device.id]);

describe('an introduction', () => {
  it('records when the desktop was in step, and only then', async () => {
    await hello();
    expect(await lastSync()).toBeNull();
    await hello({ in_step: true });
    const first = await lastSync();
    expect(Date.now() - (first?.getTime() ?? 0)).toBeLessThan(10_000);
    await hello();
    expect(await lastSync()).toEqual(first);
  });

  it('keeps the epoch while the database stays where it is', async () => {
    expect((await hello()).instance_epoch).toBe((await hello()).instance_epoch);
  });

  it.each([
    ['another cluster', `'7000000000000000001' || substring(system_identifier from '/.*')`],
    ['another database of the cluster', `regexp_replace(system_identifier, '/\\d+/', '/1/')`],
    ['another timeline', `regexp_replace(system_identifier, '/[^/]+$', '/000000AA')`],
  ])('begins a new epoch once where the data came from %s', async (_, elsewhere) => {
    const before = (await hello()).instance_epoch;
    await central.client.query(`update sync.instance set system_identifier = ${elsewhere}`);
    const after = (await hello()).instance_epoch;
    expect(after).not.toBe(before);
    expect((await hello()).instance_epoch).toBe(after);
  });

  it('is asked for again by whoever changes what the centre accepts', async () => {
    const channel = await one<string>(central.client, 'select channel from sync.channels where organization_id = $1', [
      organizationOf(usual),
    ]);
    const heard = new Promise<string | undefined>((resolve) => {
      person.once('notification', ({ payload }: Notification) => resolve(payload));
    });
    await person.query(`listen "${channel}"`);
    await central.client.query('update sync.instance set minimum_client_version = minimum_client_version + 0');
    await central.client.query('update sync.instance set minimum_client_version = 2');
    await central.client.query('update sync.instance set minimum_client_version = 1');
    expect(await heard).toBe('hello');
    await person.query('unlisten *');
  });
});

describe('a new epoch after a move by dump', () => {
  it('stamps rows of the old cluster’s future anew and forgets its lists, and touches no other row', async () => {
    const [moved, usualOne] = [await addCaseProject(central.client), await addCaseProject(central.client)];
    const versionOf = (id: string): Promise<string> => one(central.client, 'select sync_xid::text from projects where id = $1', [id]);
    const future = (await one<string>(central.client, `select ((pg_current_xact_id()::text)::bigint + 1000000)::text`));
    await central.client.query('alter table projects disable trigger a_stamp');
    await central.client.query('update projects set sync_xid = $2::text::xid8 where id = $1', [moved, future]);
    await central.client.query('alter table projects enable trigger a_stamp');
    await central.client.query(`insert into sync.removals values ('projects', gen_random_uuid(), gen_random_uuid(), $1::text::xid8)`, [future]);
    const [before, untouched] = [(await hello()).instance_epoch, await versionOf(usualOne)];

    await central.client.query('select sync.begin_epoch()');

    expect((await hello()).instance_epoch).not.toBe(before);
    expect(Number(await versionOf(moved))).toBeLessThan(Number(future));
    expect(await versionOf(usualOne)).toBe(untouched);
    expect(await one(central.client, 'select count(*) from sync.removals where sync_xid = $1::text::xid8', [future])).toBe('0');
  });
});

describe('why a change finds no row', () => {
  const reason = (client: Client, table: string, id: string): Promise<string> =>
    one(client, 'select app.missing_row_code($1, $2)', [table, id]);

  it('is that somebody deleted it, for the people who could see it', async () => {
    const id = await addCaseProject(central.client);
    await central.client.query('delete from projects where id = $1', [id]);
    expect(await reason(person, 'projects', id)).toBe('ROW_DELETED');
  });

  it('is never told to somebody outside, of another organization, or about a row of a few people', async () => {
    const id = await addCaseProject(central.client);
    const note = randomUUID();
    await insertRows(central.client, 'notifications', [
      { id: note, organization_id: organizationOf(usual), user_id: personOf(usual, 'management'), title: 'Tin' },
    ]);
    await central.client.query('delete from projects where id = $1', [id]);
    await central.client.query('delete from notifications where id = $1', [note]);
    const supplier = await connectAs(central, usualAddress('supplier'));
    const elsewhere = await connectAs(central, 'ceo@factorypulse.vn');
    try {
      expect(await reason(supplier, 'projects', id)).toBe('ROW_NOT_VISIBLE');
      expect(await reason(elsewhere, 'projects', id)).toBe('ROW_NOT_VISIBLE');
      expect(await reason(person, 'notifications', note)).toBe('ROW_NOT_VISIBLE');
      expect(await reason(person, 'no_such_table', id)).toBe('ROW_NOT_VISIBLE');
    } finally {
      await supplier.end();
      await elsewhere.end();
    }
  });

  it('is the want of sight where the row went to another organization or never was', async () => {
    const id = await addCaseProject(central.client);
    await central.client.query(`insert into sync.removals (table_name, row_id, organization_id) values ('projects', $1, $2)`, [
      id,
      organizationOf(usual),
    ]);
    expect(await reason(person, 'projects', id)).toBe('ROW_NOT_VISIBLE');
    expect(await reason(person, 'projects', randomUUID())).toBe('ROW_NOT_VISIBLE');
  });
});
