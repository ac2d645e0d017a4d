import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { lostByEdit, mayAssign, mayEditProject, maySetProgress, type ProgressStatus } from '../../../shared/domain/workflow.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Mutation } from '../replica/write-path.ts';
import type { OpenSession } from '../session.ts';
import { moveMutation, progressMutation } from './project-changes.ts';
import { mayBeGivenWork } from './people-choices.ts';
import { decide, readEditFacts, readProjectContext, type EditFacts } from './project-facts.ts';

/*
 * What a person may do to a project: the mutation of a command, or the reason why it may not be. The project's page asks
 * for it, and so does the sync centre, which sends refused changes again and restores values that lost a conflict.
 */

/**
 * An edit of a project's facts. Fails with EDIT_NOT_ALLOWED where the person may not edit it in its stage, with
 * ASSIGN_NOT_ALLOWED where the project is not theirs to give, and with ORDER_INCOMPLETE where an order would lose its
 * value or its customer.
 */
export function editProject(session: OpenSession, id: string, patch: Record<string, unknown>): Mutation {
  const rights = readEditFacts(session.replica, id);
  if (!mayEditProject(session.current().person, rights, rights.stage)) {
    throw new AppError('EDIT_NOT_ALLOWED', `project ${id} may not be edited in its stage`, { stage: rights.stage.name });
  }
  if (Object.hasOwn(patch, 'assigned_to')) refuseAssignment(session, rights, patch['assigned_to'] as string | null);
  if (Object.hasOwn(patch, 'estimated_value') || Object.hasOwn(patch, 'customer_id')) refuseIncompleteOrder(session, id, patch);
  return { table_name: 'projects', row_id: id, op: 'update', patch, derived: { updated_at: formatTimestamp(new Date()) } };
}

function refuseAssignment(session: OpenSession, rights: EditFacts, to: string | null): void {
  if (to === rights.assigned_to) return;
  if (!mayAssign(session.current().person, rights)) throw new AppError('ASSIGN_NOT_ALLOWED', 'the project is not theirs to give');
  if (to !== null && !mayBeGivenWork(session.replica, to)) {
    throw new AppError('INPUT_INVALID', 'only active staff are given a project', { column: 'assigned_to' });
  }
}

function refuseIncompleteOrder(session: OpenSession, id: string, patch: Record<string, unknown>): void {
  const { project, stages, stage } = readProjectContext(session.replica, id);
  const lost = lostByEdit(project, patch, stages, stage);
  if (lost.length > 0) throw new AppError('ORDER_INCOMPLETE', `project ${id} would lose what an order needs`, { missing: lost });
}

/** Fails with MOVE_BLOCKED and `details.missing`. */
export function moveProject(session: OpenSession, id: string, toStageId: string | null, reason: string | null): Mutation {
  const context = readProjectContext(session.replica, id);
  const decision = decide(context, session.current().person, toStageId, reason);
  if (!decision.allowed) {
    throw new AppError('MOVE_BLOCKED', `project ${id} may not move`, {
      missing: decision.missing,
      reason_helps: decision.reasonHelps,
    });
  }
  return moveMutation(session.current(), context, decision.kind, toStageId, reason, new Date());
}

/** Fails with SUB_STAGE_NOT_CURRENT or SUB_STAGE_NOT_ALLOWED. */
export function setProgress(
  session: OpenSession,
  id: string,
  subStageId: string,
  status: ProgressStatus,
  blockedReason: string | null,
): Mutation {
  const context = readProjectContext(session.replica, id);
  const subStage = context.subStages.find((candidate) => candidate.id === subStageId);
  if (!subStage) throw new AppError('NOT_FOUND', `no sub-stage ${subStageId}`, { entity: 'sub_stage' });
  if (subStage.workflow_stage_id !== context.project.current_stage_id || context.facts.status !== 'active') {
    throw new AppError('SUB_STAGE_NOT_CURRENT', 'only sub-stages of the current stage change', { sub_stage: subStage.name });
  }
  const row = context.progress.find((progress) => progress.sub_stage_id === subStageId);
  const { person } = session.current();
  if (!maySetProgress(person, context.facts, context.stage, subStage, row && { assigned_to: row.assigned_to }, status)) {
    throw new AppError('SUB_STAGE_NOT_ALLOWED', `role ${person.role} may not set ${status}`, {
      sub_stage: subStage.name,
      status,
    });
  }
  return progressMutation(session.current(), context, subStage, status, blockedReason, new Date());
}
