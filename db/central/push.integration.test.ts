import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usual } from '../../shared/domain/workflow-cases-world.ts';
import { createDemoCentral, type DemoCentral } from '../testing/demo-central.ts';
import { addCaseProject, editOf, moveOf, stageId, usualAddress } from '../testing/case-project.ts';
import { connectAs, push, pushOne, type Sent } from '../testing/person.ts';
import { addCaseOrganizations, organizationOf, personOf } from '../testing/workflow-cases.ts';

let central: DemoCentral;
let sales: Client;
let manager: Client;

beforeAll(async () => {
  central = await createDemoCentral();
  await addCaseOrganizations(central.client);
  sales = await connectAs(central, usualAddress('sales'));
  manager = await connectAs(central, usualAddress('management'));
});

afterAll(async () => {
  await sales.end();
  await manager.end();
  await central.drop();
});

async function rowOf(table: string, id: string): Promise<Record<string, unknown> | undefined> {
  const { rows } = await central.client.query<{ row: Record<string, unknown> }>(
    `select to_jsonb(t) as row from public.${table} t where id = $1`,
    [id],
  );
  return rows[0]?.row;
}

async function recorded(id: string): Promise<number> {
  const { rows } = await central.client.query<{ n: number }>(
    'select count(*)::int as n from sync.mutations where mutation_id = $1',
    [id],
  );
  return rows[0]?.n ?? 0;
}

async function foreignProject(): Promise<string> {
  const { rows } = await central.client.query<{ id: string }>(
    'select id from public.projects where organization_id <> $1 limit 1',
    [organizationOf(usual)],
  );
  return rows[0]?.id ?? '';
}

describe('a batch', () => {
  it('that is repeated gets the recorded answers and changes nothing again', async () => {
    const id = await addCaseProject(central.client);
    const batch = [
      { id: randomUUID(), ...editOf(id, { title: 'Bản một' }) },
      { id: randomUUID(), ...moveOf(id, 'intake', 'review') },
      { id: randomUUID(), ...editOf(await foreignProject(), { title: 'x' }) },
    ];
    const first = await push(sales, batch);
    expect(first.map(({ status }) => status)).toEqual(['applied', 'applied', 'refused']);
    await pushOne(manager, editOf(id, { title: 'Bản hai' }));
    expect(await push(sales, batch)).toEqual(first);
    expect(await rowOf('projects', id)).toMatchObject({ title: 'Bản hai' });
    const { rows } = await central.client.query('select from public.project_stage_history where project_id = $1', [id]);
    expect(rows).toHaveLength(1);
  });

  it('sent twice at the same moment is applied once', async () => {
    const id = await addCaseProject(central.client);
    const other = await connectAs(central, usualAddress('sales'));
    const mutation = { id: randomUUID(), ...moveOf(id, 'intake', 'review') };
    const outcomes = await Promise.allSettled([pushOne(sales, mutation), pushOne(other, mutation)]);
    await other.end();
    // The loser of the race fails as a whole, records nothing, and learns the answer when it repeats.
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect((await pushOne(sales, mutation)).status).toBe('applied');
    const { rows } = await central.client.query('select from public.project_stage_history where project_id = $1', [id]);
    expect(rows).toHaveLength(1);
  });

  it('keeps the answers of two people under one id apart', async () => {
    const id = await addCaseProject(central.client);
    const shared = randomUUID();
    await pushOne(sales, { id: shared, ...editOf(id, { title: 'của kinh doanh' }) });
    await pushOne(manager, { id: shared, ...editOf(id, { title: 'của quản lý' }) });
    expect(await rowOf('projects', id)).toMatchObject({ title: 'của quản lý' });
  });

  it('goes on behind a refused change, except on the same row', async () => {
    const [one, two] = [await addCaseProject(central.client), await addCaseProject(central.client)];
    const later = { id: randomUUID(), ...editOf(one, { title: 'sau' }) };
    const answers = await push(sales, [editOf(one, { priority_level: 'đỏ' }), later, editOf(two, { title: 'khác' })]);
    expect(answers.map(({ status, code }) => code ?? status)).toEqual(['VALUE_REFUSED', 'skipped', 'applied']);
    expect(await recorded(later.id)).toBe(0);
    expect((await pushOne(sales, later)).status).toBe('applied');
  });

  it('is refused as a whole to a login without an active person', async () => {
    await central.client.query("update public.users set status = 'suspended' where id = $1", [personOf(usual, 'qa')]);
    const qa = await connectAs(central, usualAddress('qa'));
    await expect(push(qa, [])).rejects.toMatchObject({ code: 'FP001', message: 'ACCOUNT_INACTIVE' });
    await qa.end();
    await central.client.query("update public.users set status = 'active' where id = $1", [personOf(usual, 'qa')]);
  });
});

