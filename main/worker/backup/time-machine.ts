import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Past } from '../../../shared/api/past.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { AppError, toFailure } from '../../../shared/errors.ts';
import { Contents } from '../content/contents.ts';
import { fileKeys } from '../files/file-keys.ts';
import { OpenedCopies } from '../files/hand-out.ts';
import { Scans } from '../files/scan-folder.ts';
import { ContentStore } from '../files/store.ts';
import { Transfers } from '../files/transfers.ts';
import { Changes } from '../replica/changes.ts';
import { migrate, openReplica, type Replica } from '../replica/database.ts';
import { Meta, type MetaValues } from '../replica/meta.ts';
import { Overlay } from '../replica/overlay.ts';
import { buildSearchIndex } from '../replica/search-index.ts';
import type { OpenSession, SessionHost } from '../session.ts';
import { Attention } from '../sync/attention.ts';
import { SyncEngine } from '../sync/engine.ts';
import { Outbox } from '../sync/outbox.ts';
import { bringContents, heldBytes, heldContents } from './file-contents.ts';
import { fillReplica } from './fill-replica.ts';
import { loadArchive } from './loaded-archive.ts';
import type { Manifest } from './manifest.ts';
import { PastFiles } from './past-files.ts';
import type { RestoringOptions } from './restore-centre.ts';

const FOLDER = 'past';

/** What a crash has left of an earlier state that was looked at; it opens with a key that nobody has any more. */
export const forgetPast = (userDataDir: string): void => remove(join(userDataDir, FOLDER));

/** What is still open in another program may stay until the next start; nobody's session waits for that. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Tried again by `forgetPast`.
  }
}

/** An earlier state as a session that only reads. */
export interface PastSession {
  readonly session: OpenSession;
  readonly past: Past;
  /** Settles when the backup itself is not read any more. */
  readonly read: Promise<unknown>;
  close(): Promise<void>;
}

export interface PastRequest {
  file: string;
  manifest: Manifest;
  reading: RestoringOptions & { signal: AbortSignal };
  tell(phase: 'restoring' | 'comparing', rows: number): void;
}

/** Facts that screens ask of any replica. */
const kept: readonly (keyof MetaValues)[] = ['user_id', 'organization_id', 'instance_id', 'session'];

/**
 * Restores a backup into a temporary replica under a key that is never written down, and opens it for looking. Fails as
 * reading the archive does; then nothing is left.
 */
export async function openPast(host: SessionHost, present: OpenSession, { file, manifest, reading, tell }: PastRequest): Promise<PastSession> {
  const base = join(host.userDataDir, FOLDER);
  mkdirSync(base, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(base, 'state-'));
  const forget = (): void => remove(folder);
  let replica: Replica | null = null;
  try {
    const loaded = await loadArchive(file, manifest, join(folder, 'backup.db'), randomBytes(32), { ...reading, restored: (rows) => tell('restoring', rows) });
    try {
      if (manifest.kind === 'snapshot') migrate(loaded.sqlite);
      replica = openReplica(join(folder, 'replica.db'), randomBytes(32));
      const refused = await fillReplica(loaded.sqlite, manifest, replica, present.current().organization.id, { signal: reading.signal, tell: (rows) => tell('comparing', rows) });
      if (refused > 0) host.log('warn', 'past.rows-left-out', { rows: refused });
    } finally {
      loaded.close();
    }
    return readOnlySession(host, present, replica, folder, { file, manifest, passphrase: reading.passphrase }, forget);
  } catch (error) {
    replica?.close();
    forget();
    throw error;
  }
}

interface Archive {
  file: string;
  manifest: Manifest;
  passphrase: string | null;
}

function readOnlySession(host: SessionHost, present: OpenSession, replica: Replica, folder: string, archive: Archive, forget: () => void): PastSession {
  const { file, manifest, passphrase } = archive;
  const at = manifest.created.synced_at ?? manifest.created.at;
  const past: Past = { at, name: manifest.name };
  const meta = new Meta(replica.write);
  for (const key of kept) meta.set({ [key]: present.meta.get(key) ?? '' });
  meta.set({ last_sync_at: formatTimestamp(new Date(at)) });
  const changes = new Changes();
  const overlay = new Overlay(replica.write);
  const outbox = new Outbox(replica.write, overlay);
  const unreachable = (): Promise<never> => Promise.reject(readOnly());
  const store = new ContentStore(replica, join(folder, 'files'), fileKeys(replica.write, meta));
  const transfers = new Transfers({ replica, meta, store, changes, log: host.log, ca: null, connect: unreachable, onProgress: () => undefined });
  const closing = new AbortController();
  const bringAll = async (): Promise<void> => {
    // What looking back would take is what people need for their work of today.
    if (store.freeBytes() < heldBytes(manifest)) throw new AppError('DISK_FULL', `the contents take ${heldBytes(manifest)} bytes`);
    await bringContents(file, manifest, { passphrase, signal: closing.signal }, store);
  };
  const held = heldContents(manifest);
  // Behind the window that is open already: rows are looked at while the contents still arrive.
  const ended = held.size === 0 ? Promise.resolve() : bringAll();
  ended.catch((error: unknown) => {
    if (!closing.signal.aborted) host.log('warn', 'past.contents-not-brought', { ...toFailure(error).error });
  });
  const files = new PastFiles({ held, ended }, replica, store, transfers, new Scans(replica.write, meta, store), new OpenedCopies(join(folder, 'opened')));
  const contents = new Contents({ replica, files, changes, log: host.log });
  // Never started: it tells how sync stands, and it stands still.
  const engine = new SyncEngine({
    replica, meta, overlay, outbox, changes,
    log: host.log,
    connect: unreachable,
    introduceAgain: unreachable,
    onStatus: () => undefined,
    onHello: () => undefined,
  });
  const indexed = buildSearchIndex({ replica, changes, log: host.log, signal: closing.signal });
  const { person, organization, security } = present.current();
  const refuse = (): never => {
    throw readOnly();
  };
  const close = async (): Promise<void> => {
    closing.abort();
    await Promise.allSettled([indexed, ended]);
    await Promise.all([contents.close(), files.stop()]);
    replica.close();
    forget();
  };
  const session: OpenSession = {
    replica, changes, overlay, outbox, meta, engine, files, contents, folder,
    attention: new Attention(replica, changes),
    device: present.device,
    current: () => ({ person, organization, security, offline: true, loading: false, past }),
    accept: refuse,
    acceptMany: unreachable,
    shutOut: new Promise(() => undefined),
    stretchedPassword: () => null,
    connectAside: unreachable,
    changePassword: unreachable,
    close,
    wipe: refuse,
  };
  return { session, past, read: ended, close };
}

const readOnly = (): AppError => new AppError('PAST_READ_ONLY', 'an earlier state is only looked at');
