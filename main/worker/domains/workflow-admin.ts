import type { StageDraft, StagePreview, SubStageDraft, workflowApi, WorkflowDraft, WorkflowPreview } from '../../../shared/api/workflow.ts';
import { mayAccess } from '../../../shared/domain/access-rules.ts';
import { foldText } from '../../../shared/domain/fold-text.ts';
import { isManager, type Role } from '../../../shared/domain/roles.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { orderStageMoved, workflowChanges } from '../../../shared/domain/workflow-changes.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { Mutation } from '../replica/write-path.ts';
import type { OpenSession } from '../session.ts';
import type { Handlers } from './context.ts';

export const workflowHandlers: Handlers<keyof typeof workflowApi> = {
  'workflow.get': (session) => {
    demandAdmin(session);
    const { replica } = session;
    const pending = prepared(
      replica.read,
      "select distinct row_id from outbox where table_name in ('workflow_stages', 'workflow_sub_stages') and state <> 'acknowledged'",
    ).pluck();
    return { stages: readWorkflow(replica), projects: Object.fromEntries(openProjects(replica)), pending: pending.all() as string[] };
  },

  'workflow.preview': (session, { before, after }) => {
    demandAdmin(session);
    return preview(session.replica, before, after);
  },

  'workflow.save': (session, { before, after, occupied }) => {
    demandAdmin(session);
    if (!after.some(({ is_active }) => is_active)) throw new AppError('WORKFLOW_EMPTY', 'no stage would be active');
    const projects = openProjects(session.replica);
    for (const change of workflowChanges(before, after)) {
      const here = projects.get(change.id) ?? 0;
      if (change.switched === 'off' && here > 0 && !occupied.includes(change.id)) {
        throw new AppError('STAGE_OCCUPIED', `${here} open projects stand in the stage`, { stage: change.name, projects: here });
      }
    }
    session.accept(mutations(session, before, after));
    return null;
  },
};

function demandAdmin(session: OpenSession): void {
  const { role } = session.current().person;
  if (!mayAccess(role, 'update', 'workflow_stages')) throw new AppError('NOT_ALLOWED', `role ${role} may not change the workflow`);
}

interface StoredRow {
  id: string;
  slug: string;
  name: string;
  color: string;
  is_active: number;
  exit_criteria: string | null;
  responsible_roles: string;
}

type StoredStage = StoredRow & { estimated_duration_days: number | null };
type StoredStep = StoredRow & {
  workflow_stage_id: string;
  estimated_duration_hours: number | null;
  is_required: number;
  can_skip: number;
  requires_approval: number;
  approval_roles: string;
};

const common = 'id, slug, name, color, is_active, exit_criteria, responsible_roles';
const stagesInOrder = `select ${common}, estimated_duration_days from workflow_stages order by stage_order, id`;
const stepsInOrder = `
  select ${common}, workflow_stage_id, estimated_duration_hours, is_required, can_skip, requires_approval, approval_roles
    from workflow_sub_stages order by workflow_stage_id, sub_stage_order, id`;

const rolesOf = (list: string): Role[] => JSON.parse(list) as Role[];
const factsOf = (row: StoredRow) => ({
  id: row.id,
  name: row.name,
  color: row.color,
  is_active: row.is_active === 1,
  exit_criteria: row.exit_criteria,
  responsible_roles: rolesOf(row.responsible_roles),
});

function readWorkflow({ read }: Replica): WorkflowDraft {
  const steps = prepared(read, stepsInOrder).all() as StoredStep[];
  return (prepared(read, stagesInOrder).all() as StoredStage[]).map((stage): StageDraft => ({
    ...factsOf(stage),
    estimated_duration_days: stage.estimated_duration_days,
    sub_stages: steps
      .filter(({ workflow_stage_id }) => workflow_stage_id === stage.id)
      .map((step): SubStageDraft => ({
        ...factsOf(step),
        estimated_duration_hours: step.estimated_duration_hours,
        is_required: step.is_required === 1,
        can_skip: step.can_skip === 1,
        requires_approval: step.requires_approval === 1,
        approval_roles: rolesOf(step.approval_roles),
      })),
  }));
}

function openProjects({ read }: Replica): Map<string, number> {
  const rows = prepared(read, 'select stage_id, sum(projects) as projects from open_project_totals group by stage_id').all() as {
    stage_id: string;
    projects: number;
  }[];
  return new Map(rows.map(({ stage_id, projects }) => [stage_id, projects]));
}

