import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { externalRoles, isManager, roles } from '../../../shared/domain/roles.ts';
import type { Part } from '../../../shared/domain/workflow-cases.ts';
import { usual } from '../../../shared/domain/workflow-cases-world.ts';
import { addCaseProject, stageId } from '../../testing/case-project.ts';
import { progressId } from '../../testing/workflow-cases.ts';
import { actsOf } from './acts.ts';
import { beginSiege, ours, type Attacker, type Siege } from './siege.ts';

let siege: Siege;

beforeAll(async () => {
  siege = await beginSiege();
});

afterAll(() => siege.end());

/** How the centre answers whoever works on a project that is not theirs now. */
const refused = [
  '42501',
  'EDIT_NOT_ALLOWED',
  'NOT_ALLOWED',
  'ROW_NOT_VISIBLE',
  'MOVE_BLOCKED',
  'SUB_STAGE_NOT_ALLOWED',
  'SUB_STAGE_NOT_CURRENT',
  'COLUMN_NOT_WRITABLE',
  'TABLE_NOT_WRITABLE',
  'ASSIGN_NOT_ALLOWED',
  'STRICT_CONFLICT',
  'VALUE_REFUSED',
];

const { run, change, create, plant } = actsOf(() => siege, refused);

const subStage = (slug: string) => {
  const found = usual.stages.flatMap(({ subStages }) => subStages).find((one) => one.slug === slug);
  if (!found) throw new Error(`no sub-stage ${slug}`);
  return found;
};

/** Everything that changes a project, tried by somebody who may change nothing of it. */
async function assault(me: Attacker, name: string, project: string, stage: string): Promise<void> {
  for (const patch of [
    { title: 'y' },
    { status: 'cancelled' },
    { estimated_value: '2.00' },
    { customer_id: null },
    { assigned_to: me.id },
    { priority_level: 'critical' },
  ]) {
    await change(me, name, 'projects', project, patch);
  }
  const following = usual.stages.find(
    ({ stage_order, is_active }) =>
      is_active && stage_order > (usual.stages.find(({ slug }) => slug === stage)?.stage_order ?? 0),
  );
  await create(me, name, 'project_stage_history', {
    project_id: project,
    from_stage_id: stageId(stage),
    to_stage_id: following?.id ?? null,
    kind: 'advance',
    reason: 'x',
  });
}

/** Another project like it that excludes the person, without steps yet. */
const siblingOf = async (project: string, me: Attacker) => {
  const { rows } = await siege.central.client.query<{ stage: string }>(
    'select current_stage_id as stage from public.projects where id = $1',
    [project],
  );
  const sibling = await plant('projects', {
    project_id: randomUUID(),
    title: 'x',
    current_stage_id: rows[0]?.stage ?? '',
    assigned_to: me.id,
  });
  await plant('project_assignments', { project_id: sibling, user_id: me.id, role: 'excluded' });
  return sibling;
};

const stages = usual.stages.filter(({ is_active }) => is_active);

