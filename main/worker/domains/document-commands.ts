import { eq } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import type { documentFile, documentPatch, newDocument } from '../../../shared/api/documents.ts';
import { accessCondition, accessLevels, mayAccess, mayShare, type AccessLevel } from '../../../shared/domain/access-rules.ts';
import { mayDecide, type ApprovalFacts } from '../../../shared/domain/approvals.ts';
import { readDocumentLink, type DocumentLink } from '../../../shared/domain/document-links.ts';
import { isManager } from '../../../shared/domain/roles.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { mayEditProject } from '../../../shared/domain/workflow.ts';
import { AppError } from '../../../shared/errors.ts';
import { documents, documentVersions, users } from '../../../db/replica/schema.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { Mutation } from '../replica/write-path.ts';
import type { OpenSession } from '../session.ts';
import { readDelegations } from './my-work.ts';
import { dayIn, newRow } from './project-changes.ts';
import { readEditFacts, type EditFacts } from './project-facts.ts';
import { isReadOnly } from './read-only.ts';

/*
 * What a person may do to a document: the mutations of a command, or the reason why it may not be. The centre decides the
 * same in db/central/0016_access_rules.sql and 0020_files.sql.
 */

export type StoredDocument = typeof documents.$inferSelect;
export type StoredVersion = typeof documentVersions.$inferSelect;
export type NewDocument = z.output<typeof newDocument>;
export type TakenInFile = z.output<typeof documentFile>;
export type DocumentEdit = z.output<typeof documentPatch>;

/** Fails with NOT_FOUND. */
export function readDocument({ db }: Replica, id: string): StoredDocument {
  const document = db.select().from(documents).where(eq(documents.id, id)).get();
  if (!document) throw new AppError('NOT_FOUND', `no document ${id} in the replica`, { entity: 'document' });
  return document;
}

