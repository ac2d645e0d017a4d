import type { DriveConfig, driveConfigApi } from '../../../shared/api/drive.ts';
import { newDocument } from '../../../shared/api/documents.ts';
import { mayAccess } from '../../../shared/domain/access-rules.ts';
import { allowsBrowsing, scopesOf } from '../../../shared/domain/drive.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { AppError, toFailure } from '../../../shared/errors.ts';
import { diskUse, makeRoom } from '../files/disk-budget.ts';
import { readFileSettings } from '../files/settings.ts';
import type { ContentRequest, DriveCopy, DriveNews, LinkedDriveFile } from '../protocol.ts';
import { whenWritable } from '../replica/database.ts';
import type { Replica } from '../replica/database.ts';
import { derivedId } from '../replica/derived-id.ts';
import { prepared } from '../replica/prepared.ts';
import type { OpenSession } from '../session.ts';
import type { Handlers } from './context.ts';
import { recordAccess } from './document-access.ts';
import { createDocument, mayAdd, mayUpdate } from './document-commands.ts';
import { sending } from './documents.ts';

export const driveConfigHandlers: Handlers<keyof typeof driveConfigApi> = {
  'drive.config': (session) => {
    demandReader(session);
    const row = storedConfig(session.replica);
    if (!row) return { config: null };
    const config: DriveConfig = {
      client_id: row.client_id,
      browsing: allowsBrowsing(JSON.parse(row.scopes) as string[]),
      is_active: row.is_active === 1,
      updated_at: row.updated_at,
      pending: row.pending === 1,
    };
    return { config };
  },

  'drive.saveConfig': (session, { client_id, browsing, is_active }) => {
    const { person, organization } = session.current();
    if (!mayAccess(person.role, 'update', 'google_drive_config')) throw new AppError('NOT_ALLOWED', 'Google Drive is set up by administrators');
    const row = storedConfig(session.replica);
    const now = formatTimestamp(new Date());
    const patch = { client_id, scopes: scopesOf(browsing), is_active };
    session.accept([
      row
        ? { table_name: 'google_drive_config', row_id: row.id, op: 'update', patch, derived: { updated_at: now } }
        : {
            table_name: 'google_drive_config',
            // Two administrators who set it up offline write one row.
            row_id: derivedId(organization.id, 'google_drive_config'),
            op: 'insert',
            patch,
            derived: { organization_id: organization.id, redirect_uri: null, created_at: now, updated_at: now, sync_xid: 0 },
          },
    ]);
    return null;
  },
};

interface StoredConfig {
  id: string;
  client_id: string;
  scopes: string;
  is_active: number;
  updated_at: string;
  pending: number;
}

const config = `
  select g.id, g.client_id, g.scopes, g.is_active, g.updated_at,
         exists (select 1 from outbox o where o.table_name = 'google_drive_config' and o.row_id = g.id and o.state <> 'acknowledged') as pending
    from google_drive_config g`;

const storedConfig = (replica: Replica): StoredConfig | undefined => prepared(replica.read, config).get() as StoredConfig | undefined;

function demandReader(session: OpenSession): void {
  const { role } = session.current().person;
  if (!mayAccess(role, 'read', 'google_drive_config')) throw new AppError('NOT_ALLOWED', `role ${role} does not read how Google Drive is set up`);
}

/** For main, which signs people in at Google. */
export function readDriveConfig(session: OpenSession): { client_id: string; scopes: string[]; is_active: boolean } | null {
  const row = storedConfig(session.replica);
  return row ? { client_id: row.client_id, scopes: JSON.parse(row.scopes) as string[], is_active: row.is_active === 1 } : null;
}

interface LinkedDocument {
  id: string;
  external_id: string;
  title: string;
  file_name: string | null;
  metadata: string;
  project_id: string | null;
  uploaded_by: string | null;
}

const linked = `
  select id, external_id, title, file_name, metadata, project_id, uploaded_by from documents
   where storage_provider = 'google_drive' and external_id is not null`;

const linkedDocuments = (replica: Replica): LinkedDocument[] => prepared(replica.read, linked).all() as LinkedDocument[];

export const driveLinks = (session: OpenSession): LinkedDriveFile[] =>
  linkedDocuments(session.replica).map(({ id, external_id, title }) => ({ file_id: external_id, document_id: id, title }));

