import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import type { AppError } from '../../../shared/errors.ts';
import { CLIENT_VERSION, REQUIRED_CENTRAL_SCHEMA } from '../../../shared/versions.ts';
import { tables } from '../replica/tables.ts';
import { TestDesktop, waitFor } from '../testing/desktop.ts';
import { FaultyProxy } from '../testing/faulty-proxy.ts';
import { divergence } from '../testing/divergence.ts';
import { behindItsBack } from '../testing/replica-file.ts';

const ceo = 'ceo@factorypulse.vn';

let central: DemoCentral;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  central = await createDemoCentral();
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

afterAll(() => central.drop());

async function inStep(of = central): Promise<{ one: TestDesktop; proxy: FaultyProxy }> {
  const proxy = await FaultyProxy.start(of);
  const one = new TestDesktop(`postgres://127.0.0.1:${proxy.port}/${of.database}`);
  ends.push(async () => {
    await one.remove();
    await proxy.stop();
  });
  await one.signIn(ceo);
  await one.settled();
  return { one, proxy };
}

async function whileCentre(change: string, back: string): Promise<void> {
  await central.client.query(change);
  ends.push(() => central.client.query(back));
}

async function project(one: TestDesktop, position = 0): Promise<string> {
  const { rows } = await one.call('projects.list', { sort: 'project_id', descending: false });
  return rows[position]?.id ?? '';
}

const titleInCentre = async (id: string): Promise<string | undefined> =>
  (await central.client.query<{ title: string }>('select title from projects where id = $1', [id])).rows[0]?.title;

const failures = (one: TestDesktop): unknown[] => one.log.filter((line) => line.event === 'sync.failed');

/** Resolves when the desktop has met the centre as it is now, by a new connection, without a failure. */
async function metAgain(one: TestDesktop): Promise<void> {
  await waitFor(() => Promise.resolve(one.log.some((line) => line.event === 'sync.centre-changed') ? true : null), 'the change noticed');
  await one.settled();
  expect(failures(one)).toEqual([]);
}

