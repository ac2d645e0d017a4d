import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { addProjects } from '../../../scripts/bench/central.ts';
import { demoPassword } from '../../../shared/demo-accounts.ts';
import { AppError } from '../../../shared/errors.ts';
import { Changes } from '../replica/changes.ts';
import { nextTurn, openReplica, type Replica } from '../replica/database.ts';
import { Meta } from '../replica/meta.ts';
import { Overlay } from '../replica/overlay.ts';
import { WritePath } from '../replica/write-path.ts';
import { waitFor } from '../testing/desktop.ts';
import { readCentralColumns } from './central-rows.ts';
import { connect, disconnect } from './connection.ts';
import { firstLoad } from './first-load.ts';
import { Outbox } from './outbox.ts';
import { beginPull, readDifference, type Difference, type PullContext } from './pull.ts';
import { readFullDifference } from './reconcile.ts';
import { parseServerAddress } from './server-address.ts';
import { countStaged, emptyStaging, Staging } from './staging.ts';
import { storeDifference } from './store-difference.ts';

/** Projects of the demo, and those that make a difference large. */
const DEMO = 17;
const ADDED = 3_000;
/** More than are compared at a time. */
const MANY = 21_000;

let central: DemoCentral;
let client: Client;
let folder: string;
let open: Replica[] = [];
const key = randomBytes(32);

const newClient = (): Promise<Client> => connect(parseServerAddress({ url: central.address, ca: null }), 'ceo@factorypulse.vn', demoPassword);

/** A replica and what works on it, without a session around them. */
async function contextOf(file: string, more: Partial<PullContext> = {}): Promise<PullContext> {
  const replica = openReplica(file, key);
  open.push(replica);
  const overlay = new Overlay(replica.write);
  return {
    client,
    replica,
    meta: new Meta(replica.write),
    overlay,
    outbox: new Outbox(replica.write, overlay),
    changes: new Changes(),
    columns: await readCentralColumns(client),
    signal: new AbortController().signal,
    progress: () => undefined,
    ...more,
  };
}

const count = ({ replica }: PullContext, table: string): number =>
  replica.read.prepare(`select count(*) from ${table}`).pluck().get() as number;

async function read(context: PullContext): Promise<Difference> {
  const cursor = context.meta.get('cursor');
  const state = await beginPull(context.client, cursor);
  const difference = await readDifference(context, String(cursor), state, new Staging(context));
  await context.client.query('commit');
  return difference;
}

/** What a killed process leaves: the files as they are at this moment. */
function afterKill(): string {
  const copy = join(folder, 'killed');
  cpSync(join(folder, 'living'), copy, { recursive: true });
  return join(copy, 'replica.db');
}

/** Signals a cancel once so many rows are told. */
function cancelAt(rows: number, when: 'reading' | 'storing'): Pick<PullContext, 'signal' | 'progress'> {
  const cancellation = new AbortController();
  return {
    signal: cancellation.signal,
    progress: (told, total) => {
      if (told >= rows && (total === null) === (when === 'reading')) cancellation.abort(new AppError('SYNC_CANCELLED', 'stop'));
    },
  };
}

let context: PullContext;

beforeAll(async () => {
  central = await createDemoCentral();
});

/** A replica in step with the demo, and a centre that has many projects more. */
beforeEach(async () => {
  client = await newClient();
  folder = mkdtempSync(join(tmpdir(), 'factory-pulse-large-'));
  mkdirSync(join(folder, 'living'));
  context = await contextOf(join(folder, 'living', 'replica.db'));
  await firstLoad(context);
  await addProjects(central.client, ADDED);
});

afterEach(async () => {
  await disconnect(client);
  for (const replica of open) replica.close();
  open = [];
  rmSync(folder, { recursive: true, force: true });
  await central.client.query(
    "begin; set local session_replication_role = replica; delete from projects where project_id like 'B-%'; commit",
  );
});

afterAll(() => central.drop());

