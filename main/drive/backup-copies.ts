import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DriveReference } from '../../shared/api/drive.ts';
import { unfinishedName } from '../../shared/domain/backup.ts';
import { FOLDER_TYPE } from '../../shared/domain/drive.ts';
import { safeName } from '../../shared/domain/file-names.ts';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import type { Log } from '../logging.ts';
import { FETCHED_FOLDER, type OutgoingBackups, type SentBackup, type WaitingBackup } from '../worker/protocol.ts';
import type { Connection } from './connection.ts';
import { describe, keyHeaders } from './drive-items.ts';
import type { Transfers } from './transfers.ts';

/** The worker's side: which backups there are for Drive, and what became of them. */
export interface BackupOutbox {
  list(): Promise<OutgoingBackups>;
  sent(backup: SentBackup): Promise<void>;
  notSent(id: string, code: ErrorCode): Promise<void>;
  gone(id: string): Promise<void>;
}

interface BackupCopiesParts {
  connection(): Promise<Connection>;
  transfers: Transfers;
  outbox: BackupOutbox;
  /** What this person has on this machine. */
  folder: string;
  log: Log;
}

/**
 * Backups in a person's Drive: those that wait on this machine are sent, those that the plan does not keep any more go into Drive's
 * trash, and one that is to be looked at is fetched. A file is called a backup only when Google has all of it.
 */
export class BackupCopies {
  readonly #parts: BackupCopiesParts;
  #sending: Promise<void> | null = null;
  /** What was wished for since the present round began. */
  #wish: { asked: boolean } | null = null;
  #ended = false;

  constructor(parts: BackupCopiesParts) {
    this.#parts = parts;
  }

  /** What is under way records nothing any more. */
  stop(): void {
    this.#ended = true;
  }

