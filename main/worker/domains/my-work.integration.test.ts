import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../../../shared/domain/roles.ts';
import { ProjectReplica } from '../testing/project-replica.ts';
import { readMyWork, tasks } from './my-work.ts';

const me: Person = { id: 'me', organization_id: 'o', email: 'me@factorypulse.vn', name: 'Tôi', role: 'qa', department: 'Đo lường' };
const today = '2026-03-15';

let world: ProjectReplica;

beforeAll(() => {
  world = new ProjectReplica();
});

beforeEach(() => {
  world.clear();
});

afterAll(() => {
  world.remove();
});

const statuses = ['pending', 'in_progress', 'in_review', 'blocked', 'completed', 'skipped'] as const;
const person = fc.constantFrom('me', 'other', null);

const steps = fc
  .array(fc.record({ stage: fc.nat(1), roles: fc.subarray(['qa', 'sales']), is_active: fc.boolean() }), { maxLength: 5 })
  .map((list) => list.map((step, index) => ({ id: `step-${index}`, ...step })));

const projects = fc
  .array(
    fc.record({
      stage: fc.nat(1),
      status: fc.constantFrom('active', 'active', 'on_hold', 'completed'),
      owner: person,
      part: fc.constantFrom('lead', 'excluded', 'left', null),
      rows: fc.array(fc.record({ step: fc.nat(4), status: fc.constantFrom(...statuses), assigned: person }), { maxLength: 4 }),
    }),
    { maxLength: 6 },
  )
  .map((list) => list.map((project, index) => ({ id: `project-${index}`, ...project })));

describe('the tasks of a person', () => {
  it('are the open steps of the present stage that are theirs by name, or by role in a project of theirs', () => {
    fc.assert(
      fc.property(steps, projects, (workflow, all) => {
        world.clear();
        world.addStages([0, 1].map((n) => ({ id: `stage-${n}`, days: 1, is_active: true })));
        workflow.forEach((step, order) => {
          world.add('workflow_sub_stages', {
            id: step.id, workflow_stage_id: `stage-${step.stage}`, name: step.id, sub_stage_order: order + 1, is_active: step.is_active ? 1 : 0,
            responsible_roles: JSON.stringify(step.roles), approval_roles: '[]',
          });
        });
        const expected: string[] = [];
        for (const project of all) {
          world.addProject({
            id: project.id, status: project.status, stage: `stage-${project.stage}`, currency: 'VND', value: null, due: null, delivered: null,
            entered_at: '2026-03-01 08:00:00+00',
          });
          world.replica.write.prepare('update projects set assigned_to = ? where id = ?').run(project.owner, project.id);
          if (project.part !== null) {
            world.add('project_assignments', {
              id: `part-${project.id}`, project_id: project.id, user_id: 'me', role: project.part === 'excluded' ? 'excluded' : 'member',
              is_active: project.part === 'left' ? 0 : 1, assigned_at: '2026-03-01 08:00:00+00',
            });
          }
          const rows = project.rows.filter(
            ({ step }, index) => step < workflow.length && project.rows.findIndex((other) => other.step === step) === index,
          );
          for (const row of rows) {
            world.add('project_sub_stage_progress', {
              id: `${project.id}-${row.step}`, project_id: project.id, workflow_stage_id: `stage-${workflow[row.step]?.stage ?? 0}`,
              sub_stage_id: `step-${row.step}`, status: row.status, assigned_to: row.assigned,
            });
          }
          const mine = project.owner === 'me' || project.part === 'lead';
          workflow.forEach((step, index) => {
            const row = rows.find((candidate) => candidate.step === index);
            const open = !row || !['completed', 'skipped'].includes(row.status);
            const byName = row?.assigned === 'me';
            const byRole = mine && step.roles.includes('qa') && (row?.assigned ?? null) === null;
            if (project.status === 'active' && step.is_active && step.stage === project.stage && open && (byName || byRole)) {
              expected.push(`${project.id} ${step.id} ${row?.status ?? 'pending'} ${byName}`);
            }
          });
        }
        const { tasks, tasks_total } = readMyWork(world.replica, me, today);
        expect(tasks_total).toBe(expected.length);
        expect(tasks.map((task) => `${task.project_id} ${task.sub_stage_id} ${task.status} ${task.personal}`).sort()).toEqual(expected.slice().sort());
      }),
      { numRuns: 150 },
    );
  });

  it('are shown by the next delivery, twenty at most, with the number of all', () => {
    world.addStages([{ id: 'stage-0', days: 1, is_active: true }]);
    world.add('workflow_sub_stages', { id: 's', workflow_stage_id: 'stage-0', name: 's', sub_stage_order: 1, is_active: 1, responsible_roles: '["qa"]', approval_roles: '[]' });
    for (let n = 10; n < 35; n += 1) {
      world.addProject({ id: `p-${n}`, status: 'active', stage: 'stage-0', currency: 'VND', value: null, due: n === 10 ? null : `2026-04-${45 - n}`, delivered: null, entered_at: '2026-03-01 08:00:00+00' });
    }
    world.replica.write.exec("update projects set assigned_to = 'me'");
    const { tasks, tasks_total } = readMyWork(world.replica, me, today);
    expect(tasks_total).toBe(25);
    expect(tasks).toHaveLength(20);
    expect(tasks.map(({ due }) => due)).toEqual(tasks.map(({ due }) => due).toSorted());
  });
});

