import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usual } from '../../shared/domain/workflow-cases-world.ts';
import { derivedId } from '../../main/worker/replica/derived-id.ts';
import { createDemoCentral, type DemoCentral } from '../testing/demo-central.ts';
import { addCaseProject, moveOf, stageId, usualAddress } from '../testing/case-project.ts';
import { connectAs, push, pushOne } from '../testing/person.ts';
import {
  addCaseOrganizations,
  asMaintenance,
  insertRows,
  organizationOf,
  personOf,
  type CaseOfPerson,
} from '../testing/workflow-cases.ts';

let central: DemoCentral;
let manager: Client;
let sales: Client;

beforeAll(async () => {
  central = await createDemoCentral();
  await addCaseOrganizations(central.client);
  manager = await connectAs(central, usualAddress('management'));
  sales = await connectAs(central, usualAddress('sales'));
});

afterAll(async () => {
  await manager.end();
  await sales.end();
  await central.drop();
});

const rowsOf = async (sql: string, ...values: unknown[]): Promise<Record<string, unknown>[]> =>
  (await central.client.query<Record<string, unknown>>(sql, values)).rows;

const subStageId = (slug: string): string =>
  usual.stages.flatMap(({ subStages }) => subStages).find((one) => one.slug === slug)?.id ?? '';

describe('a move that the centre carries out', () => {
  it('is written into the history by the centre, whatever the desktop claims', async () => {
    const id = await addCaseProject(central.client);
    await asMaintenance(central.client, async () => {
      await central.client.query(
        "update public.projects set stage_entered_at = now() - interval '90.9 seconds' where id = $1",
        [id],
      );
    });
    const [before] = await rowsOf('select stage_entered_at from public.projects where id = $1', id);
    const answer = await pushOne(
      sales,
      moveOf(id, 'intake', 'review', { kind: 'back', moved_at: '2001-01-01 00:00:00+00', reason: '  vội \n' }),
    );
    expect(answer.status).toBe('applied');
    const history = await rowsOf(
      `select h.kind, h.from_stage_id, h.to_stage_id, h.reason, h.moved_by, h.entered_at,
              h.duration_seconds::int as seconds, h.moved_at > now() - interval '1 minute' as recent,
              h.moved_at = p.stage_entered_at as entered_then, p.current_stage_id, p.status
         from public.project_stage_history h join public.projects p on p.id = h.project_id where p.id = $1`,
      id,
    );
    expect(history).toEqual([
      {
        kind: 'advance',
        from_stage_id: stageId('intake'),
        to_stage_id: stageId('review'),
        reason: 'vội',
        moved_by: personOf(usual, 'sales'),
        entered_at: before?.['stage_entered_at'],
        seconds: expect.toSatisfy((seconds: number) => seconds >= 90 && seconds < 120) as unknown,
        recent: true,
        entered_then: true,
        current_stage_id: stageId('review'),
        status: 'active',
      },
    ]);
  });

  it('opens the active sub-stages that have no row, under the ids that a desktop derives, and keeps the others', async () => {
    const id = await addCaseProject(central.client, { stage: 'review', progress: { feasible: 'blocked' } });
    expect((await pushOne(manager, moveOf(id, 'review', 'intake', { reason: 'Thiếu bản vẽ' }))).status).toBe('applied');
    const rows = await rowsOf(
      'select id, sub_stage_id, status, started_at from public.project_sub_stage_progress where project_id = $1',
      id,
    );
    const opened = rows.filter(({ status }) => status === 'pending');
    const slugs = ['request-read', 'clarified', 'courtesy', 'signed-off'];
    expect(new Set(opened.map((row) => row['id']))).toEqual(
      new Set(slugs.map((slug) => derivedId(id, subStageId(slug)))),
    );
    expect(rows.filter(({ status }) => status === 'blocked')).toEqual([
      expect.objectContaining({ sub_stage_id: subStageId('feasible') }),
    ]);
    expect(rows).toHaveLength(5);
  });

  it('tells the active people of the stage’s roles inside the organization, but not the one who moved it', async () => {
    const gone = randomUUID();
    await asMaintenance(central.client, async () => {
      await insertRows(central.client, 'users', [
        {
          id: gone,
          organization_id: organizationOf(usual),
          email: 'left@case-usual.example',
          name: 'left',
          role: 'qa',
          status: 'inactive',
        },
      ]);
    });
    const told = async (id: string): Promise<unknown[]> =>
      (
        await rowsOf(
          'select u.name from public.notifications n join public.users u on u.id = n.user_id where n.related_entity_id = $1 order by 1',
          id,
        )
      ).map(({ name }) => name);

    const bySales = await addCaseProject(central.client);
    await pushOne(sales, moveOf(bySales, 'intake', 'review'));
    // The stage lists suppliers, too; they learn nothing.
    expect(await told(bySales)).toEqual(['colleague', 'engineering', 'qa']);

    const engineer = await connectAs(central, usualAddress('engineering'));
    const byEngineer = await addCaseProject(central.client, { role: 'engineering', part: 'assigned' });
    await pushOne(engineer, moveOf(byEngineer, 'intake', 'review'));
    await engineer.end();
    expect(await told(byEngineer)).toEqual(['colleague', 'qa']);
  });

  it.each(['Pacific/Kiritimati', 'Etc/GMT+12'])(
    'out of the last stage completes the project on the organization’s day (%s)',
    async (timezone) => {
      const id = await addCaseProject(central.client, { stage: 'closing', progress: { papers: 'completed' } });
      await central.client.query('update public.organizations set timezone = $2 where id = $1', [
        organizationOf(usual),
        timezone,
      ]);
      expect((await pushOne(sales, moveOf(id, 'closing', null))).status).toBe('applied');
      const [row] = await rowsOf(
        `select status, current_stage_id, actual_delivery_date = (now() at time zone $2)::date as today from public.projects where id = $1`,
        id,
        timezone,
      );
      expect(row).toEqual({ status: 'completed', current_stage_id: stageId('closing'), today: true });
      expect((await pushOne(manager, moveOf(id, 'closing', 'intake', { reason: 'x' }))).details?.missing).toEqual([
        { code: 'PROJECT_NOT_ACTIVE', detail: 'completed' },
      ]);
    },
  );
});

