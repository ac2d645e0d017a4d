import { aliasedTable, and, asc, desc, eq, sql } from 'drizzle-orm';
import type { ActivityRow, HistoryRow, MoveOption, ProjectPage, RecordState, SubStageRow } from '../../../shared/api/projects.ts';
import type { AttentionItem, ConflictItem } from '../../../shared/api/sync.ts';
import { stepDues } from '../../../shared/domain/schedule.ts';
import { mayAssign, mayEditProject, mayEditStep, maySetProgress, progressStatuses, type ProgressStatus } from '../../../shared/domain/workflow.ts';
import {
  activityLog,
  outbox,
  outboxEffects,
  projectStageHistory,
  projectSubStageProgress,
  users,
  workflowStages,
  workflowSubStages,
} from '../../../db/replica/schema.ts';
import { compiled } from '../replica/compiled.ts';
import type { Replica } from '../replica/database.ts';
import { derivedId } from '../replica/derived-id.ts';
import { prepared } from '../replica/prepared.ts';
import type { OpenSession } from '../session.ts';
import { readProjectAttention } from './attention.ts';
import { readProjectConflicts } from './conflicts.ts';
import { currentSubStages, decide, readProjectContext, targets, type ProjectContext } from './project-facts.ts';
import { readProjectsById, readStages } from './project-rows.ts';
import { isReadOnly } from './read-only.ts';

const ACTIVITY_SHOWN = 100;

const allNames = compiled((db) => db.select({ id: users.id, name: users.name }).from(users).prepare());

/** Everything that a project's page shows. Fails with NOT_FOUND. */
export function readProjectPage(session: OpenSession, id: string): ProjectPage {
  const { replica } = session;
  const context = readProjectContext(replica, id);
  const { project, facts } = context;
  const row = readProjectsById(replica, [id]).get(id);
  if (!row) throw new Error(`project ${id} vanished while it was read`);
  const names = new Map(allNames(replica).all().map((user) => [user.id, user.name]));
  const { person } = session.current();
  const conflicts = readProjectConflicts(session, id);
  const attention = readProjectAttention(session, id);
  const canEdit = !isReadOnly(session) && mayEditProject(person, facts, context.stage);
  return {
    project: {
      ...row,
      description: project.description,
      notes: project.notes,
      tags: project.tags,
      project_type: project.project_type,
      intake_type: project.intake_type,
      source: project.source,
      metadata: project.metadata,
      created_at: project.created_at,
      created_by_name: names.get(project.created_by ?? '') ?? null,
      actual_delivery_date: project.actual_delivery_date,
    },
    pending_columns: pendingColumns(replica, id),
    can_edit: canEdit,
    can_assign: canEdit && mayAssign(person, facts),
    stages: readStages(replica, true),
    sub_stages: subStageRows(session, context, names, stepStates(replica, attention, conflicts)),
    moves: moveOptions(session, context),
    history: readHistory(replica, id),
    conflicts,
    attention,
    activity: readActivity(replica, id, names),
  };
}

/** For every stage that the project could enter: may it, and what is missing? */
export function moveOptions(session: OpenSession, context: ProjectContext): MoveOption[] {
  const { person } = session.current();
  return targets(context).map((toStageId) => {
    const decision = decide(context, person, toStageId, null);
    return {
      to_stage_id: toStageId,
      kind: decision.kind,
      allowed: decision.allowed,
      missing: decision.missing,
      reason_helps: decision.reasonHelps,
    };
  });
}

/** How the rows of sub-stages stand towards the centre, by row. */
function stepStates(
  replica: Replica,
  attention: readonly AttentionItem[],
  conflicts: readonly ConflictItem[],
): (rowId: string) => RecordState {
  const waiting = prepared(
    replica.read,
    `select count(*) from outbox where table_name = 'project_sub_stage_progress' and row_id = ? and state <> 'acknowledged'`,
  ).pluck();
  return (rowId) => ({
    pending: waiting.get(rowId) as number,
    attention: attention.filter(({ row_id }) => row_id === rowId).length,
    conflicts: conflicts.filter(({ row_id, resolved }) => row_id === rowId && !resolved).length,
  });
}

function subStageRows(
  session: OpenSession,
  context: ProjectContext,
  names: Map<string, string>,
  stateOf: (rowId: string) => RecordState,
): SubStageRow[] {
  const { person } = session.current();
  const mayBeSet = !isReadOnly(session) && context.facts.status === 'active';
  const dues = stepDues(currentSubStages(context), context.project.stage_entered_at);
  return context.subStages.map((subStage) => {
    const progress = context.progress.find((row) => row.sub_stage_id === subStage.id);
    const status = (progress?.status ?? 'pending') as ProgressStatus;
    const current = mayBeSet && subStage.workflow_stage_id === context.project.current_stage_id;
    return {
      id: subStage.id,
      workflow_stage_id: subStage.workflow_stage_id,
      name: subStage.name,
      description: subStage.description,
      exit_criteria: subStage.exit_criteria,
      sub_stage_order: subStage.sub_stage_order,
      estimated_duration_hours: subStage.estimated_duration_hours,
      is_required: subStage.is_required,
      can_skip: subStage.can_skip,
      requires_approval: subStage.requires_approval,
      approval_roles: subStage.approval_roles,
      responsible_roles: subStage.responsible_roles,
      status,
      started_at: progress?.started_at ?? null,
      completed_at: progress?.completed_at ?? null,
      completed_by_name: names.get(progress?.completed_by ?? '') ?? null,
      blocked_reason: progress?.blocked_reason ?? null,
      assigned_to: progress?.assigned_to ?? null,
      assigned_name: names.get(progress?.assigned_to ?? '') ?? null,
      notes: progress?.notes ?? null,
      due_at: dues.get(subStage.id) ?? null,
      can_edit:
        current &&
        mayEditStep(person, context.facts, context.stage, subStage, progress && { assigned_to: progress.assigned_to, status }),
      settable: current
        ? progressStatuses.filter(
            (target) =>
              target !== status &&
              maySetProgress(person, context.facts, context.stage, subStage, progress && { assigned_to: progress.assigned_to }, target),
          )
        : [],
      // A step that the centre refused to open has no row; the refused change names the row that it would have had.
      sync: stateOf(progress?.id ?? derivedId(context.project.id, subStage.id)),
    };
  });
}

