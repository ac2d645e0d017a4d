import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '../../../shared/domain/roles.ts';
import { push, type Answer, type Sent } from '../../testing/person.ts';
import { beginSiege, nameOf, oneOfEachGroup, ours, scopes, theirs, type Attacker, type Siege } from './siege.ts';

interface Table {
  name: string;
  columns: string[];
  /** What a staff's client may write of it. */
  writable: string[];
  accepts: string[];
}

let siege: Siege;
let tables: Table[];
/** The rows of every table, as their owner sees them. */
let rows: Map<string, Record<string, unknown>>;

const key = (table: string, id: string) => `${table} ${id}`;

beforeAll(async () => {
  siege = await beginSiege();
  tables = (
    await siege.central.client.query<Table>(
      `select r.table_name::text as name, r.accepts, coalesce(r.writable, '{}') as writable,
              (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
                where a.attrelid = format('public.%I', r.table_name)::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
         from sync.replicated_table r order by r.load_order`,
    )
  ).rows;
  rows = new Map();
  for (const { name } of tables) {
    const { rows: found } = await siege.central.client.query<{ row: Record<string, unknown> & { id: string } }>(
      `select to_jsonb(t) as row from public.${name} t`,
    );
    for (const { row } of found) rows.set(key(name, row.id), row);
  }
});

afterAll(() => siege.end());

const leakTo =
  ({ role, organization }: Attacker) =>
  (said: string) =>
    siege.canaries.leaked(role, organization, said);

/** What row-level security, grants and our triggers answer to whoever writes where they may not. */
const closed = [
  '42501',
  'ROW_NOT_VISIBLE',
  'NOT_ALLOWED',
  'TABLE_NOT_WRITABLE',
  'COLUMN_NOT_WRITABLE',
  'EDIT_NOT_ALLOWED',
];

/** Every one of these statements has to touch no row. */
const write = (
  attacker: Attacker,
  name: string,
  sql: string,
  values: unknown[] = [],
  refused: readonly string[] = closed,
) =>
  siege.attempts.attempt({
    name: `${nameOf(attacker)}: ${name}: ${sql}`,
    act: () => attacker.client.query(sql, values),
    refused,
    harm: ({ rowCount, rows: told }) => (rowCount ?? 0) > 0 || leakTo(attacker)(JSON.stringify(told)),
    leak: leakTo(attacker),
  });

/** Pushes each in a batch of its own: after a refused one, others of the same row would not even be looked at. */
const pushAll = (attacker: Attacker, name: string, mutations: readonly Sent[]) =>
  siege.attempts.attempt({
    name: `${nameOf(attacker)}: push: ${name}`,
    act: async () => {
      const batches = mutations.map((mutation) => JSON.stringify([{ id: randomUUID(), ...mutation }]));
      const answers = await attacker.client.query<{ answers: Answer[] }>(
        'select sync.push(m) as answers from unnest($1::jsonb[]) m',
        [batches],
      );
      return answers.rows.flatMap((row) => row.answers);
    },
    refused: [],
    harm: (answers) => {
      const wrong = answers.find(
        ({ status, details }) => status !== 'refused' || mistakes.has(String(details?.['sqlstate'])),
      );
      return wrong ? JSON.stringify(wrong) : leakTo(attacker)(JSON.stringify(answers));
    },
  });

/** SQLSTATEs of statements that say nothing about what is allowed. */
const mistakes = new Set(['42601', '42703', '42804', '42883', '42P01', 'XX000']);

