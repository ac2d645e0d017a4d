import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import type { SyncStatus } from '../../../shared/api/sync.ts';
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

/** A desktop with a network of its own, which the test may take away. */
async function installed(): Promise<{ one: TestDesktop; proxy: FaultyProxy }> {
  const proxy = await FaultyProxy.start(central);
  const one = new TestDesktop(`postgres://127.0.0.1:${proxy.port}/${central.database}`);
  ends.push(async () => {
    await one.remove();
    await proxy.stop();
  });
  return { one, proxy };
}

async function inStep(): Promise<{ one: TestDesktop; proxy: FaultyProxy }> {
  const made = await installed();
  await made.one.signIn(ceo);
  await made.one.settled();
  return made;
}

/** Changes the centre for one test; `back` undoes it. */
async function whileCentre(change: string, back: string): Promise<void> {
  await central.client.query(change);
  ends.push(() => central.client.query(back));
}

/** Has a function of the centre answer otherwise for one test. */
async function whileAnswering(signature: string, definition: string): Promise<() => Promise<unknown>> {
  const { rows } = await central.client.query<{ text: string }>('select pg_get_functiondef($1::regprocedure) as text', [signature]);
  const back = (): Promise<unknown> => central.client.query(`drop function ${signature}; ${rows[0]?.text ?? ''}; grant execute on function ${signature} to fp_person`);
  await central.client.query(`drop function ${signature}; ${definition}; grant execute on function ${signature} to fp_person`);
  let restored = false;
  const once = async (): Promise<void> => {
    if (!restored) await back();
    restored = true;
  };
  ends.push(once);
  return once;
}

interface SetAside {
  table_name: string;
  row_id: string;
  kind: string;
}

const quarantine = (one: TestDesktop): Promise<SetAside[]> =>
  behindItsBack(one, (sqlite) => sqlite.prepare('select table_name, row_id, kind from quarantine order by table_name, row_id').all() as SetAside[]);

const has = (one: TestDesktop, table: string, id: string): Promise<boolean> =>
  behindItsBack(one, (sqlite) => sqlite.prepare(`select 1 from ${table} where id = ?`).get(id) !== undefined);

async function idOf(table: string, condition = 'true'): Promise<string> {
  const { rows } = await central.client.query<{ id: string }>(
    `select id from ${table} where organization_id = (select organization_id from users where email = $1) and ${condition} order by id limit 1`,
    [ceo],
  );
  return rows[0]?.id ?? '';
}

async function check(one: TestDesktop): Promise<void> {
  const told = (): number => one.log.filter((line) => line.event === 'sync.check').length;
  const before = told();
  await one.call('sync.check');
  await waitFor(() => Promise.resolve(told() > before ? true : null), 'the end of the check');
}

async function project(one: TestDesktop, position = 0): Promise<string> {
  const { rows } = await one.call('projects.list', { sort: 'project_id', descending: false });
  return rows[position]?.id ?? '';
}

const titleInCentre = async (id: string): Promise<string | undefined> =>
  (await central.client.query<{ title: string }>('select title from projects where id = $1', [id])).rows[0]?.title;

/** Gives a document on which nothing hangs a size that JavaScript cannot hold, in a way that no pull hears of. */
async function withHugeFile(): Promise<string> {
  const id = await idOf('documents', 'not exists (select from document_versions v where v.document_id = documents.id)');
  await whileCentre(
    `alter table documents disable trigger user; update documents set file_size = 9007199254740993 where id = '${id}'`,
    `update documents set file_size = 5 where id = '${id}'; alter table documents enable trigger user`,
  );
  return id;
}