describe.each(roles.filter((role) => !isManager(role)))('somebody of the role %s', (role) => {
  it('changes no project in a stage that is none of theirs', async () => {
    const me = siege.as(role);
    const outside = (externalRoles as readonly string[]).includes(role);
    for (const { slug, responsible_roles } of stages) {
      for (const part of ['none', 'former'] as Part[]) {
        // Nobody outside may, though a stage names their role.
        if (responsible_roles.includes(role) && !outside) continue;
        const project = await addCaseProject(siege.central.client, { stage: slug, role, part });
        await assault(me, `${slug}, ${part}`, project, slug);
      }
      if (outside)
        await assault(
          me,
          `${slug}, assigned`,
          await addCaseProject(siege.central.client, { stage: slug, role, part: 'assigned' }),
          slug,
        );
    }
    siege.attempts.verify();
  });

  it('changes nothing of a project that excludes them, whatever else lets them', async () => {
    const me = siege.as(role);
    for (const { slug } of stages) {
      const project = await addCaseProject(siege.central.client, { stage: slug, role, part: 'assigned' });
      await plant('project_assignments', { project_id: project, user_id: me.id, role: 'excluded' });
      await plant('project_assignments', { project_id: project, user_id: me.id, role: 'member' });
      await assault(me, `${slug}, excluded`, project, slug);
      await create(me, 'a document', 'documents', { project_id: project, title: 'x' });
      await create(me, 'a review', 'reviews', { project_id: project, review_type: 'x' });
      await change(
        me,
        'one’s own document',
        'documents',
        await plant('documents', { project_id: project, title: 'x', uploaded_by: me.id }),
        { title: 'y' },
      );
      await change(
        me,
        'one’s own review',
        'reviews',
        await plant('reviews', { project_id: project, review_type: 'x', reviewer_id: me.id }),
        { comments: 'y' },
      );
      if (slug !== 'intake') continue;
      for (const step of usual.stages[0]?.subStages ?? []) {
        const id = await plant('project_sub_stage_progress', {
          id: randomUUID(),
          project_id: await siblingOf(project, me),
          workflow_stage_id: step.workflow_stage_id,
          sub_stage_id: step.id,
          assigned_to: me.id,
        });
        for (const status of ['completed', 'skipped', 'in_progress', 'blocked'])
          await change(me, `step ${step.slug}`, 'project_sub_stage_progress', id, { status });
      }
    }
    siege.attempts.verify();
  });

  it('gives themselves no part in a project', async () => {
    const me = siege.as(role);
    for (const { slug } of stages) {
      const project = await addCaseProject(siege.central.client, { stage: slug, role, part: 'team' });
      await change(me, 'assign oneself', 'projects', project, { assigned_to: me.id });
      await create(me, 'join the team', 'project_assignments', { project_id: project, user_id: me.id, role: 'member' });
      const denied = await plant('project_assignments', { project_id: project, user_id: me.id, role: 'excluded' });
      await change(me, 'lift the exclusion', 'project_assignments', denied, { is_active: false });
      await change(me, 'lift the exclusion', 'project_assignments', denied, { role: 'member' });
      await run(me, 'lift the exclusion', 'delete from public.project_assignments where id = $1', [denied]);
    }
    siege.attempts.verify();
  });
});

