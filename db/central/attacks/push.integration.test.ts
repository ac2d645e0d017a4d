import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '../../../shared/domain/roles.ts';
import { push, type Answer, type Sent } from '../../testing/person.ts';
import { asMaintenance } from '../../testing/workflow-cases.ts';
import { beginSiege, nameOf, ours, scopes, theirs, type Attacker, type Siege } from './siege.ts';

let siege: Siege;

beforeAll(async () => {
  siege = await beginSiege();
});

afterAll(() => siege.end());

/** Sends whatever is given as a batch; errors of the values are right answers, one of syntax is none. */
const send = (me: Attacker, name: string, batch: unknown, refused: readonly string[] = []) => {
  const leak = (said: string) => siege.canaries.leaked(me.role, me.organization, said);
  return siege.attempts.attempt({
    name: `${nameOf(me)}: ${name}: ${JSON.stringify(batch).slice(0, 200)}`,
    act: () =>
      me.client.query<{ answers: Answer[] | null }>('select sync.push($1) as answers', [JSON.stringify(batch)]),
    refused: ['22P02', '22023', '22003', '23502', '54001', ...refused],
    harm: ({ rows }) => {
      const taken = (rows[0]?.answers ?? []).find(({ status }) => status === 'applied' || status === 'merged');
      const broken = (rows[0]?.answers ?? []).find(({ details }) =>
        ['42601', '42804', '42883', 'XX000'].includes(String(details?.['sqlstate'])),
      );
      return (taken ?? broken) ? JSON.stringify(taken ?? broken) : leak(JSON.stringify(rows));
    },
    leak,
  });
};

const injections = [
  `'; drop table public.projects; --`,
  `"; drop table public.projects; --`,
  `$$; select 1; $$`,
  `\\'; select 1; --`,
  `%s%I%L%1$I`,
  `$1`,
  `{"a": 1}`,
  `null`,
  `\u202e\u0007 \u{1f525} đường`,
  `x'); delete from app.logins; --`,
  `public.projects t where true; --`,
];

describe.each(roles)('somebody of the role %s', (role) => {
  it('gets no odd batch through, and breaks no statement with one', async () => {
    const me = siege.as(role);
    const row_id = siege.canaries.idOf('projects', { organization: theirs, company: 1 });
    const whole = {
      id: randomUUID(),
      table: 'projects',
      row_id,
      op: 'update',
      patch: { title: 'x' },
      base: { title: 'y' },
      created_at: '2026-01-01 00:00:00+00',
    };
    const odd: unknown[] = [null, true, 1, -1e300, '', 'x', {}, [], [[]], { a: { b: [] } }, '\u0001', ...injections];
    for (const batch of odd) await send(me, 'a batch that is none', batch);
    for (const one of odd) await send(me, 'a mutation that is none', [one]);
    for (const part of Object.keys(whole)) {
      for (const value of odd) await send(me, `an odd ${part}`, [{ ...whole, id: randomUUID(), [part]: value }]);
      await send(me, `no ${part}`, [
        Object.fromEntries(Object.entries({ ...whole, id: randomUUID() }).filter(([key]) => key !== part)),
      ]);
    }
    for (const op of ['insert', 'update', 'delete', 'upsert', 'truncate', 'INSERT']) {
      for (const table of [
        'pg_authid',
        'pg_class',
        'app.logins',
        'logins',
        'devices',
        'public.users',
        'activity_log',
        'sync.channels',
        'information_schema.tables',
        'Projects',
        ' projects',
      ]) {
        await send(me, 'a table that is none', [{ ...whole, id: randomUUID(), table, op }]);
      }
      for (const name of injections) {
        await send(me, 'a column that is none', [{ ...whole, id: randomUUID(), op, patch: { [name]: 'x' } }]);
        await send(me, 'a base that is none', [{ ...whole, id: randomUUID(), op, base: { [name]: 'x' } }]);
      }
    }
    await send(me, 'everything in one', [
      whole,
      ...injections.map((name) => ({ ...whole, id: randomUUID(), patch: { [name]: name } })),
      { ...whole, id: randomUUID(), op: 'delete' },
    ]);
    await send(me, 'as deep as it goes', [
      { ...whole, id: randomUUID(), patch: { metadata: Array.from({ length: 3000 }).reduce((inner) => [inner], 'x') } },
    ]);
    siege.attempts.verify();
    await siege.expectNothingChanged();
  });
});

