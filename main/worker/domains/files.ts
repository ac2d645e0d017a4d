import { fileSettings, type FileDisk, type OfflineEntry, type Reattached, type TakenIn, type TransferList, type TransferRow } from '../../../shared/api/files.ts';
import { mayBeOpened } from '../../../shared/domain/file-kinds.ts';
import { safeName } from '../../../shared/domain/file-names.ts';
import { AppError, toFailure } from '../../../shared/errors.ts';
import { diskUse, makeRoom } from '../files/disk-budget.ts';
import { writePlain } from '../files/hand-out.ts';
import { keptOffline, setOffline } from '../files/offline-choices.ts';
import { mayReattach, missingCount, reattach } from '../files/reattach.ts';
import { readFileSettings, writeFileSettings } from '../files/settings.ts';
import { takeInFiles } from '../files/take-in.ts';
import type { FileHandOut, HandedOut } from '../protocol.ts';
import { durably, toStorageError } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { OpenSession } from '../session.ts';
import type { Handlers } from './context.ts';
import { recordAccess } from './document-access.ts';

/** So many done ones are shown. */
const DONE_SHOWN = 100;
const PENDING_SHOWN = 200;

export const fileHandlers: Handlers<
  | 'files.beginIntake' | 'files.intakeChunk' | 'files.endIntake' | 'files.cancelIntake' | 'files.transfers' | 'files.pause' | 'files.resume'
  | 'files.retry' | 'files.fetch' | 'files.keepOffline' | 'files.offline' | 'files.disk' | 'files.setSettings' | 'files.makeRoom'
  | 'files.scanFolder' | 'files.forgetScanFolder' | 'files.takeScanned' | 'files.missing'
> = {
  'files.beginIntake': ({ files, meta }, { name, size }) => ({ id: files.intakes.begin(name, size, readFileSettings(meta).max_file_bytes) }),
  'files.intakeChunk': async ({ files }, { id, number, bytes }) => {
    await files.intakes.write(id, number, Buffer.from(bytes, 'base64'));
    return null;
  },
  'files.endIntake': ({ files }, { id }) => files.intakes.end(id),
  'files.cancelIntake': ({ files }, { id }) => {
    files.intakes.cancel(id);
    return null;
  },

  'files.transfers': readTransfers,
  'files.pause': async (session, { ids }) => {
    await session.files.transfers.rows.setPaused(ids, true);
    return changed(session);
  },
  'files.resume': async (session, { ids }) => {
    await session.files.transfers.rows.setPaused(ids, false);
    return changed(session);
  },
  'files.retry': async (session, { ids }) => {
    const failed = prepared(session.replica.read, `select id from file_transfers where state = 'failed'`).pluck().all() as number[];
    await session.files.transfers.rows.setPaused(ids ?? failed, false);
    return changed(session);
  },
  'files.fetch': async ({ files }, { document_id, sha256 }) => {
    await files.fetch(document_id, sha256);
    return null;
  },
  'files.keepOffline': (session, { kept, ...choice }) => {
    durably(session.replica.write, 'FULL', () => setOffline(session.replica, choice, kept));
    session.changes.announce(['offline_choices']);
    return null;
  },
  'files.offline': readOffline,
  'files.disk': readDisk,
  'files.setSettings': (session, patch) => {
    const { replica, meta } = session;
    const settings = fileSettings.parse({ ...readFileSettings(meta), ...patch });
    writeFileSettings(replica.write, meta, settings);
    changed(session);
    return settings;
  },
  'files.makeRoom': async (session) => {
    await makeRoom(session.replica, session.files.store, 0, 0, true);
    session.changes.announce(['stored_files']);
    return null;
  },

  'files.scanFolder': ({ files }) => files.scans.look(),
  'files.forgetScanFolder': ({ files }) => {
    files.scans.choose(null);
    return null;
  },
  'files.takeScanned': ({ files, meta }, { names }) => files.scans.take(names, readFileSettings(meta).max_file_bytes),
  'files.missing': (session) => ({ documents: missingCount(session), may_attach: mayReattach(session) }),
};

/** Takes in files that the person chose in a dialog of the system. */
export const takeIn = ({ files, meta }: OpenSession, paths: readonly string[]): Promise<TakenIn> =>
  takeInFiles(files.store, paths, readFileSettings(meta).max_file_bytes);

export const reattachFrom = (session: OpenSession, folder: string): Promise<Reattached> =>
  reattach(session, folder, readFileSettings(session.meta).max_file_bytes);

