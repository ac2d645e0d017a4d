import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usual } from '../../shared/domain/workflow-cases-world.ts';
import { createDemoCentral, type DemoCentral } from '../testing/demo-central.ts';
import { stageId, usualAddress } from '../testing/case-project.ts';
import { connectAs, push, pushOne, type Sent } from '../testing/person.ts';
import {
  addCaseOrganizations,
  asMaintenance,
  insertRows,
  organizationOf,
  personOf,
} from '../testing/workflow-cases.ts';

let central: DemoCentral;

beforeAll(async () => {
  central = await createDemoCentral();
  await addCaseOrganizations(central.client);
});

afterAll(() => central.drop());

const creation = (patch: Record<string, unknown> = {}): Sent => ({
  table: 'projects',
  row_id: randomUUID(),
  op: 'insert',
  patch: { project_id: 'P-250127·K7Q', title: 'Khuôn dập mới', current_stage_id: stageId('intake'), ...patch },
});

const rowOf = async (id: string): Promise<Record<string, unknown> | undefined> =>
  (await central.client.query<Record<string, unknown>>('select * from public.projects where id = $1', [id])).rows[0];

/** The codes of projects, in the order of their numbers. */
async function codesOf(mutations: readonly Sent[]): Promise<string[]> {
  const { rows } = await central.client.query<{ project_id: string }>(
    'select project_id from public.projects where id = any ($1) order by length(project_id), project_id',
    [mutations.map(({ row_id }) => row_id)],
  );
  return rows.map(({ project_id }) => project_id);
}

/** `P-YYMMDD` of today in a zone. */
async function dayPrefix(timezone: string): Promise<string> {
  const { rows } = await central.client.query<{ prefix: string }>(
    "select 'P-' || to_char(now() at time zone $1, 'YYMMDD') as prefix",
    [timezone],
  );
  return rows[0]?.prefix ?? '';
}

describe('a new project', () => {
  it('gets its code, its author and its beginning from the centre', async () => {
    const client = await connectAs(central, usualAddress('procurement'));
    const mutation = creation({ status: 'completed' });
    expect((await pushOne(client, mutation)).status).toBe('applied');
    await client.end();
    const row = await rowOf(mutation.row_id);
    expect(row).toMatchObject({
      created_by: personOf(usual, 'procurement'),
      status: 'active',
      organization_id: organizationOf(usual),
    });
    expect(row?.['project_id']).toMatch(/^P-\d{8}$/);
    const { rows } = await central.client.query(
      `select (select array_agg(h.kind) from public.project_stage_history h where h.project_id = $1) as history,
              (select count(*)::int from public.project_sub_stage_progress where project_id = $1) as steps,
              (select array_agg(u.role order by u.role) from public.notifications n join public.users u on u.id = n.user_id
                where n.related_entity_id = $1) as told`,
      [mutation.row_id],
    );
    expect(rows).toEqual([{ history: ['enter'], steps: 5, told: ['sales'] }]);
  });

  it('is made by those who take in work, and by nobody else', async () => {
    const codes: Record<string, string> = {};
    for (const role of [
      'admin',
      'management',
      'sales',
      'procurement',
      'engineering',
      'qa',
      'production',
      'supplier',
      'customer',
    ] as const) {
      const client = await connectAs(central, usualAddress(role));
      const { status, code } = await pushOne(client, creation());
      codes[role] = code ?? status;
      await client.end();
    }
    const refused = {
      engineering: 'NOT_ALLOWED',
      qa: 'NOT_ALLOWED',
      production: 'NOT_ALLOWED',
      supplier: 'NOT_ALLOWED',
      customer: 'NOT_ALLOWED',
    };
    expect(codes).toEqual({
      admin: 'applied',
      management: 'applied',
      sales: 'applied',
      procurement: 'applied',
      ...refused,
    });
  });

  it('gets a number of its own when eight desktops create at once', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => connectAs(central, usualAddress('sales'))));
    const batches = clients.map(() => Array.from({ length: 6 }, () => creation()));
    const answers = await Promise.all(clients.map((client, index) => push(client, batches[index] ?? [])));
    await Promise.all(clients.map((client) => client.end()));
    expect(answers.flat().every(({ status }) => status === 'applied')).toBe(true);
    const numbers = (await codesOf(batches.flat())).map((code) => Number(code.slice(8)));
    expect(numbers).toEqual(Array.from({ length: 48 }, (_, index) => (numbers[0] ?? 0) + index));
  });

  it('passes over codes that an import brought along, and goes on beyond ninety-nine', async () => {
    const prefix = await dayPrefix('Asia/Ho_Chi_Minh');
    await central.client.query('update app.code_counters set last = 97 where organization_id = $1', [
      organizationOf(usual),
    ]);
    const imported = ['98', '100'].map((number) => ({
      organization_id: organizationOf(usual),
      project_id: `${prefix}${number}`,
      title: 'Nhập từ hệ thống cũ',
      current_stage_id: stageId('intake'),
    }));
    await asMaintenance(central.client, () => insertRows(central.client, 'projects', imported));
    const client = await connectAs(central, usualAddress('sales'));
    const mutations = [creation(), creation()];
    await push(client, mutations);
    await client.end();
    expect(await codesOf(mutations)).toEqual([`${prefix}99`, `${prefix}101`]);
  });

  it.each(['Pacific/Kiritimati', 'Etc/GMT+12'])('is numbered by the organization’s own day (%s)', async (timezone) => {
    await central.client.query('update public.organizations set timezone = $2 where id = $1', [
      organizationOf(usual),
      timezone,
    ]);
    const client = await connectAs(central, usualAddress('sales'));
    const mutation = creation();
    await pushOne(client, mutation);
    await client.end();
    expect(String((await rowOf(mutation.row_id))?.['project_id']).slice(0, 8)).toBe(await dayPrefix(timezone));
  });

  it('keeps its code, its stage and its author against every edit', async () => {
    const client = await connectAs(central, usualAddress('management'));
    const mutation = creation();
    await pushOne(client, mutation);
    for (const patch of [{ project_id: 'P-1' }, { current_stage_id: stageId('closing') }]) {
      const answer = await pushOne(client, { table: 'projects', row_id: mutation.row_id, op: 'update', patch });
      expect(answer.code, JSON.stringify(patch)).toBe('COLUMN_NOT_WRITABLE');
    }
    const completed = await pushOne(client, {
      table: 'projects',
      row_id: mutation.row_id,
      op: 'update',
      patch: { status: 'completed' },
    });
    expect(completed.code).toBe('VALUE_REFUSED');
    // The same by plain SQL, past sync.push.
    for (const change of [
      'created_by = null',
      "stage_entered_at = '2001-01-01'",
      "actual_delivery_date = '2001-01-01'",
    ]) {
      await expect(
        client.query(`update public.projects set ${change} where id = $1`, [mutation.row_id]),
        change,
      ).rejects.toMatchObject({ code: '42501' });
    }
    await client.end();
  });
});
