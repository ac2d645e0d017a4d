import { aliasedTable, desc, sql } from 'drizzle-orm';
import type { AttentionItem } from '../../../shared/api/sync.ts';
import { projectEdit } from '../../../shared/api/project-page.ts';
import { mayEditProject } from '../../../shared/domain/workflow.ts';
import { AppError, isErrorCode, type ErrorDetails } from '../../../shared/errors.ts';
import { attention } from '../../../db/replica/schema.ts';
import type { Replica } from '../replica/database.ts';
import { findTable, fromCell } from '../replica/tables.ts';
import type { Mutation } from '../replica/write-path.ts';
import type { OpenSession } from '../session.ts';
import type { StoredAttention } from '../sync/attention.ts';
import { editProject, moveProject } from './project-commands.ts';
import { readEditFacts } from './project-facts.ts';
import { createAgain } from './intake.ts';
import { describeRecord, spokenColumns, withName } from './record-names.ts';
import { ownerOfAttention } from './record-state.ts';

/** The refused changes of a project and of what hangs on it, newest first. */
export function readProjectAttention(session: OpenSession, projectId: string): AttentionItem[] {
  const a = aliasedTable(attention, 'a');
  return session.replica.db
    .select()
    .from(a)
    .where(sql`${sql.raw(ownerOfAttention)} = ${projectId}`)
    .orderBy(desc(a.refused_at), desc(a.mutation_id))
    .all()
    .map((item) => describeAttention(session, item));
}

export function describeAttention(session: OpenSession, item: StoredAttention): AttentionItem {
  const { replica } = session;
  // A table that only another version of the application knows has nothing to compare with.
  const central = findTable(item.table_name) ? session.overlay.central(item) : null;
  const record = describeRecord(replica, item);
  return {
    ...record,
    id: item.mutation_id,
    op: item.op,
    code: isErrorCode(item.code) ? item.code : 'VALUE_REFUSED',
    details: withNames(replica, item.details),
    columns: spokenColumns(item.table_name, item.patch, item.base).map(({ name, kind }) => ({
      name,
      mine: withName(replica, name, item.patch[name]),
      base: withName(replica, name, item.base[name]),
      theirs: central ? withName(replica, name, fromCell(kind, central[name] ?? null)) : null,
    })),
    can_retry: isReadable(item),
    can_edit: record.project_id !== null && isEdit(item) && mayEdit(session, record.project_id),
    created_at: item.created_at,
  };
}

/** The present value in the details of a conflict is an id where its column holds ids. */
function withNames(replica: Replica, details: ErrorDetails): ErrorDetails {
  const { column } = details;
  return typeof column === 'string' && 'theirs' in details
    ? { ...details, theirs: withName(replica, column, details['theirs']) }
    : details;
}

/** Only facts of a project have values that a person types: a move or a step is decided anew where it belongs. */
const isEdit = (item: StoredAttention): boolean =>
  item.table_name === 'projects' && item.op === 'update' && projectEdit.safeParse(item.patch).success;

const isReadable = (item: StoredAttention): boolean => item.code !== 'ENTRY_UNREADABLE' && findTable(item.table_name) !== undefined;

function mayEdit(session: OpenSession, projectId: string): boolean {
  const rights = readEditFacts(session.replica, projectId);
  return mayEditProject(session.current().person, rights, rights.stage);
}

/** The refused change once more, based on what the centre holds now. */
export function retryAttention(session: OpenSession, id: string): void {
  const item = session.attention.find(id);
  if (!isReadable(item)) throw new AppError('ENTRY_UNREADABLE', 'a change that cannot be read cannot be sent', { table: item.table_name });
  session.accept([repeated(session, item)], () => session.attention.remove(id));
}

function repeated(session: OpenSession, item: StoredAttention): Mutation {
  if (item.table_name === 'project_stage_history') {
    // A move starts where the project stands: from elsewhere the centre would refuse it for ever.
    const { project_id, to_stage_id, reason } = item.patch as { project_id: string; to_stage_id: string | null; reason: string | null };
    return moveProject(session, project_id, to_stage_id, reason);
  }
  if (item.table_name === 'projects' && item.op === 'insert') {
    return createAgain(session, item.row_id, item.patch, item.effects[0]?.patch ?? {});
  }
  return {
    table_name: item.table_name,
    row_id: item.row_id,
    op: item.op,
    patch: item.patch,
    derived: item.effects[0]?.patch ?? {},
    effects: item.effects.slice(1),
  };
}

/** Sends a refused edit with other values, which are held to the same rules as any edit. */
export function editAttention(session: OpenSession, id: string, values: Record<string, unknown>): void {
  const item = session.attention.find(id);
  const patch = isEdit(item) ? projectEdit.safeParse({ ...item.patch, ...values }) : null;
  if (!patch?.success) throw new AppError('INPUT_INVALID', 'the values cannot be sent as an edit', { table: item.table_name });
  session.accept([editProject(session, item.row_id, patch.data)], () => session.attention.remove(id));
}