describe.each(roles)('somebody of the role %s', (role) => {
  const attacker = () => siege.as(role);

  it('writes no row of another organization, by whatever statement', async () => {
    const me = attacker();
    for (const { name, columns, writable } of tables) {
      const id = siege.canaries.idOf(name, { organization: theirs, company: 1 });
      const foreign = rows.get(key(name, id)) ?? {};
      const granted = ['id', 'organization_id', ...writable];
      const copied = (list: readonly string[]) =>
        `insert into public.${name} (${list.join(', ')}) select ${list.map((column) => `p.${column}`).join(', ')} from jsonb_populate_record(null::public.${name}, $1) p`;
      const copy = { ...foreign, id: randomUUID() };
      const column = writable[0] ?? 'id';
      // The key of a row that is there is a key taken, and nothing else is told.
      const closedOrTaken = [
        ...closed,
        '23505',
        '23503',
        '23514',
        'VALUE_REFUSED',
        'STRICT_CONFLICT',
        'SHARE_NOT_ALLOWED',
        '428C9',
      ];
      await write(me, 'insert a whole row', copied(columns), [copy], closedOrTaken);
      if (name !== 'organizations') {
        await write(me, 'insert what is granted', copied(granted), [copy], closedOrTaken);
        await write(me, 'insert and read back', `${copied(granted)} returning *`, [copy], closedOrTaken);
        await write(me, 'insert under the same id', copied(granted), [foreign], closedOrTaken);
        await write(
          me,
          'insert or update',
          `${copied(granted)} on conflict (id) do update set ${column} = excluded.${column} returning *`,
          [foreign],
          closedOrTaken,
        );
        await write(
          me,
          'insert or do nothing',
          `${copied(granted)} on conflict do nothing returning *`,
          [foreign],
          closedOrTaken,
        );
      }
      await write(me, 'update', `update public.${name} set ${column} = ${column} where id = $1`, [id]);
      await write(
        me,
        'update and read back',
        `update public.${name} t set ${column} = $2::jsonb ->> 'x' where id = $1 returning t.*`,
        [id, '{}'],
        [...closed, '42804', '23502'],
      );
      await write(
        me,
        'update from',
        `update public.${name} t set ${column} = t.${column} from public.organizations o where t.organization_id <> $1`,
        [ours],
      );
      await write(me, 'delete', `delete from public.${name} where id = $1`, [id]);
      await write(
        me,
        'merge',
        `merge into public.${name} t using (values ($1::uuid)) v (id) on t.id = v.id when matched then update set ${column} = t.${column}`,
        [id],
      );
      await write(
        me,
        'merge away',
        `merge into public.${name} t using (values ($1::uuid)) v (id) on t.id = v.id when matched then delete`,
        [id],
      );
      if (!oneOfEachGroup.includes(role)) continue;
      await write(me, 'delete all', `delete from public.${name}`);
      await write(me, 'truncate', `truncate public.${name} cascade`);
      await write(me, 'copy in', `copy public.${name} from stdin`, [], [...closed, '0A000']);
      await write(me, 'rule', `create rule r as on select to public.${name} do instead nothing`);
      await write(
        me,
        'trigger',
        `create trigger t before update on public.${name} for each row execute function suppress_redundant_updates_trigger()`,
      );
      await write(me, 'open', `alter table public.${name} disable row level security`);
      await write(me, 'policy', `create policy p on public.${name} using (true)`);
      await write(me, 'silence', `alter table public.${name} disable trigger all`);
      await write(me, 'own', `alter table public.${name} owner to current_user`);
      // The modes that would keep others from writing.
      for (const mode of ['share', 'access exclusive']) {
        await siege.attempts.attempt({
          name: `${nameOf(me)}: lock ${name} in ${mode} mode`,
          act: () => me.client.query(`begin; lock table public.${name} in ${mode} mode`),
          refused: ['42501'],
          harm: () => true,
        });
        await me.client.query('rollback');
      }
    }
    siege.attempts.verify();
    await siege.expectNothingChanged();
  });

  it('reaches no more rows by an update without a condition than they see', async () => {
    const me = attacker();
    for (const { name, writable } of tables) {
      const seen = await me.client
        .query<{ n: number }>(`select count(*)::int as n from public.${name}`)
        .catch(() => null);
      for (const column of writable) {
        await me.client.query('begin');
        await siege.attempts.attempt({
          name: `${nameOf(me)}: update every row: ${name}.${column}`,
          // Each row gets its column's default, which needs no right to read.
          act: () => me.client.query(`update public.${name} set ${column} = default`),
          refused: [
            ...closed,
            '23502',
            '23503',
            '23505',
            '23514',
            '22P02',
            'RECORD_LOCKED',
            'STATUS_NOT_ALLOWED',
            'VALUE_REFUSED',
            'SHARE_NOT_ALLOWED',
            'SUB_STAGE_NOT_CURRENT',
            'SUB_STAGE_NOT_ALLOWED',
            'ASSIGN_NOT_ALLOWED',
            'SELF_APPROVAL',
            'DOCUMENT_CHECKED_OUT',
          ],
          harm: ({ rowCount }) =>
            (rowCount ?? 0) > (seen?.rows[0]?.n ?? 0) && `${rowCount ?? 0} of ${seen?.rows[0]?.n ?? 0}`,
          leak: leakTo(me),
        });
        await me.client.query('rollback');
      }
    }
    siege.attempts.verify();
    await siege.expectNothingChanged();
  });

  it('forges no column that the centre keeps, in no row', async () => {
    const me = attacker();
    for (const { name, columns, writable } of tables) {
      const pushed: Sent[] = [];
      const own = siege.canaries.idOf(name, { organization: ours, company: 1 });
      const source = siege.canaries.idOf(name, { organization: theirs, company: 1 });
      for (const column of columns.filter((candidate) => !writable.includes(candidate))) {
        const forged = { [column]: rows.get(key(name, source))?.[column] ?? null };
        await write(
          me,
          'forge',
          `update public.${name} t set ${column} = p.${column} from jsonb_populate_record(null::public.${name}, $2) p where t.id = $1`,
          [own, forged],
        );
        pushed.push(
          { table: name, row_id: own, op: 'update', patch: forged },
          { table: name, row_id: randomUUID(), op: 'insert', patch: forged },
        );
        if (column === 'id' || column === 'organization_id' || !oneOfEachGroup.includes(role)) continue;
        await write(
          me,
          'forge anew',
          `insert into public.${name} (id, ${column}) select gen_random_uuid(), p.${column} from jsonb_populate_record(null::public.${name}, $1) p`,
          [forged],
        );
      }
      await pushAll(me, `forge ${name}`, pushed);
    }
    siege.attempts.verify();
    await siege.expectNothingChanged();
  });

  it('pushes nothing to rows that they do not see, nor deletes any', async () => {
    const me = attacker();
    for (const { name, writable } of tables) {
      for (const scope of scopes.filter((one) => siege.canaries.has(name, one))) {
        const row_id = siege.canaries.idOf(name, scope);
        const row = rows.get(key(name, row_id)) ?? {};
        const patch = Object.fromEntries(writable.map((column) => [column, row[column]]));
        await pushAll(me, `delete ${name}`, [{ table: name, row_id, op: 'delete' }]);
        if (siege.canaries.maySeeRow(role, ours, name, scope)) continue;
        const [first] = writable;
        await pushAll(me, `write hidden ${name}`, [
          { table: name, row_id, op: 'insert', patch },
          { table: name, row_id, op: 'update', patch },
          { table: name, row_id, op: 'update', patch: first === undefined ? {} : { [first]: row[first] } },
          { table: name, row_id, op: 'update', patch: {}, base: patch },
        ]);
      }
    }
    siege.attempts.verify();
  });
});

