import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PullState } from '../../main/worker/sync/pull.ts';
import { usual } from '../../shared/domain/workflow-cases-world.ts';
import { addCaseProject, editOf, usualAddress } from '../testing/case-project.ts';
import { waitFor } from '../../main/worker/testing/desktop.ts';
import { createDemoCentral, type DemoCentral } from '../testing/demo-central.ts';
import { addProjects } from '../../scripts/bench/central.ts';
import { connectAs, pushOne } from '../testing/person.ts';
import { addCaseOrganizations, insertRows, organizationOf, personOf } from '../testing/workflow-cases.ts';

let central: DemoCentral;
/** Somebody else of the same organization. */
let colleague: Client;
let person: Client;

beforeAll(async () => {
  central = await createDemoCentral();
  await addCaseOrganizations(central.client);
  colleague = await connectAs(central, usualAddress('sales'));
  person = await connectAs(central, usualAddress('management'));
});

afterAll(async () => {
  await colleague.end();
  await person.end();
  await central.drop();
});

async function pullState(since: string | null, client = person): Promise<PullState> {
  await client.query('begin isolation level repeatable read, read only');
  try {
    const { rows } = await client.query<{ state: PullState }>('select sync.pull_state($1) as state', [since]);
    return rows[0]?.state as PullState;
  } finally {
    await client.query('commit');
  }
}

/** The cursor of a desktop that has pulled just now. */
const cursorNow = async (): Promise<string> => (await pullState(null)).snapshot;

/**
 * A cursor behind which nothing is running any more. A snapshot lists the running transactions of the whole cluster,
 * and other databases of it are at work.
 */
async function settledCursor(): Promise<string> {
  const { rows } = await central.client.query<{ xid: string }>('select pg_current_xact_id()::text as xid');
  return waitFor(async () => {
    const cursor = await cursorNow();
    return BigInt(cursor.slice(0, cursor.indexOf(':'))) > BigInt(rows[0]?.xid ?? 0) ? cursor : null;
  }, 'the end of older transactions');
}

/** The projects that a pull since the cursor reads, with the condition of main/worker/sync/pull.ts. */
async function changedProjects(since: string): Promise<string[]> {
  const { rows } = await person.query<{ id: string }>(
    `select id from public.projects where sync_xid >= pg_snapshot_xmin($1::pg_snapshot) and not pg_visible_in_snapshot(sync_xid, $1::pg_snapshot)`,
    [since],
  );
  return rows.map(({ id }) => id);
}

async function addNotification(
  organization_id = organizationOf(usual),
  user_id = personOf(usual, 'management'),
): Promise<string> {
  const id = randomUUID();
  await insertRows(central.client, 'notifications', [{ id, organization_id, user_id, title: 'Tin' }]);
  return id;
}

