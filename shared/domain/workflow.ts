import { isManager, type Person, type Role } from './roles.ts';

/*
 * The workflow engine: pure rules over plain rows. The centre enforces the same rules in db/central/0011_workflow.sql;
 * the cases in workflow-cases.ts are run against both.
 */

export interface Stage {
  id: string;
  name: string;
  slug: string;
  stage_order: number;
  is_active: boolean;
  responsible_roles: readonly string[];
}

export interface SubStage {
  id: string;
  workflow_stage_id: string;
  name: string;
  sub_stage_order: number;
  responsible_roles: readonly string[];
  is_required: boolean;
  can_skip: boolean;
  requires_approval: boolean;
  approval_roles: readonly string[];
}

export const progressStatuses = ['pending', 'in_progress', 'in_review', 'blocked', 'skipped', 'completed'] as const;
export type ProgressStatus = (typeof progressStatuses)[number];

export interface Progress {
  sub_stage_id: string;
  status: ProgressStatus;
  assigned_to: string | null;
}

export const projectStatuses = ['active', 'completed', 'cancelled', 'on_hold'] as const;
export type ProjectStatus = (typeof projectStatuses)[number];

export interface ProjectFacts {
  status: ProjectStatus;
  current_stage_id: string | null;
  customer_id: string | null;
  /** Decimal text, e.g. `85000000.00`. */
  estimated_value: string | null;
  assigned_to: string | null;
  /** People with an active part in the project. */
  team: readonly string[];
  /** People who are kept out of it, whatever else speaks for them. */
  excluded: readonly string[];
}

export interface OpenApproval {
  id: string;
  title: string;
}

/** Why a project may not move; `detail` names the sub-stage, approval or role that is missing. */
export type Missing =
  | { code: 'PROJECT_NOT_ACTIVE'; detail: ProjectStatus }
  | { code: 'NOT_RESPONSIBLE'; detail: string }
  | { code: 'SAME_STAGE'; detail: string }
  | { code: 'STAGE_UNKNOWN'; detail: string }
  | { code: 'MANAGER_REQUIRED'; detail: 'skip' | 'back' }
  | { code: 'REASON_REQUIRED'; detail: 'skip' | 'back' | 'bypass' }
  | { code: 'SUB_STAGE_OPEN'; detail: string }
  | { code: 'APPROVAL_PENDING'; detail: string }
  | { code: 'VALUE_REQUIRED'; detail: string }
  | { code: 'CUSTOMER_REQUIRED'; detail: string };

export type MoveKind = 'advance' | 'skip' | 'back' | 'leave';

export interface MoveDecision {
  kind: MoveKind;
  allowed: boolean;
  missing: Missing[];
  /** True where the same move is allowed for this person once a reason is given. */
  reasonHelps: boolean;
}

export interface MoveRequest {
  person: Pick<Person, 'id' | 'role'>;
  project: ProjectFacts;
  /** All stages of the organization, in any order. */
  stages: readonly Stage[];
  /** The sub-stages of the current stage. */
  subStages: readonly SubStage[];
  progress: readonly Progress[];
  /** Approvals about this project that are not decided yet. */
  openApprovals: readonly OpenApproval[];
  /** The stage to enter; null leaves the last stage and completes the project, and is unknown anywhere else. */
  toStageId: string | null;
  /** Written reason; needed to bypass a gate, to skip a stage and to go back. */
  reason?: string | null;
}

/** From the stage with this slug on, a project needs a value and a customer. */
export const ORDER_CONFIRMED = 'order_confirmed';

type Assigned = Pick<ProjectFacts, 'assigned_to' | 'team' | 'excluded'>;

/** The part in a project (`project_assignments.role`) that keeps a person out of it. */
export const EXCLUDED = 'excluded';

/**
 * May this person edit the project now? Managers always; nobody who is kept out of it; others while the stage lists their
 * role or it is theirs.
 */
export function mayEditProject(
  person: Pick<Person, 'id' | 'role'>,
  project: Assigned,
  stage: Pick<Stage, 'responsible_roles'> | undefined,
): boolean {
  if (person.role === 'supplier' || person.role === 'customer') return false;
  if (isManager(person.role)) return true;
  if (project.excluded.includes(person.id)) return false;
  if (project.assigned_to === person.id || project.team.includes(person.id)) return true;
  return stage?.responsible_roles.includes(person.role) ?? false;
}