describe('a row that this replica cannot hold', () => {
  it('is set aside by the first load, which goes on; it comes in once it is well', async () => {
    const huge = await withHugeFile();
    const whole = await idOf('documents', `id <> '${huge}'`);
    const { one } = await inStep();
    expect(await quarantine(one)).toEqual([{ table_name: 'documents', row_id: huge, kind: 'out-of-range' }]);
    expect([await has(one, 'documents', huge), await has(one, 'documents', whole)]).toEqual([false, true]);

    // Nothing tells of the change: only asking again can find it.
    await central.client.query('update documents set file_size = 5 where id = $1', [huge]);
    await check(one);
    expect(await quarantine(one)).toEqual([]);
    expect(await has(one, 'documents', huge)).toBe(true);
    expect(await divergence(central, one)).toEqual([]);
  });

  it('is set aside by a pull, while the rest of it is stored; it leaves quarantine when it is gone at the centre', async () => {
    const { one } = await inStep();
    const contact = await idOf('contacts', `type = 'partner' or not exists (select from projects p where p.customer_id = contacts.id)`);
    const stage = await project(one);
    await whileCentre(
      'alter table contacts drop constraint contacts_currency_check; alter table contacts alter column currency drop not null',
      `update contacts set currency = 'VND' where currency is null;
       alter table contacts alter column currency set not null, add constraint contacts_currency_check check (currency ~ '^[A-Z]{3}$')`,
    );
    await central.client.query('begin');
    await central.client.query('update contacts set currency = null where id = $1', [contact]);
    await central.client.query(`update projects set title = 'Cùng giao dịch' where id = $1`, [stage]);
    await central.client.query('commit');
    await waitFor(async () => ((await one.call('projects.get', { id: stage })).project.title === 'Cùng giao dịch' ? true : null), 'the rest of the pull');
    expect(await quarantine(one)).toEqual([{ table_name: 'contacts', row_id: contact, kind: 'constraint' }]);
    await central.client.query(`update contacts set currency = 'VND' where id = $1`, [contact]);
    await waitFor(async () => ((await quarantine(one)).length === 0 ? true : null), 'the row out of quarantine');
    await one.settled();
    expect(await divergence(central, one)).toEqual([]);
  });

  it('waits for its parent, and comes in with it', async () => {
    const { one } = await inStep();
    const parent = await idOf('projects', 'exists (select from project_sub_stage_progress s where s.project_id = projects.id)');
    const { rows: children } = await central.client.query<{ id: string }>('select id from project_sub_stage_progress where project_id = $1', [parent]);
    // To this person the project is out of sight, and what hangs on it is not.
    await whileCentre(
      `create policy not_this_one on projects as restrictive for select to fp_internal using (id <> '${parent}')`,
      'drop policy if exists not_this_one on projects',
    );
    await central.client.query('begin');
    await central.client.query(`insert into sync.removals (table_name, row_id, organization_id) select 'projects', id, organization_id from projects where id = $1`, [parent]);
    await central.client.query('update project_sub_stage_progress set updated_at = updated_at where project_id = $1', [parent]);
    await central.client.query('commit');
    await waitFor(async () => ((await has(one, 'projects', parent)) ? null : true), 'the project gone');
    const waiting = (await quarantine(one)).filter((row) => row.kind === 'parent-missing').map((row) => row.row_id);
    expect(waiting).toEqual(expect.arrayContaining(children.map(({ id }) => id)));

    await central.client.query('drop policy not_this_one on projects');
    await central.client.query('update projects set updated_at = updated_at where id = $1', [parent]);
    await waitFor(async () => ((await quarantine(one)).length === 0 ? true : null), 'nobody waiting any more');
    await one.settled();
    expect(await divergence(central, one)).toEqual([]);
  });

  it('is set aside by a full comparison as well, and one that is gone leaves quarantine', async () => {
    const { one } = await inStep();
    const contact = await idOf('contacts');
    await behindItsBack(one, (sqlite) =>
      sqlite.prepare(`insert into quarantine (table_name, row_id, kind, reason, seen_at) values ('contacts', ?, 'constraint', 'x', ''), ('contacts', '00000000-0000-4000-8000-000000000000', 'constraint', 'x', '')`).run(contact),
    );
    const huge = await withHugeFile();
    await central.client.query('update sync.instance set epoch = gen_random_uuid()');
    await waitFor(async () => ((await quarantine(one)).some((row) => row.row_id === huge) ? true : null), 'the comparison');
    expect(await quarantine(one)).toEqual([{ table_name: 'documents', row_id: huge, kind: 'out-of-range' }]);
  });

  it('is set aside where a value is of another kind by now', async () => {
    const { one } = await inStep();
    const contact = await idOf('contacts');
    await whileCentre(
      'alter table contacts alter column is_active drop default, alter column is_active type text using is_active::text',
      'alter table contacts alter column is_active type boolean using true, alter column is_active set default true',
    );
    await central.client.query(`update contacts set is_active = 'maybe' where id = $1`, [contact]);
    await waitFor(async () => ((await quarantine(one)).length > 0 ? true : null), 'the row set aside');
    expect(await quarantine(one)).toEqual([{ table_name: 'contacts', row_id: contact, kind: 'unreadable' }]);
  });
});