/**
 * Keeps names and trash of linked files with their documents. Whoever may not edit a document leaves it as it is: a
 * colleague who may, and is connected as well, will note the same.
 */
export function noteDriveNews(session: OpenSession, news: readonly DriveNews[]): null {
  const byFile = new Map(news.map((one) => [one.file_id, one]));
  const now = formatTimestamp(new Date());
  const mutations = linkedDocuments(session.replica).flatMap((document) => {
    const told = byFile.get(document.external_id);
    if (!told || !mayUpdate(session, document)) return [];
    const metadata = JSON.parse(document.metadata) as Record<string, unknown>;
    const patch = {
      ...(told.name !== '' && told.name !== document.file_name ? { file_name: told.name } : {}),
      // A title that somebody chose stays; one that was the file's name goes with it.
      ...(told.name !== '' && document.title === document.file_name && told.name !== document.title ? { title: told.name } : {}),
      ...((metadata['drive_trashed'] ?? false) !== told.trashed ? { metadata: { ...metadata, drive_trashed: told.trashed } } : {}),
    };
    return Object.keys(patch).length === 0
      ? []
      : [{ table_name: 'documents', row_id: document.id, op: 'update' as const, patch, derived: { updated_at: now } }];
  });
  if (mutations.length > 0) session.accept(mutations);
  return null;
}

/** A copy of what lies in Drive as well keeps to the budget, other than what somebody adds. */
export async function makeRoomForCopy({ replica, files, meta }: OpenSession, bytes: number): Promise<null> {
  const { budget_bytes: budget } = readFileSettings(meta);
  if (await makeRoom(replica, files.store, bytes, budget)) return null;
  const { used, evictable } = diskUse(replica);
  if (used - evictable + bytes > budget) throw new AppError('FILE_BUDGET_FULL', 'the copy does not fit into the budget', { bytes, budget });
  throw new AppError('DISK_FULL', 'the disk has no room for the copy', { bytes });
}

/** Asked again, after an answer that was lost with the process, it makes no second document. */
export function keepDriveCopy(session: OpenSession, { id, person_id, title, project_id, file }: DriveCopy): null {
  // On a shared machine another session may have been opened while the file was on its way.
  if (session.current().person.id !== person_id) throw new AppError('SESSION_REQUIRED', 'the copy is of another person');
  if (prepared(session.replica.read, 'select 1 from documents where id = ?').get(id)) return null;
  const document = newDocument.parse({ title, project_id, source: { file } });
  session.accept(createDocument(session, document, mayAdd(session, project_id), id), sending(session, id, file.sha256));
  return null;
}

/** What leaves this machine for Drive; a download like any other in the access log. */
export async function sendContent(session: OpenSession, request: ContentRequest): Promise<{ name: string; mime_type: string; size: number }> {
  const { document_id, sha256 } = request;
  const { name, mime_type } = contentOf(session, request);
  const note = (failure: Parameters<typeof recordAccess>[3]) => whenWritable(() => recordAccess(session, document_id, 'download', failure));
  try {
    await session.files.fetch(document_id, sha256);
  } catch (error) {
    await note(toFailure(error).error.code);
    throw error;
  }
  const size = session.files.store.sizeOf(sha256);
  if (size === null) throw new AppError('FILE_NOT_HERE', 'the content is not in the store');
  await note(null);
  return { name, mime_type: mime_type ?? 'application/octet-stream', size };
}

export async function readContentPiece(session: OpenSession, { number, ...request }: ContentRequest & { number: number }): Promise<Uint8Array> {
  contentOf(session, request);
  const reader = await session.files.store.open(request.sha256);
  try {
    return await reader.piece(number);
  } finally {
    await reader.close();
  }
}

const content = `
  select coalesce(file_name, title) as name, mime_type from documents where id = :document_id and content_sha256 = :sha256
  union all
  select coalesce(file_name, title), mime_type from document_versions where document_id = :document_id and content_sha256 = :sha256 limit 1`;

/** Bytes leave only by a document of this person's replica that has them. */
function contentOf({ replica }: OpenSession, { document_id, sha256 }: ContentRequest): { name: string; mime_type: string | null } {
  const found = prepared(replica.read, content).get({ document_id, sha256 }) as { name: string | null; mime_type: string | null } | undefined;
  if (!found) throw new AppError('NOT_FOUND', 'no document here has this content', { entity: 'document' });
  return { ...found, name: found.name ?? 'Factory Pulse' };
}