describe('the approvals that wait for a person', () => {
  const ask = (id: string, more: Record<string, unknown> = {}): void => {
    world.add('approvals', {
      id, approval_type: 'stage_transition', title: id, entity_type: 'projects', entity_id: 'p', status: 'pending', priority: 'normal',
      requested_at: '2026-03-10 08:00:00+00', requested_by: 'other', current_approver_id: 'boss', step_number: 1, total_steps: 1, ...more,
    });
  };
  const waiting = (of: Person = me): string[] => readMyWork(world.replica, of, today).approvals.map(({ id }) => id);

  it('name them, their role, or somebody for whom they stand in today; never their own requests or what is decided', () => {
    ask('for me', { current_approver_id: 'me' });
    ask('for my role', { current_approver_id: null, current_approver_role: 'qa' });
    ask('for another department', { current_approver_id: null, current_approver_role: 'qa', current_approver_department: 'Khác' });
    ask('for the boss');
    ask('my own', { current_approver_id: 'me', requested_by: 'me' });
    ask('decided', { current_approver_id: 'me', status: 'approved' });
    ask('handed to me', { status: 'delegated', delegated_to: 'me' });
    expect(waiting().sort()).toEqual(['for me', 'for my role', 'handed to me']);
    expect(waiting({ ...me, id: 'ceo', role: 'management' })).toHaveLength(6);

    const stands = { delegator_id: 'boss', delegate_id: 'me', approval_types: '[]', is_active: 1, include_new_approvals: 1 };
    world.add('approval_delegations', { id: 'over', ...stands, start_date: '2026-03-01', end_date: '2026-03-14' });
    expect(waiting()).not.toContain('for the boss');
    world.add('approval_delegations', { id: 'now', ...stands, start_date: '2026-03-15', end_date: '2026-03-15' });
    expect(waiting()).toContain('for the boss');
  });
});

describe('on 100,000 projects', () => {
  it('the tasks of a person are found from their projects on', () => {
    const plan = (world.replica.read.prepare(`explain query plan ${tasks}`).all({ me: 'me', role: 'qa' }) as { detail: string }[]).map(({ detail }) => detail);
    expect(plan.filter((detail) => /^SCAN (p|d|projects|project_\w+)\b/.test(detail))).toEqual([]);
    expect(plan).toContain('SEARCH projects USING INDEX projects_assigned_to (assigned_to=?)');
    expect(plan.some((detail) => detail.startsWith('SEARCH d USING INDEX project_sub_stage_progress_project_id_workflow_stage_id'))).toBe(true);
  });
});
