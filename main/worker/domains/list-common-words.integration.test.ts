import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { NOBODY, sortableColumns, type ListRow } from '../../../shared/api/lists.ts';
import type { Input } from '../../../shared/api/index.ts';
import { foldText } from '../../../shared/domain/fold-text.ts';
import { addProjects } from '../../../scripts/bench/central.ts';
import { TestDesktop, waitFor } from '../testing/desktop.ts';

/*
 * What is filtered is found in other ways where very many rows have a word, and where a filter lets many rows through. Whatever
 * the way, the answer is the unfiltered list less the rows that do not fit.
 */

const ROWS = 6_000;
const WINDOW = 1_500;

let central: DemoCentral;
let manager: TestDesktop;

beforeAll(async () => {
  central = await createDemoCentral();
  await addProjects(central.client, ROWS);
  manager = await enter('ceo@factorypulse.vn');
});

afterAll(async () => {
  await manager.remove();
  await central.drop();
});

async function enter(email: string): Promise<TestDesktop> {
  const desktop = new TestDesktop(central.address);
  await desktop.signIn(email);
  await desktop.settled();
  await waitFor(async () => ((await desktop.call('search.all', { text: 'x' })).incomplete ? null : true), 'the search index');
  return desktop;
}

type Rows = Input<'lists.rows'>;
type Filter = Rows['filter'];

/** All ids of a question, window by window. */
async function idsOf(question: Omit<Rows, 'offset' | 'limit'>, desktop = manager): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const next = await desktop.call('lists.ids', { ...question, offset: ids.length, limit: WINDOW });
    ids.push(...next);
    if (next.length < WINDOW) return ids;
  }
}

/** All projects of a desktop. */
async function everyRow(desktop = manager): Promise<ListRow[]> {
  const rows: ListRow[] = [];
  for (;;) {
    const next = await desktop.call('lists.rows', { filter: {}, sort: [], offset: rows.length, limit: 200 });
    rows.push(...next.rows);
    if (rows.length >= next.total) return rows;
  }
}

const begins = (text: string, word: string): boolean => foldText(text).split(/[^\p{L}\p{N}]+/u).some((one) => one.startsWith(word));

const has = ({ project_id, title, customer_name }: ListRow, ...words: string[]): boolean =>
  words.every((word) => [project_id, title, customer_name ?? ''].some((text) => begins(text, word)));

const pluck = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);

const isOpen = ({ status }: ListRow): boolean => status === 'active' || status === 'on_hold';

/** The table says of a filter what it says of all projects, less those that do not fit. */
async function agrees(filter: Filter, fits: (row: ListRow) => boolean, sort: Rows['sort'] = [], rows?: ListRow[], desktop = manager): Promise<number> {
  const fitting = new Set(pluck((rows ?? (await everyRow(desktop))).filter(fits)));
  const expected = (await idsOf({ filter: {}, sort }, desktop)).filter((id) => fitting.has(id));
  const about = JSON.stringify([filter, sort]);
  expect(await idsOf({ filter, sort }, desktop), about).toEqual(expected);
  for (const offset of [0, Math.floor(expected.length / 2)]) {
    const window = await desktop.call('lists.rows', { filter, sort, offset, limit: 50 });
    expect(pluck(window.rows), about).toEqual(expected.slice(offset, offset + 50));
    expect(window.total, about).toBe(expected.length);
  }
  return expected.length;
}

async function boardAgrees(filter: Input<'lists.board'>['filter'], fits: (row: ListRow) => boolean, desktop = manager): Promise<number> {
  const open = new Set(pluck((await everyRow(desktop)).filter((row) => isOpen(row) && fits(row))));
  const whole = await desktop.call('lists.board', { filter: {} });
  const { stages, total } = await desktop.call('lists.board', { filter });
  expect(total).toBe(open.size);
  for (const { id, count, cards } of stages) {
    const all = whole.stages.find((stage) => stage.id === id)?.count ?? 0;
    const inOrder: string[] = [];
    while (inOrder.length < all) {
      inOrder.push(...pluck(await desktop.call('lists.cards', { filter: {}, stage_id: id, offset: inOrder.length, limit: 100 })));
    }
    const expected = inOrder.filter((one) => open.has(one));
    expect(count).toBe(expected.length);
    expect(pluck(cards)).toEqual(expected.slice(0, 20));
    const further = await desktop.call('lists.cards', { filter, stage_id: id, offset: 30, limit: 50 });
    expect(pluck(further)).toEqual(expected.slice(30, 80));
  }
  return total;
}

