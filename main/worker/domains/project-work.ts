import { mayEditStep, type ProgressStatus } from '../../../shared/domain/workflow.ts';
import type { projectPageApi, SettableStatus } from '../../../shared/api/project-page.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Mutation } from '../replica/write-path.ts';
import type { OpenSession } from '../session.ts';
import type { Handlers } from './context.ts';
import { mayBeGivenWork, readCustomerChoices, readPeopleChoices } from './people-choices.ts';
import { stepMutation, withStatusReason } from './project-changes.ts';
import { editProject } from './project-commands.ts';
import { readProjectContext, type StoredProgress } from './project-facts.ts';
import { readRelated } from './project-related.ts';
import { readTeam, removeMember, setMember } from './project-team.ts';

export const projectPageHandlers: Handlers<keyof typeof projectPageApi> = {
  'project.edit': (session, { id, patch, expected }) => {
    if (expected) refuseOvertaken(readProjectContext(session.replica, id).project, expected);
    session.accept([editProject(session, id, patch)]);
    return null;
  },

  'project.setStatus': (session, { id, status, reason }) => {
    session.accept([setStatus(session, id, status, reason || null)]);
    return null;
  },

  'project.editStep': (session, { id, sub_stage_id, patch, expected }) => {
    session.accept([editStep(session, id, sub_stage_id, patch, expected)]);
    return null;
  },

  'project.team': ({ replica }, { id }) => readTeam(replica, id),

  'project.setMember': (session, { id, user_id, part }) => {
    session.accept(setMember(session, id, user_id, part));
    return null;
  },

  'project.removeMember': (session, { id, user_id }) => {
    session.accept(removeMember(session, id, user_id));
    return null;
  },

  'project.related': (session, { id }) => readRelated(session.replica, session.current().person.role, id),

  'project.people': ({ replica }) => readPeopleChoices(replica),

  'project.customers': ({ replica }, { search }) => readCustomerChoices(replica, search),
};

/** Undoing takes back one's own change, not what somebody else made of it since. */
function refuseOvertaken(row: Record<string, unknown>, expected: Record<string, unknown>): void {
  for (const [column, value] of Object.entries(expected)) {
    if (JSON.stringify(row[column] ?? null) === JSON.stringify(value ?? null)) continue;
    throw new AppError('EDIT_OVERTAKEN', 'the value that is to be undone stands no more', { column });
  }
}

/** The reason is kept with the project, and its changes in the activity: a hold that nobody understands is never lifted. */
function setStatus(session: OpenSession, id: string, status: SettableStatus, reason: string | null): Mutation {
  const { project } = readProjectContext(session.replica, id);
  if (project.status === 'completed') {
    throw new AppError('STATUS_NOT_ALLOWED', `project ${id} is completed`, { table: 'projects', from: project.status, to: status });
  }
  if (status !== 'active' && reason === null) {
    throw new AppError('INPUT_INVALID', 'holding and cancelling need a reason', { column: 'status_reason' });
  }
  return editProject(session, id, { status, metadata: withStatusReason(project.metadata, reason) });
}

/** Fails with SUB_STAGE_NOT_CURRENT, SUB_STAGE_NOT_ALLOWED or EDIT_OVERTAKEN. */
function editStep(
  session: OpenSession,
  id: string,
  subStageId: string,
  patch: Partial<Pick<StoredProgress, 'assigned_to' | 'notes'>>,
  expected: Record<string, unknown> | null,
): Mutation {
  const { replica } = session;
  const context = readProjectContext(replica, id);
  const subStage = context.subStages.find((candidate) => candidate.id === subStageId);
  if (!subStage) throw new AppError('NOT_FOUND', `no sub-stage ${subStageId}`, { entity: 'sub_stage' });
  if (subStage.workflow_stage_id !== context.project.current_stage_id || context.facts.status !== 'active') {
    throw new AppError('SUB_STAGE_NOT_CURRENT', 'only sub-stages of the current stage change', { sub_stage: subStage.name });
  }
  const row = context.progress.find(({ sub_stage_id }) => sub_stage_id === subStageId);
  const facts = row && { assigned_to: row.assigned_to, status: row.status as ProgressStatus };
  const { person } = session.current();
  if (!mayEditStep(person, context.facts, context.stage, subStage, facts)) {
    throw new AppError('SUB_STAGE_NOT_ALLOWED', `role ${person.role} may not edit the step`, { sub_stage: subStage.name });
  }
  if (patch.assigned_to && !mayBeGivenWork(replica, patch.assigned_to)) {
    throw new AppError('INPUT_INVALID', 'only active staff are given a step', { column: 'assigned_to' });
  }
  if (expected) refuseOvertaken({ ...row }, expected);
  return stepMutation(context, subStage, patch, new Date());
}
