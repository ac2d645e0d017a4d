import { randomBytes } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { backupApi, BackupContents, BringBackResult, ChosenBackup, DifferingRecord } from '../../../shared/api/backup.ts';
import { driveDestination, lockedSuffix } from '../../../shared/domain/backup.ts';
import { AppError } from '../../../shared/errors.ts';
import { checkArchive } from '../backup/archive-reader.ts';
import { bringContents, holdsContents } from '../backup/file-contents.ts';
import { bringBack } from '../backup/bring-back.ts';
import { compareWithNow, type Comparison } from '../backup/differences.ts';
import { backupsOf } from '../backup/keeper.ts';
import { loadArchive } from '../backup/loaded-archive.ts';
import { prepareReplica, type PreparedReplica } from '../backup/restore-replica.ts';
import { makeThrowawayFolder } from '../backup/throwaway-folder.ts';
import { openPast, type PastSession } from '../backup/time-machine.ts';
import { rowsOf, type Manifest } from '../backup/manifest.ts';
import { describeOldDump, looksLikeDump } from '../backup/old-dump.ts';
import type { OutgoingBackups } from '../protocol.ts';
import { connectReader, durably, whenWritable } from '../replica/database.ts';
import type { OpenSession, SessionHost } from '../session.ts';
import type { Handlers } from './context.ts';

/** A backup that the person chose to look at, and what came of comparing it. */
interface Opened {
  file: string;
  /** A copy of one in Drive, alone in its folder, that goes when nobody looks at it any more. */
  fetched: boolean;
  form: ChosenBackup['form'];
  manifest: Manifest | null;
  comparison: Comparison | null;
  /** Settles when nothing reads the file any more. */
  read: Promise<unknown>;
}

const opened = new WeakMap<OpenSession, Opened>();

/** Notes that `work` reads the file. */
function reading<T>(open: Opened, work: Promise<T>): Promise<T> {
  open.read = Promise.allSettled([open.read, work]);
  return work;
}

function openedOf(session: OpenSession): Opened {
  const found = opened.get(session);
  if (!found) throw new AppError('BACKUP_NOT_OPEN', 'no backup is open');
  return found;
}

/** The folder's own place counts, so that a link that is turned elsewhere later is noticed. */
export async function addBackupDestination(session: OpenSession, folder: string): Promise<{ folder: string }> {
  const { records } = backupsOf(session);
  const place = await realpath(folder).catch((error: unknown) => {
    throw new AppError('BACKUP_DESTINATION_MISSING', 'the folder is not there', {}, { cause: error });
  });
  await records.changeDestinations((known) => [...known, place]);
  return { folder: place };
}

export async function openBackup(session: OpenSession, { file, fetched }: { file: string; fetched: boolean }): Promise<ChosenBackup> {
  backupsOf(session);
  const form = (await looksLikeDump(file)) ? 'dump' : 'backup';
  forgetOpened(session);
  opened.set(session, { file, fetched, form, manifest: null, comparison: null, read: Promise.resolve() });
  return { name: basename(file), locked: file.endsWith(lockedSuffix), form };
}

/** For main, whoever is signed in: nobody but an administrator has any. */
export const outgoingBackups = (session: OpenSession): OutgoingBackups =>
  session.current().person.role === 'admin'
    ? backupsOf(session).outgoing.list(session.current().organization.timezone)
    : { waiting: [], sent: [], expired: [] };

/**
 * A copy of one in Drive goes when the last of what reads it has ended, such as the contents that an earlier state still takes from it.
 * What cannot be removed then goes with the session, or at its next start.
 */
function forgetOpened(session: OpenSession): void {
  const before = opened.get(session);
  opened.delete(session);
  if (before?.fetched !== true) return;
  void before.read.then(() => rm(dirname(before.file), { recursive: true, force: true })).catch(() => undefined);
}

/** Restores the open backup to look at. Fails with BACKUP_OTHER_ORGANIZATION, and as reading an archive does. */
export function lookAtPast(host: SessionHost, session: OpenSession, passphrase: string | null): Promise<PastSession> {
  const keeper = backupsOf(session);
  const open = openedOf(session);
  const { file, form } = open;
  if (form === 'dump') throw new AppError('BACKUP_OLD_DUMP', 'a dump of the former system');
  const looked = keeper.exclusively(async (signal) => {
    const progress = (share: number): void => keeper.tell({ phase: 'reading', rows: Math.round(share * 1_000), total: 1_000 });
    const manifest = await checkArchive(file, { passphrase, signal, progress });
    if (manifest.kind === 'schema') throw new AppError('BACKUP_OF_OTHER_KIND', 'a structure has nothing to look at');
    if (!isOwn(session, manifest)) throw new AppError('BACKUP_OTHER_ORGANIZATION', 'the backup is of another organization or centre');
    const total = rowsOf(manifest);
    return openPast(host, session, { file, manifest, reading: { passphrase, signal }, tell: (phase, rows) => keeper.tell({ phase, rows, total }) });
  });
  void reading(open, looked.then(({ read }) => read)).catch(() => undefined);
  return looked;
}