describe('a word that very many projects have', () => {
  it('is found in every order of the table', async () => {
    const rows = await everyRow();
    for (const column of sortableColumns) {
      for (const descending of [false, true]) {
        expect(await agrees({ search: 'khung' }, (row) => has(row, 'khung'), [{ column, descending }], rows)).toBeGreaterThanOrEqual(ROWS);
      }
    }
    const byPriority = [{ column: 'priority_level' as const, descending: true }, { column: 'estimated_delivery_date' as const, descending: false }];
    await agrees({ search: 'khung' }, (row) => has(row, 'khung'), byPriority, rows);
  });

  it('is found beside other words and other filters', async () => {
    const row = (await everyRow()).find((one) => has(one, 'toyota'));
    if (!row?.customer_id || !row.current_stage_id) throw new Error('nothing is made for Toyota');
    const { customer_id, current_stage_id } = row;
    await agrees({ search: 'khung day chuyen' }, (one) => has(one, 'khung', 'day', 'chuyen'));
    expect(await agrees({ search: 'khung toyota' }, (one) => has(one, 'khung', 'toyota'))).toBeGreaterThan(1_000);
    expect(await agrees({ search: 'khung 4711' }, (one) => has(one, 'khung', '4711'))).toBe(1);
    await agrees({ title: 'gá hàn', search: 'khung' }, (one) => begins(one.title, 'ga') && begins(one.title, 'han') && has(one, 'khung'));
    await agrees({ title: 'khung', code: 'B', priorities: ['high'] }, (one) => begins(one.title, 'khung') && begins(one.project_id, 'b') && one.priority_level === 'high');
    await agrees({ search: 'khung', stages: [current_stage_id], customers: [customer_id] }, (one) => has(one, 'khung') && one.customer_id === customer_id && one.current_stage_id === current_stage_id);
  });

  it('stands in the groups of the table with its rows', async () => {
    const fitting = new Set(pluck((await everyRow()).filter((row) => has(row, 'khung'))));
    for (const by of ['stage_order', 'customer_name', 'priority_level'] as const) {
      const { groups } = await manager.call('lists.groups', { filter: { search: 'khung' }, by });
      for (const group of groups.slice(0, 3)) {
        const question = { sort: [{ column: 'title' as const, descending: false }], group: { by, value: group.value } };
        const ids = await idsOf({ filter: { search: 'khung' }, ...question });
        expect(ids).toHaveLength(group.count);
        expect(ids).toEqual((await idsOf({ filter: {}, ...question })).filter((id) => fitting.has(id)));
      }
    }
  });

  it('is counted on the board, each stage in its order, beside other filters as well', async () => {
    const all = await boardAgrees({ search: 'khung' }, (row) => has(row, 'khung'));
    const urgent = await boardAgrees({ search: 'khung gá', priorities: ['critical'] }, (row) => has(row, 'khung', 'ga') && row.priority_level === 'critical');
    expect(urgent).toBeGreaterThan(0);
    expect(urgent).toBeLessThan(all);
  });

  it('is found where an edit, its undoing, or a colleague puts it, and no more where it is gone', async () => {
    const rows = (await everyRow()).filter((row) => isOpen(row) && has(row, 'khung'));
    const [edited, moved, removed] = rows;
    if (!edited || !moved || !removed) throw new Error('there are too few projects');
    const total = async (): Promise<number> => (await manager.call('lists.rows', { filter: { search: 'khung' }, sort: [] })).total;
    const before = await total();
    const onBoard = (await manager.call('lists.board', { filter: { search: 'khung' } })).total;

    await manager.call('lists.edit', { id: edited.id, patch: { title: 'Đồ gá' } });
    expect(await total()).toBe(before - 1);
    expect(await boardAgrees({ search: 'khung' }, (row) => has(row, 'khung'))).toBe(onBoard - 1);
    await manager.call('lists.edit', { id: edited.id, patch: { title: edited.title } });
    expect(await total()).toBe(before);

    const { changed } = await manager.call('lists.bulk', { ids: [moved.id], action: { kind: 'priority', priority_level: moved.priority_level === 'critical' ? 'low' : 'critical' } });
    await boardAgrees({ search: 'khung' }, (row) => has(row, 'khung'));
    await manager.call('lists.undoBulk', { changes: changed });
    await boardAgrees({ search: 'khung' }, (row) => has(row, 'khung'));
    await manager.settled();

    await central.client.query('delete from public.projects where id = $1', [removed.id]);
    await central.client.query("update public.projects set title = 'Khung của Đại Đồng' where id = $1", [moved.id]);
    await waitFor(async () => ((await total()) === before - 1 ? true : null), 'the removal');
    await waitFor(async () => ((await manager.call('lists.rows', { filter: { search: 'dai dong' }, sort: [] })).total === 1 ? true : null), 'the new title');
    await agrees({ search: 'khung' }, (row) => has(row, 'khung'));
    expect(await boardAgrees({ search: 'khung' }, (row) => has(row, 'khung'))).toBe(onBoard - 1);
  });

  it('tells a customer of their own projects alone', async () => {
    const customer = await enter('procurement@toyota.example');
    try {
      const found = await agrees({ search: 'khung' }, (row) => has(row, 'khung'), [], undefined, customer);
      const { rows } = await central.client.query<{ count: number }>(
        "select count(*)::integer as count from public.projects p join public.contacts c on c.id = p.customer_id where c.company_name ilike 'toyota%' and p.title ilike '%khung%'",
      );
      expect(found).toBe(rows[0]?.count);
      expect(found).toBeGreaterThan(1_000);
      await boardAgrees({ search: 'khung' }, (row) => has(row, 'khung'), customer);
    } finally {
      await customer.remove();
    }
  });
});

