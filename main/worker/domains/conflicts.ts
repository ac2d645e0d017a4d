import { aliasedTable, and, desc, eq, inArray, isNull, ne, or, sql, type SQL } from 'drizzle-orm';
import type { ConflictItem, Page } from '../../../shared/api/sync.ts';
import { projectEdit } from '../../../shared/api/project-page.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import type { ProgressStatus } from '../../../shared/domain/workflow.ts';
import { AppError } from '../../../shared/errors.ts';
import { projectSubStageProgress, syncConflicts, users } from '../../../db/replica/schema.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { Mutation } from '../replica/write-path.ts';
import type { OpenSession } from '../session.ts';
import { editProject, setProgress } from './project-commands.ts';
import { isReadOnly } from './read-only.ts';
import { describeRecord, withName } from './record-names.ts';

type StoredConflict = typeof syncConflicts.$inferSelect;

/** Two people who settle one conflict at the same moment leave a conflict about that; it is nothing to decide. */
const worthTelling = ne(syncConflicts.table_name, 'sync_conflicts');
const open = and(worthTelling, isNull(syncConflicts.resolved_at));

export function readOpenConflicts(session: OpenSession, offset: number, limit: number): Page<ConflictItem> {
  const total = session.replica.db.select({ n: sql<number>`count(*)` }).from(syncConflicts).where(open).get()?.n ?? 0;
  return { rows: readConflicts(session, open, offset, limit), total };
}

/** Conflicts of a project and of its sub-stages, the settled ones too. */
export function readProjectConflicts(session: OpenSession, projectId: string): ConflictItem[] {
  const steps = session.replica.db
    .select({ id: projectSubStageProgress.id })
    .from(projectSubStageProgress)
    .where(eq(projectSubStageProgress.project_id, projectId));
  const ofProject = or(
    and(eq(syncConflicts.table_name, 'projects'), eq(syncConflicts.row_id, projectId)),
    and(eq(syncConflicts.table_name, 'project_sub_stage_progress'), inArray(syncConflicts.row_id, steps)),
  );
  return readConflicts(session, ofProject, 0, -1);
}

function readConflicts(session: OpenSession, where: SQL | undefined, offset: number, limit: number): ConflictItem[] {
  const { replica } = session;
  const keeper = aliasedTable(users, 'keeper');
  const loser = aliasedTable(users, 'loser');
  return replica.db
    .select({ conflict: syncConflicts, kept_by_name: keeper.name, lost_by_name: loser.name })
    .from(syncConflicts)
    .leftJoin(keeper, eq(keeper.id, syncConflicts.kept_by))
    .leftJoin(loser, eq(loser.id, syncConflicts.lost_by))
    .where(where)
    .orderBy(desc(syncConflicts.created_at), desc(syncConflicts.id))
    .limit(limit)
    .offset(offset)
    .all()
    .map(({ conflict, kept_by_name, lost_by_name }) => ({
      ...describeRecord(replica, { ...conflict, patch: {} }),
      id: conflict.id,
      column_name: conflict.column_name,
      kept_value: withName(replica, conflict.column_name, conflict.kept_value),
      lost_value: withName(replica, conflict.column_name, conflict.lost_value),
      kept_by_name,
      lost_by_name,
      created_at: conflict.created_at,
      resolved: conflict.resolved_at !== null,
      can_restore: !isReadOnly(session) && conflict.resolved_at === null && isRestorable(session, conflict),
    }));
}

/** Fails with NOT_FOUND. */
function findConflict(replica: Replica, id: string): StoredConflict {
  const conflict = replica.db.select().from(syncConflicts).where(and(worthTelling, eq(syncConflicts.id, id))).get();
  if (!conflict) throw new AppError('NOT_FOUND', `no conflict ${id}`, { entity: 'conflict' });
  return conflict;
}

/** The conflicts that one change made on one row: a sub-stage's status comes with its times and reason. */
function madeTogether(replica: Replica, conflict: StoredConflict): StoredConflict[] {
  if (conflict.table_name !== 'project_sub_stage_progress' || conflict.mutation_id === null) return [conflict];
  return replica.db
    .select()
    .from(syncConflicts)
    .where(and(open, eq(syncConflicts.row_id, conflict.row_id), eq(syncConflicts.mutation_id, conflict.mutation_id)))
    .all();
}

/** Writes the lost value back, as a change that the person makes now, and settles the conflict with it. */
export function restoreConflict(session: OpenSession, id: string): void {
  const conflict = findConflict(session.replica, id);
  session.accept([restoration(session, conflict), ...settlement(session, conflict)]);
}

/** Settles the conflict for the value in use. */
export function keepConflict(session: OpenSession, id: string): void {
  session.accept(settlement(session, findConflict(session.replica, id)));
}

function settlement(session: OpenSession, conflict: StoredConflict): Mutation[] {
  return madeTogether(session.replica, conflict).map(
    (one): Mutation => ({
      table_name: 'sync_conflicts',
      row_id: one.id,
      op: 'update',
      patch: { resolved_at: formatTimestamp(new Date()) },
      derived: { resolved_by: session.current().person.id },
    }),
  );
}

/** The command that brings the lost value back. Fails as that command does, or with INPUT_INVALID where there is none. */
function restoration(session: OpenSession, conflict: StoredConflict): Mutation {
  const { column_name: column, lost_value: lost, row_id: rowId } = conflict;
  if (conflict.table_name === 'projects') {
    const patch = projectEdit.safeParse({ [column]: lost });
    if (patch.success) return editProject(session, rowId, patch.data);
  }
  if (conflict.table_name === 'project_sub_stage_progress') {
    const { db } = session.replica;
    const row = db.select().from(projectSubStageProgress).where(eq(projectSubStageProgress.id, rowId)).get();
    if (!row) throw new AppError('NOT_FOUND', `no progress ${rowId}`, { entity: 'sub_stage' });
    const set = (status: string, reason: unknown) =>
      setProgress(session, row.project_id, row.sub_stage_id, status as ProgressStatus, typeof reason === 'string' ? reason : null);
    if (column === 'status') {
      return set(String(lost), lost === 'blocked' ? lastReason(session.replica, rowId) : null);
    }
    if (column === 'blocked_reason' && row.status === 'blocked') return set('blocked', lost);
  }
  throw new AppError('INPUT_INVALID', 'the kept value cannot be written back', { column });
}

function isRestorable(session: OpenSession, conflict: StoredConflict): boolean {
  try {
    restoration(session, conflict);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/** Why a step was last blocked; the centre drops the reason of a step that is not blocked any more. */
function lastReason(replica: Replica, rowId: string): string | null {
  const reason = prepared(
    replica.read,
    `select json_extract(new_values, '$.blocked_reason') from activity_log
      where entity_id = ? and json_extract(new_values, '$.blocked_reason') is not null order by created_at desc, id desc limit 1`,
  )
    .pluck()
    .get(rowId) as string | undefined;
  return reason ?? null;
}
