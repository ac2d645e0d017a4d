import { and, eq, inArray } from 'drizzle-orm';
import type { BulkAction, BulkChange, BulkResult, BulkValues } from '../../../shared/api/lists.ts';
import { internalRoles } from '../../../shared/domain/roles.ts';
import { mayAssign } from '../../../shared/domain/workflow.ts';
import { AppError, isErrorCode } from '../../../shared/errors.ts';
import { projects, users } from '../../../db/replica/schema.ts';
import type { Replica } from '../replica/database.ts';
import type { Mutation } from '../replica/write-path.ts';
import type { OpenSession } from '../session.ts';
import { withStatusReason } from './project-changes.ts';
import { editProject } from './project-commands.ts';

interface Present {
  id: string;
  project_id: string;
  status: string;
  priority_level: string;
  assigned_to: string | null;
  tags: string[];
  metadata: Record<string, unknown>;
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
        metadata: projects.metadata,
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
export const changeMany = (session: OpenSession, ids: readonly string[], action: BulkAction): BulkResult =>
  applyTo(session, ids, (row) => valuesAfter(row, action));

/** Takes changes of many back, each project by itself. */
export function undoMany(session: OpenSession, changes: readonly BulkChange[]): BulkResult {
  const byId = new Map(changes.map((change) => [change.id, change]));
  return applyTo(session, [...byId.keys()], (row) => {
    const { before, after } = byId.get(row.id) ?? { before: {}, after: {} };
    if (!isSame(valuesOf(row, after), after)) throw new AppError('EDIT_OVERTAKEN', 'the values that are to be undone stand no more');
    return before;
  });
}

function applyTo(session: OpenSession, ids: readonly string[], decide: (row: Present) => BulkValues | null): BulkResult {
  const present = readPresent(session.replica, ids);
  const mutations: Mutation[] = [];
  const changed: BulkChange[] = [];
  const refused: BulkResult['refused'] = [];
  let unchanged = 0;
  for (const id of new Set(ids)) {
    const row = present.get(id);
    try {
      if (!row) throw new AppError('NOT_FOUND', `no project ${id} in the replica`, { entity: 'project' });
      const after = decide(row);
      if (after === null) {
        unchanged += 1;
        continue;
      }
      mutations.push(editListed(session, id, stored(row, after)));
      changed.push({ id, before: valuesOf(row, after), after });
    } catch (error) {
      if (!(error instanceof AppError) || !isErrorCode(error.code)) throw error;
      refused.push({ id, project_id: row?.project_id ?? null, code: error.code });
    }
  }
  session.accept(mutations);
  return { changed, unchanged, refused };
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What the project has now of those values. */
function valuesOf(row: Present, asked: BulkValues): BulkValues {
  const reason = row.metadata['status_reason'];
  const all = { ...row, status_reason: typeof reason === 'string' ? reason : null } as Required<BulkValues>;
  return Object.fromEntries(Object.keys(asked).map((name) => [name, all[name as keyof BulkValues]]));
}

const stored = ({ metadata }: Present, { status_reason, ...values }: BulkValues): Patch =>
  status_reason === undefined ? values : { ...values, metadata: withStatusReason(metadata, status_reason) };

/** What the action makes of a project; null where it is so already. */
function valuesAfter(row: Present, action: BulkAction): BulkValues | null {
  switch (action.kind) {
    case 'assign':
      return row.assigned_to === action.assigned_to ? null : { assigned_to: action.assigned_to };
    case 'priority':
      return row.priority_level === action.priority_level ? null : { priority_level: action.priority_level };
    case 'hold':
      return statusAfter(row, 'active', { status: 'on_hold', status_reason: action.reason });
    case 'resume':
      return statusAfter(row, 'on_hold', { status: 'active', status_reason: null });
    case 'tags': {
      const tags = [...new Set([...row.tags.filter((tag) => !action.remove.includes(tag)), ...action.add])];
      return isSame(tags, row.tags) ? null : { tags };
    }
  }
}

function statusAfter(row: Present, from: string, after: BulkValues): BulkValues | null {
  if (row.status === after.status) return null;
  if (row.status !== from) {
    throw new AppError('STATUS_NOT_ALLOWED', `a project that is ${row.status} does not become ${after.status}`, { from: row.status, to: after.status });
  }
  return after;
}