describe('a push', () => {
  it('under a colleague’s id is one’s own and tells nothing of theirs', async () => {
    const mine: Sent = {
      id: randomUUID(),
      table: 'contacts',
      row_id: randomUUID(),
      op: 'insert',
      patch: { type: 'supplier', company_name: 'x' },
    };
    const [theirsFirst] = await push(siege.as('procurement').client, [mine]);
    expect(theirsFirst).toMatchObject({ status: 'applied' });
    for (const me of siege.attackers.filter(
      ({ role, organization }) => role !== 'procurement' || organization === theirs,
    )) {
      await siege.attempts.attempt({
        name: `${nameOf(me)}: a colleague’s mutation again`,
        act: () => push(me.client, [{ ...mine, table: 'users', patch: { role: 'admin' } }]),
        refused: [],
        harm: ([answer]) => answer?.status !== 'refused' || answer.xid === theirsFirst?.xid,
      });
    }
    siege.attempts.verify();
  });

  it('with an id twice is taken as one or not at all', async () => {
    const me = siege.as('procurement');
    const id = randomUUID();
    const rows = [randomUUID(), randomUUID()];
    const batch = rows.map((row_id): Sent => ({
      id,
      table: 'contacts',
      row_id,
      op: 'insert',
      patch: { type: 'supplier', company_name: 'twice' },
    }));
    await siege.attempts.attempt({
      name: 'two mutations under one id',
      act: () => push(me.client, batch),
      refused: ['23505'],
      harm: async () =>
        (await siege.central.client.query('select from public.contacts where id = any ($1)', [rows])).rowCount === 2,
    });
    await siege.attempts.attempt({
      name: 'another mutation under a used id',
      act: async () => {
        await push(me.client, batch.slice(0, 1));
        return push(me.client, batch.slice(1));
      },
      refused: [],
      harm: async () =>
        (await siege.central.client.query('select from public.contacts where id = $1', [rows[1]])).rowCount === 1,
    });
    siege.attempts.verify();
  });

  it('keeps SQL in every text as text', async () => {
    const me = siege.as('admin');
    const { rows: columns } = await siege.central.client.query<{ table: string; column: string }>(
      `select r.table_name::text as table, a.attname::text as column
         from sync.replicated_table r cross join lateral unnest(r.writable) w
         join pg_attribute a on a.attrelid = format('public.%I', r.table_name)::regclass and a.attname = w and a.atttypid = 'text'::regtype
        where 'update' = any (r.accepts)`,
    );
    // A reason is kept only where a step is blocked.
    await asMaintenance(siege.central.client, async () => {
      await siege.central.client.query(
        `update public.project_sub_stage_progress set status = 'blocked' where organization_id = $1`,
        [ours],
      );
    });
    let stored = 0;
    for (const { table, column } of columns) {
      const scope = scopes.find((one) => one.organization === ours && siege.canaries.has(table, one));
      const row_id = scope ? siege.canaries.idOf(table, scope) : '';
      for (const text of injections.filter((_, place) => place % 2 === 0)) {
        await siege.attempts.attempt({
          name: `${table}.${column}: ${text}`,
          act: () => push(me.client, [{ table, row_id, op: 'update', patch: { [column]: text } }]),
          refused: [],
          harm: async ([answer]) => {
            // A check constraint, or a rule of the record, may want something else.
            if (answer?.status === 'refused')
              return [undefined, '23503', '23505', '23514', '42501'].includes(
                answer.details?.['sqlstate'] as string | undefined,
              )
                ? null
                : JSON.stringify(answer);
            stored += 1;
            const { rows } = await siege.central.client.query<{ value: string }>(
              `select ${column} as value from public.${table} where id = $1`,
              [row_id],
            );
            return rows[0]?.value === text ? null : `became ${rows[0]?.value ?? ''}`;
          },
        });
      }
    }
    expect(stored).toBeGreaterThan(200);
    const [made] = await push(me.client, [
      {
        table: 'contacts',
        row_id: randomUUID(),
        op: 'insert',
        created_at: injections[0] ?? '',
        patch: { type: 'customer', company_name: injections[0], metadata: { [injections[0] ?? '']: injections } },
      },
    ]);
    expect(made).toMatchObject({ status: 'applied' });
    const { rows } = await siege.central.client.query(
      `select metadata, (select client_time from public.activity_log a where a.entity_id = c.id) as client_time from public.contacts c where company_name = $1`,
      [injections[0]],
    );
    expect(rows).toEqual([{ metadata: { [injections[0] ?? '']: injections }, client_time: null }]);
    siege.attempts.verify();
  });
});