  #hasEnded(): boolean {
    return this.#ended;
  }

  /**
   * Sends what waits, one after the other. What could not be sent stays and is tried again the next time, but for what the person
   * stopped: that waits until they ask for it.
   */
  send({ asked }: { asked: boolean }): Promise<void> {
    this.#wish = { asked: asked || this.#wish?.asked === true };
    this.#sending ??= this.#rounds()
      .catch((error: unknown) => this.#parts.log.warn('drive.backups-not-sent', { code: codeOf(error) }))
      .finally(() => {
        this.#sending = null;
      });
    return this.#sending;
  }

  /** Fetches a backup into a folder of its own; answers where it lies. Fails with DISK_FULL, and as a download does. */
  async fetch(reference: DriveReference): Promise<string> {
    const { connection, transfers, folder } = this.#parts;
    const file = await describe(await connection(), reference);
    const place = join(folder, FETCHED_FOLDER, randomUUID());
    await mkdir(place, { recursive: true, mode: 0o700 });
    try {
      const { bavail, bsize } = await statfs(place);
      if (file.size !== null && bavail * bsize < file.size) throw new AppError('DISK_FULL', `${bavail * bsize} bytes are free, ${file.size} are needed`);
      const target = join(place, safeName(file.name));
      await transfers.save(file, target);
      return target;
    } catch (error) {
      await rm(place, { recursive: true, force: true });
      throw error;
    }
  }

  /** What was made while others were sent is of the next round. */
  async #rounds(): Promise<void> {
    for (let wish = this.#wish; wish && !this.#ended; wish = this.#wish) {
      this.#wish = null;
      await this.#round(wish.asked);
    }
  }

  async #round(asked: boolean): Promise<void> {
    const { outbox, log } = this.#parts;
    const { waiting } = await outbox.list();
    // The oldest first, as they were made.
    const due = waiting.reverse().filter(({ error }) => asked || error !== 'DRIVE_CANCELLED');
    for (const [index, backup] of due.entries()) {
      if (this.#hasEnded()) return;
      if (!existsSync(backup.file)) {
        await outbox.gone(backup.id);
        continue;
      }
      try {
        const fileId = await this.#sendOne(backup);
        if (this.#hasEnded()) return;
        if (fileId === null) continue;
        await outbox.sent({ id: backup.id, file_id: fileId });
        log.info('drive.backup-sent', { name: backup.name, bytes: backup.size });
      } catch (error) {
        if (this.#hasEnded()) return;
        const code = codeOf(error);
        log.warn('drive.backup-not-sent', { name: backup.name, code });
        const concerned = affectsAll.has(code) ? due.slice(index) : [backup];
        for (const { id } of concerned) await outbox.notSent(id, code);
        if (affectsAll.has(code)) return;
      }
    }
    await this.#letGo();
  }

  /** Null where the person has taken it off this machine meanwhile. */
  async #sendOne(backup: WaitingBackup): Promise<string | null> {
    const { transfers, outbox } = this.#parts;
    const connection = await this.#parts.connection();
    await demandFolder(connection, backup.folder);
    const draft = unfinishedName(backup.name, 'drive');
    const id = (await leftBehind(connection, backup, draft)) ?? (await transfers.send(sourceOf(backup, draft), backup.folder, backup.name));
    const { waiting } = await outbox.list();
    // The worker may have told of the next person's. The next round of this one's takes over what Google has.
    if (this.#hasEnded()) return null;
    if (!waiting.some((one) => one.id === backup.id)) {
      await change(connection, id, { trashed: true });
      return null;
    }
    await change(connection, id, { name: backup.name });
    return id;
  }

  /** Trash, so that whoever made a mistake in the plan finds them there. */
  async #letGo(): Promise<void> {
    const { outbox, log } = this.#parts;
    const { sent, expired } = await outbox.list();
    if (this.#hasEnded() || expired.length === 0) return;
    const connection = await this.#parts.connection();
    // What somebody else has removed is nothing that could be kept in the place of another one.
    for (const { id, file_id } of sent) if (!(await isThere(connection, file_id))) await outbox.gone(id);
    const { expired: leaving } = await outbox.list();
    for (const { id, file_id } of leaving) {
      if (this.#hasEnded()) return;
      await change(connection, file_id, { trashed: true });
      await outbox.gone(id);
      log.info('drive.backup-let-go', { file: file_id });
    }
  }
}

/** The next one would fail in the same way. */
const affectsAll: ReadonlySet<ErrorCode> = new Set([
  'DRIVE_NOT_CONFIGURED', 'DRIVE_NOT_CONNECTED', 'DRIVE_RECONNECT', 'DRIVE_UNREACHABLE', 'DRIVE_BUSY', 'DRIVE_CLIENT_REFUSED', 'DRIVE_SECRET_NEEDED', 'DRIVE_POLICY',
]);

/** Fails with BACKUP_DRIVE_FOLDER where nothing can be put there. */
async function demandFolder(connection: Connection, folder: DriveReference | null): Promise<void> {
  if (folder === null) return;
  try {
    const { data } = await connection.request(() =>
      connection.files.files.get(
        { fileId: folder.id, supportsAllDrives: true, fields: 'id,mimeType,trashed,capabilities(canAddChildren)' },
        { headers: keyHeaders(folder) },
      ),
    );
    if (data.mimeType === FOLDER_TYPE && data.trashed !== true && data.capabilities?.canAddChildren !== false) return;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'DRIVE_NOT_FOUND') throw error;
  }
  throw new AppError('BACKUP_DRIVE_FOLDER', 'the folder of Drive is gone, in the trash, or takes no files of this person');
}

/**
 * What an earlier attempt, whose end nobody heard, has put into the folder: the whole file is taken over, anything else goes.
 */
async function leftBehind(connection: Connection, backup: WaitingBackup, draft: string): Promise<string | null> {
  const names = [draft, backup.name].map((name) => `name = '${name}'`).join(' or ');
  const { data } = await connection.request(() =>
    connection.files.files.list({
      supportsAllDrives: true,
      includeItemsFromAllDrives: true,
      q: `'${backup.folder?.id ?? 'root'}' in parents and trashed = false and (${names})`,
      fields: 'nextPageToken,files(id,name,size,md5Checksum)',
      pageSize: 100,
    }),
  );
  const found = data.files ?? [];
  if (found.length === 0) return null;
  const md5 = await md5Of(backup.file);
  const whole = found.find((file) => file.md5Checksum === md5 && file.size === String(backup.size));
  for (const { id, name } of found) {
    if (!id || name !== draft || id === whole?.id) continue;
    await change(connection, id, { trashed: true });
  }
  return whole?.id ?? null;
}

async function change(connection: Connection, id: string, changed: { name: string } | { trashed: true }): Promise<void> {
  await connection.request(() => connection.files.files.update({ fileId: id, supportsAllDrives: true, fields: 'id', requestBody: changed }));
}

async function isThere(connection: Connection, id: string): Promise<boolean> {
  try {
    const { data } = await connection.request(() => connection.files.files.get({ fileId: id, supportsAllDrives: true, fields: 'id,trashed' }));
    return data.trashed !== true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'DRIVE_NOT_FOUND') return false;
    throw error;
  }
}

async function md5Of(file: string): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

const sourceOf = ({ file, size }: WaitingBackup, name: string) => ({
  name,
  mime_type: 'application/octet-stream',
  size,
  open: (from: number): AsyncIterable<Uint8Array> => createReadStream(file, { start: from }),
});

const codeOf = (error: unknown): ErrorCode => (error instanceof AppError ? error.code : 'INTERNAL');
