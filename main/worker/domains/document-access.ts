import { v7 as uuidv7 } from 'uuid';
import type { AccessAction, AccessEntry, AccessFilter, AccessKey, AccessPart, DocumentProject } from '../../../shared/api/documents.ts';
import { accessCondition, mayAccess } from '../../../shared/domain/access-rules.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { nextDate, startOfDay } from '../../../shared/domain/zoned-time.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import { prepared } from '../replica/prepared.ts';
import type { StoredEffect } from '../../../db/replica/machinery.ts';
import type { Mutation } from '../replica/write-path.ts';
import type { OpenSession } from '../session.ts';
import { newRow } from './project-changes.ts';
import { isReadOnly } from './read-only.ts';

/**
 * Notes in the access log that the signed-in person did something with a document, or that they wanted to and why it could
 * not be. Works offline; the entry goes to the centre like every other change.
 * @param failure null where it went well
 */
export function recordAccess(session: OpenSession, documentId: string, action: AccessAction, failure: ErrorCode | null): void {
  // The log of an earlier state is as it was.
  if (isReadOnly(session)) return;
  const { person } = session.current();
  const facts = prepared(session.replica.read, 'select external_url, link_access_count from documents where id = ?').get(documentId) as
    | { external_url: string | null; link_access_count: number }
    | undefined;
  // The log of a document that was withdrawn meanwhile is out of this person's reach.
  if (!facts || !mayAccess(person.role, 'insert', 'document_access_log', { own: true })) return;
  const now = formatTimestamp(new Date());
  const counted: StoredEffect[] =
    facts.external_url !== null && failure === null
      ? [{
          table_name: 'documents',
          row_id: documentId,
          op: 'update',
          patch: { link_access_count: facts.link_access_count + 1, link_last_accessed: now },
        }]
      : [];
  const entry: Mutation = {
    table_name: 'document_access_log',
    row_id: uuidv7(),
    op: 'insert',
    patch: { document_id: documentId, action, success: failure === null, error_message: failure, accessed_at: now },
    derived: { ...newRow(person.organization_id, now), user_id: person.id, device_id: session.device.id, ip_address: null, user_agent: null },
    effects: counted,
  };
  session.accept([entry]);
}

/** Whether the person reads everybody's entries. */
export const seesAllAccess = (session: OpenSession): boolean =>
  accessCondition(session.current().person.role, 'read', 'document_access_log') === 'always';

interface StoredEntry {
  id: string;
  document_id: string;
  document_title: string | null;
  project_id: string | null;
  project_code: string | null;
  project_title: string | null;
  user_id: string | null;
  user_name: string | null;
  device_id: string | null;
  action: string;
  success: number;
  error_message: string | null;
  accessed_at: string;
  pending: number;
}

/*
 * From the index of the log's own order, or of one document's entries; what is filtered besides is seldom rare enough to be
 * worth an index of its own.
 */
const entriesOf = (of: string): string => `
  select l.id, l.document_id, d.title as document_title, p.id as project_id, p.project_id as project_code, p.title as project_title,
         l.user_id, u.name as user_name, l.device_id, l.action, l.success, l.error_message, l.accessed_at,
         exists (select 1 from outbox o where o.table_name = 'document_access_log' and o.row_id = l.id and o.state <> 'acknowledged') as pending
    from document_access_log l
    left join documents d on d.id = l.document_id
    left join projects p on p.id = d.project_id
    left join users u on u.id = l.user_id
   where ${of}
     and (:user_id is null or l.user_id = :user_id)
     and (:action is null or l.action = :action)
     and (:success is null or l.success = :success)
     and (:from is null or l.accessed_at >= :from)
     and (:until is null or l.accessed_at < :until)
     and (:before is null or (l.accessed_at, l.id) < (:before, :before_id))
   order by l.accessed_at desc, l.id desc limit :limit`;

const entries = { all: entriesOf('true'), document: entriesOf('l.document_id = :document_id') };

/** A part of the log, newest first; whoever does not read everybody's gets their own. */
export function readAccess(session: OpenSession, filter: AccessFilter, before: AccessKey | null, limit: number): AccessPart {
  const { person, organization } = session.current();
  const at = (date: string): string => formatTimestamp(startOfDay(date, organization.timezone));
  const parameters = {
    user_id: seesAllAccess(session) ? filter.user_id : person.id,
    action: filter.action,
    success: filter.success === null ? null : filter.success ? 1 : 0,
    from: filter.from === null ? null : at(filter.from),
    until: filter.to === null ? null : at(nextDate(filter.to)),
    before: before?.accessed_at ?? null,
    before_id: before?.id ?? null,
    limit: limit + 1,
  };
  const { read } = session.replica;
  const found = (
    filter.document_id === null
      ? prepared(read, entries.all).all(parameters)
      : prepared(read, entries.document).all({ ...parameters, document_id: filter.document_id })
  ) as StoredEntry[];
  const last = found.length > limit ? found[limit - 1] : undefined;
  return { rows: found.slice(0, limit).map((entry) => described(session, entry)), next: last ? { accessed_at: last.accessed_at, id: last.id } : null };
}

function described({ device }: OpenSession, stored: StoredEntry): AccessEntry {
  const { id, code, title } = { id: stored.project_id, code: stored.project_code, title: stored.project_title };
  const project: DocumentProject | null = id !== null && code !== null && title !== null ? { id, code, title } : null;
  return {
    id: stored.id,
    document: stored.document_title === null ? null : { id: stored.document_id, title: stored.document_title },
    project,
    user_id: stored.user_id,
    user_name: stored.user_name,
    device_id: stored.device_id,
    device_name: stored.device_id === device.id ? device.name : null,
    action: stored.action,
    success: stored.success === 1,
    error: stored.error_message,
    accessed_at: stored.accessed_at,
    pending: stored.pending === 1,
  };
}

/** Everybody who stands in the log. */
export const readAccessPeople = (session: OpenSession): { id: string; name: string }[] =>
  prepared(
    session.replica.read,
    `select u.id, u.name from users u where exists (select 1 from document_access_log l where l.user_id = u.id) order by u.name`,
  ).all() as { id: string; name: string }[];