/**
 * May this person give the project, which they may edit, to somebody? Whoever has it may edit it in every stage, so nobody
 * takes it: a manager gives it, or whoever has it hands it over.
 */
export const mayAssign = (person: Pick<Person, 'id' | 'role'>, project: Pick<ProjectFacts, 'assigned_to'>): boolean =>
  isManager(person.role) || project.assigned_to === person.id;

/** May this person set the sub-stage to the given status? Approval is given by completing, by a role that it names. */
export function maySetProgress(
  person: Pick<Person, 'id' | 'role'>,
  project: Assigned,
  stage: Pick<Stage, 'responsible_roles'> | undefined,
  subStage: Pick<SubStage, 'responsible_roles' | 'requires_approval' | 'approval_roles' | 'can_skip' | 'is_required'>,
  progress: Pick<Progress, 'assigned_to'> | undefined,
  status: ProgressStatus,
): boolean {
  if (person.role === 'supplier' || person.role === 'customer') return false;
  if (!isManager(person.role) && project.excluded.includes(person.id)) return false;
  if (status === 'skipped' && !mayBeSkipped(subStage)) return false;
  if (status === 'completed' && subStage.requires_approval) return mayApprove(person.role, subStage.approval_roles);
  return (
    mayEditProject(person, project, stage) ||
    subStage.responsible_roles.includes(person.role) ||
    progress?.assigned_to === person.id
  );
}

/**
 * May this person give the sub-stage to somebody and write notes to it, its status staying as it is? Whoever may only approve
 * it changes nothing else of it.
 */
export const mayEditStep = (
  person: Pick<Person, 'id' | 'role'>,
  project: Assigned,
  stage: Pick<Stage, 'responsible_roles'> | undefined,
  subStage: Parameters<typeof maySetProgress>[3],
  progress: Pick<Progress, 'assigned_to' | 'status'> | undefined,
): boolean =>
  maySetProgress(person, project, stage, subStage, progress, progress?.status ?? 'pending') &&
  (mayEditProject(person, project, stage) ||
    subStage.responsible_roles.includes(person.role) ||
    progress?.assigned_to === person.id);

/** Management approves anything; everybody else, admins included, only what names their role. */
export const mayApprove = (role: Role, approvalRoles: readonly string[]): boolean =>
  role === 'management' || approvalRoles.includes(role);

export const mayBeSkipped = (subStage: Pick<SubStage, 'can_skip' | 'is_required'>): boolean =>
  subStage.can_skip || !subStage.is_required;

/** What is missing before the project may leave its current stage by the gate. */
export function gateConditions(
  request: Pick<MoveRequest, 'project' | 'stages' | 'subStages' | 'progress' | 'openApprovals'>,
  target: Stage | null,
): Missing[] {
  const missing: Missing[] = [];
  const statusOf = new Map(request.progress.map((row) => [row.sub_stage_id, row.status]));
  for (const subStage of [...request.subStages].sort((a, b) => a.sub_stage_order - b.sub_stage_order)) {
    const status = statusOf.get(subStage.id) ?? 'pending';
    const done = status === 'completed' || (status === 'skipped' && mayBeSkipped(subStage));
    if (subStage.is_required && !done) missing.push({ code: 'SUB_STAGE_OPEN', detail: subStage.name });
  }
  for (const approval of request.openApprovals) missing.push({ code: 'APPROVAL_PENDING', detail: approval.title });
  missing.push(...orderConditions(request.project, request.stages, target));
  return missing;
}

/** A value and a customer, from Order Confirmed on; a null `target` leaves the last stage. */
export function orderConditions(project: Pick<ProjectFacts, 'estimated_value' | 'customer_id'>, stages: readonly Stage[], target: Stage | null): Missing[] {
  const ordered = stages.find((stage) => stage.slug === ORDER_CONFIRMED);
  if (!ordered || (target && byOrder(target, ordered) < 0)) return [];
  const missing: Missing[] = [];
  if (!isPositive(project.estimated_value)) missing.push({ code: 'VALUE_REQUIRED', detail: '' });
  if (!project.customer_id) missing.push({ code: 'CUSTOMER_REQUIRED', detail: '' });
  return missing;
}