describe('a move that the centre refuses', () => {
  it('leaves nothing behind', async () => {
    const id = await addCaseProject(central.client, { progress: {} });
    expect((await pushOne(sales, moveOf(id, 'intake', 'review'))).code).toBe('MOVE_BLOCKED');
    const counts = await rowsOf(
      `select (select count(*)::int from public.project_stage_history where project_id = $1) as history,
              (select count(*)::int from public.project_sub_stage_progress where project_id = $1) as progress,
              (select count(*)::int from public.notifications where related_entity_id = $1) as told,
              (select count(*)::int from public.activity_log where project_id = $1) as audit`,
      id,
    );
    expect(counts).toEqual([{ history: 0, progress: 0, told: 0, audit: 0 }]);
  });

  it('was asked from a stage that the project had left meanwhile', async () => {
    const id = await addCaseProject(central.client);
    const [first, second] = await Promise.all([
      pushOne(sales, moveOf(id, 'intake', 'review')),
      pushOne(manager, moveOf(id, 'intake', 'review')),
    ]);
    expect([first.status, second.status].sort()).toEqual(['applied', 'refused']);
    expect([first, second].find(({ status }) => status === 'refused')).toMatchObject({
      code: 'STRICT_CONFLICT',
      details: { column: 'current_stage_id', theirs: stageId('review') },
    });
  });

  it('concerns a project of another organization', async () => {
    const [foreign] = await rowsOf(
      'select id, current_stage_id from public.projects where organization_id <> $1 limit 1',
      organizationOf(usual),
    );
    const move = moveOf(String(foreign?.['id']), 'intake', 'review', { from_stage_id: foreign?.['current_stage_id'] });
    expect((await pushOne(manager, move)).code).toBe('ROW_NOT_VISIBLE');
  });
});

describe('the history of stages', () => {
  it('is only ever added to, by persons and by the owner alike; maintenance is not bound', async () => {
    const id = await addCaseProject(central.client);
    await pushOne(sales, moveOf(id, 'intake', 'review'));
    for (const statement of [
      "update public.project_stage_history set reason = 'x'",
      'delete from public.project_stage_history',
    ]) {
      await expect(manager.query(statement), statement).rejects.toMatchObject({ code: '42501' });
      await expect(central.client.query(statement), statement).rejects.toMatchObject({
        code: 'FP001',
        message: 'TABLE_NOT_WRITABLE',
      });
    }
    await asMaintenance(central.client, async () => {
      const { rowCount } = await central.client.query(
        'delete from public.project_stage_history where project_id = $1',
        [id],
      );
      expect(rowCount).toBe(1);
    });
  });
});

