import { aliasedTable, and, asc, desc, eq, sql } from 'drizzle-orm';
import type { TeamMember } from '../../../shared/api/project-page.ts';
import { mayAccess } from '../../../shared/domain/access-rules.ts';
import type { Role } from '../../../shared/domain/roles.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { AppError } from '../../../shared/errors.ts';
import { outbox, projectAssignments, users } from '../../../db/replica/schema.ts';
import type { Replica } from '../replica/database.ts';
import type { Mutation } from '../replica/write-path.ts';
import type { OpenSession } from '../session.ts';
import { mayBeGivenWork } from './people-choices.ts';
import { memberMutation } from './project-changes.ts';
import { readProjectContext } from './project-facts.ts';

export function readTeam({ db }: Replica, projectId: string): TeamMember[] {
  const giver = aliasedTable(users, 'giver');
  return db
    .select({
      id: projectAssignments.id,
      user_id: projectAssignments.user_id,
      name: users.name,
      role: users.role,
      part: projectAssignments.role,
      assigned_at: projectAssignments.assigned_at,
      assigned_by_name: giver.name,
      pending: sql<number>`exists (select 1 from ${outbox} where ${outbox.table_name} = 'project_assignments'
        and ${outbox.row_id} = ${projectAssignments.id} and ${outbox.state} <> 'acknowledged')`,
    })
    .from(projectAssignments)
    .leftJoin(users, eq(users.id, projectAssignments.user_id))
    .leftJoin(giver, eq(giver.id, projectAssignments.assigned_by))
    .where(and(eq(projectAssignments.project_id, projectId), eq(projectAssignments.is_active, true)))
    .orderBy(asc(projectAssignments.assigned_at), asc(projectAssignments.id))
    .all()
    .map((row) => ({ ...row, role: row.role as Role | null, pending: row.pending === 1 }));
}

/** Fails with NOT_ALLOWED for everybody but managers, and with INPUT_INVALID for who is no active member of the staff. */
export function setMember(session: OpenSession, projectId: string, userId: string, part: string): Mutation[] {
  refuseOthers(session);
  if (!mayBeGivenWork(session.replica, userId)) {
    throw new AppError('INPUT_INVALID', 'only active staff have a part in a project', { column: 'user_id' });
  }
  const context = readProjectContext(session.replica, projectId);
  const [kept, ...others] = rowsOf(session.replica, projectId, userId);
  if (!kept) return [memberMutation(session.current(), context, userId, part, new Date())];
  return [changed(kept.id, { role: part, is_active: true }), ...ended(others)];
}

/** Ends every part of the person in the project. */
export function removeMember(session: OpenSession, projectId: string, userId: string): Mutation[] {
  refuseOthers(session);
  return ended(rowsOf(session.replica, projectId, userId));
}

function refuseOthers(session: OpenSession): void {
  const { role } = session.current().person;
  if (!mayAccess(role, 'insert', 'project_assignments')) throw new AppError('NOT_ALLOWED', `role ${role} forms no teams`);
}

/** A person may have several rows in a project: two managers who were offline may each have added them. */
const rowsOf = ({ db }: Replica, projectId: string, userId: string) =>
  db
    .select({ id: projectAssignments.id, is_active: projectAssignments.is_active })
    .from(projectAssignments)
    .where(and(eq(projectAssignments.project_id, projectId), eq(projectAssignments.user_id, userId)))
    .orderBy(desc(projectAssignments.is_active), asc(projectAssignments.assigned_at), asc(projectAssignments.id))
    .all();

const ended = (rows: readonly { id: string; is_active: boolean }[]): Mutation[] =>
  rows.filter(({ is_active }) => is_active).map(({ id }) => changed(id, { is_active: false }));

const changed = (row_id: string, patch: Record<string, unknown>): Mutation => ({
  table_name: 'project_assignments',
  row_id,
  op: 'update',
  patch,
  derived: { updated_at: formatTimestamp(new Date()) },
});