describe('what changed since a cursor', () => {
  it('names the touched tables alone, and nothing when nothing happened', async () => {
    const id = await addCaseProject(central.client);
    const cursor = await settledCursor();
    expect(await pullState(cursor)).toMatchObject({ tables: [], removed: [], complete: true, active: true });
    await pushOne(colleague, editOf(id, { title: 'Tên mới' }));
    expect((await pullState(cursor)).tables).toEqual(['projects', 'activity_log']);
    expect(await changedProjects(cursor)).toEqual([id]);
  });

  it('does not show what happens in another organization', async () => {
    const cursor = await cursorNow();
    await central.client.query('update public.projects set notes = $2 where organization_id <> $1', [
      organizationOf(usual),
      'x',
    ]);
    expect((await pullState(cursor)).tables).toEqual([]);
  });

  it('includes a transaction that began before the cursor and committed after it', async () => {
    const [late, early] = [await addCaseProject(central.client), await addCaseProject(central.client)];
    await central.client.query('begin');
    await central.client.query("update public.projects set title = 'muộn' where id = $1", [late]);
    await pushOne(colleague, editOf(early, { title: 'sớm' }));
    const cursor = await cursorNow();
    await central.client.query('commit');
    expect((await pullState(cursor)).tables).toContain('projects');
    expect(await changedProjects(cursor)).toEqual([late]);
    // The next cursor has it.
    expect(await changedProjects(await cursorNow())).toEqual([]);
  });

  it('leaves out what was rolled back', async () => {
    const id = await addCaseProject(central.client);
    const cursor = await cursorNow();
    await central.client.query('begin');
    await central.client.query("update public.projects set title = 'không' where id = $1", [id]);
    await central.client.query('rollback');
    expect(await pullState(cursor)).toMatchObject({ tables: [], removed: [] });
  });

  it('lists rows that were deleted and rows whose visibility changed, of one’s own organization', async () => {
    const [deleted, handed] = [await addNotification(), await addNotification()];
    const { rows: foreign } = await central.client.query<{ id: string }>(
      'select id from public.notifications where organization_id <> $1 limit 1',
      [organizationOf(usual)],
    );
    const cursor = await cursorNow();
    await central.client.query('delete from public.notifications where id = any ($1)', [[deleted, foreign[0]?.id]]);
    await central.client.query('update public.notifications set user_id = $2 where id = $1', [
      handed,
      personOf(usual, 'qa'),
    ]);
    const state = await pullState(cursor);
    expect(new Set(state.removed.map(([, id]) => id))).toEqual(new Set([deleted, handed]));
    expect(state.removed.every(([table]) => table === 'notifications')).toBe(true);
  });

  it('lists a deletion that committed after the cursor though it began before', async () => {
    const id = await addNotification();
    await central.client.query('begin');
    await central.client.query('delete from public.notifications where id = $1', [id]);
    const cursor = await cursorNow();
    expect((await pullState(cursor)).removed).toEqual([]);
    await central.client.query('commit');
    expect((await pullState(cursor)).removed).toEqual([['notifications', id]]);
  });

  it('is everything to a desktop without a cursor', async () => {
    const { rows } = await central.client.query<{ table_name: string }>(
      'select table_name from sync.replicated_table order by load_order',
    );
    expect(await pullState(null)).toMatchObject({
      tables: rows.map(({ table_name }) => table_name),
      removed: [],
      complete: false,
    });
  });

  it.each(['x', '1:2', "1:1:'; drop table public.projects; --"])('is refused for the cursor %j', async (cursor) => {
    await expect(pullState(cursor)).rejects.toMatchObject({ code: '22P02' });
  });
});