/**
 * Makes the open snapshot ready to take the replica's place, after a copy of the present state was saved. Fails with
 * BACKUP_OF_OTHER_KIND, BACKUP_OTHER_ORGANIZATION or BACKUP_OTHER_PERSON, and as reading an archive does.
 */
export function prepareSnapshot(session: OpenSession, passphrase: string | null): Promise<PreparedReplica> {
  const keeper = backupsOf(session);
  const open = openedOf(session);
  const { file } = open;
  const prepared = keeper.exclusively(async (signal) => {
    const progress = (share: number): void => keeper.tell({ phase: 'reading', rows: Math.round(share * 1_000), total: 1_000 });
    const manifest = await checkArchive(file, { passphrase, signal, progress });
    if (manifest.kind !== 'snapshot') throw new AppError('BACKUP_OF_OTHER_KIND', 'only a snapshot is of one machine');
    if (!isOwn(session, manifest)) throw new AppError('BACKUP_OTHER_ORGANIZATION', 'the snapshot is of another organization or centre');
    const total = rowsOf(manifest);
    const ready = await prepareReplica(session, { file, manifest, reading: { passphrase, signal }, tell: (phase, rows) => keeper.tell({ phase, rows, total }) });
    try {
      await keeper.safetyCopy(signal);
      signal.throwIfAborted();
    } catch (error) {
      ready.discard();
      throw error;
    }
    return ready;
  });
  return reading(open, prepared);
}

