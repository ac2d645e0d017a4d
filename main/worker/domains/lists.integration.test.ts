import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSheet } from 'read-excel-file/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { listColumns, listExport, NOBODY, type Group, type ListExport, type ListRow } from '../../../shared/api/lists.ts';
import { priorityLevels } from '../../../shared/api/projects.ts';
import type { Input } from '../../../shared/api/index.ts';
import { TestDesktop } from '../testing/desktop.ts';

let central: DemoCentral;
let manager: TestDesktop;
let folder: string;
const others: TestDesktop[] = [];

async function enter(mailbox: string): Promise<TestDesktop> {
  const desktop = new TestDesktop(central.address);
  others.push(desktop);
  await desktop.signIn(`${mailbox}@factorypulse.vn`);
  await desktop.settled();
  return desktop;
}

beforeAll(async () => {
  central = await createDemoCentral();
  manager = await enter('ceo');
  folder = mkdtempSync(join(tmpdir(), 'fp-lists-'));
});

afterAll(async () => {
  for (const one of others) await one.remove();
  rmSync(folder, { recursive: true, force: true });
  await central.drop();
});

afterEach(async () => {
  await manager.settled();
});

type Filter = Input<'lists.rows'>['filter'];
type Sort = Input<'lists.rows'>['sort'];

const list = async (filter: Filter = {}, sort: Sort = [], desktop = manager): Promise<ListRow[]> =>
  (await desktop.call('lists.rows', { filter, sort, limit: 200 })).rows;

const all = () => list();