describe('two people who edit one project', () => {
  it('both keep their change where they edited different fields', async () => {
    const id = await addCaseProject(central.client);
    await pushOne(manager, editOf(id, { title: 'Tên mới' }, { title: 'Tên cũ' }));
    expect((await pushOne(sales, editOf(id, { notes: 'Ghi chú' }, { notes: null }))).status).toBe('applied');
    expect(await rowOf('projects', id)).toMatchObject({ title: 'Tên mới', notes: 'Ghi chú' });
  });

  it('find the value that lost beside the one that the later change put there', async () => {
    const id = await addCaseProject(central.client);
    const before = (await rowOf('projects', id))?.['title'];
    await pushOne(manager, editOf(id, { title: 'của quản lý' }, { title: before }));
    const answer = await pushOne(
      sales,
      editOf(id, { title: 'của kinh doanh', notes: 'x' }, { title: before, notes: null }),
    );
    expect(answer).toMatchObject({
      status: 'merged',
      overwritten: [{ column: 'title', kept: 'của kinh doanh', lost: 'của quản lý' }],
    });
    const { rows } = await central.client.query(
      'select column_name, kept_value, lost_value, kept_by, lost_by, mutation_id from public.sync_conflicts where row_id = $1',
      [id],
    );
    expect(rows).toEqual([
      {
        column_name: 'title',
        kept_value: 'của kinh doanh',
        lost_value: 'của quản lý',
        kept_by: personOf(usual, 'sales'),
        lost_by: personOf(usual, 'management'),
        mutation_id: answer.id,
      },
    ]);
  });

  it('have no conflict where both wrote the same', async () => {
    const id = await addCaseProject(central.client);
    await pushOne(manager, editOf(id, { notes: 'như nhau' }, { notes: null }));
    expect((await pushOne(sales, editOf(id, { notes: 'như nhau' }, { notes: null }))).status).toBe('applied');
  });

  it.each([
    ['estimated_value', '500.00', '1.00', '700.00', 500],
    ['currency', 'USD', 'VND', 'EUR', 'USD'],
    ['status', 'on_hold', 'active', 'cancelled', 'on_hold'],
  ])('are asked about %s, where the later change does not simply win', async (column, theirs, base, mine, shown) => {
    const id = await addCaseProject(central.client);
    await pushOne(manager, editOf(id, { [column]: theirs }, { [column]: base }));
    const answer = await pushOne(sales, editOf(id, { [column]: mine, notes: 'x' }, { [column]: base, notes: null }));
    expect(answer).toMatchObject({ status: 'refused', code: 'STRICT_CONFLICT', details: { column, theirs: shown } });
    expect(await rowOf('projects', id)).toMatchObject({ [column]: shown, notes: null });
  });

  it('do not contradict each other by writing one amount in two forms', async () => {
    const id = await addCaseProject(central.client, { value: '500.00' });
    expect((await pushOne(sales, editOf(id, { estimated_value: '600' }, { estimated_value: '500' }))).status).toBe(
      'applied',
    );
  });
});