describe('a schema that changes while a desktop is connected', () => {
  it('goes on without a failure where a column was renamed; what has no name here any more reads as nothing', async () => {
    const { one } = await inStep();
    const id = await project(one);
    await whileCentre('alter table projects rename column notes to remarks', 'alter table projects rename column remarks to notes');
    await central.client.query(`update projects set title = 'Sau khi đổi tên' where id = $1`, [id]);
    await metAgain(one);
    const { project: shown } = await one.call('projects.get', { id });
    expect([shown.title, shown.notes]).toEqual(['Sau khi đổi tên', null]);
    await one.call('projects.update', { id, patch: { title: 'Vẫn sửa được' } });
    await one.settled();
    expect(await titleInCentre(id)).toBe('Vẫn sửa được');
  });

  it('keeps the rows of a table that vanished, syncs the rest, and goes on with it once it is back', async () => {
    const { one } = await inStep();
    const rows = (): Promise<number> => behindItsBack(one, (sqlite) => sqlite.prepare('select count(*) from reviews').pluck().get() as number);
    const before = await rows();
    expect(before).toBeGreaterThan(0);
    await central.client.query('alter table reviews rename to reviews_elsewhere');
    ends.push(() => central.client.query('alter table if exists reviews_elsewhere rename to reviews'));
    const id = await project(one, 1);
    // The trigger of the renamed table still tells of it under the name that it had.
    await central.client.query(`insert into sync.touched (organization_id, sync_xid, table_name) select organization_id, pg_current_xact_id(), 'reviews' from projects where id = $1`, [id]);
    await central.client.query(`update projects set title = 'Không có bảng' where id = $1`, [id]);
    await waitFor(async () => ((await one.call('projects.get', { id })).project.title === 'Không có bảng' ? true : null), 'the pull of the rest');
    await one.settled();
    expect(await rows()).toBe(before);

    await central.client.query('alter table reviews_elsewhere rename to reviews');
    await central.client.query('update reviews set updated_at = updated_at where id = (select min(id::text)::uuid from reviews)');
    await one.call('sync.check');
    await waitFor(async () => ((await divergence(central, one)).length === 0 ? true : null), 'the table in step again');
  });

  it('takes in a new table and the values of a new column, which no pull brings', async () => {
    await central.client.query(`
      create table kept as select * from stock_moves;
      alter table stock_moves rename to stock_moves_later;
      alter table contacts rename column website to website_later`);
    ends.push(() => central.client.query('drop table kept'));
    const { one } = await inStep();
    await behindItsBack(one, (sqlite) => {
      expect(sqlite.prepare('select count(*) from stock_moves').pluck().get()).toBe(0);
      expect(sqlite.prepare('select count(website) from contacts').pluck().get()).toBe(0);
    });
    await central.client.query(`
      alter table stock_moves_later rename to stock_moves;
      alter table contacts rename column website_later to website;
      insert into sync.schema_migrations (version, name, checksum) values (9999, '9999_step.sql', '');
      select sync.call_back()`);
    ends.push(() => central.client.query('delete from sync.schema_migrations where version = 9999'));
    await metAgain(one);
    await one.call('sync.check');
    await waitFor(async () => ((await divergence(central, one)).length === 0 ? true : null), 'all in step');
  });

  it('begins the comparison of everything anew where a link breaks in it and there are more columns behind the next one', async () => {
    await central.client.query('alter table contacts rename column website to website_later');
    const { one, proxy } = await inStep();
    // The comparison of the last table waits; that of contacts is over by then.
    const last = tables.at(-1)?.name ?? '';
    await central.client.query(`begin; lock table ${last}`);
    await one.call('sync.check');
    await waitFor(async () => {
      const { rowCount } = await central.client.query('select from pg_locks where not granted and relation = $1::regclass', [last]);
      return rowCount === 1 ? true : null;
    }, 'the comparison at the last table');
    proxy.setDown(true);
    await central.client.query('alter table contacts rename column website_later to website; commit');
    proxy.setDown(false);
    await one.call('sync.now');
    await waitFor(() => Promise.resolve(one.log.some((line) => line.event === 'sync.check') || null), 'the end of the comparison');
    expect(await divergence(central, one)).toEqual([]);
  });

  it('is a failure where it happens again and again', async () => {
    const { one } = await inStep();
    const { rows } = await central.client.query<{ text: string }>(`select pg_get_functiondef('sync.pull_state(text)'::regprocedure) as text`);
    await whileCentre('drop function sync.pull_state(text)', `${rows[0]?.text ?? ''}; grant execute on function sync.pull_state(text) to fp_person`);
    await one.call('sync.now');
    await one.until((status) => status.error !== null, 'the failure');
    expect((await one.call('sync.status')).error?.code).toBe('SERVER_ERROR');
  });
});

describe('versions', () => {
  it('stops syncing when the centre begins to ask for a newer application, keeps the work, and goes on when it need not', async () => {
    const { one } = await inStep();
    await whileCentre(`update sync.instance set minimum_client_version = ${CLIENT_VERSION + 1}`, `update sync.instance set minimum_client_version = 1`);
    await one.until((status) => status.state === 'update-required', 'the demand for an update');
    const id = await project(one, 2);
    await one.call('projects.update', { id, patch: { title: 'Trước khi cập nhật' } });
    await one.until((status) => status.state === 'update-required' && status.pending === 1, 'the change kept');
    await one.restart();
    await one.signIn(ceo, {}, true);
    await one.until((status) => status.state === 'update-required' && status.pending === 1, 'the change kept over a restart');
    await central.client.query('update sync.instance set minimum_client_version = 1');
    await one.call('sync.now');
    await one.settled();
    expect(await titleInCentre(id)).toBe('Trước khi cập nhật');
  });

  it('works with the oldest centre that it knows, and says in words that one before it is too old', async () => {
    const { one, proxy } = await inStep();
    const { rows } = await central.client.query<Record<string, unknown>>('select * from sync.schema_migrations');
    ends.push(() =>
      central.client.query(
        'insert into sync.schema_migrations select * from jsonb_populate_recordset(null::sync.schema_migrations, $1) on conflict do nothing',
        [JSON.stringify(rows)],
      ),
    );
    await central.client.query('delete from sync.schema_migrations where version > $1', [REQUIRED_CENTRAL_SCHEMA]);
    proxy.cutAll();
    await one.call('sync.now');
    await one.settled();
    await central.client.query('delete from sync.schema_migrations where version = $1', [REQUIRED_CENTRAL_SCHEMA]);
    await central.client.query('select sync.call_back()');
    await one.until((status) => status.error?.code === 'SERVER_TOO_OLD', 'the centre that is too old');
    const id = await project(one, 3);
    await one.call('projects.update', { id, patch: { notes: 'Vẫn làm việc' } });
    expect((await one.call('projects.get', { id })).project.notes).toBe('Vẫn làm việc');
  });
});

