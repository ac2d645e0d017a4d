import { mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupRecord, DriveCopy } from '../../../shared/api/backup.ts';
import { AppError, type ErrorCode } from '../../../shared/errors.ts';
import { FETCHED_FOLDER, type OutgoingBackups } from '../protocol.ts';
import type { BackupRecords } from './records.ts';
import { expiredRecords } from './retention.ts';

type ForDrive = BackupRecord & { drive: DriveCopy };

const isForDrive = (record: BackupRecord): record is ForDrive => record.drive !== null && record.outcome === 'done' && !record.gone;

/**
 * Backups whose destination is in Drive. This thread makes them and keeps them in a folder of the person's; main, which alone talks
 * to Drive, asks what waits there, sends it, and says what became of it.
 */
export class Outgoing {
  readonly #folder: string;
  readonly #fetched: string;
  readonly #records: BackupRecords;
  readonly #changed: () => void;
  #sweeping: Promise<void> = Promise.resolve();

  /** @param personFolder what the person has on this machine */
  constructor(personFolder: string, records: BackupRecords, changed: () => void) {
    this.#folder = join(personFolder, 'backups-for-drive');
    this.#fetched = join(personFolder, FETCHED_FOLDER);
    this.#records = records;
    this.#changed = changed;
  }

  /** Where an archive for Drive is made. */
  async place(): Promise<string> {
    // What is being made there is no remainder.
    await this.#sweeping;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    return realpath(this.#folder);
  }

  fileOf({ name }: Pick<BackupRecord, 'name'>): string {
    return join(this.#folder, name);
  }

  /**
   * Removes archives that no record names (their process was ended before it could say that they are whole, or after they were
   * sent), and what was fetched to be looked at.
   */
  sweep(): Promise<void> {
    const swept = this.#sweep();
    this.#sweeping = swept.catch(() => undefined);
    return swept;
  }

  async #sweep(): Promise<void> {
    await rm(this.#fetched, { recursive: true, force: true });
    const names = new Set(this.#waiting().map(({ name }) => name));
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (!names.has(name)) await rm(join(this.#folder, name), { force: true });
    }
  }

  /** @param zone of the organization's clock, by which the plan keeps */
  list(zone: string): OutgoingBackups {
    const plan = this.#records.plan();
    const inDrive = this.#records.history().filter(isForDrive).filter(({ drive }) => drive.file_id !== null);
    const sent = inDrive.map(({ id, drive }) => ({ id, file_id: drive.file_id ?? '' }));
    // From a folder that is no destination any more nothing is taken away.
    const kept = inDrive.filter(({ folder }) => this.#records.driveFolder(folder) !== null);
    const leaving = new Set(expiredRecords(kept, plan, zone).map(({ id }) => id));
    return {
      waiting: this.#waiting().map(({ id, name, size, drive }) => ({ id, name, size, file: this.fileOf({ name }), folder: drive.folder, error: drive.error })),
      sent,
      expired: sent.filter(({ id }) => leaving.has(id)),
    };
  }

  /** It is in Drive, byte by byte: the one on this machine goes. */
  async sent(id: string, fileId: string): Promise<void> {
    const record = this.#find(id);
    await this.#change(id, { drive: { ...record.drive, file_id: fileId, sent_at: new Date().toISOString(), error: null } });
    await this.#remove(record);
  }

  /** Nothing where the person has taken it off this machine meanwhile. */
  async notSent(id: string, error: ErrorCode): Promise<void> {
    const record = this.#known(id);
    if (record) await this.#change(id, { drive: { ...record.drive, error } });
  }

  /** It is not in Drive, or on this machine, any more. */
  async gone(id: string): Promise<void> {
    if (this.#known(id)) await this.#change(id, { gone: true });
  }

  /** Takes one that waits off this machine. */
  async discard(id: string): Promise<void> {
    const record = this.#find(id);
    if (record.drive.file_id !== null) throw new AppError('NOT_FOUND', 'it does not wait on this machine', { entity: 'backup' });
    await this.#change(id, { gone: true });
    await this.#remove(record);
  }

  /** Of what waits for a folder, no more stays than the plan keeps of the last ones: the disk would fill while Drive is out of reach. */
  async letGo(destination: string): Promise<void> {
    const surplus = this.#waiting().filter(({ folder }) => folder === destination).slice(this.#records.plan().keep_last);
    for (const { id } of surplus) await this.discard(id);
  }

  /** Newest first. */
  #waiting(): ForDrive[] {
    return this.#records.history().filter(isForDrive).filter(({ drive }) => drive.file_id === null);
  }

  /** What cannot be removed now is no record's any more, and goes with a later sweep. */
  async #remove(record: BackupRecord): Promise<void> {
    await rm(this.fileOf(record), { force: true }).catch(() => undefined);
  }

  async #change(id: string, patch: Partial<BackupRecord>): Promise<void> {
    await this.#records.change(id, patch);
    this.#changed();
  }

  #known(id: string): ForDrive | undefined {
    return this.#records.history().filter(isForDrive).find((record) => record.id === id);
  }

  #find(id: string): ForDrive {
    const found = this.#known(id);
    if (!found) throw new AppError('NOT_FOUND', `no backup ${id} for Drive`, { entity: 'backup' });
    return found;
  }
}
