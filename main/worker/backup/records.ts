import type { BackupRecord, DriveFolder } from '../../../shared/api/backup.ts';
import { backupPlanSchema, defaultPlan, type BackupPlan } from '../../../shared/domain/backup-plan.ts';
import { driveDestination } from '../../../shared/domain/backup.ts';
import { durably, whenWritable, type Sqlite } from '../replica/database.ts';
import type { Meta } from '../replica/meta.ts';

/** So many backups are remembered. */
const REMEMBERED = 200;

/** What this machine knows of its backups, in the encrypted replica: plan, destinations, history. */
export class BackupRecords {
  readonly #sqlite: Sqlite;
  readonly #meta: Meta;

  constructor(sqlite: Sqlite, meta: Meta) {
    this.#sqlite = sqlite;
    this.#meta = meta;
  }

  plan(): BackupPlan {
    const stored: unknown = JSON.parse(this.#meta.get('backup_plan') ?? 'null');
    return backupPlanSchema.safeParse(stored).data ?? defaultPlan;
  }

  setPlan(plan: BackupPlan): Promise<void> {
    return this.#store(() => this.#meta.set({ backup_plan: JSON.stringify(plan) }));
  }

  passphrase(): string | null {
    return this.#meta.get('backup_passphrase');
  }

  keepPassphrase(passphrase: string | null): Promise<void> {
    return this.#store(() => {
      if (passphrase === null) this.#meta.remove('backup_passphrase');
      else this.#meta.set({ backup_passphrase: passphrase });
    });
  }

  destinations(): string[] {
    return JSON.parse(this.#meta.get('backup_destinations') ?? '[]') as string[];
  }

  setDestinations(folders: readonly string[]): Promise<void> {
    return this.#store(() => this.#meta.set({ backup_destinations: JSON.stringify([...new Set(folders)]) }));
  }

  driveFolders(): DriveFolder[] {
    return JSON.parse(this.#meta.get('backup_drive_folders') ?? '[]') as DriveFolder[];
  }

  /** The folder of Drive that stands under this name among the destinations. */
  driveFolder(destination: string): DriveFolder | null {
    return this.driveFolders().find(({ folder }) => driveDestination(folder?.id ?? null) === destination) ?? null;
  }

  setDriveFolders(folders: readonly DriveFolder[]): Promise<void> {
    return this.#store(() => this.#meta.set({ backup_drive_folders: JSON.stringify(folders) }));
  }

  /** Newest first. Earlier versions knew no Drive, and did not say what of contents is left out. */
  history(): BackupRecord[] {
    const stored = JSON.parse(this.#meta.get('backup_history') ?? '[]') as (Omit<BackupRecord, 'drive' | 'contents_left_out'> & Partial<BackupRecord>)[];
    return stored.map((record) => ({ ...record, drive: record.drive ?? null, contents_left_out: record.contents_left_out ?? null }));
  }

  /** The same failure again takes the place of the one before: what was made is not pushed out by what was not. */
  add(record: BackupRecord): Promise<void> {
    const [last, ...older] = this.history();
    const repeats = last?.outcome === 'failed' && record.outcome === 'failed' && last.error === record.error && last.folder === record.folder && last.reason === record.reason;
    return this.#setHistory([record, ...(last && !repeats ? [last] : []), ...older].slice(0, REMEMBERED));
  }

  change(id: string, patch: Partial<BackupRecord>): Promise<void> {
    return this.#setHistory(this.history().map((record) => (record.id === id ? { ...record, ...patch } : record)));
  }

  #setHistory(history: readonly BackupRecord[]): Promise<void> {
    return this.#store(() => this.#meta.set({ backup_history: JSON.stringify(history) }));
  }

  #store(write: () => void): Promise<void> {
    return whenWritable(() => durably(this.#sqlite, 'FULL', write));
  }
}