describe('a pull of many rows', () => {
  it('is staged in the replica while it is read, shown by nothing, and leaves nothing staged', async () => {
    const difference = await read(context);
    expect(difference.rows.flatMap(({ rows }) => rows).length).toBeLessThan(ADDED);
    expect(countStaged(difference.staged)).toBe(ADDED);
    expect(count(context, 'incoming')).toBe(ADDED);
    expect(count(context, 'projects')).toBe(DEMO);
    expect(await storeDifference(context, difference)).toMatchObject({ problems: 0 });
    expect(count(context, 'projects')).toBe(DEMO + ADDED);
    expect(count(context, 'incoming')).toBe(0);
    expect((await read(context)).staged).toEqual([]);
  });

  it('stores the cells that the centre has', async () => {
    await storeDifference(context, await read(context));
    const columns = 'id, project_id, title, metadata::text, estimated_value, priority_score, created_at, sync_xid, notes';
    const some = (columns: string): string => `select ${columns} from projects where project_id like 'B-%' order by id limit 5`;
    const { rows } = await client.query<Record<string, string>>(some(`${columns}, to_jsonb(tags)::text as tags`));
    const sent = rows.map((row) => ({ ...row, priority_score: Number(row['priority_score']), sync_xid: Number(row['sync_xid']) }));
    expect(sent).toHaveLength(5);
    expect(context.replica.read.prepare(some(`${columns.replace('::text', '')}, tags`)).all()).toEqual(sent);
  });

  it('appears in one moment, together with its cursor', async () => {
    const difference = await read(context);
    const before = context.meta.get('cursor');
    const seen = new Set<string>();
    const look = context.replica.read.prepare("select (select count(*) from projects) || ' ' || (select value from meta where key = 'cursor')").pluck();
    let stored = false;
    const storing = storeDifference(context, difference).finally(() => (stored = true));
    while (!stored) {
      seen.add(look.get() as string);
      await nextTurn();
    }
    await storing;
    expect([...seen].sort()).toEqual([`${DEMO} ${before}`, `${DEMO + ADDED} ${difference.snapshot}`].sort());
  });

  it('gives way to a write, which is durable at once, and is stored whole after it', async () => {
    const { replica } = context;
    const id = replica.read.prepare('select id from projects limit 1').pluck().get() as string;
    const storing = storeDifference(context, await read(context));
    await waitFor(() => Promise.resolve(replica.write.inTransaction || null), 'the transaction of the pull');
    new WritePath(replica.write, context.overlay, context.changes).accept([
      { table_name: 'projects', row_id: id, op: 'update', patch: { notes: 'Giữa chừng' } },
    ]);
    expect(replica.write.inTransaction).toBe(false);
    expect([count(context, 'outbox'), count(context, 'projects')]).toEqual([1, DEMO]);
    await storing;
    expect(count(context, 'projects')).toBe(DEMO + ADDED);
    expect(replica.read.prepare('select notes from projects where id = ?').pluck().get(id)).toBe('Giữa chừng');
  });

  it('lays what a person changed over rows that are in it', async () => {
    await storeDifference(context, await read(context));
    const { replica, overlay } = context;
    const id = replica.read.prepare("select id from projects where project_id like 'B-%' limit 1").pluck().get() as string;
    new WritePath(replica.write, overlay, context.changes).accept([
      { table_name: 'projects', row_id: id, op: 'update', patch: { notes: 'Của tôi' } },
    ]);
    await central.client.query("update projects set title = 'Tên chung', notes = 'Của họ' where project_id like 'B-%'");
    const difference = await read(context);
    expect(countStaged(difference.staged)).toBeGreaterThanOrEqual(ADDED);
    await storeDifference(context, difference);
    expect(replica.read.prepare('select title, notes from projects where id = ?').get(id)).toEqual({ title: 'Tên chung', notes: 'Của tôi' });
    expect(overlay.central({ table_name: 'projects', row_id: id })).toMatchObject({ notes: 'Của họ' });
    expect(replica.read.prepare("select count(*) from projects where notes = 'Của họ'").pluck().get()).toBe(ADDED - 1);
  });

  it('sets a row aside that the replica cannot hold, and goes on with the rest', async () => {
    await central.client.query(
      `begin; alter table projects alter column tags drop not null; set local session_replication_role = replica;
       update projects set tags = null where project_id = 'B-000001234'; commit`,
    );
    try {
      expect(await storeDifference(context, await read(context))).toMatchObject({ problems: 1 });
      expect(count(context, 'projects')).toBe(DEMO + ADDED - 1);
      expect(context.replica.read.prepare('select table_name from quarantine').pluck().all()).toEqual(['projects']);
    } finally {
      await central.client.query("begin; update projects set tags = '{}' where tags is null; commit; alter table projects alter column tags set not null");
    }
  });

  it.each(['reading', 'storing'] as const)('that is cancelled while %s it shows nothing of it, and the next one brings all', async (when) => {
    const cancelled = { ...context, ...cancelAt(ADDED / 2, when) };
    await expect(read(cancelled).then((difference) => storeDifference(cancelled, difference))).rejects.toMatchObject({
      code: 'SYNC_CANCELLED',
    });
    expect(count(context, 'projects')).toBe(DEMO);
    expect(count(context, 'incoming')).toBeGreaterThan(0);
    // A cancelled sync ends its connection, as a broken one does.
    await disconnect(client);
    client = await newClient();
    await emptyStaging(context.replica);
    expect(count(context, 'incoming')).toBe(0);
    const again = { ...context, client };
    await storeDifference(again, await read(again));
    expect(count(context, 'projects')).toBe(DEMO + ADDED);
  });

  it.each(['reading', 'storing'] as const)('loses nothing when the process is killed while %s it', async (when) => {
    let killed: string | null = null;
    const living: PullContext = {
      ...context,
      progress: (told, total) => {
        if (told >= ADDED / 2 && (total === null) === (when === 'reading')) killed ??= afterKill();
      },
    };
    await storeDifference(living, await read(living));
    const next = await contextOf(String(killed));
    expect(count(next, 'projects')).toBe(DEMO);
    expect(count(next, 'incoming')).toBeGreaterThan(0);
    await emptyStaging(next.replica);
    await storeDifference(next, await read(next));
    expect([count(next, 'projects'), count(next, 'incoming')]).toEqual([DEMO + ADDED, 0]);
    expect(next.replica.write.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  it('leaves a write-ahead log that is brought into the file beside the work', async () => {
    await addProjects(central.client, MANY - ADDED, ADDED);
    await storeDifference(context, await read(context));
    const { write } = context.replica;
    const pages = write.pragma('page_count', { simple: true }) as number;
    await waitFor(() => Promise.resolve(statSync(write.name).size === pages * 4096 || null), 'the pages in the file');
    await waitFor(() => Promise.resolve(write.pragma('wal_autocheckpoint', { simple: true }) === 1000 || null), 'the usual checkpoints');
  });
});

describe('a comparison', () => {
  it('of more rows than are compared at a time fetches what differs and drops what the centre does not show', async () => {
    await addProjects(central.client, MANY - ADDED, ADDED);
    await storeDifference(context, await read(context));
    const { write } = context.replica;
    write.pragma('foreign_keys = OFF');
    const ids = write.prepare('select id from projects order by id').pluck().all() as string[];
    const [first, second, last] = [String(ids[0]), String(ids[10_000]), String(ids.at(-1))];
    write.prepare('delete from projects where id in (?, ?)').run(first, last);
    write.prepare('update projects set sync_xid = 0 where id = ?').run(second);
    // Before, between and behind the centre's rows.
    for (const id of ['00000000-0000-7000-8000-000000000000', second.replace(/.$/, 'x'), 'ffffffff-ffff-7fff-8fff-ffffffffffff']) {
      write.prepare(`create temp table copy as select * from projects where id = ?`).run(second);
      write.prepare('update temp.copy set id = ?').run(id);
      write.exec('insert into main.projects select * from temp.copy; drop table temp.copy');
    }
    write.pragma('foreign_keys = ON');

    const state = await beginPull(client, null);
    const difference = await readFullDifference(context, state, true);
    await client.query('commit');
    expect(countStaged(difference.staged)).toBe(6);
    await storeDifference(context, difference);
    expect(write.prepare('select id from projects order by id').pluck().all()).toEqual(ids);
    expect(write.prepare('select sync_xid from projects where id = ?').pluck().get(second)).toBeGreaterThan(0);
  });

  it('after a restore of the centre fetches everything', async () => {
    await storeDifference(context, await read(context));
    const held = (await client.query<{ n: string }>('select count(*) as n from projects')).rows[0]?.n;
    const state = await beginPull(client, null);
    const difference = await readFullDifference(context, state, false);
    await client.query('commit');
    const projects = difference.staged.filter(({ table }) => table.name === 'projects');
    expect(countStaged(projects)).toBe(Number(held));
  });
});
