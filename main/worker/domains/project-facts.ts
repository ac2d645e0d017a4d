import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { AppError } from '../../../shared/errors.ts';
import type { Person } from '../../../shared/domain/roles.ts';
import {
  activeStages,
  decideMove,
  EXCLUDED,
  type MoveDecision,
  type MoveRequest,
  type OpenApproval,
  type Progress,
  type ProgressStatus,
  type ProjectFacts,
  type Stage,
  type SubStage,
} from '../../../shared/domain/workflow.ts';
import {
  approvals,
  projectAssignments,
  projects,
  projectSubStageProgress,
  workflowStages,
  workflowSubStages,
} from '../../../db/replica/schema.ts';
import { compiled } from '../replica/compiled.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';

export type StoredProject = typeof projects.$inferSelect;
export type StoredProgress = typeof projectSubStageProgress.$inferSelect;
export type StoredSubStage = typeof workflowSubStages.$inferSelect;

/** Everything that the workflow engine asks about one project, read in the state that the screen shows. */
export interface ProjectContext {
  project: StoredProject;
  facts: ProjectFacts;
  stages: Stage[];
  stage: Stage | undefined;
  /** Active sub-stages of all stages, in order. */
  subStages: StoredSubStage[];
  progress: StoredProgress[];
  openApprovals: OpenApproval[];
}

/** What decides whether somebody may edit a project; asked with every keystroke that is saved, so in one statement. */
export interface EditFacts {
  assigned_to: string | null;
  team: string[];
  excluded: string[];
  stage: { name: string; responsible_roles: string[] };
}

const editFacts = `
  select p.assigned_to, s.name, s.responsible_roles,
         (select json_group_array(a.user_id) from project_assignments a where a.project_id = p.id and a.is_active and a.role <> '${EXCLUDED}') as team,
         (select json_group_array(a.user_id) from project_assignments a where a.project_id = p.id and a.is_active and a.role = '${EXCLUDED}') as excluded
    from projects p join workflow_stages s on s.id = p.current_stage_id where p.id = ?`;

/** Fails with NOT_FOUND. */
export function readEditFacts(replica: Replica, id: string): EditFacts {
  const row = prepared(replica.read, editFacts).get(id) as
    | { assigned_to: string | null; name: string; responsible_roles: string; team: string; excluded: string }
    | undefined;
  if (!row) throw projectNotFound(id);
  return {
    assigned_to: row.assigned_to,
    team: JSON.parse(row.team) as string[],
    excluded: JSON.parse(row.excluded) as string[],
    stage: { name: row.name, responsible_roles: JSON.parse(row.responsible_roles) as string[] },
  };
}

const projectNotFound = (id: string): AppError =>
  new AppError('NOT_FOUND', `no project ${id} in the replica`, { entity: 'project' });

const id = sql.placeholder('id');

const projectById = compiled((db) => db.select().from(projects).where(eq(projects.id, id)).prepare());
const allStages = compiled((db) => db.select().from(workflowStages).prepare());
const teamOf = compiled((db) =>
  db
    .select({ user_id: projectAssignments.user_id, role: projectAssignments.role })
    .from(projectAssignments)
    .where(and(eq(projectAssignments.project_id, id), eq(projectAssignments.is_active, true)))
    .prepare(),
);
const activeSubStages = compiled((db) =>
  db
    .select()
    .from(workflowSubStages)
    .where(eq(workflowSubStages.is_active, true))
    .orderBy(asc(workflowSubStages.sub_stage_order), asc(workflowSubStages.id))
    .prepare(),
);
const progressOf = compiled((db) => db.select().from(projectSubStageProgress).where(eq(projectSubStageProgress.project_id, id)).prepare());
const openApprovalsOf = compiled((db) =>
  db
    .select({ id: approvals.id, title: approvals.title })
    .from(approvals)
    .where(
      and(
        eq(approvals.project_id, id),
        eq(approvals.approval_type, 'stage_transition'),
        inArray(approvals.status, ['pending', 'in_review', 'delegated', 'escalated']),
      ),
    )
    .orderBy(asc(approvals.requested_at), asc(approvals.id))
    .prepare(),
);

/** Fails with NOT_FOUND where the person's replica has no such project (any more). */
export function readProjectContext(replica: Replica, id: string): ProjectContext {
  const project = projectById(replica).get({ id });
  if (!project) throw projectNotFound(id);
  const stages = allStages(replica).all();
  const team = teamOf(replica).all({ id });
  return {
    project,
    facts: {
      status: project.status as ProjectFacts['status'],
      current_stage_id: project.current_stage_id,
      customer_id: project.customer_id,
      estimated_value: project.estimated_value,
      assigned_to: project.assigned_to,
      team: team.filter(({ role }) => role !== EXCLUDED).map((member) => member.user_id),
      excluded: team.filter(({ role }) => role === EXCLUDED).map((member) => member.user_id),
    },
    stages,
    stage: stages.find((stage) => stage.id === project.current_stage_id),
    subStages: activeSubStages(replica).all(),
    progress: progressOf(replica).all({ id }),
    openApprovals: openApprovalsOf(replica).all({ id }),
  };
}

export const currentSubStages = (context: ProjectContext): (StoredSubStage & SubStage)[] =>
  context.subStages.filter((subStage) => subStage.workflow_stage_id === context.project.current_stage_id);

/** Asks the workflow engine about one move. */
export function decide(context: ProjectContext, person: Person, toStageId: string | null, reason: string | null): MoveDecision {
  const request: MoveRequest = {
    person,
    project: context.facts,
    stages: context.stages,
    subStages: currentSubStages(context),
    progress: context.progress.map(
      (row): Progress => ({
        sub_stage_id: row.sub_stage_id,
        status: row.status as ProgressStatus,
        assigned_to: row.assigned_to,
      }),
    ),
    openApprovals: context.openApprovals,
    toStageId,
    reason,
  };
  return decideMove(request);
}

/** Where a project could go: every other active stage, and out of the last one. */
export function targets(context: ProjectContext): (string | null)[] {
  const active = activeStages(context.stages);
  const others = active.filter((stage) => stage.id !== context.project.current_stage_id).map((stage) => stage.id);
  return active.at(-1)?.id === context.project.current_stage_id ? [...others, null] : others;
}
