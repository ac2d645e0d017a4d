import { and, eq } from 'drizzle-orm';
import { projectPatch, type projectsApi } from '../../../shared/api/projects.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { mayEditProject, maySetProgress } from '../../../shared/domain/workflow.ts';
import { AppError } from '../../../shared/errors.ts';
import { projects, syncConflicts } from '../../../db/replica/schema.ts';
import type { Mutation } from '../replica/write-path.ts';
import type { OpenSession } from '../session.ts';
import type { Handlers } from './context.ts';
import { moveMutation, progressMutation } from './project-changes.ts';
import { decide, readEditFacts, readProjectContext } from './project-facts.ts';
import { moveOptions, readProjectPage } from './project-page.ts';
import { countProjects, matching, openStatuses, orderOf, readProjectRows, readStages } from './project-rows.ts';

export const projectHandlers: Handlers<keyof typeof projectsApi> = {
  'projects.board': ({ replica }, { search }) => ({
    stages: readStages(replica, true),
    projects: readProjectRows(replica, {
      where: and(openStatuses, matching(search)),
      orderBy: [...orderOf('priority_level', true), ...orderOf('estimated_delivery_date', false)],
    }),
  }),

  'projects.list': ({ replica }, { search, status, sort, descending, offset, limit }) => {
    const where = and(matching(search), status === null ? undefined : eq(projects.status, status));
    return {
      rows: readProjectRows(replica, { where, orderBy: orderOf(sort, descending), offset, limit }),
      total: countProjects(replica, where),
    };
  },

  'projects.get': (session, { id }) => readProjectPage(session, id),

  'projects.moves': (session, { id }) => moveOptions(session, readProjectContext(session.replica, id)),

  'projects.update': (session, { id, patch }) => {
    session.accept([projectUpdate(session, id, patch)]);
    return null;
  },

  'projects.move': (session, { id, to_stage_id, reason }) => {
    const context = readProjectContext(session.replica, id);
    const decision = decide(context, session.current().person, to_stage_id, reason);
    if (!decision.allowed) {
      throw new AppError('MOVE_BLOCKED', `project ${id} may not move`, {
        missing: decision.missing,
        reason_helps: decision.reasonHelps,
      });
    }
    session.accept([moveMutation(session.current(), context, decision.kind, to_stage_id, reason, new Date())]);
    return null;
  },

  'projects.setProgress': (session, { id, sub_stage_id, status, blocked_reason }) => {
    const context = readProjectContext(session.replica, id);
    const subStage = context.subStages.find((candidate) => candidate.id === sub_stage_id);
    if (!subStage) throw new AppError('NOT_FOUND', `no sub-stage ${sub_stage_id}`, { entity: 'sub_stage' });
    if (subStage.workflow_stage_id !== context.project.current_stage_id || context.facts.status !== 'active') {
      throw new AppError('SUB_STAGE_NOT_CURRENT', 'only sub-stages of the current stage change', { sub_stage: subStage.name });
    }
    const row = context.progress.find((progress) => progress.sub_stage_id === sub_stage_id);
    const { person } = session.current();
    if (!maySetProgress(person, context.facts, context.stage, subStage, row && { assigned_to: row.assigned_to }, status)) {
      throw new AppError('SUB_STAGE_NOT_ALLOWED', `role ${person.role} may not set ${status}`, {
        sub_stage: subStage.name,
        status,
      });
    }
    session.accept([progressMutation(session.current(), context, subStage, status, blocked_reason, new Date())]);
    return null;
  },

  'projects.restoreConflict': (session, { conflict_id }) => {
    const conflict = session.replica.db.select().from(syncConflicts).where(eq(syncConflicts.id, conflict_id)).get();
    if (!conflict || conflict.table_name !== 'projects') {
      throw new AppError('NOT_FOUND', `no conflict ${conflict_id} of a project`, { entity: 'conflict' });
    }
    const patch = projectPatch.safeParse({ [conflict.column_name]: conflict.lost_value });
    if (!patch.success) {
      throw new AppError('INPUT_INVALID', 'the kept value cannot be written back', { column: conflict.column_name });
    }
    session.accept([
      projectUpdate(session, conflict.row_id, patch.data),
      {
        table_name: 'sync_conflicts',
        row_id: conflict.id,
        op: 'update',
        patch: { resolved_at: formatTimestamp(new Date()) },
        derived: { resolved_by: session.current().person.id },
      },
    ]);
    return null;
  },
};

/** An edit of a project's facts. Fails with EDIT_NOT_ALLOWED where the person may not edit it in its stage. */
function projectUpdate(session: OpenSession, id: string, patch: Record<string, unknown>): Mutation {
  const rights = readEditFacts(session.replica, id);
  if (!mayEditProject(session.current().person, rights, rights.stage)) {
    throw new AppError('EDIT_NOT_ALLOWED', `project ${id} may not be edited in its stage`, { stage: rights.stage.name });
  }
  return { table_name: 'projects', row_id: id, op: 'update', patch, derived: { updated_at: formatTimestamp(new Date()) } };
}
