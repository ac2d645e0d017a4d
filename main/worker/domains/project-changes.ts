import { v7 as uuidv7 } from 'uuid';
import type { StoredEffect } from '../../../db/replica/machinery.ts';
import type { Session } from '../../../shared/api/session.ts';
import { formatTimestamp, parseTimestamp } from '../../../shared/domain/timestamps.ts';
import type { MoveKind, ProgressStatus } from '../../../shared/domain/workflow.ts';
import { derivedId } from '../replica/derived-id.ts';
import type { Mutation } from '../replica/write-path.ts';
import type { ProjectContext, StoredSubStage } from './project-facts.ts';

/*
 * What a person's command becomes: the mutation that the centre is asked to carry out, and the rows that the screen
 * shows meanwhile, as the centre's triggers (db/central/0011_workflow.sql) will write them.
 */

/** The columns that the centre fills in for a new row. */
export const newRow = (organizationId: string, now: string) => ({
  organization_id: organizationId,
  created_at: now,
  updated_at: now,
  sync_xid: 0,
});

/** A move between stages is a new row of the stage history; the centre checks it and moves the project. */
export function moveMutation(
  session: Session,
  context: ProjectContext,
  kind: MoveKind,
  toStageId: string | null,
  reason: string | null,
  at: Date,
): Mutation {
  const { project } = context;
  const now = formatTimestamp(at);
  const seconds = Math.max(0, Math.floor((at.getTime() - parseTimestamp(project.stage_entered_at).getTime()) / 1000));
  return {
    table_name: 'project_stage_history',
    row_id: uuidv7(),
    op: 'insert',
    patch: {
      project_id: project.id,
      from_stage_id: project.current_stage_id,
      to_stage_id: toStageId,
      kind,
      reason,
      moved_at: now,
    },
    derived: {
      ...newRow(project.organization_id, now),
      moved_by: session.person.id,
      entered_at: project.stage_entered_at,
      duration_seconds: seconds,
    },
    effects: [
      {
        table_name: 'projects',
        row_id: project.id,
        op: 'update',
        patch:
          toStageId === null
            ? { status: 'completed', actual_delivery_date: dayIn(session.organization.timezone, at), updated_at: now }
            : { current_stage_id: toStageId, stage_entered_at: now, updated_at: now },
      },
      ...(toStageId === null ? [] : openedSubStages(context, toStageId, now)),
    ],
  };
}

/** What has to be known of a project to open its sub-stages; one that is about to be created has no rows of them yet. */
interface Opening {
  project: Pick<ProjectContext['project'], 'id' | 'organization_id'>;
  subStages: ProjectContext['subStages'];
  progress: ProjectContext['progress'];
}

export function openedSubStages(context: Opening, stageId: string, now: string): StoredEffect[] {
  const present = new Set(context.progress.map((row) => row.sub_stage_id));
  return context.subStages
    .filter((subStage) => subStage.workflow_stage_id === stageId && !present.has(subStage.id))
    .map((subStage) => ({
      table_name: 'project_sub_stage_progress',
      row_id: derivedId(context.project.id, subStage.id),
      op: 'insert',
      patch: { ...emptyProgress(context, subStage), status: 'pending', ...newRow(context.project.organization_id, now) },
    }));
}

const emptyProgress = (context: Pick<Opening, 'project'>, subStage: StoredSubStage) => ({
  project_id: context.project.id,
  workflow_stage_id: subStage.workflow_stage_id,
  sub_stage_id: subStage.id,
  metadata: {},
});

/** Sets a sub-stage's status; opens its row where the project has none yet. */
export function progressMutation(
  session: Session,
  context: ProjectContext,
  subStage: StoredSubStage,
  status: ProgressStatus,
  blockedReason: string | null,
  at: Date,
): Mutation {
  const now = formatTimestamp(at);
  const row = context.progress.find((progress) => progress.sub_stage_id === subStage.id);
  const done = status === 'completed' || status === 'skipped';
  const patch = {
    status,
    started_at: status === 'pending' ? null : (row?.started_at ?? now),
    completed_at: done ? now : null,
    blocked_reason: status === 'blocked' ? blockedReason : null,
  };
  const derived = { completed_by: done ? session.person.id : null, updated_at: now };
  if (row) return { table_name: 'project_sub_stage_progress', row_id: row.id, op: 'update', patch, derived };
  const { metadata, ...keys } = emptyProgress(context, subStage);
  return {
    table_name: 'project_sub_stage_progress',
    row_id: derivedId(context.project.id, subStage.id),
    op: 'insert',
    patch: { ...keys, ...patch },
    derived: { ...newRow(context.project.organization_id, now), ...derived, metadata },
  };
}

/** Gives a sub-stage to somebody, or notes to it; opens its row where the project has none yet. */
export function stepMutation(context: ProjectContext, subStage: StoredSubStage, patch: Record<string, unknown>, at: Date): Mutation {
  const now = formatTimestamp(at);
  const row = context.progress.find((progress) => progress.sub_stage_id === subStage.id);
  if (row) return { table_name: 'project_sub_stage_progress', row_id: row.id, op: 'update', patch, derived: { updated_at: now } };
  const { metadata, ...keys } = emptyProgress(context, subStage);
  return {
    table_name: 'project_sub_stage_progress',
    row_id: derivedId(context.project.id, subStage.id),
    op: 'insert',
    patch: { ...keys, status: 'pending', ...patch },
    derived: { ...newRow(context.project.organization_id, now), metadata },
  };
}

/** Gives a person a part in a project. */
export function memberMutation(session: Session, context: ProjectContext, userId: string, part: string, at: Date): Mutation {
  const now = formatTimestamp(at);
  return {
    table_name: 'project_assignments',
    row_id: uuidv7(),
    op: 'insert',
    patch: { project_id: context.project.id, user_id: userId, role: part, is_active: true },
    derived: { ...newRow(context.project.organization_id, now), assigned_at: now, assigned_by: session.person.id },
  };
}

/** The calendar day of an instant in a zone, as `2025-01-27`. */
export const dayIn = (timezone: string, at: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short' }).format(at);

/** A project's further facts with why it is on hold or cancelled; null where there is nothing to say. */
export function withStatusReason(metadata: Record<string, unknown>, reason: string | null): Record<string, unknown> {
  const { status_reason: _, ...others } = metadata;
  return reason === null ? others : { ...others, status_reason: reason };
}