describe('a change in the outbox that can no longer be read', () => {
  it.each([
    ['whose values are no JSON', `update outbox set patch = '{broken' where seq = (select min(seq) from outbox)`],
    ['whose former values are no JSON', `update outbox set base = 'null' where seq = (select min(seq) from outbox)`],
    ['whose effects are no JSON', `update outbox_effects set patch = '[' where seq = (select min(seq) from outbox)`],
    ['of a table of another version', `update outbox set table_name = 'forecasts' where seq = (select min(seq) from outbox)`],
    ['of a column of another version', `update outbox set patch = '{"mood": 1}' where seq = (select min(seq) from outbox)`],
  ])('goes to the person as it is stored, %s, and the others are sent', async (_, damage) => {
    const { one, proxy } = await inStep();
    const [broken, whole] = [await project(one, 1), await project(one, 2)];
    const before = (await one.call('projects.get', { id: broken })).project.title;
    proxy.setDown(true);
    await one.until((status) => status.state !== 'online', 'offline');
    await one.call('projects.update', { id: broken, patch: { title: 'Không đọc được' } });
    await one.call('projects.update', { id: whole, patch: { title: `Đọc được ${_}` } });
    await one.quit();
    await behindItsBack(one, (sqlite) => sqlite.exec(damage));
    await one.restart();
    proxy.setDown(false);
    await one.signIn(ceo, {}, true);
    await one.settled();
    expect(await titleInCentre(whole)).toBe(`Đọc được ${_}`);
    const items = await one.call('sync.attention');
    expect(items).toMatchObject([{ code: 'ENTRY_UNREADABLE' }]);
    expect(JSON.stringify(items[0]?.details)).toMatch(/raw|mood|table/);
    expect((await one.call('projects.get', { id: broken })).project.title).toBe(before);
    await one.call('projects.update', { id: broken, patch: { notes: 'Đi tiếp' } });
    await one.settled();
    await one.call('sync.discardAttention', { id: items[0]?.id ?? '' });
    expect(await one.call('sync.attention')).toEqual([]);
    expect(await divergence(central, one)).toEqual([]);
  });

  it('does not hide the other items where one that needs attention cannot be read', async () => {
    const { one } = await inStep();
    await one.quit();
    await behindItsBack(one, (sqlite) => {
      const insert = sqlite.prepare(`insert into attention values (?, ?, '00000000-0000-4000-8000-00000000000a', 'update', ?, '{}', '[]', 'NOT_ALLOWED', '{}', '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00')`);
      insert.run('00000000-0000-4000-8000-000000000001', 'projects', '{broken');
      insert.run('00000000-0000-4000-8000-000000000002', 'forecasts', '{"a": 1}');
      insert.run('00000000-0000-4000-8000-000000000003', 'projects', '{"title": "x"}');
    });
    await one.restart();
    await one.signIn(ceo, {}, true);
    const items = await one.call('sync.attention');
    expect(items.map(({ code }) => code).sort()).toEqual(['ENTRY_UNREADABLE', 'NOT_ALLOWED', 'NOT_ALLOWED']);
    expect(items.find(({ code }) => code === 'ENTRY_UNREADABLE')?.details).toMatchObject({ raw: { patch: '{broken' } });
  });
});

const failing = (one: TestDesktop, code: string): Promise<SyncStatus> =>
  one.until((status) => status.error?.code === code, `the failure ${code}`);

