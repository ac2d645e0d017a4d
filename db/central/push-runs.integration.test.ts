import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../testing/demo-central.ts';
import { addCaseProject, editOf, moveOf, usualAddress } from '../testing/case-project.ts';
import { connectAs, push, pushOne, type Answer, type Sent } from '../testing/person.ts';
import { addCaseOrganizations } from '../testing/workflow-cases.ts';

/*
 * Edits of one kind are applied in one statement (db/central/0013_push.sql). Nobody may notice it but by the clock.
 */

let central: DemoCentral;
let sales: Client;

beforeAll(async () => {
  central = await createDemoCentral();
  await addCaseOrganizations(central.client);
  sales = await connectAs(central, usualAddress('sales'));
});

afterAll(async () => {
  await sales.end();
  await central.drop();
});

async function caseProjects(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push(await addCaseProject(central.client));
  return ids;
}

type Sending = (batch: readonly Sent[]) => Promise<Answer[]>;

/** Everything that a batch brings about, seen by the person who sent it, and nothing of it kept. */
async function tried(projects: readonly string[], batch: readonly Sent[], send: Sending): Promise<unknown> {
  await sales.query('begin');
  try {
    const answers = await send(batch);
    const { rows: stored } = await sales.query(
      'select id, title, notes, priority_level, estimated_value, current_stage_id, status from public.projects where id = any ($1) order by id',
      [projects],
    );
    const { rows: conflicts } = await sales.query(
      'select row_id, column_name, kept_value, lost_value, mutation_id from public.sync_conflicts where row_id = any ($1) order by row_id, column_name, mutation_id, lost_value',
      [projects],
    );
    const { rows: activity } = await sales.query(
      `select entity_id, entity_type, action, client_time, old_values - 'stage_entered_at' as old_values, new_values - 'stage_entered_at' as new_values
       from public.activity_log where project_id = any ($1) and entity_type = 'projects' order by entity_id, client_time, new_values::text`,
      [projects],
    );
    return {
      answers: answers
        .map(({ xid: _, ...answer }) => ({ ...answer, overwritten: answer.overwritten ?? [] }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
      stored,
      conflicts,
      activity,
    };
  } finally {
    await sales.query('rollback');
  }
}

const together: Sending = (batch) => push(sales, batch);

/** As a client that sends one mutation at a time and, like the batch, holds back what follows a refused one. */
const oneByOne: Sending = async (batch) => {
  const answers: Answer[] = [];
  const refused = new Set<string>();
  for (const mutation of batch) {
    const row = `${mutation.table} ${mutation.row_id}`;
    const answer: Answer = refused.has(row) ? { id: mutation.id ?? '', status: 'skipped' } : await pushOne(sales, mutation);
    if (answer.status === 'refused') refused.add(row);
    answers.push(answer);
  }
  return answers;
};

const texts = fc.constantFrom('', 'Bản một', 'Bản hai', 'x'.repeat(501));
const patches = fc.oneof(
  { weight: 6, arbitrary: fc.record({ notes: texts }) },
  { weight: 2, arbitrary: fc.record({ title: texts, notes: texts }) },
  { weight: 2, arbitrary: fc.record({ priority_level: fc.constantFrom('low', 'high', 'urgent') }) },
  { weight: 1, arbitrary: fc.record({ estimated_value: fc.constantFrom('1.00', '1', '7.50', 'nhiều') }) },
  { weight: 1, arbitrary: fc.constant({ created_by: null }) },
);
const bases = fc.constantFrom({}, { notes: null }, { notes: 'đã thấy' }, { estimated_value: '1' }, { estimated_value: '9.99' });

describe('a batch', () => {
  it('brings about exactly what its mutations bring about one by one', { timeout: 120_000 }, async () => {
    const projects = await caseProjects(4);
    const { rows } = await central.client.query<{ id: string }>(
      `select id from public.projects where organization_id <> (select organization_id from public.projects where id = $1) limit 1`,
      [projects[0]],
    );
    const targets = [...projects, rows[0]?.id ?? '', randomUUID()];
    const edits = fc
      .record({ target: fc.nat({ max: targets.length - 1 }), patch: patches, base: bases, minute: fc.nat({ max: 59 }) })
      .map(({ target, patch, base, minute }) => ({
        ...editOf(targets[target] ?? '', patch, base),
        created_at: `2030-01-01 10:${String(minute).padStart(2, '0')}:00+00`,
      }));
    const moves = fc.nat({ max: projects.length - 1 }).map((target) => ({
      ...moveOf(projects[target] ?? '', 'intake', 'review'),
      created_at: '2030-01-01 09:00:00+00',
    }));
    const batches = fc.array(fc.oneof({ weight: 9, arbitrary: edits }, { weight: 1, arbitrary: moves }), { minLength: 1, maxLength: 14 });

    await fc.assert(
      fc.asyncProperty(batches, async (drawn) => {
        const batch = drawn.map((mutation) => ({ ...mutation, id: randomUUID() }));
        expect(await tried(projects, batch, together)).toEqual(await tried(projects, batch, oneByOne));
      }),
      { numRuns: 60 },
    );
  });

  it('refuses just the mutations that cannot be, wherever they stand in a long run', async () => {
    const projects = await caseProjects(30);
    const wrong = new Set([0, 13, 14, 29]);
    const answers = await push(
      sales,
      projects.map((id, n) => editOf(id, { title: wrong.has(n) ? '' : `Tên ${n}` })),
    );
    const byStatus = (status: string) => answers.filter((answer) => answer.status === status).length;
    expect([byStatus('applied'), byStatus('refused')]).toEqual([26, 4]);
    const { rows } = await central.client.query<{ id: string }>(
      "select id from public.projects where id = any ($1) and title like 'Tên %'",
      [projects],
    );
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(projects.filter((_, n) => !wrong.has(n))));
  });

  it('leaves out a row that somebody else holds, takes all others, and takes that one when it comes again', async () => {
    const projects = await caseProjects(6);
    const batch = projects.map((id, n) => ({ ...editOf(id, { notes: `Chờ ${n}` }), id: randomUUID() }));
    const later = { ...editOf(projects[3] ?? '', { title: 'Sau đó' }), id: randomUUID() };
    await central.client.query('begin');
    await central.client.query('select from public.projects where id = $1 for update', [projects[3]]);
    const answers = await push(sales, [...batch, later]);
    await central.client.query('rollback');
    const skipped = answers.filter(({ status }) => status === 'skipped').map(({ id }) => id);
    expect(new Set(skipped)).toEqual(new Set([batch[3]?.id, later.id]));
    expect(answers.filter(({ status }) => status === 'applied')).toHaveLength(5);
    const again = await push(sales, [...batch, later]);
    expect(again.map(({ status }) => status)).toEqual(Array(7).fill('applied'));
  });

  it('is audited row by row, each with what its desktop’s clock said', async () => {
    const projects = await caseProjects(3);
    await push(
      sales,
      projects.map((id, n) => ({ ...editOf(id, { notes: `Ghi ${n}` }), created_at: `2031-05-06 07:0${n}:00+00` })),
    );
    const { rows } = await central.client.query(
      'select entity_id, client_time, new_values from public.activity_log where entity_id = any ($1) order by client_time',
      [projects],
    );
    expect(rows).toEqual(
      projects.map((id, n) => ({ entity_id: id, client_time: new Date(`2031-05-06T07:0${n}:00Z`), new_values: { notes: `Ghi ${n}` } })),
    );
  });
});

describe('the audit of a statement over many rows', () => {
  it('matches the rows without comparing each with each, also after a statement over one row made the plan', async () => {
    const [id = ''] = await caseProjects(1);
    await central.client.query("load 'auto_explain'");
    const plans: string[] = [];
    const listen = ({ message }: { message: string | undefined }): void => void plans.push(message ?? '');
    central.client.on('notice', listen);
    await central.client.query(
      "set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on; set client_min_messages = 'log'",
    );
    await central.client.query("update public.projects set notes = 'một' where id = $1", [id]);
    await central.client.query("update public.projects set notes = 'mọi'");
    central.client.off('notice', listen);
    await central.client.query('reset client_min_messages; reset auto_explain.log_min_duration');
    const audits = plans.filter((plan) => plan.includes('insert into public.activity_log'));
    expect(audits).toHaveLength(2);
    for (const plan of audits) expect(plan).toMatch(/(Hash|Merge) Join/);
  });
});
