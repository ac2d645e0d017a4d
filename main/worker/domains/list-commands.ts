import { and, eq, inArray } from 'drizzle-orm';
import type { BulkAction, BulkResult } from '../../../shared/api/lists.ts';
import { internalRoles } from '../../../shared/domain/roles.ts';
import { mayAssign } from '../../../shared/domain/workflow.ts';
import { AppError, isErrorCode } from '../../../shared/errors.ts';
import { projects, users } from '../../../db/replica/schema.ts';
import type { Replica } from '../replica/database.ts';
import type { Mutation } from '../replica/write-path.ts';
import type { OpenSession } from '../session.ts';
import { editProject } from './project-commands.ts';

interface Present {
  id: string;
  project_id: string;
  status: string;
  priority_level: string;
  assigned_to: string | null;
  tags: string[];
}

type Patch = Record<string, unknown>;

const readPresent = (replica: Replica, ids: readonly string[]): Map<string, Present> =>
  new Map(
    replica.db
      .select({
        id: projects.id,
        project_id: projects.project_id,
        status: projects.status,
        priority_level: projects.priority_level,
        assigned_to: projects.assigned_to,
        tags: projects.tags,
      })
      .from(projects)
      .where(inArray(projects.id, [...ids]))
      .all()
      .map((row) => [row.id, row]),
  );

/**
 * An edit out of the table. Fails with NOT_FOUND, EDIT_NOT_ALLOWED, ASSIGN_NOT_ALLOWED, or VALUE_REFUSED for somebody who
 * can have no project.
 */
export function editListed(session: OpenSession, id: string, patch: Patch): Mutation {
  // First, as the centre asks: whoever may not edit is told so, whatever they edit.
  const mutation = editProject(session, id, patch);
  if (!Object.hasOwn(patch, 'assigned_to')) return mutation;
  const present = readPresent(session.replica, [id]).get(id);
  if (present && present.assigned_to !== patch['assigned_to']) {
    if (!mayAssign(session.current().person, present)) {
      throw new AppError('ASSIGN_NOT_ALLOWED', `project ${id} is not the person's to give`);
    }
    demandAssignable(session.replica, patch['assigned_to'] as string | null);
  }
  return mutation;
}

function demandAssignable(replica: Replica, userId: string | null): void {
  if (userId === null) return;
  const found = replica.db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), eq(users.status, 'active'), inArray(users.role, [...internalRoles])))
    .get();
  if (!found) throw new AppError('VALUE_REFUSED', `user ${userId} can have no project`, { table: 'projects', column: 'assigned_to' });
}

/** Changes what may be changed, durably and together, and says of the rest why not. */
export function changeMany(session: OpenSession, ids: readonly string[], action: BulkAction): BulkResult {
  const present = readPresent(session.replica, ids);
  const mutations: Mutation[] = [];
  const refused: BulkResult['refused'] = [];
  let unchanged = 0;
  for (const id of new Set(ids)) {
    const row = present.get(id);
    try {
      if (!row) throw new AppError('NOT_FOUND', `no project ${id} in the replica`, { entity: 'project' });
      const patch = patchOf(row, action);
      if (patch === null) unchanged += 1;
      else mutations.push(editListed(session, id, patch));
    } catch (error) {
      if (!(error instanceof AppError) || !isErrorCode(error.code)) throw error;
      refused.push({ id, project_id: row?.project_id ?? null, code: error.code });
    }
  }
  session.accept(mutations);
  return { changed: mutations.length, unchanged, refused };
}

/** What the action makes of a project; null where it is so already. */
function patchOf(row: Present, action: BulkAction): Patch | null {
  switch (action.kind) {
    case 'assign':
      return row.assigned_to === action.assigned_to ? null : { assigned_to: action.assigned_to };
    case 'priority':
      return row.priority_level === action.priority_level ? null : { priority_level: action.priority_level };
    case 'hold':
      return statusPatch(row, 'active', 'on_hold');
    case 'resume':
      return statusPatch(row, 'on_hold', 'active');
    case 'tags': {
      const tags = [...new Set([...row.tags.filter((tag) => !action.remove.includes(tag)), ...action.add])];
      const same = tags.length === row.tags.length && tags.every((tag, index) => tag === row.tags[index]);
      return same ? null : { tags };
    }
  }
}

function statusPatch(row: Present, from: string, to: string): Patch | null {
  if (row.status === to) return null;
  if (row.status !== from) throw new AppError('STATUS_NOT_ALLOWED', `a project that is ${row.status} does not become ${to}`, { from: row.status, to });
  return { status: to };
}
