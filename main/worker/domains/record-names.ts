import type { RecordRef } from '../../../shared/api/sync.ts';
import type { Replica } from '../replica/database.ts';
import type { RowKey } from '../replica/overlay.ts';
import { prepared } from '../replica/prepared.ts';
import { findTable, type ColumnMeta } from '../replica/tables.ts';
import { ownerOf } from './record-state.ts';

/** A changed row; what its patch says stands in for a row that is not in the replica. */
interface ChangedRow extends RowKey {
  patch: Record<string, unknown>;
}

const ownProject = `
  select p.id, p.project_id as code, p.title from (select ? as table_name, ? as row_id, ? as patch) o
    join projects p on p.id = ${ownerOf('o', "json_extract(o.patch, '$.project_id')")}`;

/** The record that a row is, or belongs to, as a person recognizes it. */
export function describeRecord(replica: Replica, { table_name, row_id, patch }: ChangedRow): RecordRef {
  const project = prepared(replica.read, ownProject).get(table_name, row_id, JSON.stringify(patch)) as
    | { id: string; code: string; title: string }
    | undefined;
  return {
    table_name,
    row_id,
    subject: project ? `${project.code} · ${project.title}` : ownName(replica, table_name, row_id, patch),
    part: table_name === 'project_sub_stage_progress' ? subStageName(replica, row_id, patch) : null,
    project_id: project?.id ?? null,
  };
}

/** What a record is called that belongs to no project, or to one that the centre refused to create. */
function ownName(replica: Replica, table: string, rowId: string, patch: Record<string, unknown>): string | null {
  const text = (column: string): string | null => (typeof patch[column] === 'string' ? patch[column] : null);
  if (table === 'projects') return text('project_id') && text('title') && `${text('project_id')} · ${text('title')}`;
  if (table === 'documents' || table === 'document_versions') {
    const document = table === 'documents' ? rowId : text('document_id');
    return (prepared(replica.read, documentName).pluck().get(document) as string | undefined) ?? text('title');
  }
  if (table !== 'contacts') return null;
  return (prepared(replica.read, 'select company_name from contacts where id = ?').pluck().get(rowId) as string | undefined) ?? text('company_name');
}

function subStageName(replica: Replica, rowId: string, patch: Record<string, unknown>): string | null {
  const name = prepared(
    replica.read,
    `select name from workflow_sub_stages
      where id = coalesce((select sub_stage_id from project_sub_stage_progress where id = ?), ?)`,
  )
    .pluck()
    .get(rowId, patch['sub_stage_id'] ?? null) as string | undefined;
  return name ?? null;
}

const documentName = 'select title from documents where id = ?';
const stageName = 'select name from workflow_stages where id = ?';
const personName = 'select name from users where id = ?';

/** Where the name behind the id in a column stands. */
const namesOf: Readonly<Record<string, string>> = {
  current_stage_id: stageName,
  from_stage_id: stageName,
  to_stage_id: stageName,
  assigned_to: personName,
  user_id: personName,
  checked_out_by: personName,
  approved_by: personName,
  document_id: documentName,
  completed_by: personName,
  moved_by: personName,
  customer_id: 'select company_name from contacts where id = ?',
  merged_into_id: 'select company_name from contacts where id = ?',
};

/** A value as a person reads it: the name behind an id, anything else as it is. */
export function withName(replica: Replica, column: string, value: unknown): unknown {
  const query = namesOf[column];
  if (query === undefined || typeof value !== 'string') return value ?? null;
  return prepared(replica.read, query).pluck().get(value) ?? value;
}

/** Columns that say where a row belongs, or that follow from the others: they are sent, but nobody decided them. */
const unspoken: Readonly<Record<string, readonly string[]>> = {
  project_stage_history: ['project_id', 'kind', 'moved_at'],
  project_assignments: ['project_id'],
  project_sub_stage_progress: ['project_id', 'workflow_stage_id', 'sub_stage_id', 'started_at', 'completed_at'],
};

/** The columns of a patch that tell a person what was changed. */
export function spokenColumns(tableName: string, patch: Record<string, unknown>, base: Record<string, unknown>): ColumnMeta[] {
  const changed = (findTable(tableName)?.columns ?? []).filter(({ name }) => Object.hasOwn(patch, name));
  const spoken = changed.filter(
    ({ name }) => !unspoken[tableName]?.includes(name) && !((patch[name] ?? null) === null && (base[name] ?? null) === null),
  );
  return spoken.length > 0 ? spoken : changed;
}