describe('a hostile client', () => {
  it('leaves the audit trail and the machinery as they are', async () => {
    for (const me of siege.attackers) {
      const { rows: machinery } = await siege.central.client.query<{ name: string; column: string }>(
        `select c.oid::regclass::text as name, (select a.attname from pg_attribute a where a.attrelid = c.oid and a.attnum = 1) as column
           from pg_class c where c.relkind = 'r' and c.relnamespace in ('app'::regnamespace, 'sync'::regnamespace)`,
      );
      for (const { name, column } of machinery) {
        await write(me, 'machinery', `insert into ${name} default values`);
        await write(me, 'machinery', `update ${name} set ${column} = ${column}`);
        await write(me, 'machinery', `delete from ${name}`);
        await write(me, 'machinery', `truncate ${name}`);
      }
      for (const table of [
        'activity_log',
        'approval_history',
        'project_stage_history',
        'stock_moves',
        'document_access_log',
      ]) {
        await write(me, 'history', `update public.${table} set created_at = now()`);
        await write(me, 'history', `delete from public.${table}`);
      }
      await write(
        me,
        'audit',
        `insert into public.activity_log (organization_id, user_id, entity_type, action) values ($1, $2, 'projects', 'UPDATE')`,
        [me.organization, me.id],
      );
      await write(me, 'role', `update public.users set role = 'admin' where id = $1`, [me.id]);
      await write(
        me,
        'status',
        `update public.users set status = 'active', department = 'x', contact_id = null where id = $1`,
        [me.id],
      );
      await write(me, 'company', `update public.users set contact_id = $2 where id = $1`, [
        me.id,
        siege.canaries.idOf('contacts', { organization: me.organization, company: 2 }),
      ]);
      await write(
        me,
        'a new person',
        `insert into public.users (organization_id, email, name, role) values ($1, 'x@x.example', 'x', 'admin')`,
        [me.organization],
      );
    }
    siege.attempts.verify();
  });

  it('signs nothing with the name of a colleague, of a device that is not theirs, or with another time', async () => {
    const device = randomUUID();
    const colleague = siege.as('qa');
    await colleague.client.query(`select sync.hello($1)`, [
      { id: device, name: 'x', platform: 'x', app_version: '1', client_version: 1000 },
    ]);
    const me = siege.as('engineering');
    const before = new Date();
    await me.client.query(
      `select set_config('factory_pulse.device', $1, false), set_config('factory_pulse.maintenance', 'on', false)`,
      [device],
    );
    await siege.attempts.attempt({
      name: 'a hello with a colleague’s device',
      act: () =>
        me.client.query(`select sync.hello($1)`, [
          { id: device, name: 'y', platform: 'x', app_version: '1', client_version: 1000 },
        ]),
      refused: ['NOT_ALLOWED'],
      harm: () => true,
    });
    const project = siege.canaries.idOf('projects', { organization: ours, company: 1 });
    const forged = {
      created_at: '2001-01-01 00:00:00+00',
      updated_at: '2001-01-01 00:00:00+00',
      sync_xid: '1',
      created_by: colleague.id,
      uploaded_by: colleague.id,
    };
    const [document] = await push(me.client, [
      {
        table: 'documents',
        row_id: randomUUID(),
        op: 'insert',
        patch: { project_id: project, title: 'x' },
        created_at: '2001-01-01 00:00:00+00',
      },
    ]);
    expect(document).toMatchObject({ status: 'applied' });
    await pushAll(
      me,
      'with forged authors',
      Object.entries(forged).map(([column, value]) => ({
        table: 'documents',
        row_id: randomUUID(),
        op: 'insert',
        patch: { project_id: project, title: 'x', [column]: value },
      })),
    );
    const written = await siege.central.client.query<{
      uploaded_by: string;
      device_id: string | null;
      user_id: string;
      created_at: Date;
    }>(
      `select d.uploaded_by, d.created_at, a.device_id, a.user_id from public.documents d join public.activity_log a on a.entity_id = d.id where d.title = 'x'`,
    );
    expect(written.rows).toHaveLength(1);
    expect(written.rows[0]).toMatchObject({ uploaded_by: me.id, user_id: me.id, device_id: null });
    expect(written.rows[0]?.created_at.getTime()).toBeGreaterThanOrEqual(before.getTime() - 1000);
    siege.attempts.verify();
    await me.client.query('reset all');
  });

  it('finds out by no key of another organization whether there is such a row', async () => {
    // Each pair asks with what exists elsewhere and with what exists nowhere; the answers must not differ.
    const foreign = { organization: theirs, company: 1 } as const;
    const answerOf = async (client: Attacker['client'], mutation: Sent) => {
      const [answer] = await push(client, [mutation]);
      return JSON.stringify([answer?.status, answer?.code, answer?.details]);
    };
    const project = siege.canaries.idOf('projects', { organization: ours, company: 1 });
    const pairs: [Attacker, string, string, Record<string, unknown>, string, unknown, unknown][] = [];
    const refer = (me: Attacker, table: string, target: string, column: string, patch: Record<string, unknown>) =>
      pairs.push([me, table, target, patch, column, siege.canaries.idOf(target, foreign), randomUUID()]);
    refer(siege.as('admin'), 'projects', 'contacts', 'customer_id', {
      project_id: 'x',
      title: 'x',
      current_stage_id: siege.canaries.idOf('workflow_stages', { organization: ours, company: 1 }),
    });
    refer(siege.as('admin'), 'projects', 'workflow_stages', 'current_stage_id', { project_id: 'x', title: 'x' });
    refer(siege.as('admin'), 'project_assignments', 'users', 'user_id', { project_id: project });
    refer(siege.as('admin'), 'workflow_sub_stages', 'workflow_stages', 'workflow_stage_id', {
      name: 'x',
      slug: 'x',
      sub_stage_order: 1,
    });
    refer(siege.as('admin'), 'reviews', 'projects', 'project_id', { review_type: 'x' });
    refer(siege.as('engineering'), 'documents', 'projects', 'project_id', { title: 'x' });
    refer(siege.as('sales'), 'document_access_log', 'documents', 'document_id', { action: 'view' });
    refer(siege.as('qa'), 'approval_attachments', 'approvals', 'approval_id', { file_name: 'x' });
    refer(siege.as('qa'), 'messages', 'users', 'recipient_id', { content: 'x' });
    refer(siege.as('customer'), 'messages', 'users', 'recipient_id', { content: 'x' });
    refer(siege.as('procurement'), 'supplier_rfqs', 'contacts', 'supplier_id', { rfq_number: 'x' });
    refer(siege.as('procurement'), 'purchase_orders', 'contacts', 'supplier_id', { po_number: 'x' });
    refer(siege.as('procurement'), 'purchase_order_items', 'purchase_orders', 'purchase_order_id', {
      line_number: 1,
      description: 'x',
      quantity: 1,
      unit_price: 1,
      amount: 1,
    });
    refer(siege.as('supplier'), 'supplier_quotes', 'supplier_rfqs', 'supplier_rfq_id', {
      quote_number: 'x',
      supplier_id: siege.canaries.idOf('contacts', { organization: ours, company: 1 }),
    });
    refer(siege.as('supplier'), 'supplier_quote_items', 'supplier_quotes', 'supplier_quote_id', {
      line_number: 1,
      description: 'x',
      quantity: 1,
      unit_price: 1,
      amount: 1,
    });
    refer(siege.as('production'), 'stock_moves', 'inventory_items', 'inventory_item_id', {
      kind: 'receipt',
      quantity: 1,
    });
    refer(siege.as('production'), 'production_orders', 'projects', 'project_id', {
      order_number: 'x',
      title: 'x',
      quantity: 1,
    });
    for (const [me, table, target, patch, column, there, nowhere] of pairs) {
      const ask = (value: unknown) =>
        answerOf(me.client, { table, row_id: randomUUID(), op: 'insert', patch: { ...patch, [column]: value } });
      await siege.attempts.attempt({
        name: `${nameOf(me)}: ${table}.${column} probes ${target}`,
        act: async () => [await ask(there), await ask(nowhere)],
        refused: [],
        harm: ([one, two]) =>
          one === two && one?.startsWith('["refused"') ? null : `${one ?? ''} differs from ${two ?? ''}`,
      });
    }
    // A key that counts within an organization is free in the other.
    const slug = rows.get(key('workflow_stages', siege.canaries.idOf('workflow_stages', foreign)))?.['slug'];
    const [stage] = await push(siege.as('admin').client, [
      {
        table: 'workflow_stages',
        row_id: randomUUID(),
        op: 'insert',
        patch: { name: 'x', slug, stage_order: 99, is_active: false },
      },
    ]);
    expect(stage).toMatchObject({ status: 'applied' });
    const taken = rows.get(key('workflow_sub_stages', siege.canaries.idOf('workflow_sub_stages', foreign)));
    const subStage = (value: unknown) =>
      answerOf(siege.as('admin').client, {
        table: 'workflow_sub_stages',
        row_id: randomUUID(),
        op: 'insert',
        patch: { workflow_stage_id: taken?.['workflow_stage_id'], name: 'x', slug: value, sub_stage_order: 1 },
      });
    await siege.attempts.attempt({
      name: 'a sub-stage of another organization’s stage, by its slug',
      act: async () => [await subStage(taken?.['slug']), await subStage('nowhere')],
      refused: [],
      harm: ([one, two]) => (one === two ? null : `${one ?? ''} differs from ${two ?? ''}`),
    });
    siege.attempts.verify();
  });

  it('keeps what is theirs: a supplier offers on the lines of a request, a customer answers in a thread', async () => {
    const scope = { organization: ours, company: 1 } as const;
    const quote = randomUUID();
    const offered = await push(siege.as('supplier').client, [
      {
        table: 'supplier_quotes',
        row_id: quote,
        op: 'insert',
        patch: {
          quote_number: 'offer',
          supplier_rfq_id: siege.canaries.idOf('supplier_rfqs', scope),
          supplier_id: siege.canaries.idOf('contacts', scope),
        },
      },
      {
        table: 'supplier_quote_items',
        row_id: randomUUID(),
        op: 'insert',
        patch: {
          supplier_quote_id: quote,
          supplier_rfq_item_id: siege.canaries.idOf('supplier_rfq_items', scope),
          line_number: 1,
          description: 'x',
          quantity: '1',
          unit_price: '1',
          amount: '1',
        },
      },
      { table: 'supplier_quotes', row_id: quote, op: 'update', patch: { status: 'submitted' } },
    ]);
    expect(offered.map(({ status }) => status)).toEqual(['applied', 'applied', 'applied']);
    const [first, second] = [randomUUID(), randomUUID()];
    const [sales, qa, customer] = [siege.as('sales'), siege.as('qa'), siege.as('customer')];
    // The thread began between two of the staff; the customer knows it by the message that was for them.
    await push(sales.client, [
      { table: 'messages', row_id: first, op: 'insert', patch: { recipient_id: qa.id, content: 'x' } },
    ]);
    await push(qa.client, [
      {
        table: 'messages',
        row_id: second,
        op: 'insert',
        patch: { recipient_id: customer.id, content: 'x', thread_id: first, parent_message_id: first },
      },
    ]);
    const [answer] = await push(customer.client, [
      {
        table: 'messages',
        row_id: randomUUID(),
        op: 'insert',
        patch: { recipient_id: sales.id, content: 'x', thread_id: first, parent_message_id: second },
      },
    ]);
    expect(answer).toMatchObject({ status: 'applied' });
  });

  it('finds out by no reference within the organization what their role hides', async () => {
    const hidden = { organization: ours, company: 2 } as const;
    const answerOf = async (client: Attacker['client'], mutation: Sent) => {
      const [answer] = await push(client, [mutation]);
      return JSON.stringify([answer?.status, answer?.code, answer?.details]);
    };
    const rfq = siege.canaries.idOf('supplier_rfqs', { organization: ours, company: 1 });
    const company = siege.canaries.idOf('contacts', { organization: ours, company: 1 });
    const supplier = siege.as('supplier');
    const quote = randomUUID();
    const [made] = await push(supplier.client, [
      {
        table: 'supplier_quotes',
        row_id: quote,
        op: 'insert',
        patch: { quote_number: 'own', supplier_rfq_id: rfq, supplier_id: company },
      },
    ]);
    expect(made).toMatchObject({ status: 'applied' });
    const line = { line_number: 1, description: 'x', quantity: 1, unit_price: 1, amount: 1 };
    const draft = randomUUID();
    const [drafted] = await push(siege.as('procurement').client, [
      { table: 'supplier_rfqs', row_id: draft, op: 'insert', patch: { rfq_number: 'own', supplier_id: company } },
    ]);
    expect(drafted).toMatchObject({ status: 'applied' });
    const staff = siege.as('qa').id;
    for (const [me, table, column, target, patch] of [
      [supplier, 'supplier_quotes', 'supplier_rfq_id', 'supplier_rfqs', { quote_number: 'x', supplier_id: company }],
      [supplier, 'supplier_quote_items', 'supplier_quote_id', 'supplier_quotes', line],
      [
        supplier,
        'supplier_quote_items',
        'supplier_rfq_item_id',
        'supplier_rfq_items',
        { ...line, supplier_quote_id: quote },
      ],
      [supplier, 'messages', 'thread_id', 'messages', { content: 'x', recipient_id: staff }],
      [supplier, 'messages', 'parent_message_id', 'messages', { content: 'x', recipient_id: staff }],
      [siege.as('customer'), 'messages', 'thread_id', 'messages', { content: 'x', recipient_id: staff }],
      [siege.as('qa'), 'messages', 'thread_id', 'messages', { content: 'x', recipient_id: staff }],
      [siege.as('sales'), 'document_access_log', 'document_id', 'documents', { action: 'view' }],
      [
        siege.as('qa'),
        'approval_attachments',
        'document_id',
        'documents',
        { file_name: 'x', approval_id: siege.canaries.idOf('approvals', hidden) },
      ],
      [siege.as('procurement'), 'supplier_rfq_items', 'document_id', 'documents', { ...line, supplier_rfq_id: draft }],
    ] as [Attacker, string, string, string, Record<string, unknown>][]) {
      const { unit_price: _, amount: __, ...content } = { unit_price: 1, amount: 1, ...patch };
      const sent = table === 'supplier_quote_items' ? patch : content;
      const ask = (value: unknown) =>
        answerOf(me.client, { table, row_id: randomUUID(), op: 'insert', patch: { ...sent, [column]: value } });
      await siege.attempts.attempt({
        name: `${nameOf(me)}: ${table}.${column} probes hidden ${target}`,
        act: async () => [await ask(siege.canaries.idOf(target, hidden)), await ask(randomUUID())],
        refused: [],
        harm: ([one, two]) =>
          one === two && one?.startsWith('["refused"') ? null : `${one ?? ''} differs from ${two ?? ''}`,
      });
    }
    siege.attempts.verify();
  });
});
