import { documentCategories, type documentsApi } from '../../../shared/api/documents.ts';
import { accessCondition } from '../../../shared/domain/access-rules.ts';
import { readDocumentLink } from '../../../shared/domain/document-links.ts';
import { parseTimestamp } from '../../../shared/domain/timestamps.ts';
import { AppError } from '../../../shared/errors.ts';
import { prepared } from '../replica/prepared.ts';
import type { OpenSession } from '../session.ts';
import { cancelExport } from '../tables/table-export.ts';
import type { Handlers } from './context.ts';
import { readAccess, readAccessPeople, recordAccess } from './document-access.ts';
import { changeMany, undoMany } from './document-bulk.ts';
import {
  addVersion,
  approveVersion,
  checkIn,
  checkOut,
  createDocument,
  demandLink,
  editDocument,
  levelsFor,
  mayAdd,
  readDocument,
  relinkDocument,
} from './document-commands.ts';
import { readDocumentPage } from './document-page.ts';
import { readDocuments } from './document-rows.ts';
import { isReadOnly } from './read-only.ts';

const TAGS_OFFERED = 200;

export const documentHandlers: Handlers<keyof typeof documentsApi> = {
  'documents.list': readDocuments,

  'documents.choices': (session) => {
    const { read } = session.replica;
    const used = prepared(read, 'select distinct category from documents where category is not null order by category').pluck().all() as string[];
    return {
      categories: [...new Set<string>([...documentCategories, ...used])],
      tags: prepared(read, 'select t.value from documents d, json_each(d.tags) t group by t.value order by count(*) desc, t.value limit ?')
        .pluck()
        .all(TAGS_OFFERED) as string[],
      levels: levelsFor(session),
      may_add: !isReadOnly(session) && accessCondition(session.current().person.role, 'insert', 'documents') !== null,
      may_add_loose: mayAdd(session, null),
    };
  },

  'documents.get': (session, { id }) => readDocumentPage(session, id),

  'documents.mayAdd': (session, { project_id }) => mayAdd(session, project_id),

  'documents.same': ({ replica }, { url, sha256 }) => {
    const link = url === null ? null : readDocumentLink(url);
    const place = link === null || typeof link === 'string' ? null : link;
    return prepared(
      replica.read,
      `select id, title from documents
        where external_url = :url or (external_id = :external_id and storage_provider = :provider) or content_sha256 = :sha256
        order by updated_at desc limit 5`,
    ).all({ url: place?.url ?? null, external_id: place?.id ?? null, provider: place?.provider ?? null, sha256 }) as { id: string; title: string }[];
  },

  'documents.create': (session, input) => {
    const mutations = createDocument(session, input);
    const id = mutations[0]?.row_id ?? '';
    session.accept(mutations, 'file' in input.source ? sending(session, id, input.source.file.sha256) : undefined);
    return { id };
  },

  'documents.update': (session, { id, patch, expected }) => {
    session.accept([editDocument(session, readDocument(session.replica, id), patch, expected)]);
    return null;
  },

  'documents.setLink': (session, { id, url }) => {
    session.accept([relinkDocument(session, readDocument(session.replica, id), url)]);
    return null;
  },

  'documents.addVersion': (session, { id, file, change_summary }) => {
    const mutation = addVersion(session, readDocument(session.replica, id), file, change_summary);
    session.accept([mutation], sending(session, id, file.sha256));
    return { id: mutation.row_id };
  },

  'documents.approveVersion': (session, { id, version_id }) => {
    session.accept([approveVersion(session, readDocument(session.replica, id), version_id)]);
    return null;
  },

  'documents.checkOut': (session, { id, note }) => {
    session.accept([checkOut(session, readDocument(session.replica, id), note)]);
    return null;
  },

  'documents.checkIn': (session, { id }) => {
    session.accept([checkIn(session, readDocument(session.replica, id))]);
    return null;
  },

  'documents.bulk': (session, { ids, action }) => changeMany(session, ids, action),
  'documents.undoBulk': (session, { changes }) => undoMany(session, changes),

  'documents.access': (session, { before, limit, ...filter }) => readAccess(session, filter, before, limit),

  'documents.accessPeople': readAccessPeople,

  'documents.cancelExport': (session) => {
    cancelExport(session);
    return null;
  },
};

/** The bytes follow the row: what is queued with it is sent, or neither is there. */
export const sending = ({ files }: OpenSession, documentId: string, sha256: string) => (): readonly string[] => {
  files.queueUpload(documentId, sha256);
  return ['file_transfers'];
};

/** The address to open, read anew: what stands in a row is not trusted. A refusal stands in the log. Fails with LINK_EXPIRED or LINK_REFUSED. */
export function linkToOpen(session: OpenSession, id: string): string {
  const document = readDocument(session.replica, id);
  try {
    if (document.link_expires_at !== null && parseTimestamp(document.link_expires_at).getTime() <= Date.now()) {
      throw new AppError('LINK_EXPIRED', `the link of document ${id} has expired`, { since: document.link_expires_at });
    }
    return demandLink(document.external_url ?? '').url;
  } catch (error) {
    if (error instanceof AppError) recordAccess(session, id, 'open_link', error.code);
    throw error;
  }
}