const pendingPatches = compiled((db) =>
  db
    .select({ patch: outboxEffects.patch })
    .from(outboxEffects)
    .innerJoin(outbox, eq(outbox.seq, outboxEffects.seq))
    .where(and(eq(outboxEffects.table_name, 'projects'), eq(outboxEffects.row_id, sql.placeholder('id')), sql`${outbox.state} <> 'acknowledged'`))
    .prepare(),
);

/** Columns of the project's own row that an unconfirmed change touches, its moves included. */
function pendingColumns(replica: Replica, id: string): string[] {
  const rows = pendingPatches(replica).all({ id });
  return [...new Set(rows.flatMap((row) => Object.keys(row.patch)))].filter((column) => column !== 'updated_at');
}

const historyOf = compiled((db) => {
  const from = aliasedTable(workflowStages, 'from_stage');
  const to = aliasedTable(workflowStages, 'to_stage');
  return db
    .select({
      id: projectStageHistory.id,
      kind: projectStageHistory.kind,
      from_stage_id: projectStageHistory.from_stage_id,
      to_stage_id: projectStageHistory.to_stage_id,
      from_stage_name: from.name,
      to_stage_name: to.name,
      reason: projectStageHistory.reason,
      moved_by_name: users.name,
      moved_at: projectStageHistory.moved_at,
      duration_seconds: projectStageHistory.duration_seconds,
      estimated_days: from.estimated_duration_days,
      pending: sql<number>`exists (select 1 from ${outbox} where ${outbox.table_name} = 'project_stage_history'
        and ${outbox.row_id} = ${projectStageHistory.id} and ${outbox.state} <> 'acknowledged')`,
    })
    .from(projectStageHistory)
    .leftJoin(from, eq(from.id, projectStageHistory.from_stage_id))
    .leftJoin(to, eq(to.id, projectStageHistory.to_stage_id))
    .leftJoin(users, eq(users.id, projectStageHistory.moved_by))
    .where(eq(projectStageHistory.project_id, sql.placeholder('id')))
    .orderBy(asc(projectStageHistory.moved_at), asc(projectStageHistory.id))
    .prepare();
});

const readHistory = (replica: Replica, id: string): HistoryRow[] =>
  historyOf(replica)
    .all({ id })
    .map((row) => ({ ...row, kind: row.kind as HistoryRow['kind'], pending: row.pending === 1 }));

const activityOf = compiled((db) =>
  db
    .select({
      id: activityLog.id,
      entity_type: activityLog.entity_type,
      subject: workflowSubStages.name,
      action: activityLog.action,
      description: activityLog.description,
      user_name: users.name,
      created_at: activityLog.created_at,
      old_values: activityLog.old_values,
      new_values: activityLog.new_values,
    })
    .from(activityLog)
    .leftJoin(users, eq(users.id, activityLog.user_id))
    .leftJoin(projectSubStageProgress, eq(projectSubStageProgress.id, activityLog.entity_id))
    .leftJoin(workflowSubStages, eq(workflowSubStages.id, projectSubStageProgress.sub_stage_id))
    // The steps that a move opens follow from it; the move itself stands here.
    .where(and(eq(activityLog.project_id, sql.placeholder('id')), sql`not (${activityLog.entity_type} = 'project_sub_stage_progress' and ${activityLog.action} = 'INSERT')`))
    .orderBy(desc(activityLog.created_at), desc(activityLog.id))
    .limit(ACTIVITY_SHOWN)
    .prepare(),
);

const readActivity = (replica: Replica, id: string, people: ReadonlyMap<string, string>): ActivityRow[] =>
  activityOf(replica)
    .all({ id })
    .map(({ old_values, new_values, ...row }) => ({ ...row, changes: changesOf(old_values, new_values, people) }));

type LoggedRow = Record<string, unknown> | null;

/**
 * Columns that differ, with people by their names. A log row of a creation or removal holds a whole row; that is no
 * list of changes.
 */
export function changesOf(before: LoggedRow, after: LoggedRow, people: ReadonlyMap<string, string>): ActivityRow['changes'] {
  if (!before || !after) return [];
  const named = (value: unknown): unknown => (typeof value === 'string' ? people.get(value) : undefined) ?? value ?? null;
  const columns = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...columns]
    .filter((column) => JSON.stringify(before[column]) !== JSON.stringify(after[column]))
    .flatMap((column) => {
      const [old, now] = [before[column], after[column]];
      // Of a bag of values only those that differ are a change.
      if (column === 'metadata' && isBag(old) && isBag(now)) return changesOf(old, now, people);
      return [{ column, before: named(old), after: named(now) }];
    });
}

const isBag = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