describe('a change that may not be', () => {
  const code = async (mutation: Sent, client = sales): Promise<string> => {
    const answer = await pushOne(client, mutation);
    return answer.code ?? answer.status;
  };

  it('concerns a row of another organization, or none', async () => {
    expect(await code(editOf(await foreignProject(), { title: 'x' }), manager)).toBe('ROW_NOT_VISIBLE');
    expect(await code(editOf(randomUUID(), { title: 'x' }), manager)).toBe('ROW_NOT_VISIBLE');
  });

  it('takes over the id of a row of another organization', async () => {
    const id = await foreignProject();
    const before = await rowOf('projects', id);
    const insert = {
      table: 'projects',
      row_id: id,
      op: 'insert',
      patch: { project_id: 'P-1', title: 'x', current_stage_id: stageId('intake') },
    };
    expect(await code(insert, manager)).toBe('VALUE_REFUSED');
    expect(await rowOf('projects', id)).toEqual(before);
  });

  it.each([
    'id',
    'organization_id',
    'created_by',
    'created_at',
    'updated_at',
    'sync_xid',
    'stage_entered_at',
    'actual_delivery_date',
    'tableoid',
    'ctid',
    'xmin',
    'TITLE',
    '',
    'title"; drop table public.projects; --',
    'title = title, created_by',
    'x'.repeat(200),
    '__proto__',
  ])('writes the column %j', async (column) => {
    const id = await addCaseProject(central.client);
    // Not a literal, where __proto__ would be no property.
    const patch = Object.fromEntries([[column, organizationOf(usual)]]);
    expect(await code(editOf(id, patch), manager)).toBe('COLUMN_NOT_WRITABLE');
    expect(
      await code({ table: 'projects', row_id: randomUUID(), op: 'insert', patch: { title: 'x', ...patch } }, manager),
    ).toBe('COLUMN_NOT_WRITABLE');
  });

  it.each([
    'activity_log',
    'approval_history',
    'storage_objects',
    'Projects',
    'public.projects',
    '"projects"',
    'projects; drop table public.projects',
    'pg_authid',
    'app.logins',
    'logins',
    'sync.mutations',
    '',
    'x'.repeat(200),
  ])('goes into the table %j', async (table) => {
    for (const op of ['insert', 'update', 'delete']) {
      expect(await code({ table, row_id: personOf(usual, 'sales'), op, patch: { role: 'admin' } }), op).toBe(
        'TABLE_NOT_WRITABLE',
      );
    }
  });

  it.each(['delete', 'truncate', 'UPDATE', ''])('asks a project to %j', async (op) => {
    expect(await code({ ...editOf(await addCaseProject(central.client), {}), op }, manager)).toBe('TABLE_NOT_WRITABLE');
  });

  it('rewrites the history', async () => {
    const id = await addCaseProject(central.client);
    const move = moveOf(id, 'intake', 'review');
    await pushOne(sales, move);
    expect(await code({ ...move, op: 'update', patch: { reason: 'x' } }, manager)).toBe('TABLE_NOT_WRITABLE');
    expect(await code({ ...move, patch: { ...move.patch, reason: 'x' } }, manager)).toBe('NOT_ALLOWED');
  });

  const wrong: [string, unknown][] = [
    ['title', null],
    ['title', ''],
    ['title', '   '],
    ['title', 'x'.repeat(501)],
    ['estimated_value', 'nhiều'],
    ['estimated_value', '-1'],
    ['estimated_value', 'NaN'],
    ['estimated_value', 'Infinity'],
    ['estimated_value', '1e30'],
    ['estimated_value', {}],
    ['priority_score', 1.5],
    ['priority_score', 101],
    ['priority_level', 'urgent'],
    ['currency', 'đồng'],
    ['estimated_delivery_date', '2025-02-30'],
    ['estimated_delivery_date', 'infinity'],
    ['customer_id', 'x'],
    ['customer_id', '00000000-0000-4000-8000-00000000dead'],
    ['tags', 'không phải danh sách'],
    ['tags', { a: 1 }],
    ['status', 'xong'],
    ['assigned_to', 42],
  ];
  it.each(wrong)('has for %s the value %j', async (column, value) => {
    const id = await addCaseProject(central.client);
    const before = await rowOf('projects', id);
    expect(await code(editOf(id, { [column]: value }), manager)).toBe('VALUE_REFUSED');
    expect(await rowOf('projects', id)).toEqual(before);
  });

  it.each([
    ['patch', []],
    ['patch', 'title'],
    ['patch', 7],
    ['patch', null],
    ['base', []],
    ['base', 'x'],
    ['row_id', 'x'],
    ['row_id', 7],
    ['created_at', '9999-99-99 99:99:99'],
  ])('is malformed in %s: %j', async (part, value) => {
    const mutation = { ...editOf(await addCaseProject(central.client), { title: 'x' }), [part]: value };
    const other = editOf(await addCaseProject(central.client), { title: 'y' });
    const answers = await push(manager, [mutation, other]);
    expect(answers.map(({ code: refusal, status }) => refusal ?? status)).toEqual(['VALUE_REFUSED', 'applied']);
  });

  it('points at people and customers of another organization', async () => {
    const { rows } = await central.client.query<{ user: string; contact: string }>(
      `select (select id from public.users where organization_id <> $1 limit 1) as user,
              (select id from public.contacts where organization_id <> $1 limit 1) as contact`,
      [organizationOf(usual)],
    );
    const id = await addCaseProject(central.client);
    expect(await code(editOf(id, { assigned_to: rows[0]?.user }), manager)).toBe('VALUE_REFUSED');
    expect(await code(editOf(id, { customer_id: rows[0]?.contact }), manager)).toBe('VALUE_REFUSED');
  });
});