describe('a gate', () => {
  const blocked = { progress: { 'request-read': 'pending', feasible: 'pending', 'signed-off': 'pending' } } as const;

  it('is passed by nobody while something is missing, and by no forged move', async () => {
    for (const role of roles) {
      const me = siege.as(role);
      const project = await addCaseProject(siege.central.client, { ...blocked, role, part: 'team' });
      const move = (to: string | null, more: Record<string, unknown> = {}) => ({
        project_id: project,
        from_stage_id: stageId('intake'),
        to_stage_id: to,
        kind: 'advance',
        ...more,
      });
      await create(me, 'advance', 'project_stage_history', move(stageId('review')));
      await create(
        me,
        'an empty reason',
        'project_stage_history',
        move(stageId('review'), { reason: ' \u00a0\u3000' }),
      );
      await create(me, 'skip', 'project_stage_history', move(stageId('closing')));
      await create(me, 'to a stage that is off', 'project_stage_history', move(stageId('paused'), { reason: 'x' }));
      await create(me, 'leave', 'project_stage_history', move(null, { reason: 'x' }));
      await create(me, 'nowhere', 'project_stage_history', move(stageId('intake'), { reason: 'x' }));
      await create(
        me,
        'from elsewhere',
        'project_stage_history',
        move(stageId('closing'), { from_stage_id: stageId('plan-b'), reason: 'x' }),
      );
      if (!isManager(role))
        await create(me, 'with a reason', 'project_stage_history', move(stageId('review'), { reason: 'x' }));
      for (const patch of [{ current_stage_id: stageId('closing') }, { status: 'completed' }, { project_id: 'P-1' }]) {
        await change(me, 'without a move', 'projects', project, patch);
      }
      for (const column of [
        'stage_entered_at',
        'actual_delivery_date',
        'created_by',
        'created_at',
        'sync_xid',
        'organization_id',
      ]) {
        await run(me, 'what the centre keeps', `update public.projects set ${column} = ${column} where id = $1`, [
          project,
        ]);
      }
      for (const column of ['moved_by', 'entered_at', 'duration_seconds', 'created_at']) {
        await run(
          me,
          'a forged history',
          `insert into public.project_stage_history (organization_id, project_id, to_stage_id, kind, ${column}) values ($1, $2, $3, 'enter', null)`,
          [ours, project, stageId('closing')],
        );
      }
      await run(me, 'history', 'update public.project_stage_history set reason = $2 where project_id = $1', [
        project,
        'x',
      ]);
      await run(me, 'history', 'delete from public.project_stage_history where project_id = $1', [project]);
      for (const status of ['on_hold', 'cancelled', 'completed'] as const) {
        const resting = await addCaseProject(siege.central.client, { status, role, part: 'team' });
        await create(me, `a project that is ${status}`, 'project_stage_history', {
          project_id: resting,
          from_stage_id: stageId('intake'),
          to_stage_id: stageId('review'),
          kind: 'advance',
          reason: 'x',
        });
      }
      const pending = await addCaseProject(siege.central.client, {
        role,
        part: 'team',
        approvals: [{ title: 'x', type: 'stage_transition', status: 'pending' }],
      });
      if (!isManager(role))
        await create(me, 'past a pending approval', 'project_stage_history', {
          project_id: pending,
          from_stage_id: stageId('intake'),
          to_stage_id: stageId('review'),
          kind: 'advance',
        });
      const worthless = await addCaseProject(siege.central.client, {
        stage: 'review',
        value: null,
        hasCustomer: false,
        role,
        part: 'team',
      });
      await create(me, 'an order without value and customer', 'project_stage_history', {
        project_id: worthless,
        from_stage_id: stageId('review'),
        to_stage_id: stageId('order_confirmed'),
        kind: 'advance',
        reason: 'x',
      });
    }
    siege.attempts.verify();
  });

  it('is passed by by no project that begins behind it', async () => {
    for (const role of roles) {
      const me = siege.as(role);
      const born = { project_id: 'x', title: 'x' };
      for (const slug of ['plan-a', 'plan-b', 'closing']) {
        const worth = {
          estimated_value: '1.00',
          customer_id: siege.canaries.idOf('contacts', { organization: ours, company: 1 }),
        };
        if (!isManager(role))
          await create(me, `a project in ${slug}`, 'projects', { ...born, ...worth, current_stage_id: stageId(slug) });
        await create(me, `a worthless project in ${slug}`, 'projects', { ...born, current_stage_id: stageId(slug) });
      }
      await create(me, 'an order without value', 'projects', { ...born, current_stage_id: stageId('order_confirmed') });
      await create(me, 'in a stage that is off', 'projects', { ...born, current_stage_id: stageId('paused') });
    }
    siege.attempts.verify();
  });

  it('is opened by no step that the person may not tick', async () => {
    for (const role of roles.filter((one) => one !== 'management')) {
      const me = siege.as(role);
      for (const slug of ['signed-off', 'request-read', 'courtesy']) {
        const step = subStage(slug);
        const project = await addCaseProject(siege.central.client, {
          progress: { [slug]: 'in_review' },
          role,
          part: 'none',
        });
        const id = progressId(project, slug);
        const mayApprove = step.requires_approval && step.approval_roles.includes(role);
        if (
          !mayApprove &&
          (step.requires_approval ||
            (!step.responsible_roles.includes(role) &&
              !usual.stages[0]?.responsible_roles.includes(role) &&
              !isManager(role)))
        ) {
          await change(me, `tick ${slug}`, 'project_sub_stage_progress', id, { status: 'completed' });
        }
        if (step.is_required && !step.can_skip)
          await change(me, `skip ${slug}`, 'project_sub_stage_progress', id, { status: 'skipped' });
        // Whoever may only approve takes nothing over with it.
        if (role === 'qa' && slug === 'signed-off')
          await change(me, `take ${slug} over`, 'project_sub_stage_progress', id, {
            status: 'completed',
            assigned_to: me.id,
          });
        for (const column of ['completed_by', 'metadata', 'created_at']) {
          await run(
            me,
            'sign in another name',
            `update public.project_sub_stage_progress set ${column} = ${column} where id = $1`,
            [id],
          );
        }
        await change(me, 'carry a step to another project', 'project_sub_stage_progress', id, {
          project_id: await addCaseProject(siege.central.client),
        });
      }
      const later = await addCaseProject(siege.central.client, {
        stage: 'review',
        progress: { papers: 'pending' },
        role,
        part: 'team',
      });
      await change(me, 'tick a step of another stage', 'project_sub_stage_progress', progressId(later, 'papers'), {
        status: 'completed',
      });
    }
    siege.attempts.verify();
  });
});