describe('the cost of a pull', () => {
  /** How the centre would find a table's changes for a person; the condition is that of main/worker/sync/pull.ts. */
  async function planOf(client: Client, table: string, since: string): Promise<string> {
    const horizon = since.slice(0, since.indexOf(':'));
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain select t.id, t.organization_id, t.sync_xid from public.${table} t
        where t.sync_xid >= '${horizon}'::xid8 and not pg_visible_in_snapshot(t.sync_xid, '${since}'::pg_snapshot)`,
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  }

  beforeAll(async () => {
    await addProjects(central.client, 20_000);
    await central.client.query(
      `begin; set local session_replication_role = replica;
       insert into public.messages (organization_id, sender_id, recipient_id, content)
       select organization_id, sender_id, recipient_id, content from public.messages, generate_series(1, 5000);
       commit; analyze public.messages`,
    );
    const { rows } = await central.client.query<{ n: string }>('select count(*) as n from public.messages');
    expect(Number(rows[0]?.n)).toBeGreaterThan(20_000);
  });

  it.each(['management', 'engineering', 'customer', 'supplier'] as const)('follows the change and not the table for %s', async (role) => {
    const somebody = await connectAs(central, usualAddress(role));
    const since = await settledCursor();
    expect(await planOf(somebody, 'messages', since)).toMatch(/Index Scan using messages_sync[^]*Index Cond: [^\n]*organization_id[^\n]*sync_xid >=/);
    if (role === 'supplier') return somebody.end();
    const projects = await planOf(somebody, 'projects', since);
    expect(projects).toMatch(/Index Scan using projects_sync[^]*Index Cond: [^\n]*organization_id[^\n]*sync_xid >=/);
    await somebody.end();
  });
});

describe('pruning', () => {
  /** Makes what is listed now look as old as that. */
  const age = (days: number) =>
    central.client.query(
      `with r as (update sync.removals set removed_at = now() - make_interval(days => $1))
       update sync.touched set touched_at = now() - make_interval(days => $1)`,
      [days],
    );

  const prune = async (): Promise<unknown> =>
    (await central.client.query<{ pruned: unknown }>('select sync.prune() as pruned')).rows[0]?.pruned;

  beforeEach(prune);

  it('keeps what is young, and a cursor from before stays complete', async () => {
    const cursor = await settledCursor();
    const id = await addNotification();
    await central.client.query('delete from public.notifications where id = $1', [id]);
    await age(6);
    await prune();
    expect(await pullState(cursor)).toMatchObject({
      complete: true,
      tables: ['notifications'],
      removed: [['notifications', id]],
    });
  });

  it('of touched tables makes an old cursor ask every table, with its removals still listed', async () => {
    const cursor = await settledCursor();
    const id = await addNotification();
    await central.client.query('delete from public.notifications where id = $1', [id]);
    await age(8);
    await prune();
    const state = await pullState(cursor);
    expect(state).toMatchObject({ complete: true, removed: [['notifications', id]] });
    expect(state.tables.length).toBeGreaterThan(30);
    expect((await pullState(await settledCursor())).tables).toEqual([]);
  });

  it('of removals makes an old cursor compare everything, and a newer one not', async () => {
    const old = await settledCursor();
    const id = await addNotification();
    await central.client.query('delete from public.notifications where id = $1', [id]);
    await age(91);
    const young = await settledCursor();
    await prune();
    expect(await pullState(old)).toMatchObject({ complete: false, removed: [] });
    expect(await pullState(young)).toMatchObject({ complete: true });
  });

  it('misses no deletion of a transaction that was open all the while', async () => {
    const [open, old] = [await addNotification(), await addNotification()];
    const holder = await connectOwner();
    await holder.query('begin');
    await holder.query('delete from public.notifications where id = $1', [open]);
    // A later transaction's removal is old enough to be dropped, so the horizon passes the open one.
    await central.client.query('delete from public.notifications where id = $1', [old]);
    await age(91);
    const before = await cursorNow();
    await prune();
    const between = await cursorNow();
    await holder.query('commit');
    await holder.end();
    for (const cursor of [before, between]) {
      const { complete, removed } = await pullState(cursor);
      expect(!complete || removed.some(([, id]) => id === open)).toBe(true);
    }
    expect(await pullState(await settledCursor())).toMatchObject({ complete: true, removed: [] });
  });

  it('forgets the answers to changes only after ninety days', async () => {
    const mutation = { id: randomUUID(), ...editOf(await addCaseProject(central.client), { title: 'x' }) };
    await pushOne(colleague, mutation);
    const kept = async () =>
      (await central.client.query('select from sync.mutations where mutation_id = $1', [mutation.id])).rowCount;
    await prune();
    expect(await kept()).toBe(1);
    await central.client.query(
      "update sync.mutations set received_at = now() - interval '91 days' where mutation_id = $1",
      [mutation.id],
    );
    await prune();
    expect(await kept()).toBe(0);
  });

  it('is not open to persons', async () => {
    await expect(person.query('select sync.prune()')).rejects.toMatchObject({ code: '42501' });
  });

  async function connectOwner(): Promise<Client> {
    const client = new Client({ connectionString: central.url });
    await client.connect();
    return client;
  }
});

describe('a change of what a person may see', () => {
  const change = (set: string) =>
    central.client.query(`update public.users set ${set} where id = $1`, [personOf(usual, 'qa')]);

  it('bumps that person’s access epoch, and nothing else does', async () => {
    const qa = await connectAs(central, usualAddress('qa'));
    const epoch = async (client = qa) => (await pullState(null, client)).access_epoch;
    const [first, others] = [await epoch(), await epoch(person)];
    await change("name = 'Tên khác', department = 'Kho'");
    expect(await epoch()).toBe(first);
    await change("role = 'production'");
    expect(await epoch()).toBe(Number(first) + 1);
    await change("role = 'qa'");
    expect(await epoch()).toBe(Number(first) + 2);
    expect(await epoch(person)).toBe(others);
    await qa.end();
  });

  it('is told at the next pull when the account opens nothing any more', async () => {
    const qa = await connectAs(central, usualAddress('qa'));
    const { snapshot } = await pullState(null, qa);
    await change("status = 'inactive'");
    expect(await pullState(snapshot, qa)).toMatchObject({ active: false, tables: [], removed: [] });
    expect((await qa.query('select from public.projects')).rowCount).toBe(0);
    await change("status = 'active'");
    await central.client.query("update app.logins set valid_until = now() - interval '1 second' where user_id = $1", [
      personOf(usual, 'qa'),
    ]);
    expect(await pullState(snapshot, qa)).toMatchObject({ active: false });
    await central.client.query('update app.logins set valid_until = null where user_id = $1', [personOf(usual, 'qa')]);
    await qa.end();
  });
});