describe('a fault that passes', () => {
  /** Two edits: the first could be applied, the second meets a row that somebody holds. */
  async function blocked(setting: string): Promise<{ batch: Sent[]; ids: string[]; error: unknown }> {
    const [free, held] = [await addCaseProject(central.client), await addCaseProject(central.client)];
    const batch = [free, held].map((id) => ({ id: randomUUID(), ...editOf(id, { title: 'đã gửi' }) }));
    const client = await connectAs(central, usualAddress('management'));
    await client.query(setting);
    await central.client.query('begin');
    await central.client.query('select from public.projects where id = $1 for update', [held]);
    const error: unknown = await push(client, batch).catch((reason: unknown) => reason);
    await central.client.query('rollback');
    await client.end();
    return { batch, ids: [free, held], error };
  }

  it('(statement_timeout) fails the whole batch, records nothing, and the repeat succeeds', async () => {
    const { batch, ids, error } = await blocked("set statement_timeout = '150ms'");
    expect(error).toMatchObject({ code: '57014' });
    for (const { id } of batch) expect(await recorded(id ?? '')).toBe(0);
    for (const id of ids) expect(await rowOf('projects', id)).not.toMatchObject({ title: 'đã gửi' });
    expect((await push(manager, batch)).map(({ status }) => status)).toEqual(['applied', 'applied']);
  });

  it('(deadlock) fails one batch whole and lets the other through', async () => {
    const [one, two] = [await addCaseProject(central.client), await addCaseProject(central.client)];
    const edits = (title: string) => [one, two].map((id) => ({ id: randomUUID(), ...editOf(id, { title }) }));
    const [mine, theirs] = [edits('một'), edits('hai').reverse()];
    await Promise.all([sales.query('begin'), manager.query('begin')]);
    await Promise.all([push(sales, mine.slice(0, 1)), push(manager, theirs.slice(0, 1))]);
    const outcomes = await Promise.allSettled([push(sales, mine.slice(1)), push(manager, theirs.slice(1))]);
    await Promise.all([sales.query('commit'), manager.query('commit')]);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([
      { status: 'rejected', reason: expect.objectContaining({ code: '40P01' }) as unknown },
    ]);
    const [lost, won] = outcomes[0].status === 'rejected' ? [mine, theirs] : [theirs, mine];
    for (const { id } of lost) expect(await recorded(id)).toBe(0);
    for (const { id } of won) expect(await recorded(id)).toBe(1);
  });
});
