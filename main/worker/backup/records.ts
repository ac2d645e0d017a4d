import type { BackupRecord, DriveFolder } from '../../../shared/api/backup.ts';
import { backupPlanSchema, defaultPlan, type BackupPlan } from '../../../shared/domain/backup-plan.ts';
import { driveDestination } from '../../../shared/domain/backup.ts';
import { durably, whenWritable, type Sqlite } from '../replica/database.ts';
import type { Meta } from '../replica/meta.ts';

/** So many of the last runs are remembered, whatever came of them. */
const REMEMBERED = 200;

/** Of a backup that is still there, nobody else knows: forgotten, it would never be let go, and one on its way to Drive never arrive. */
const isThere = ({ outcome, gone }: BackupRecord): boolean => outcome === 'done' && !gone;

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

  changeDestinations(change: (known: readonly string[]) => readonly string[]): Promise<void> {
    return this.#store(() => this.#meta.set({ backup_destinations: JSON.stringify([...new Set(change(this.destinations()))]) }));
  }

  driveFolders(): DriveFolder[] {
    return JSON.parse(this.#meta.get('backup_drive_folders') ?? '[]') as DriveFolder[];
  }

  /** The folder of Drive that stands under this name among the destinations. */
  driveFolder(destination: string): DriveFolder | null {
    return this.driveFolders().find(({ folder }) => driveDestination(folder?.id ?? null) === destination) ?? null;
  }

  changeDriveFolders(change: (known: readonly DriveFolder[]) => readonly DriveFolder[]): Promise<void> {
    return this.#store(() => this.#meta.set({ backup_drive_folders: JSON.stringify(change(this.driveFolders())) }));
  }

  /** Newest first. Earlier versions knew no Drive, and did not say what of contents is left out. */
  history(): BackupRecord[] {
    const stored = JSON.parse(this.#meta.get('backup_history') ?? '[]') as (Omit<BackupRecord, 'drive' | 'contents_left_out'> & Partial<BackupRecord>)[];
    return stored.map((record) => ({ ...record, drive: record.drive ?? null, contents_left_out: record.contents_left_out ?? null }));
  }

  /** The same failure again takes the place of the one before: what was made is not pushed out by what was not. */
  add(record: BackupRecord): Promise<void> {
    return this.#changeHistory(([last, ...older]) => {
      const repeats = last?.outcome === 'failed' && record.outcome === 'failed' && last.error === record.error && last.folder === record.folder && last.reason === record.reason;
      const history = [record, ...(last && !repeats ? [last] : []), ...older];
      return history.filter((known, place) => place < REMEMBERED || isThere(known));
    });
  }

  change(id: string, patch: Partial<BackupRecord>): Promise<void> {
    return this.#changeHistory((history) => history.map((record) => (record.id === id ? { ...record, ...patch } : record)));
  }

  #changeHistory(change: (history: readonly BackupRecord[]) => readonly BackupRecord[]): Promise<void> {
    return this.#store(() => this.#meta.set({ backup_history: JSON.stringify(change(this.history())) }));
  }

  /** What is there is read where it is written: until then a long pull may have to end, and something else may be noted. */
  #store(write: () => void): Promise<void> {
    return whenWritable(() => durably(this.#sqlite, 'FULL', write));
  }
}
