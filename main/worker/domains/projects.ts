import { and, eq } from 'drizzle-orm';
import type { projectsApi } from '../../../shared/api/projects.ts';
import { projects } from '../../../db/replica/schema.ts';
import type { Handlers } from './context.ts';
import { editProject, moveProject, setProgress } from './project-commands.ts';
import { readProjectContext } from './project-facts.ts';
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
    session.accept([editProject(session, id, patch)]);
    return null;
  },

  'projects.move': (session, { id, to_stage_id, reason }) => {
    session.accept([moveProject(session, id, to_stage_id, reason)]);
    return null;
  },

  'projects.setProgress': (session, { id, sub_stage_id, status, blocked_reason }) => {
    session.accept([setProgress(session, id, sub_stage_id, status, blocked_reason)]);
    return null;
  },
};