function preview(replica: Replica, before: WorkflowDraft, after: WorkflowDraft): WorkflowPreview {
  const { read } = replica;
  const projects = openProjects(replica);
  const people = new Map(
    (prepared(read, "select role, count(*) as people from users where status = 'active' group by role").all() as { role: Role; people: number }[]).map(
      (row) => [row.role, row.people],
    ),
  );
  const slugs = new Map((prepared(read, 'select id, slug from workflow_stages').all() as { id: string; slug: string }[]).map((row) => [row.id, row.slug]));
  // Managers may edit in every stage, whether it lists their role or not.
  const count = (roles: readonly Role[]): number =>
    roles.reduce((sum, role) => sum + (isManager(role) ? 0 : (people.get(role) ?? 0)), 0);
  return {
    stages: workflowChanges(before, after).map((change): StagePreview => {
      const here = projects.get(change.id) ?? 0;
      const stage = after.find(({ id }) => id === change.id);
      return {
        ...change,
        projects: here,
        held: stage && here > 0 ? Object.fromEntries(change.gate_added.map(({ id, name }) => [name, countHeld(replica, stage, id, here)])) : {},
        people_gaining: count(change.roles_gaining),
        people_losing: count(change.roles_losing),
        next_stage: nextActive(after, change.id),
      };
    }),
    order_stage_moved: orderStageMoved(before, after, slugs),
  };
}

function nextActive(after: WorkflowDraft, id: string): string | null {
  const place = after.findIndex((stage) => stage.id === id);
  return after.slice(place + 1).find(({ is_active }) => is_active)?.name ?? null;
}

/** A step that was skipped is done where it may be skipped from then on. */
function countHeld(replica: Replica, stage: StageDraft, subStageId: string, here: number): number {
  const skippable = stage.sub_stages.find(({ id }) => id === subStageId)?.can_skip ?? false;
  const done = prepared(
    replica.read,
    `select count(*) from project_sub_stage_progress d
       join projects p on p.id = d.project_id and p.current_stage_id = ? and p.status in ('active', 'on_hold')
      where d.sub_stage_id = ? and (d.status = 'completed' or (d.status = 'skipped' and ?))`,
  )
    .pluck()
    .get(stage.id, subStageId, skippable ? 1 : 0) as number;
  return here - done;
}

/** Only what the person changed: what somebody else has changed meanwhile stays. */
function mutations(session: OpenSession, before: WorkflowDraft, after: WorkflowDraft): Mutation[] {
  const { read } = session.replica;
  const now = formatTimestamp(new Date());
  const { organization } = session.current();
  const newRow = { organization_id: organization.id, created_at: now, updated_at: now, sync_xid: 0 };
  const storedStages = new Map((prepared(read, stagesInOrder).all() as StoredStage[]).map((row) => [row.id, row]));
  const storedSteps = new Map((prepared(read, stepsInOrder).all() as StoredStep[]).map((row) => [row.id, row]));
  const stageSlugs = new Set(Array.from(storedStages.values(), ({ slug }) => slug));
  const reordered = !sameOrder(before, after);
  const list: Mutation[] = [];

  const write = (table: string, row: StageDraft | SubStageDraft, old: object | undefined, extra: Record<string, unknown>, insert: () => Record<string, unknown>): void => {
    const columns = Object.entries(row).filter(([column]) => column !== 'id' && column !== 'sub_stages');
    if (!old) {
      const patch = { ...Object.fromEntries(columns), ...extra, ...insert() };
      list.push({ table_name: table, row_id: row.id, op: 'insert', patch, derived: newRow });
      return;
    }
    const was = old as Record<string, unknown>;
    const patch = { ...Object.fromEntries(columns.filter(([column, value]) => JSON.stringify(was[column]) !== JSON.stringify(value))), ...extra };
    if (Object.keys(patch).length > 0) list.push({ table_name: table, row_id: row.id, op: 'update', patch, derived: { updated_at: now } });
  };

  after.forEach((stage, place) => {
    const old = before.find(({ id }) => id === stage.id);
    if (old && !storedStages.has(stage.id)) return;
    write('workflow_stages', stage, old, reordered ? { stage_order: place + 1 } : {}, () => ({ slug: freeSlug(stage.name, 'stage', stageSlugs) }));
    const slugs = new Set(Array.from(storedSteps.values()).filter((step) => step.workflow_stage_id === stage.id).map(({ slug }) => slug));
    const stepsReordered = !sameOrder(old?.sub_stages ?? [], stage.sub_stages);
    stage.sub_stages.forEach((step, stepPlace) => {
      const oldStep = old?.sub_stages.find(({ id }) => id === step.id);
      if (oldStep && !storedSteps.has(step.id)) return;
      write('workflow_sub_stages', step, oldStep, stepsReordered ? { sub_stage_order: stepPlace + 1 } : {}, () => ({
        workflow_stage_id: stage.id,
        slug: freeSlug(step.name, 'step', slugs),
        auto_advance: false,
        metadata: {},
      }));
    });
  });
  return list;
}

const sameOrder = (one: readonly { id: string }[], other: readonly { id: string }[]): boolean =>
  one.length === other.length && one.every(({ id }, place) => other[place]?.id === id);

/** A name for machines; people see the name itself. */
function freeSlug(name: string, otherwise: string, taken: Set<string>): string {
  const plain = foldText(name).replace(/[^a-z0-9]+/g, '_').slice(0, 90).replace(/^_+|_+$/g, '') || otherwise;
  let slug = plain;
  for (let number = 2; taken.has(slug); number += 1) slug = `${plain}_${number}`;
  taken.add(slug);
  return slug;
}