describe('another centre under the same address', () => {
  async function become(id: string): Promise<string> {
    const { rows } = await central.client.query<{ id: string }>('select id from sync.instance');
    await central.client.query('update sync.instance set id = $1', [id]);
    return rows[0]?.id ?? '';
  }

  it('gets nothing of this replica and gives nothing to it, until the person sets it aside', async () => {
    const { one, proxy } = await inStep();
    const id = await project(one, 4);
    const title = await titleInCentre(id);
    proxy.setDown(true);
    await one.until((status) => status.state !== 'online', 'offline');
    await one.call('projects.update', { id, patch: { title: 'Của trung tâm cũ' } });
    const former = await become('11111111-1111-4111-8111-111111111111');
    ends.push(() => become(former));
    // What it holds is other, too.
    await central.client.query('update sync.instance set epoch = gen_random_uuid()');
    proxy.setDown(false);
    await one.call('sync.now');
    const refused = await one.until((status) => status.state === 'auth-required', 'the other centre refused');
    expect(refused.error?.code).toBe('SERVER_OTHER_INSTANCE');
    expect([refused.pending, await titleInCentre(id)]).toEqual([1, title]);
    expect((await one.call('projects.get', { id })).project.title).toBe('Của trung tâm cũ');

    await one.restart();
    await expect(one.signIn(ceo)).rejects.toThrow(expect.objectContaining({ code: 'SERVER_OTHER_INSTANCE' }) as AppError);
    await one.signIn(ceo, { setAside: true });
    await one.settled();
    expect(await divergence(central, one)).toEqual([]);
    expect((await one.call('projects.get', { id })).project.title).toBe(title);
  });

  it('is met again as its own where the address leads to it once more, and the work arrives', async () => {
    const { one, proxy } = await inStep();
    const id = await project(one, 5);
    proxy.setDown(true);
    await one.until((status) => status.state !== 'online', 'offline');
    await one.call('projects.update', { id, patch: { title: 'Đợi trung tâm của mình' } });
    const former = await become('22222222-2222-4222-8222-222222222222');
    proxy.setDown(false);
    await one.call('sync.now');
    await one.until((status) => status.error?.code === 'SERVER_OTHER_INSTANCE', 'the other centre refused');
    await become(former);
    await one.call('sync.now');
    await one.settled();
    expect(await titleInCentre(id)).toBe('Đợi trung tâm của mình');
  });
});

it('a desktop that is in step tells the centre so', async () => {
  const { one } = await inStep();
  const { rows } = await waitFor(async () => {
    const answer = await central.client.query<{ last_sync_at: Date }>('select last_sync_at from app.devices where last_sync_at is not null');
    return answer.rows.length > 0 ? answer : null;
  }, 'the time of the last sync');
  expect(Date.now() - (rows[0]?.last_sync_at.getTime() ?? 0)).toBeLessThan(60_000);
  expect((await one.call('sync.status')).state).toBe('online');
});
