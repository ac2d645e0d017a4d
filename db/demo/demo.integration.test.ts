import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideMove, type Stage, type SubStage } from '../../shared/domain/workflow.ts';
import { applyMigrations } from '../central/migrations.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { demoAccounts, demoData } from './index.ts';

const now = new Date('2025-11-20T03:00:00Z');

describe('demo data', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    await applyMigrations(database.client);
    await database.client.query('begin');
    await database.client.query(`select set_config('factory_pulse.maintenance', 'on', true)`);
    for (const [table, rows] of Object.entries(demoData(now))) {
      const columns = Object.keys(rows[0] ?? {})
        .filter((column) => table !== 'organizations' || column !== 'organization_id')
        .join(', ');
      await database.client.query(
        `insert into public.${table} (${columns})
         select ${columns} from jsonb_populate_recordset(null::public.${table}, $1)`,
        [JSON.stringify(rows)],
      );
    }
    await database.client.query('commit');
  });
  afterAll(async () => {
    await database.drop();
  });

  const values = async <Row extends object>(query: string): Promise<Row[]> => (await database.client.query<Row>(query)).rows;

  it('is as large as promised', async () => {
    const counts = Object.fromEntries(Object.entries(demoData(now)).map(([table, rows]) => [table, rows.length]));
    expect(counts).toMatchObject({
      organizations: 8,
      contacts: 10,
      users: 25,
      workflow_stages: 8,
      workflow_sub_stages: 30,
      projects: 17,
    });
    const perCustomer = await values(
      `select c.company_name, count(*)::int as projects from projects p join contacts c on c.id = p.customer_id
        group by 1 order by 2 desc, 1`,
    );
    expect(perCustomer).toEqual([
      { company_name: 'Toyota Vietnam', projects: 6 },
      { company_name: 'Boeing Vietnam', projects: 3 },
      { company_name: 'Honda Vietnam', projects: 3 },
      { company_name: 'Samsung Vietnam', projects: 3 },
      { company_name: 'Airbus Vietnam', projects: 2 },
    ]);
    const stages = await values('select distinct current_stage_id from projects');
    expect(stages).toHaveLength(8);
  });

  it('has every account in the main organization, the outside ones tied to their company', async () => {
    const people = await values<{ email: string; role: string; organization: string; external: boolean }>(
      `select u.email, u.role, o.slug as organization, u.contact_id is not null as external
         from users u join organizations o on o.id = u.organization_id`,
    );
    expect(people.map(({ email }) => email).sort()).toEqual(demoAccounts.map(({ email }) => email).sort());
    for (const person of people) {
      expect(person.organization).toBe('factory-pulse-vietnam');
      expect(person.external).toBe(person.role === 'supplier' || person.role === 'customer');
    }
  });

  it('tells every row of a table in the same columns', () => {
    for (const [table, rows] of Object.entries(demoData(now))) {
      const columns = new Set(rows.map((row) => Object.keys(row).join()));
      expect(columns.size, table).toBe(1);
    }
  });

  it('is the same for the same moment, and keeps its ids at another', () => {
    expect(demoData(now)).toEqual(demoData(now));
    const ids = (at: Date) => Object.entries(demoData(at)).flatMap(([table, rows]) => rows.map(({ id }) => `${table} ${id as string}`));
    expect(ids(new Date('2026-03-01T20:00:00Z')).sort()).toEqual(ids(now).sort());
  });

  it('has nothing happen in the future, whatever the hour', () => {
    for (const hour of ['00:01', '05:00', '16:59', '17:01', '23:59']) {
      const at = new Date(`2025-11-20T${hour}:00Z`);
      for (const [table, rows] of Object.entries(demoData(at))) {
        for (const row of rows) {
          for (const [column, value] of Object.entries(row)) {
            if (!column.endsWith('_at') || typeof value !== 'string') continue;
            expect(new Date(value) <= at, `${table}.${column} ${value}`).toBe(true);
          }
        }
      }
    }
  });

  it('opens the sub-stages of every stage that a project has entered, and of no other', async () => {
    const wrong = await values(
      `with entered as (select distinct project_id, to_stage_id from project_stage_history where to_stage_id is not null),
            expected as (select e.project_id, s.id as sub_stage_id from entered e
                           join workflow_sub_stages s on s.workflow_stage_id = e.to_stage_id)
       select * from expected x full join project_sub_stage_progress p using (project_id, sub_stage_id)
        where x.project_id is null or p.id is null`,
    );
    expect(wrong).toEqual([]);
  });

  it('has no required sub-stage open in a stage that a project has passed', async () => {
    const open = await values(
      `select pr.title, s.name, p.status from project_sub_stage_progress p
         join projects pr on pr.id = p.project_id
         join workflow_sub_stages s on s.id = p.sub_stage_id
         join workflow_stages st on st.id = s.workflow_stage_id
         join workflow_stages c on c.id = pr.current_stage_id
        where (st.stage_order < c.stage_order or pr.status = 'completed')
          and p.status <> 'completed' and not (p.status = 'skipped' and s.can_skip)`,
    );
    expect(open).toEqual([]);
  });

  it('ends each history in the stage that the project is in, entered when the project says', async () => {
    const wrong = await values(
      `select p.title from projects p
        where not exists (
          select from project_stage_history h
           where h.project_id = p.id and h.to_stage_id = p.current_stage_id and h.moved_at = p.stage_entered_at
             and not exists (select from project_stage_history l
                              where l.project_id = p.id and l.moved_at > h.moved_at and l.to_stage_id is not null))
          or (p.status = 'completed') <> exists (
            select from project_stage_history h where h.project_id = p.id and h.kind = 'leave')`,
    );
    expect(wrong).toEqual([]);
  });

  it('has finished sub-stages approved by somebody who may', async () => {
    const wrong = await values(
      `select s.name, u.role from project_sub_stage_progress p
         join workflow_sub_stages s on s.id = p.sub_stage_id
         join users u on u.id = p.completed_by
        where s.requires_approval and p.status = 'completed' and u.role <> 'management' and u.role <> all (s.approval_roles)`,
    );
    expect(wrong).toEqual([]);
  });

  it('has projects that may move now and projects that may not', () => {
    const data = demoData(now);
    const stages = data['workflow_stages'] as unknown as Stage[];
    const subStages = data['workflow_sub_stages'] as unknown as SubStage[];
    const decisions = (data['projects'] ?? []).map((project) => {
      const current = stages.find(({ id }) => id === project['current_stage_id']);
      return decideMove({
        person: { id: 'somebody', role: 'management' },
        project: project as unknown as Parameters<typeof decideMove>[0]['project'],
        stages,
        subStages: subStages.filter(({ workflow_stage_id }) => workflow_stage_id === current?.id),
        progress: (data['project_sub_stage_progress'] ?? []).filter(
          ({ project_id }) => project_id === project['id'],
        ) as unknown as Parameters<typeof decideMove>[0]['progress'],
        openApprovals: [],
        toStageId: stages.find(({ stage_order }) => stage_order === (current?.stage_order ?? 0) + 1)?.id ?? null,
      }).allowed;
    });
    expect(decisions).toContain(true);
    expect(decisions).toContain(false);
  });
});