describe('setting a sub-stage', () => {
  const set = (row_id: string, patch: Record<string, unknown>) => ({
    table: 'project_sub_stage_progress',
    row_id,
    op: 'update',
    patch,
  });
  const open = async (facts: Partial<CaseOfPerson> = {}): Promise<{ project: string; row: string }> => {
    const project = await addCaseProject(central.client, { progress: { 'request-read': 'pending' }, ...facts });
    const [row] = await rowsOf('select id from public.project_sub_stage_progress where project_id = $1', project);
    return { project, row: String(row?.['id']) };
  };
  const progressOf = async (row: string) =>
    (
      await rowsOf(
        `select status, started_at, completed_at is not null as done, completed_at <= now() as past, completed_by, blocked_reason
         from public.project_sub_stage_progress where id = $1`,
        row,
      )
    )[0];

  it('keeps who completed it and takes no time from the future', async () => {
    const { row } = await open();
    await pushOne(
      sales,
      set(row, { status: 'completed', started_at: '2024-02-29 08:00:00+00', completed_at: '2999-01-01 00:00:00+00' }),
    );
    expect(await progressOf(row)).toMatchObject({
      status: 'completed',
      done: true,
      past: true,
      completed_by: personOf(usual, 'sales'),
    });
    // Another person's note later does not change who completed it.
    await pushOne(manager, set(row, { notes: 'Đã xem' }));
    expect(await progressOf(row)).toMatchObject({ completed_by: personOf(usual, 'sales') });
  });

  it('forgets the completion when it is opened again, and leaves an unstarted one unstarted', async () => {
    const { row } = await open({ progress: { 'request-read': 'completed' } });
    await pushOne(sales, set(row, { status: 'pending', started_at: null }));
    expect(await progressOf(row)).toMatchObject({
      status: 'pending',
      started_at: null,
      done: false,
      completed_by: null,
    });
  });

  it.each(['-infinity', '0044-03-15 12:00:00+00 BC', '1969-12-31 23:59:59+00'])(
    'refuses %s as a time',
    async (started_at) => {
      const { row } = await open();
      expect((await pushOne(sales, set(row, { started_at }))).code).toBe('VALUE_REFUSED');
    },
  );

  it('lets the person whom it is assigned to correct the reason why it is blocked', async () => {
    const { row } = await open({ role: 'production', part: 'step' });
    const production = await connectAs(central, usualAddress('production'));
    await pushOne(production, set(row, { status: 'blocked', blocked_reason: 'Thiếu thép' }));
    expect((await pushOne(production, set(row, { blocked_reason: 'Thiếu thép tấm 8 mm' }))).status).toBe('applied');
    await production.end();
    expect(await progressOf(row)).toMatchObject({ status: 'blocked', blocked_reason: 'Thiếu thép tấm 8 mm' });
    await pushOne(sales, set(row, { status: 'in_progress' }));
    expect(await progressOf(row)).toMatchObject({ blocked_reason: null });
  });

  it('concerns the current stage of an active project alone', async () => {
    const held = await open({ status: 'on_hold' });
    const past = await open({ stage: 'review' });
    const answers = await push(manager, [
      set(held.row, { status: 'completed' }),
      set(past.row, { status: 'completed' }),
    ]);
    expect(answers.map(({ code }) => code)).toEqual(['SUB_STAGE_NOT_CURRENT', 'SUB_STAGE_NOT_CURRENT']);
  });

  it('never carries a row over to another project or sub-stage', async () => {
    const { row } = await open();
    const other = await addCaseProject(central.client, { progress: {} });
    const answers = await push(manager, [
      set(row, { project_id: other }),
      { ...set(row, { sub_stage_id: subStageId('courtesy') }) },
    ]);
    expect(answers.map(({ code, status }) => code ?? status)).toEqual(['COLUMN_NOT_WRITABLE', 'skipped']);
  });
});