describe('an answer of the centre that is not in its form', () => {
  const pullState = 'sync.pull_state(text)';
  const push = 'sync.push(jsonb)';
  const answering = (signature: string, type: string, answer: string): string =>
    `create function ${signature.replace('(text)', '(since text)').replace('(jsonb)', '(mutations jsonb)')} returns ${type} language sql as $f$ select ${answer} $f$`;

  it.each([
    ['no JSON', 'text', `'<html>'`],
    ['null', 'jsonb', 'null::jsonb'],
    ['an empty object', 'jsonb', `'{}'::jsonb`],
    ['a snapshot that is none', 'jsonb', `'{"snapshot": "x", "instance_epoch": "00000000-0000-4000-8000-000000000000", "access_epoch": 1, "active": true, "complete": true, "tables": [], "removed": []}'::jsonb`],
  ])('stores nothing and is asked for again, where a pull gets %s', async (_, type, answer) => {
    const { one } = await inStep();
    const id = await project(one);
    const back = await whileAnswering(pullState, answering(pullState, type, answer));
    await one.call('sync.now');
    await failing(one, 'SERVER_REPLY_INVALID');
    // Work goes on here meanwhile.
    await one.call('projects.update', { id, patch: { notes: `Trong khi chờ ${_}` } });
    await back();
    await one.call('sync.now');
    await one.settled();
    expect(await divergence(central, one)).toEqual([]);
  });

  it.each([
    ['no JSON', 'text', `'<html>'`],
    ['null', 'jsonb', 'null::jsonb'],
    ['no list', 'jsonb', `'{"status": "applied"}'::jsonb`],
    ['an empty list', 'jsonb', `'[]'::jsonb`],
    ['results for what was never sent', 'jsonb', `'[{"id": "00000000-0000-4000-8000-000000000000", "status": "applied", "xid": "1"}]'::jsonb`],
  ])('loses no change, and pulls go on, where a push gets %s', async (_, type, answer) => {
    const { one } = await inStep();
    const [mine, theirs] = [await project(one, 3), await project(one, 4)];
    const back = await whileAnswering(push, answering(push, type, answer));
    await one.call('projects.update', { id: mine, patch: { title: `Chưa gửi: ${_}` } });
    await failing(one, 'SERVER_REPLY_INVALID');
    await central.client.query('update projects set title = $2 where id = $1', [theirs, `Vẫn đến: ${_}`]);
    await one.call('sync.now');
    await waitFor(async () => ((await one.call('projects.get', { id: theirs })).project.title === `Vẫn đến: ${_}` ? true : (await one.call('sync.now'), null)), 'the pull');
    expect((await one.call('sync.status')).pending).toBe(1);
    await back();
    await one.call('sync.now');
    await one.settled();
    expect(await titleInCentre(mine)).toBe(`Chưa gửi: ${_}`);
    expect(await divergence(central, one)).toEqual([]);
  });

  it.each([
    ['an unknown status', `jsonb_set(r, '{status}', '"perhaps"')`],
    ['a transaction that is none', `jsonb_set(r, '{xid}', '"soon"')`],
    ['no status', `r - 'status'`],
    ['no object', `'7'::jsonb`],
  ])('holds only that change back, where one of a batch gets %s', async (_, spoiled) => {
    const { one, proxy } = await inStep();
    const [first, second] = [await project(one, 5), await project(one, 6)];
    proxy.setDown(true);
    await one.until((status) => status.state !== 'online', 'offline');
    await one.call('projects.update', { id: first, patch: { title: `Hỏng: ${_}` } });
    await one.call('projects.update', { id: second, patch: { title: `Lành: ${_}` } });
    const { rows } = await central.client.query<{ text: string }>(`select pg_get_functiondef('${push}'::regprocedure) as text`);
    await central.client.query(`${(rows[0]?.text ?? '').replace('FUNCTION sync.push', 'FUNCTION sync.true_push')}; grant execute on function sync.true_push(jsonb) to fp_person`);
    ends.push(() => central.client.query('drop function sync.true_push(jsonb)'));
    const back = await whileAnswering(
      push,
      // The first answer is spoiled; the last one comes twice.
      answering(push, 'jsonb', `(select jsonb_agg(case when n = 1 and r -> 'id' = mutations -> 0 -> 'id' and mutations -> 0 -> 'patch' ->> 'title' like 'Hỏng%' then ${spoiled} else r end) || (jsonb_agg(r) -> -1)
         from jsonb_array_elements(sync.true_push(mutations)) with ordinality as x (r, n))`),
    );
    proxy.setDown(false);
    await one.call('sync.now');
    await failing(one, 'SERVER_REPLY_INVALID');
    expect((await one.call('projects.get', { id: second })).pending_columns).toEqual([]);
    await back();
    await one.call('sync.now');
    await one.settled();
    expect([await titleInCentre(first), await titleInCentre(second)]).toEqual([`Hỏng: ${_}`, `Lành: ${_}`]);
    expect(await divergence(central, one)).toEqual([]);
  });

  it('lets nobody in where the greeting lacks what it should hold, and work goes on here', async () => {
    const { one, proxy } = await inStep();
    await whileAnswering('sync.hello(jsonb)', `create function sync.hello(device jsonb) returns jsonb language sql as $f$ select '{"refused": null, "minimum_client_version": 1}'::jsonb $f$`);
    proxy.cutAll();
    await failing(one, 'SERVER_REPLY_INVALID');
    await one.call('projects.update', { id: await project(one), patch: { notes: 'Vẫn làm việc' } });
    expect((await one.call('sync.status')).pending).toBe(1);
  });
});