export const backupHandlers: Handlers<keyof typeof backupApi> = {
  'backup.overview': (session) => backupsOf(session).overview(),

  'backup.setPlan': async (session, plan) => {
    await backupsOf(session).records.setPlan(plan);
    return null;
  },

  'backup.keepPassphrase': async (session, passphrase) => {
    await backupsOf(session).records.keepPassphrase(passphrase);
    return null;
  },

  'backup.addDriveDestination': async (session, wish) => {
    const { records } = backupsOf(session);
    const folder = driveDestination(wish.folder?.id ?? null);
    await records.changeDriveFolders((known) => [...known.filter((one) => driveDestination(one.folder?.id ?? null) !== folder), wish]);
    return { folder };
  },

  'backup.removeDestination': async (session, { folder }) => {
    const { records } = backupsOf(session);
    await records.changeDriveFolders((known) => known.filter((one) => driveDestination(one.folder?.id ?? null) !== folder));
    await records.changeDestinations((known) => known.filter((one) => one !== folder));
    return null;
  },

  'backup.create': (session, { with_files: withFiles, fetch_files: fetchFiles, plain_to_drive: plainToDrive, ...wish }) =>
    backupsOf(session).create({ ...wish, withFiles, fetchFiles, plainToDrive, reason: 'person' }),

  'backup.discardWaiting': async (session, { id }) => {
    await backupsOf(session).outgoing.discard(id);
    return null;
  },

  'backup.verify': (session, { id, passphrase }) => backupsOf(session).verify(id, passphrase),

  'backup.cancel': (session) => {
    backupsOf(session).cancel();
    return null;
  },

  'backup.inspect': (session, { passphrase }) => {
    const keeper = backupsOf(session);
    const open = openedOf(session);
    if (open.form === 'dump') throw new AppError('BACKUP_OLD_DUMP', 'a dump of the former system');
    const inspected = keeper.exclusively(async (signal) => {
      const progress = (share: number): void => keeper.tell({ phase: 'reading', rows: Math.round(share * 1_000), total: 1_000 });
      const manifest = await checkArchive(open.file, { passphrase, signal, progress });
      const total = rowsOf(manifest);
      const folder = makeThrowawayFolder();
      const now = connectReader(session.replica.write);
      try {
        const restored = (rows: number): void => keeper.tell({ phase: 'restoring', rows, total });
        const loaded = await loadArchive(open.file, manifest, join(folder.path, 'backup.db'), randomBytes(32), { passphrase, signal, restored });
        try {
          open.comparison = await compareWithNow(loaded.sqlite, manifest, now, signal, (rows) => keeper.tell({ phase: 'comparing', rows, total }));
        } finally {
          loaded.close();
        }
      } finally {
        now.close();
        folder.remove();
      }
      open.manifest = manifest;
      return contentsOf(session, manifest, open.comparison);
    });
    return reading(open, inspected);
  },

  'backup.inspectDump': (session) => {
    const keeper = backupsOf(session);
    const open = openedOf(session);
    const { file, form } = open;
    if (form !== 'dump') throw new AppError('BACKUP_OF_OTHER_KIND', 'no dump of the former system');
    const progress = (share: number): void => keeper.tell({ phase: 'reading', rows: Math.round(share * 1_000), total: 1_000 });
    return reading(open, keeper.exclusively((signal) => describeOldDump(file, { signal, progress })));
  },

  'backup.differences': (session, { table, project_id }) => {
    backupsOf(session);
    const { comparison } = openedOf(session);
    if (!comparison) throw new AppError('BACKUP_NOT_OPEN', 'the backup was not compared');
    return comparison.records
      .filter((record) => (table === null || record.table === table) && (project_id === null || record.project_id === project_id))
      .map(({ table: name, id, name: called, state, columns }): DifferingRecord => ({ table: name, id, name: called, state, columns }));
  },

  'backup.bringBack': async (session, { records, dry_run }): Promise<BringBackResult> => {
    const keeper = backupsOf(session);
    const { manifest, comparison } = openedOf(session);
    if (!manifest || !comparison) throw new AppError('BACKUP_NOT_OPEN', 'the backup was not compared');
    if (!isOwn(session, manifest)) throw new AppError('BACKUP_OTHER_ORGANIZATION', 'the backup is of another organization or centre');
    return keeper.exclusively(async (signal) => {
      const tried = await bringBack(session, comparison.records, records, true, signal);
      if (dry_run || tried.accepted === 0) return tried;
      await keeper.safetyCopy(signal);
      signal.throwIfAborted();
      return bringBack(session, comparison.records, records, false, signal);
    });
  },

  'backup.bringContents': (session, { passphrase }) => {
    const keeper = backupsOf(session);
    const open = openedOf(session);
    const { file, manifest } = open;
    if (!manifest) throw new AppError('BACKUP_NOT_OPEN', 'the backup was not compared');
    if (!isOwn(session, manifest)) throw new AppError('BACKUP_OTHER_ORGANIZATION', 'the backup is of another organization or centre');
    const brought = keeper.exclusively(async (signal) => {
      const progress = (share: number): void => keeper.tell({ phase: 'restoring', rows: Math.round(share * 1_000), total: 1_000 });
      const hashes = await bringContents(file, manifest, { passphrase, signal, progress }, session.files.store);
      await whenWritable(() => durably(session.replica.write, 'FULL', () => queueUploads(session, hashes)));
      session.changes.announce(['stored_files', 'file_transfers']);
      return { brought: hashes.length };
    });
    return reading(open, brought);
  },

  'backup.close': (session) => {
    backupsOf(session);
    forgetOpened(session);
    return null;
  },
};

/** A centre that was restored may not have them; one that has takes no bytes. */
function queueUploads(session: OpenSession, hashes: readonly string[]): void {
  const documents = session.replica.write
    .prepare('select id from documents where content_sha256 = :sha256 union select document_id from document_versions where content_sha256 = :sha256')
    .pluck();
  // One that was carried before would stand in the way of carrying it anew.
  const forget = session.replica.write.prepare("delete from file_transfers where kind = 'upload' and sha256 = ? and state in ('done', 'failed')");
  for (const sha256 of hashes) {
    forget.run(sha256);
    for (const id of documents.all({ sha256 }) as string[]) session.files.queueUpload(id, sha256);
  }
}

/** Of this very centre, and not of another organization in it. */
const isOwn = (session: OpenSession, { instance_id: instance, organization }: Manifest): boolean =>
  instance === session.meta.get('instance_id') && (organization === null || organization.id === session.current().organization.id);

function contentsOf(session: OpenSession, manifest: Manifest, { tables }: Comparison): BackupContents {
  const { created, organization } = manifest;
  return {
    name: manifest.name,
    kind: manifest.kind,
    organization: organization?.name ?? null,
    own: isOwn(session, manifest),
    at: created.at,
    zone: created.zone,
    by: created.by,
    device: created.device,
    source: created.source,
    synced_at: created.synced_at,
    application: manifest.application.version,
    rows: rowsOf(manifest),
    left_out: manifest.left_out,
    has_files: holdsContents(manifest),
    tables,
  };
}