describe('a filter that lets many projects through', () => {
  it('is answered in every order as the whole table is', async () => {
    const { customers } = await manager.call('lists.choices');
    const [customer] = customers;
    if (!customer) throw new Error('there is no customer');
    const filters: [Filter, (row: ListRow) => boolean][] = [
      [{ customers: [customer.id] }, (row) => row.customer_id === customer.id],
      [{ priorities: ['high'], statuses: ['active', 'on_hold'] }, (row) => row.priority_level === 'high' && isOpen(row)],
      // All of these stand at one end of the order by delivery and by value.
      [{ due_from: '2026-12-20' }, (row) => (row.estimated_delivery_date ?? '') >= '2026-12-20'],
      [{ value_from: '5500000' }, (row) => Number(row.estimated_value ?? 0) >= 5_500_000],
    ];
    const rows = await everyRow();
    for (const [filter, fits] of filters) {
      for (const column of sortableColumns) {
        for (const descending of [false, true]) expect(await agrees(filter, fits, [{ column, descending }], rows)).toBeGreaterThan(0);
      }
    }
  });

  it('is counted on the board, each stage in its order', async () => {
    const { customers } = await manager.call('lists.choices');
    const id = customers[0]?.id ?? '';
    expect(await boardAgrees({ customers: [id] }, (row) => row.customer_id === id)).toBeGreaterThan(20);
    expect(await boardAgrees({ priorities: ['high'] }, (row) => row.priority_level === 'high')).toBeGreaterThan(20);
    expect(await boardAgrees({ customers: [id], owners: [NOBODY] }, (row) => row.customer_id === id && row.assigned_to === null)).toBeGreaterThan(0);
  });
});