/** Writes a content in plain bytes: into a file that the person chose, or into a copy for the system's program. */
export async function handOut(session: OpenSession, request: FileHandOut): Promise<HandedOut> {
  const action = request.target === null ? 'open' : 'download';
  try {
    const file = await write(session, request);
    recordAccess(session, request.document_id, action, null);
    return { file };
  } catch (error) {
    recordAccess(session, request.document_id, action, toFailure(toStorageError(error)).error.code);
    throw error;
  }
}

async function write(session: OpenSession, { document_id, sha256, target }: FileHandOut): Promise<string> {
  const { files } = session;
  const name = nameOf(session, document_id, sha256);
  if (target === null && !mayBeOpened(name)) throw new AppError('FILE_NOT_OPENED', 'files of this kind are not opened', { name });
  await files.fetch(document_id, sha256);
  if (target === null) return files.copies.write(files.store, sha256, name);
  await writePlain(files.store, sha256, target.file, target.draft);
  return target.file;
}

/** What the file is proposed to be called on a disk. */
export const proposedName = (session: OpenSession, { document_id, sha256 }: Pick<FileHandOut, 'document_id' | 'sha256'>): string =>
  safeName(nameOf(session, document_id, sha256));

function nameOf({ replica }: OpenSession, documentId: string, sha256: string): string {
  const found = prepared(
    replica.read,
    `select coalesce(file_name, title) from documents where id = :document and content_sha256 = :content
     union all select coalesce(file_name, title) from document_versions where document_id = :document and content_sha256 = :content limit 1`,
  )
    .pluck()
    .get({ document: documentId, content: sha256 }) as string | null | undefined;
  if (found === undefined) throw new AppError('NOT_FOUND', 'no document here has this content');
  return found ?? '';
}

/** What waits may run, or must not, from now on. */
function changed(session: OpenSession): null {
  session.changes.announce(['file_transfers']);
  return null;
}

function readTransfers({ replica, files, meta }: OpenSession): TransferList {
  const { transfers } = files;
  const select = (where: string, order: string, limit: number): TransferRow[] =>
    prepared(
      replica.read,
      `select t.id, t.kind, t.document_id, d.title, coalesce(v.file_name, d.file_name) as file_name, t.size, t.bytes_done, t.state, t.error_code, t.next_try_at, t.created_at
         from file_transfers t left join documents d on d.id = t.document_id
         left join document_versions v on v.document_id = t.document_id and v.content_sha256 = t.sha256
        where ${where} group by t.id order by ${order} limit ${limit}`,
    ).all() as TransferRow[];
  const { running } = transfers;
  const rows = [
    ...select(`t.state in ('waiting', 'paused')`, 't.id', PENDING_SHOWN),
    ...select(`t.state = 'failed'`, 't.id', PENDING_SHOWN),
    ...select(`t.state = 'done'`, 't.finished_at desc', DONE_SHOWN),
  ];
  const shown = rows.map((row): TransferRow => (row.id === running?.id ? { ...row, state: 'running', bytes_done: running.bytes_done } : row));
  const count = (state: string): number =>
    prepared(replica.read, 'select count(*) from file_transfers where state = ?').pluck().get(state) as number;
  return {
    transfers: [...shown.filter(({ state }) => state === 'running'), ...shown.filter(({ state }) => state !== 'running')],
    waiting: count('waiting'),
    failed: count('failed'),
    unsent: transfers.rows.unsent(),
    connected: transfers.connected,
    paused: readFileSettings(meta).paused,
  };
}

function readOffline({ replica }: OpenSession): OfflineEntry[] {
  const entries = prepared(
    replica.read,
    `select o.kind, o.target_id, case o.kind
              when 'project' then (select project_id || ' · ' || title from projects where id = o.target_id)
              when 'stage' then (select name from workflow_stages where id = o.target_id)
              else (select title from documents where id = o.target_id) end as name
       from offline_choices o order by o.chosen_at desc`,
  ).all() as Pick<OfflineEntry, 'kind' | 'target_id' | 'name'>[];
  return entries.map((entry) => {
    const of = { project: 'd.project_id = ?', document: 'd.id = ?', stage: 'd.project_id in (select id from projects where current_stage_id = ?)' }[entry.kind];
    const figures = prepared(
      replica.read,
      `select count(*) as files, count(s.sha256) as here, coalesce(sum(w.size), 0) as bytes
         from (${keptOffline}) w join documents d on d.id = w.document_id left join stored_files s on s.sha256 = w.sha256 where ${of}`,
    ).get(entry.target_id) as Pick<OfflineEntry, 'files' | 'here' | 'bytes'>;
    return { ...entry, ...figures };
  });
}

function readDisk({ replica, files, meta }: OpenSession): FileDisk {
  return {
    ...diskUse(replica),
    files: prepared(replica.read, 'select count(*) from stored_files').pluck().get() as number,
    free: files.store.freeBytes(),
    settings: readFileSettings(meta),
  };
}
