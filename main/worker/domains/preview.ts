import { randomUUID } from 'node:crypto';
import type { previewApi, PreviewOpened, PreviewVersion } from '../../../shared/api/preview.ts';
import { AppError, toFailure } from '../../../shared/errors.ts';
import { prepared } from '../replica/prepared.ts';
import type { OpenSession } from '../session.ts';
import type { Handlers } from './context.ts';
import { recordAccess } from './document-access.ts';
import { isReadOnly } from './read-only.ts';

interface ContentKey {
  document_id: string;
  sha256: string;
}

/** What a session has open: files that are read, and downloads that can be stopped. */
interface Open {
  readers: Map<string, AsyncIterator<Uint8Array>>;
  downloads: Map<string, AbortController>;
}

const sessions = new WeakMap<OpenSession, Open>();

function openOf(session: OpenSession): Open {
  let open = sessions.get(session);
  if (!open) sessions.set(session, (open = { readers: new Map(), downloads: new Map() }));
  return open;
}

/** Closes the files that the pages of a session read; a page that is gone closes nothing. */
export async function closePreviews(session: OpenSession): Promise<void> {
  const { readers } = openOf(session);
  const left = [...readers.values()];
  readers.clear();
  for (const reader of left) await reader.return?.();
}

/** As many windows as anybody has; a page that never closes what it opened holds no more files than these. */
const MOST_READERS = 24;

export const previewHandlers: Handlers<keyof typeof previewApi> = {
  'preview.version': (session, key) => {
    const { document_id, title, version, is_current } = versionOf(session, key);
    return { document_id, title, version, is_current };
  },

  'preview.open': async (session, key) => {
    const { file_name, title } = versionOf(session, key);
    const name = file_name ?? title;
    // Of an earlier state there is nothing to decide: what its backup holds arrives by itself.
    if (isReadOnly(session)) await session.files.fetch(key.document_id, key.sha256);
    const looked = await noted(session, key.document_id, () => session.contents.look(key.sha256, name));
    const { form } = looked.view;
    const token = form === 'pages' || form === 'picture' ? keep(session, session.files.store.read(key.sha256)) : null;
    return { name, size: sizeOf(session, key.sha256), looked, token } satisfies PreviewOpened;
  },

  'preview.bytes': async (session, { token }) => {
    const reader = openOf(session).readers.get(token);
    if (!reader) throw new AppError('NOT_FOUND', 'the preview is not open');
    const next = await reader.next();
    return next.done === true ? new Uint8Array() : next.value;
  },

  'preview.close': async (session, { token }) => {
    const { readers } = openOf(session);
    const reader = readers.get(token);
    readers.delete(token);
    await reader?.return?.();
    return null;
  },

  'preview.download': async (session, key) => {
    versionOf(session, key);
    const { downloads } = openOf(session);
    const name = `${key.document_id} ${key.sha256}`;
    const stop = downloads.get(name) ?? new AbortController();
    downloads.set(name, stop);
    try {
      await session.files.fetch(key.document_id, key.sha256, stop.signal);
    } finally {
      downloads.delete(name);
    }
    return null;
  },

  'preview.stopDownload': (session, { document_id, sha256 }) => {
    openOf(session).downloads.get(`${document_id} ${sha256}`)?.abort(new AppError('FILE_NOT_HERE', 'the person stopped the download'));
    return null;
  },
};

interface Version extends PreviewVersion {
  file_name: string | null;
}

/** The newest version of a document that has this content. What the person may not see, the replica does not hold. */
function versionOf({ replica }: OpenSession, { document_id, sha256 }: ContentKey): Version {
  const found = prepared(
    replica.read,
    `select id as document_id, title, version, file_name, 1 as is_current from documents where id = :document_id and content_sha256 = :sha256
     union all
     select d.id, d.title, v.version_number, coalesce(v.file_name, d.file_name), 0 from document_versions v join documents d on d.id = v.document_id
       where v.document_id = :document_id and v.content_sha256 = :sha256
     order by is_current desc, version desc limit 1`,
  ).get({ document_id, sha256 }) as (Omit<Version, 'is_current'> & { is_current: 0 | 1 }) | undefined;
  if (!found) throw new AppError('NOT_FOUND', 'no document here has this content');
  return { ...found, is_current: found.is_current === 1 };
}

/** Whoever sees a document, or was to see it and could not, stands in its access log; what has not come yet, nobody saw. */
async function noted<Result>(session: OpenSession, documentId: string, look: () => Promise<Result>): Promise<Result> {
  try {
    const result = await look();
    recordAccess(session, documentId, 'preview', null);
    return result;
  } catch (error) {
    const { code } = toFailure(error).error;
    if (code !== 'FILE_NOT_HERE') recordAccess(session, documentId, 'preview', code);
    throw error;
  }
}

function sizeOf({ replica }: OpenSession, sha256: string): number {
  return (prepared(replica.read, 'select size from stored_files where sha256 = ?').pluck().get(sha256) as number | undefined) ?? 0;
}

function keep(session: OpenSession, source: AsyncIterable<Uint8Array>): string {
  const { readers } = openOf(session);
  const token = randomUUID();
  readers.set(token, source[Symbol.asyncIterator]());
  for (const [oldest, reader] of readers) {
    if (readers.size <= MOST_READERS) break;
    readers.delete(oldest);
    void reader.return?.();
  }
  return token;
}