describe('the table', () => {
  it('shows what was changed last first, unless asked otherwise', async () => {
    const rows = await all();
    expect(rows.length).toBeGreaterThan(10);
    const times = rows.map(({ updated_at }) => updated_at);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('sorts by several columns, each in its own direction, and what has no value comes last either way', async () => {
    const rows = await list({}, [
      { column: 'priority_level', descending: true },
      { column: 'estimated_delivery_date', descending: false },
      { column: 'title', descending: true },
    ]);
    const key = (row: ListRow) => [priorityLevels.indexOf(row.priority_level), row.estimated_delivery_date ?? '9999', row.title] as const;
    const expected = [...rows].sort((a, b) => {
      const [p, d, t] = key(a);
      const [q, e, u] = key(b);
      return q - p || (d < e ? -1 : d > e ? 1 : 0) || (t.toLowerCase() < u.toLowerCase() ? 1 : -1);
    });
    expect(rows.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    for (const descending of [true, false]) {
      const values = (await list({}, [{ column: 'estimated_value', descending }])).map(({ estimated_value }) => estimated_value);
      const named = values.filter((value) => value !== null).map(Number);
      expect(values.slice(named.length)).toEqual(values.filter((value) => value === null));
      expect(named).toEqual([...named].sort((a, b) => (descending ? b - a : a - b)));
    }
  });

  it.each(['stage_order', 'customer_name', 'assigned_name', 'status'] as const)('gives every row once, in windows of any size, by %s', async (column) => {
    const total = (await all()).length;
    for (const descending of [true, false]) {
      const sort = [{ column, descending }, { column: 'project_id' as const, descending: false }];
      const whole = await manager.call('lists.ids', { filter: {}, sort, limit: 1000 });
      expect(new Set(whole).size).toBe(total);
      const parts: string[] = [];
      for (let offset = 0; offset < total; offset += 5) {
        parts.push(...(await manager.call('lists.rows', { filter: {}, sort, offset, limit: 5 })).rows.map(({ id }) => id));
      }
      expect(parts).toEqual(whole);
    }
  });

  it('filters by each column alone and by several at once', async () => {
    const rows = await all();
    const same = async (filter: Filter, fits: (row: ListRow) => boolean) => {
      const found = await list(filter);
      expect(found.map(({ id }) => id).sort(), JSON.stringify(filter)).toEqual(rows.filter(fits).map(({ id }) => id).sort());
      expect(found.length, JSON.stringify(filter)).toBeGreaterThan(0);
      expect(found.length, JSON.stringify(filter)).toBeLessThan(rows.length);
    };
    await expect.poll(async () => (await manager.call('search.all', { text: 'khuon' })).incomplete).toBe(false);
    const [first] = rows;
    const owned = rows.find(({ assigned_to }) => assigned_to !== null);
    const tagged = rows.find(({ tags }) => tags.length > 0);
    if (!first || !owned || !tagged) throw new Error('the demo data has no such project');
    await same({ code: first.project_id }, (row) => row.project_id === first.project_id);
    await same({ title: 'khuôn' }, (row) => row.title.includes('Khuôn') || row.title.includes('khuôn'));
    await same({ title: 'khuon ep' }, (row) => row.title.includes('Khuôn ép'));
    const { title, customer_name } = rows.find((row) => row.customer_name !== null) ?? first;
    const mixed = `${title.split(' ')[0]} ${customer_name?.split(' ').at(-1)}`;
    expect((await list({ search: mixed })).map((row) => row.title), mixed).toContain(title);
    await same({ search: first.project_id.slice(-4) }, (row) => row.project_id.endsWith(first.project_id.slice(-4)));
    await same({ customers: [first.customer_id ?? ''] }, (row) => row.customer_id === first.customer_id);
    await same({ owners: [owned.assigned_to ?? ''] }, (row) => row.assigned_to === owned.assigned_to);
    await same({ priorities: ['high', 'critical'] }, (row) => row.priority_level === 'high' || row.priority_level === 'critical');
    await same({ stages: [first.current_stage_id ?? ''] }, (row) => row.current_stage_id === first.current_stage_id);
    await same({ statuses: ['on_hold', 'completed'] }, (row) => row.status === 'on_hold' || row.status === 'completed');
    await same({ tags: [tagged.tags[0] ?? ''] }, (row) => row.tags.includes(tagged.tags[0] ?? ''));
    await same({ value_from: '50000000' }, (row) => Number(row.estimated_value ?? -1) >= 50_000_000);
    const day = rows.map((row) => row.estimated_delivery_date).filter((date) => date !== null).sort()[3] ?? '';
    await same({ due_to: day }, (row) => row.estimated_delivery_date !== null && row.estimated_delivery_date <= day);
    await same(
      { due_from: day, priorities: ['high', 'medium'] },
      (row) => (row.estimated_delivery_date ?? '') >= day && ['high', 'medium'].includes(row.priority_level),
    );
  });

  it('finds what has nobody, what is overdue, what is due within the week and what has no date', async () => {
    const [a, b, c, d] = await list({ statuses: ['active'] });
    if (!a || !b || !c || !d) throw new Error('too few active projects');
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Ho_Chi_Minh' }).format(new Date());
    const inDays = (days: number) => new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10);
    await manager.call('lists.edit', { id: a.id, patch: { estimated_delivery_date: inDays(-1), assigned_to: null } });
    await manager.call('lists.edit', { id: b.id, patch: { estimated_delivery_date: inDays(6) } });
    await manager.call('lists.edit', { id: c.id, patch: { estimated_delivery_date: inDays(7) } });
    await manager.call('lists.edit', { id: d.id, patch: { estimated_delivery_date: null } });
    const ids = async (filter: Filter) => (await list(filter)).map(({ id }) => id);
    expect(await ids({ due: 'overdue' })).toContain(a.id);
    const week = await ids({ due: 'week' });
    expect(week).toContain(b.id);
    expect(week).not.toContain(a.id);
    expect(week).not.toContain(c.id);
    expect(await ids({ due: 'none' })).toContain(d.id);
    expect(await ids({ owners: [NOBODY] })).toContain(a.id);
  });

  it('takes signs of the search language and of SQL for what they are', async () => {
    for (const text of ['%', '_', "'; drop table projects; --", '\\', '‮', '🙂']) {
      expect(await list({ search: text, title: text }), text).toEqual([]);
    }
  });

  it.each(['stage_order', 'customer_name', 'assigned_name', 'priority_level'] as const)('groups by %s with counts that add up, each group with its rows', async (by) => {
    const rows = await all();
    const { groups, total } = await manager.call('lists.groups', { filter: {}, by });
    expect(total).toBe(rows.length);
    const named = groups.map(({ value }) => value);
    expect(named.indexOf(null) === -1 || named.indexOf(null) === named.length - 1).toBe(true);
    for (const { value, count } of groups) {
      const inside = await manager.call('lists.rows', { filter: {}, sort: [{ column: 'title', descending: false }], group: { by, value } });
      expect(inside.total).toBe(count);
      expect(inside.rows).toHaveLength(count);
    }
    if (by === 'stage_order') {
      const { stages } = await manager.call('lists.choices');
      const order = stages.map(({ id }) => id);
      expect(named).toEqual([...named].sort((a, b) => order.indexOf(a ?? '') - order.indexOf(b ?? '')));
      expect(groups.map(({ name }: Group) => name)).not.toContain(null);
    }
  });
});

describe('the board', () => {
  it('counts the open projects of each stage and shows them, urgent ones first', async () => {
    const open = (await all()).filter(({ status }) => status === 'active' || status === 'on_hold');
    const { stages, total } = await manager.call('lists.board', { filter: {} });
    expect(total).toBe(open.length);
    for (const stage of stages) {
      expect(stage.count).toBe(open.filter(({ current_stage_id }) => current_stage_id === stage.id).length);
      const urgency = stage.cards.map(({ priority_level }) => -priorityLevels.indexOf(priority_level));
      expect(urgency).toEqual([...urgency].sort((a, b) => a - b));
      const cards = await manager.call('lists.cards', { filter: {}, stage_id: stage.id, offset: 1, limit: 5 });
      expect(cards.map(({ id }) => id)).toEqual(stage.cards.slice(1, 6).map(({ id }) => id));
    }
  });

  it('shows on the board what is looked for, each stage in its order', async () => {
    const { stages } = await manager.call('lists.board', { filter: {} });
    for (const search of ['khuôn', 'khuon ep', 'nothing is called so']) {
      const sought = new Set((await list({ search })).map(({ id }) => id));
      const found = await manager.call('lists.board', { filter: { search } });
      for (const { id, cards } of stages) {
        const expected = cards.filter((card) => sought.has(card.id)).map((card) => card.id);
        const column = found.stages.find((stage) => stage.id === id);
        expect(column?.cards.map((card) => card.id), search).toEqual(expected);
        expect(column?.count, search).toBe(expected.length);
      }
      expect(found.total > 0, search).toBe(search.startsWith('khu'));
    }
  });

  it('keeps a stage in sight that was switched off while projects stand in it', async () => {
    const { stages } = await manager.call('lists.board', { filter: {} });
    const stage = stages.find(({ count }) => count > 0);
    const empty = stages.find(({ count }) => count === 0);
    if (!stage) throw new Error('the demo board is empty');
    const switchOff = (id: string, on: boolean) =>
      central.client.query('update public.workflow_stages set is_active = $2 where id = $1', [id, on]);
    await switchOff(stage.id, false);
    if (empty) await switchOff(empty.id, false);
    await manager.nextEvent('data.changed', async () => {
      const after = await manager.call('lists.board', { filter: {} });
      return after.stages.some(({ id, is_active }) => id === stage.id && !is_active);
    });
    const after = await manager.call('lists.board', { filter: { search: 'nothing is called so' } });
    expect(after.stages.find(({ id }) => id === stage.id)).toMatchObject({ is_active: false, count: 0 });
    const seen = await manager.call('lists.board', { filter: {} });
    expect(seen.stages.find(({ id }) => id === stage.id)?.cards).toHaveLength(stage.count);
    await switchOff(stage.id, true);
    if (empty) await switchOff(empty.id, true);
    await manager.nextEvent('data.changed', async () => (await manager.call('lists.board', { filter: {} })).stages.every(({ is_active }) => is_active));
  });
});

describe('changing many projects', () => {
  it('changes those that may be changed and says for each other one why not', async () => {
    const engineer = await enter('mechanical.engineer');
    const rows = await list({}, [], engineer);
    const may = rows.filter(({ can_edit }) => can_edit);
    const mayNot = rows.filter(({ can_edit }) => !can_edit);
    expect(may.length).toBeGreaterThan(0);
    expect(mayNot.length).toBeGreaterThan(0);
    const action = { kind: 'tags', add: ['gấp'], remove: [] } as const;
    const ids = rows.map(({ id }) => id).slice(0, 50);
    const result = await engineer.call('lists.bulk', { ids, action: { ...action, add: ['gấp'], remove: [] } });
    expect(result.changed).toHaveLength(may.length);
    expect(result.refused.map(({ id, code }) => [id, code]).sort()).toEqual(mayNot.map(({ id }) => [id, 'EDIT_NOT_ALLOWED']).sort());
    expect(await engineer.call('lists.bulk', { ids: may.map(({ id }) => id), action: { kind: 'tags', add: ['gấp'], remove: [] } })).toMatchObject({
      changed: [],
      unchanged: may.length,
    });
    await engineer.settled();
    expect(await engineer.call('sync.attention')).toEqual([]);
    const { rows: stored } = await central.client.query<{ id: string }>("select id from public.projects where 'gấp' = any (tags)");
    expect(stored.map(({ id }) => id).sort()).toEqual(may.map(({ id }) => id).sort());
  });

  it('gives a project away only where the person may, and only to somebody who can have it', async () => {
    const engineer = await enter('mechanical.engineer');
    const rows = await list({}, [], engineer);
    const { people } = await engineer.call('lists.choices');
    const someone = people.find(({ assignable }) => assignable)?.id ?? '';
    const notTheirs = rows.filter(({ can_edit, can_assign, assigned_to }) => can_edit && !can_assign && assigned_to !== someone);
    for (const { id } of notTheirs) {
      await expect(engineer.call('lists.edit', { id, patch: { assigned_to: someone } })).rejects.toMatchObject({ code: 'ASSIGN_NOT_ALLOWED' });
    }
    const [any] = await all();
    const customer = await central.client.query<{ id: string }>("select id from public.users where role = 'customer' limit 1");
    await expect(
      manager.call('lists.edit', { id: any?.id ?? '', patch: { assigned_to: customer.rows[0]?.id ?? '' } }),
    ).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('holds and resumes, and leaves what is completed as it is', async () => {
    const rows = await all();
    const active = rows.filter(({ status }) => status === 'active').slice(0, 2);
    const completed = rows.find(({ status }) => status === 'completed');
    if (!completed) throw new Error('the demo data has no completed project');
    const ids = [...active.map(({ id }) => id), completed.id];
    const reason = 'Chờ phôi nhập khẩu';
    const held = { status: 'on_hold', status_reason: reason } as const;
    expect(await manager.call('lists.bulk', { ids, action: { kind: 'hold', reason: ` ${reason} ` } })).toEqual({
      changed: active.map(({ id }) => ({ id, before: { status: 'active', status_reason: null }, after: held })),
      unchanged: 0,
      refused: [{ id: completed.id, project_id: completed.project_id, code: 'STATUS_NOT_ALLOWED' }],
    });
    await manager.settled();
    const { rows: reasons } = await central.client.query<{ reason: string }>(
      "select metadata ->> 'status_reason' as reason from public.projects where id = any ($1) and status = 'on_hold'",
      [ids],
    );
    expect(reasons).toEqual([{ reason }, { reason }]);
    const resumed = await manager.call('lists.bulk', { ids, action: { kind: 'resume' } });
    expect(resumed.changed).toEqual(active.map(({ id }) => ({ id, before: held, after: { status: 'active', status_reason: null } })));
    expect(() => manager.call('lists.bulk', { ids, action: { kind: 'hold', reason: '  ' } })).toThrow();
  });

  it('takes a change of many back, but nothing that somebody changed since', async () => {
    const [first, second, third] = (await all()).filter(({ status, priority_level }) => status === 'active' && priority_level !== 'critical');
    if (!first || !second || !third) throw new Error('the demo data has too few active projects');
    const { changed } = await manager.call('lists.bulk', { ids: [first.id, second.id, third.id], action: { kind: 'priority', priority_level: 'critical' } });
    await manager.call('lists.edit', { id: second.id, patch: { priority_level: 'low' } });
    await manager.call('lists.edit', { id: third.id, patch: { title: 'Tên mới' } });
    const undone = await manager.call('lists.undoBulk', { changes: changed });
    expect(undone.refused).toEqual([{ id: second.id, project_id: second.project_id, code: 'EDIT_OVERTAKEN' }]);
    const now = new Map((await all()).map((row) => [row.id, row]));
    expect([first, second, third].map(({ id }) => now.get(id)?.priority_level)).toEqual([first.priority_level, 'low', third.priority_level]);
    expect(now.get(third.id)?.title).toBe('Tên mới');
    await manager.settled();
    expect(await manager.call('sync.attention')).toEqual([]);
  });
});

describe('people outside', () => {
  it.each([['customer', false], ['supplier', true]] as const)('of the role %s see their own projects and change nothing', async (role, none) => {
    const { rows } = await central.client.query<{ email: string }>('select email from public.users where role = $1 order by email limit 1', [role]);
    const outside = new TestDesktop(central.address);
    others.push(outside);
    await outside.signIn(rows[0]?.email ?? '');
    await outside.settled();
    const found = await list({}, [{ column: 'assigned_name', descending: false }], outside);
    expect(found.length === 0).toBe(none);
    expect(found.filter(({ can_edit, can_assign }) => can_edit || can_assign)).toEqual([]);
    await outside.call('lists.board', { filter: {} });
    await outside.call('lists.groups', { filter: {}, by: 'customer_name' });
    await outside.call('lists.choices');
    expect(await outside.call('views.list', { screen: 'projects' })).toEqual([]);
    await expect(outside.call('views.add', { screen: 'projects', name: 'x', definition: {} })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    for (const { id } of found) {
      await expect(outside.call('lists.edit', { id, patch: { title: 'x' } })).rejects.toMatchObject({ code: 'EDIT_NOT_ALLOWED' });
    }
  });
});

describe('saved views', () => {
  it('are their owner’s, reach others once shared, and nobody else changes them', async () => {
    const colleague = await enter('sales.manager');
    const id = await manager.call('views.add', { screen: 'projects', name: ' Quá hạn ', definition: { filter: { due: 'overdue' } } });
    await manager.settled();
    const seenBy = async (desktop: TestDesktop) => (await desktop.call('views.list', { screen: 'projects' })).filter((view) => view.id === id);
    expect(await seenBy(manager)).toMatchObject([{ name: 'Quá hạn', own: true, is_shared: false }]);
    await colleague.settled();
    expect(await seenBy(colleague)).toEqual([]);
    const arrives = colleague.nextEvent('data.changed', async () => (await seenBy(colleague)).length === 1);
    await manager.call('views.change', { id, patch: { is_shared: true } });
    await arrives;
    expect(await seenBy(colleague)).toMatchObject([{ own: false, is_shared: true }]);
    await expect(colleague.call('views.change', { id, patch: { name: 'x' } })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(colleague.call('views.setDefault', { screen: 'projects', id })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    const gone = colleague.nextEvent('data.changed', async () => (await seenBy(colleague)).length === 0);
    await manager.call('views.archive', { id });
    await gone;
  });

  it('one of them is the default at a time', async () => {
    const add = (name: string) => manager.call('views.add', { screen: 'projects', name, definition: {} });
    const [one, two] = [await add('Một'), await add('Hai')];
    const defaults = async () =>
      (await manager.call('views.list', { screen: 'projects' })).filter(({ definition }) => definition['is_default'] === true).map(({ id }) => id);
    await manager.call('views.setDefault', { screen: 'projects', id: one });
    await manager.call('views.setDefault', { screen: 'projects', id: two });
    expect(await defaults()).toEqual([two]);
    await manager.call('views.setDefault', { screen: 'projects', id: null });
    expect(await defaults()).toEqual([]);
  });
});

describe('an export of the table', () => {
  const words: ListExport['words'] = {
    sheet: 'Dự án',
    headings: Object.fromEntries(listColumns.map((column) => [column, `Cột ${column}`])),
    priorities: { low: 'Thấp', medium: 'Vừa', high: 'Cao', critical: 'Gấp' },
    statuses: { active: 'Đang làm', completed: 'Xong', cancelled: 'Hủy', on_hold: 'Tạm dừng' },
    currency: 'Tiền tệ',
    progress: '{done} trên {total}',
  };

  it('holds the rows, columns and order that the table shows', async () => {
    const columns = ['project_id', 'title', 'estimated_delivery_date', 'estimated_value', 'priority_level', 'progress'] as const;
    const request = listExport.parse({
      filter: { priorities: ['high', 'critical'] },
      sort: [{ column: 'title', descending: false }],
      group_by: 'priority_level',
      columns: [...columns],
      format: 'xlsx',
      words,
    });
    const file = join(folder, 'projects.xlsx');
    const written = await manager.exportList({ ...request, file, draft: `${file}.tmp` });
    const [critical, high] = await Promise.all(
      (['critical', 'high'] as const).map((level) => list({ priorities: [level] }, [{ column: 'title', descending: false }])),
    );
    const expected = [...(critical ?? []), ...(high ?? [])];
    expect(written.rows).toBe(expected.length);
    const [headings, ...rows] = await readSheet(readFileSync(file));
    expect(headings).toEqual(['Cột project_id', 'Cột title', 'Cột estimated_delivery_date', 'Cột estimated_value', 'Tiền tệ', 'Cột priority_level', 'Cột progress']);
    expect(rows.map(([code, title]) => [code, title])).toEqual(expected.map(({ project_id, title }) => [project_id, title]));
    expect(rows.map((row) => row[3])).toEqual(expected.map(({ estimated_value }) => (estimated_value === null ? null : Number(estimated_value))));
    expect(rows.map((row) => (row[2] instanceof Date ? row[2].toISOString().slice(0, 10) : row[2]))).toEqual(
      expected.map(({ estimated_delivery_date }) => estimated_delivery_date),
    );
  });
});