/** What an order would lose by an edit. Only what the edit itself takes away: one that lacks both may be given one after the other. */
export function lostByEdit(
  project: Pick<ProjectFacts, 'estimated_value' | 'customer_id'>,
  patch: Partial<Pick<ProjectFacts, 'estimated_value' | 'customer_id'>>,
  stages: readonly Stage[],
  stage: Stage | undefined,
): Missing['code'][] {
  if (!stage) return [];
  const missing = (facts: typeof patch): Missing['code'][] => orderConditions({ ...project, ...facts }, stages, stage).map(({ code }) => code);
  const before = missing({});
  return missing(patch).filter((code) => !before.includes(code));
}

/** Two stages may have the same place for a while (an admin swaps them offline); then the id decides. */
const byOrder = (a: Stage, b: Stage): number => a.stage_order - b.stage_order || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const isPositive = (decimal: string | null): boolean => decimal !== null && /[1-9]/.test(decimal) && !decimal.startsWith('-');

/** The stages in which projects move, in order. */
export const activeStages = <S extends Stage>(stages: readonly S[]): S[] =>
  stages.filter((stage) => stage.is_active).sort(byOrder);

/** The stage after the given one; null after the last. Undefined where the stage itself is unknown. */
export function nextStage<S extends Stage>(stages: readonly S[], currentStageId: string | null): S | null | undefined {
  const current = stages.find((stage) => stage.id === currentStageId);
  if (!current) return undefined;
  return activeStages(stages).find((stage) => byOrder(stage, current) > 0) ?? null;
}

/** Decides one move. The first blocking fact decides; gate conditions are listed all together. */
export function decideMove(request: MoveRequest): MoveDecision {
  const { person, project, stages, toStageId } = request;
  const reason = (request.reason ?? '').trim();
  const current = stages.find((stage) => stage.id === project.current_stage_id);
  const target = toStageId === null ? null : activeStages(stages).find((stage) => stage.id === toStageId);
  const next = nextStage(stages, project.current_stage_id);
  const kind = moveKind(current, target, next);
  const refuse = (...missing: Missing[]): MoveDecision => ({ kind, allowed: false, missing, reasonHelps: false });

  if (project.status !== 'active') return refuse({ code: 'PROJECT_NOT_ACTIVE', detail: project.status });
  const leavesEarly = target === null && next !== null;
  if (!current || target === undefined || leavesEarly) return refuse({ code: 'STAGE_UNKNOWN', detail: toStageId ?? '' });
  if (target?.id === current.id) return refuse({ code: 'SAME_STAGE', detail: current.name });
  if (!mayEditProject(person, project, current)) return refuse({ code: 'NOT_RESPONSIBLE', detail: current.name });

  if (kind === 'skip' || kind === 'back') {
    if (!isManager(person.role)) return refuse({ code: 'MANAGER_REQUIRED', detail: kind });
    const hard = kind === 'skip' ? orderConditions(project, stages, target) : [];
    if (hard.length > 0) return refuse(...hard);
    if (!reason) return { kind, allowed: false, missing: [{ code: 'REASON_REQUIRED', detail: kind }], reasonHelps: true };
    return { kind, allowed: true, missing: [], reasonHelps: false };
  }

  // A manager's reason opens the gate, yet never replaces the value and the customer of an order.
  const hard = orderConditions(project, stages, target);
  const missing = isManager(person.role) && reason ? hard : gateConditions(request, target);
  const reasonHelps = isManager(person.role) && !reason && missing.length > 0 && hard.length === 0;
  return { kind, allowed: missing.length === 0, missing, reasonHelps };
}

function moveKind(current: Stage | undefined, target: Stage | null | undefined, next: Stage | null | undefined): MoveKind {
  if (target === null) return 'leave';
  if (!current || !target) return 'advance';
  if (byOrder(target, current) < 0) return 'back';
  return target.id === next?.id ? 'advance' : 'skip';
}