/** Null for none, and for one that this person's replica does not hold. */
function projectFacts(session: OpenSession, id: string | null): EditFacts | null {
  if (id === null) return null;
  try {
    return readEditFacts(session.replica, id);
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

/** Whether the person may add a document to the project, or to none. */
export function mayAdd(session: OpenSession, projectId: string | null): boolean {
  if (isReadOnly(session)) return false;
  const { person } = session.current();
  const facts = projectFacts(session, projectId);
  return mayAccess(person.role, 'insert', 'documents', {
    editable: facts !== null && mayEditProject(person, facts, facts.stage),
    excluded: facts?.excluded.includes(person.id) ?? false,
  });
}

export function mayUpdate(session: OpenSession, document: Pick<StoredDocument, 'project_id' | 'uploaded_by'>): boolean {
  if (isReadOnly(session)) return false;
  const { person } = session.current();
  return mayAccess(person.role, 'update', 'documents', {
    own: document.uploaded_by === person.id,
    excluded: projectFacts(session, document.project_id)?.excluded.includes(person.id) ?? false,
  });
}

/** The levels that the person may give. */
export const levelsFor = (session: OpenSession): AccessLevel[] => accessLevels.filter((level) => mayShare(session.current().person.role, level));

function demandShare(session: OpenSession, level: string): void {
  if (levelsFor(session).includes(level as AccessLevel)) return;
  throw new AppError('SHARE_NOT_ALLOWED', `the person may not give the level ${level}`, { table: 'documents', level });
}

function demandUpdate(session: OpenSession, document: StoredDocument): void {
  if (!mayUpdate(session, document)) throw new AppError('DOCUMENT_NOT_ALLOWED', `document ${document.id} may not be edited by the person`);
}

/** Fails with LINK_REFUSED, and `details.reason` for the words. */
export function demandLink(text: string): DocumentLink {
  const link = readDocumentLink(text);
  if (typeof link === 'string') throw new AppError('LINK_REFUSED', `the link is refused: ${link}`, { reason: link });
  return link;
}

const instant = (iso: string | null): string | null => (iso === null ? null : formatTimestamp(new Date(iso)));

const endingOf = (name: string): string | null => /\.([a-z0-9]{1,20})$/i.exec(name)?.[1]?.toLowerCase() ?? null;

const fileColumns = ({ name, size, mime_type, sha256 }: TakenInFile) => ({
  file_name: name,
  file_size: size,
  mime_type: mime_type === '' ? null : mime_type,
  content_sha256: sha256,
});

function linkColumns(link: DocumentLink) {
  return { external_url: link.url, external_id: link.id, storage_provider: link.provider, link_type: link.type };
}

const keyOf = ({ resource_key }: DocumentLink): Record<string, unknown> => (resource_key === null ? {} : { resource_key });

/**
 * A document with its first version, or one that is a link. Fails with DOCUMENT_NOT_ALLOWED, SHARE_NOT_ALLOWED or LINK_REFUSED.
 * @param allowed for a project that is only just being made
 * @param id of the row, where whoever asks may ask again
 */
export function createDocument(
  session: OpenSession,
  { source, ...facts }: NewDocument,
  allowed = mayAdd(session, facts.project_id),
  id = uuidv7(),
): Mutation[] {
  const { person } = session.current();
  if (!allowed) throw new AppError('DOCUMENT_NOT_ALLOWED', `role ${person.role} may not add a document there`);
  demandShare(session, facts.access_level);
  const now = formatTimestamp(new Date());
  const made = 'link' in source ? fromLink(source.link) : fromFile(source.file);
  const document: Mutation = {
    table_name: 'documents',
    row_id: id,
    op: 'insert',
    patch: Object.fromEntries(Object.entries({ ...facts, ...made }).filter(([, value]) => value !== null)),
    derived: {
      ...newRow(person.organization_id, now),
      version: 1,
      is_current_version: true,
      metadata: {},
      link_permissions: {},
      uploaded_by: person.id,
      sync_status: 'synced',
      ai_extracted_data: {},
      link_access_count: 0,
    },
  };
  return 'link' in source ? [document] : [document, versionMutation(session, { id, version: 1 }, source.file, null, now)];
}

function fromLink(given: Extract<NewDocument['source'], { link: unknown }>['link']) {
  const link = demandLink(given.url);
  return {
    ...linkColumns(link),
    link_expires_at: instant(given.expires_at),
    link_permissions: given.permissions,
    file_name: given.file_name,
    file_size: given.file_size,
    mime_type: given.mime_type,
    metadata: { ...given.metadata, ...keyOf(link) },
  };
}

const fromFile = (file: TakenInFile) => ({ ...fileColumns(file), file_type: endingOf(file.name), storage_provider: 'central', metadata: {} });

function versionMutation(
  session: OpenSession,
  { id, version }: Pick<StoredDocument, 'id' | 'version'>,
  file: TakenInFile,
  change_summary: string | null,
  now: string,
): Mutation {
  const { person } = session.current();
  return {
    table_name: 'document_versions',
    row_id: uuidv7(),
    op: 'insert',
    patch: { document_id: id, version_number: version, ...fileColumns(file), change_summary },
    derived: { ...newRow(person.organization_id, now), uploaded_by: person.id, uploaded_at: now, is_current: true, metadata: {} },
  };
}

/** Fails with DOCUMENT_NOT_ALLOWED, SHARE_NOT_ALLOWED, or EDIT_OVERTAKEN where what is to be undone stands no more. */
export function editDocument(session: OpenSession, document: StoredDocument, edit: DocumentEdit, expected: DocumentEdit | null = null): Mutation {
  demandUpdate(session, document);
  for (const [column, value] of Object.entries(stored(expected ?? {}))) {
    if (JSON.stringify(document[column as keyof StoredDocument] ?? null) === JSON.stringify(value ?? null)) continue;
    throw new AppError('EDIT_OVERTAKEN', 'the value that is to be undone stands no more', { column });
  }
  const patch = stored(edit);
  const moved = edit.project_id !== undefined && edit.project_id !== document.project_id;
  if (moved && !mayAdd(session, edit.project_id ?? null)) {
    throw new AppError('DOCUMENT_NOT_ALLOWED', `document ${document.id} may not be moved there by the person`);
  }
  // In another project, others see it.
  const level = edit.access_level ?? document.access_level;
  if (moved || level !== document.access_level) demandShare(session, level);
  return { table_name: 'documents', row_id: document.id, op: 'update', patch, derived: { updated_at: formatTimestamp(new Date()) } };
}

/** As the row holds it. */
const stored = ({ link_expires_at: expires, ...edit }: DocumentEdit): Record<string, unknown> =>
  expires === undefined ? edit : { ...edit, link_expires_at: instant(expires) };

/** Fails with DOCUMENT_NOT_ALLOWED or LINK_REFUSED. */
export function relinkDocument(session: OpenSession, document: StoredDocument, url: string): Mutation {
  demandUpdate(session, document);
  const link = demandLink(url);
  const { resource_key: _, ...metadata } = document.metadata;
  return {
    table_name: 'documents',
    row_id: document.id,
    op: 'update',
    patch: { ...linkColumns(link), metadata: { ...metadata, ...keyOf(link) } },
    derived: { updated_at: formatTimestamp(new Date()) },
  };
}

/** The version stands as the current one at once; the centre gives it its number for good. */
export function addVersion(session: OpenSession, document: StoredDocument, file: TakenInFile, summary: string | null): Mutation {
  demandUpdate(session, document);
  if (document.external_url !== null) throw new AppError('INPUT_INVALID', 'a link has no versions here', { column: 'external_url' });
  refuseCheckedOut(session, document);
  const now = formatTimestamp(new Date());
  const version = document.version + 1;
  const mutation = versionMutation(session, { id: document.id, version }, file, summary, now);
  const older = prepared(session.replica.read, 'select id from document_versions where document_id = ? and is_current').pluck().all(document.id) as string[];
  return {
    ...mutation,
    effects: [
      ...older.map((id) => ({ table_name: 'document_versions', row_id: id, op: 'update' as const, patch: { is_current: false } })),
      {
        table_name: 'documents',
        row_id: document.id,
        op: 'update',
        patch: { ...fileColumns(file), file_type: endingOf(file.name), version, is_current_version: true, approved_by: null, approved_at: null, updated_at: now },
      },
    ],
  };
}

/** Fails with DOCUMENT_CHECKED_OUT, which says who has it and since when. */
function refuseCheckedOut(session: OpenSession, { id, checked_out_by: by, checked_out_at: since }: StoredDocument): void {
  if (by === null || by === session.current().person.id) return;
  const name = session.replica.db.select({ name: users.name }).from(users).where(eq(users.id, by)).get()?.name ?? null;
  throw new AppError('DOCUMENT_CHECKED_OUT', `document ${id} is checked out by somebody else`, { user_id: by, name, since });
}

/** Fails with DOCUMENT_NOT_ALLOWED or DOCUMENT_CHECKED_OUT. */
export function checkOut(session: OpenSession, document: StoredDocument, note: string | null): Mutation {
  demandUpdate(session, document);
  refuseCheckedOut(session, document);
  const now = formatTimestamp(new Date());
  return {
    table_name: 'documents',
    row_id: document.id,
    op: 'update',
    patch: { checked_out_by: session.current().person.id, checkout_note: note === '' ? null : note },
    derived: { checked_out_at: document.checked_out_at ?? now, updated_at: now },
  };
}

/** Fails with DOCUMENT_NOT_ALLOWED or DOCUMENT_CHECKED_OUT: only whoever has it, and managers, put it back. */
export function checkIn(session: OpenSession, document: StoredDocument): Mutation {
  demandUpdate(session, document);
  if (!isManager(session.current().person.role)) refuseCheckedOut(session, document);
  return {
    table_name: 'documents',
    row_id: document.id,
    op: 'update',
    patch: { checked_out_by: null, checkout_note: null },
    derived: { checked_out_at: null, updated_at: formatTimestamp(new Date()) },
  };
}

interface StoredApproval extends ApprovalFacts {
  decision_by: string | null;
}

const approvalsOf = `
  select approval_type, status, requested_by, requested_at, current_approver_id, current_approver_role, current_approver_department,
         delegated_to, escalated_to, decision_by
    from approvals where approval_type = 'document_approval' and entity_type = 'documents' and entity_id = ?`;

const open = new Set(['pending', 'in_review', 'delegated', 'escalated']);

/** Whether the rules let the person approve versions of the document that others brought. */
export function mayApprove(session: OpenSession, document: Pick<StoredDocument, 'id'>): boolean {
  if (isReadOnly(session)) return false;
  const { person, organization } = session.current();
  const condition = accessCondition(person.role, 'update', 'document_versions');
  if (condition !== 'approval') return condition === 'always';
  const approvals = prepared(session.replica.read, approvalsOf).all(document.id) as StoredApproval[];
  const delegations = readDelegations(session.replica, person, dayIn(organization.timezone, new Date()));
  return approvals.some(
    (approval) =>
      (open.has(approval.status) && mayDecide(person, approval, delegations)) ||
      (approval.status === 'approved' && approval.decision_by === person.id),
  );
}

/** Fails with NOT_FOUND, DOCUMENT_NOT_ALLOWED or SELF_APPROVAL. */
export function approveVersion(session: OpenSession, document: StoredDocument, versionId: string): Mutation {
  const { person } = session.current();
  const version = session.replica.db.select().from(documentVersions).where(eq(documentVersions.id, versionId)).get();
  if (version?.document_id !== document.id) throw new AppError('NOT_FOUND', `no version ${versionId} of the document`, { entity: 'document' });
  if (!mayApprove(session, document)) throw new AppError('DOCUMENT_NOT_ALLOWED', `role ${person.role} may not approve versions of ${document.id}`);
  if (version.uploaded_by === person.id) throw new AppError('SELF_APPROVAL', 'nobody approves what they brought themselves');
  const now = formatTimestamp(new Date());
  const approved = { approved_by: person.id, approved_at: now };
  return {
    table_name: 'document_versions',
    row_id: version.id,
    op: 'update',
    patch: { approved_at: now },
    derived: { approved_by: person.id, updated_at: now },
    effects: version.is_current ? [{ table_name: 'documents', row_id: document.id, op: 'update', patch: approved }] : [],
  };
}
