import { z } from 'zod';
import { backupKinds, PASSPHRASE_MAX, PASSPHRASE_MIN, type BackupCheck, type BackupKind, type LeftOut, type OrganizationKind } from '../domain/backup.ts';
import { backupPlanSchema, type BackupPlan, type BackupWarning } from '../domain/backup-plan.ts';
import type { ErrorCode } from '../errors.ts';
import { driveReference, type DriveReference } from './drive.ts';
import { operation } from './operation.ts';

export type ChecksTicked = Record<BackupCheck, boolean | null>;

/** A folder of the person's Drive; without a reference their root. */
export interface DriveFolder {
  folder: DriveReference | null;
  name: string;
}

/** Of a backup whose destination is in Drive: how far it has come on its way. */
export interface DriveCopy extends DriveFolder {
  /** Null while the archive waits on this machine. */
  file_id: string | null;
  sent_at: string | null;
  /** Why the last attempt to send it failed. */
  error: ErrorCode | null;
}

/** A backup that was made on this machine, or that failed. */
export interface BackupRecord {
  id: string;
  at: string;
  kind: BackupKind;
  /** Its name and the destination in which it lies. */
  name: string;
  folder: string;
  drive: DriveCopy | null;
  encrypted: boolean;
  /** Who asked for it: a person, the plan, or the end of the application. */
  reason: 'person' | 'plan' | 'quit';
  outcome: 'done' | 'failed';
  error: ErrorCode | null;
  size: number;
  rows: number;
  /** Of contents of documents, how many are left out; null where none are in it. */
  contents_left_out: number | null;
  ms: number;
  /** Null until it was restored on trial. */
  checks: ChecksTicked | null;
  verified: boolean;
  verified_at: string | null;
  /** Not there any more: it was removed by the plan, or by somebody else. */
  gone: boolean;
}

export interface BackupDestination {
  folder: string;
  /** Where it is a folder of Drive; whether that is in reach, the connection says. */
  drive: DriveFolder | null;
  /** False where the folder is not there now, for instance a disk that is not connected. */
  reachable: boolean;
  /** Bytes that are free; null where the system does not say. */
  free: number | null;
}

export interface BackupProgress {
  phase: 'fetching' | 'writing' | 'verifying' | 'reading' | 'comparing' | 'restoring';
  rows: number;
  total: number;
}

export interface BackupOverview {
  plan: BackupPlan;
  has_passphrase: boolean;
  destinations: BackupDestination[];
  /** Newest first. */
  history: BackupRecord[];
  next_run: string | null;
  /** Contents of documents on this machine, in bytes, and how many that documents name are not here. */
  files: { count: number; size: number; elsewhere: number; elsewhere_size: number };
  warning: BackupWarning | null;
  /** What is being done now. */
  running: BackupProgress | null;
}

/** How a table of the backup compares with what this machine shows now. */
export interface TableDifference {
  table: string;
  rows: number;
  /** In the backup and not here. */
  missing: number;
  changed: number;
  /** Here and not in the backup. */
  newer: number;
  /** Null where this machine does not hold the table. */
  compared: boolean;
}

export interface BackupContents {
  name: string;
  kind: BackupKind;
  organization: string | null;
  /** Whether it is of the centre and organization of this machine. */
  own: boolean;
  at: string;
  zone: string;
  by: string;
  device: string;
  source: 'centre' | 'owner' | 'replica';
  synced_at: string | null;
  application: string;
  rows: number;
  left_out: LeftOut[];
  /** Whether contents of documents are in it. */
  has_files: boolean;
  tables: TableDifference[];
}

/** A record of the backup that differs from the one here, or is not here. */
export interface DifferingRecord {
  table: string;
  id: string;
  name: string | null;
  state: 'missing' | 'changed';
  /** Of a changed one, what would become of each column. */
  columns: { name: string; now: unknown; then: unknown }[];
}

export interface BringBackResult {
  /** Changes that were accepted, or would be. */
  accepted: number;
  /** Records of which nothing can be brought back, and why. */
  refused: { table: string; id: string; reason: 'not-writable' | 'same' }[];
}

/** What a dump of the former system holds, whatever its name says. */
export interface OldDumpContents {
  name: string;
  kind: OrganizationKind;
  /** What its name calls it; null where the name says nothing. */
  named: OrganizationKind | null;
  rows: number;
  /** `imported` tells whether the importer takes the table's rows over. */
  tables: { table: string; rows: number; imported: boolean }[];
  statements: number;
  /** The command line that brings it in. */
  command: string;
}

/** A backup that was chosen to be looked at, or a dump of the former system. */
export interface ChosenBackup {
  name: string;
  locked: boolean;
  form: 'backup' | 'dump';
}

/** What became of unsent changes when a snapshot took the place of the data on this machine. */
export interface SnapshotRestored {
  /** Of the data that was replaced. */
  kept: number;
  /** Of the snapshot; what the centre has had already counts once. */
  returned: number;
  /** Of the snapshot and too old to be sent: they need attention. */
  waiting: number;
}

const passphrase = z.string().min(PASSPHRASE_MIN).max(PASSPHRASE_MAX);
const opening = z.string().max(PASSPHRASE_MAX).nullable();
const record = z.strictObject({ table: z.string().min(1).max(100), id: z.uuid() });

export const backupApi = {
  'backup.overview': operation<BackupOverview>()(z.void()),
  'backup.setPlan': operation<null>()(backupPlanSchema),
  /** The passphrase of backups that the plan makes; null forgets it. */
  'backup.keepPassphrase': operation<null>()(passphrase.nullable()),
  'backup.addDriveDestination': operation<{ folder: string }>()(z.strictObject({ folder: driveReference.nullable(), name: z.string().min(1).max(500) })),
  'backup.removeDestination': operation<null>()(z.strictObject({ folder: z.string().min(1).max(4_000) })),
  /**
   * Makes a backup in one of the destinations and restores it on trial. One for Drive waits on this machine until it is sent. Fails
   * with BACKUP_PLAIN_TO_DRIVE where it would go there without a passphrase and nobody has agreed to that. `fetch_files` first brings
   * contents of documents here that only the centre has.
   */
  'backup.create': operation<BackupRecord>()(
    z.strictObject({
      kind: z.enum(backupKinds),
      folder: z.string().min(1).max(4_000),
      passphrase: passphrase.nullable(),
      with_files: z.boolean().default(false),
      fetch_files: z.boolean().default(false),
      plain_to_drive: z.boolean().default(false),
    }),
  ),
  /** Removes a backup from this machine that waits to be sent. */
  'backup.discardWaiting': operation<null>()(z.strictObject({ id: z.uuid() })),
  'backup.verify': operation<BackupRecord>()(z.strictObject({ id: z.uuid(), passphrase: opening })),
  /** Stops what runs; nothing unfinished stays. */
  'backup.cancel': operation<null>()(z.void()),
  /** Reads the chosen backup to its end and compares it with what is here now. */
  'backup.inspect': operation<BackupContents>()(z.strictObject({ passphrase: opening })),
  /** Reads the chosen dump of the former system to its end. */
  'backup.inspectDump': operation<OldDumpContents>()(z.void()),
  /** Records that differ, by table or of one project with all that belongs to it. */
  'backup.differences': operation<DifferingRecord[]>()(
    z.strictObject({ table: z.string().min(1).max(100).nullable(), project_id: z.uuid().nullable() }),
  ),
  /** Writes records as they are in the backup, as new changes by the normal rules. */
  'backup.bringBack': operation<BringBackResult>()(z.strictObject({ records: z.array(record).min(1).max(500), dry_run: z.boolean() })),
  /** Puts contents of documents that this machine does not have into its store, and has them sent to the centre. */
  'backup.bringContents': operation<{ brought: number }>()(z.strictObject({ passphrase: opening })),
  /** Ends the look at the chosen backup. */
  'backup.close': operation<null>()(z.void()),
};

/** Operations that need the system's dialogs, or Drive. */
export const backupFilesApi = {
  /** Asks for a folder and adds it to the destinations; null where the person chose none. */
  'backup.addDestination': operation<{ folder: string } | null>()(z.void(), { handledBy: 'main' }),
  /** Asks for a backup to look at; null where the person chose none. */
  'backup.open': operation<ChosenBackup | null>()(z.void(), { handledBy: 'main' }),
  /** Fetches a backup from Drive to look at. */
  'backup.openFromDrive': operation<ChosenBackup>()(z.strictObject({ file: driveReference }), { handledBy: 'main' }),
  /** Sends what waits on this machine for Drive, whatever stopped it before. */
  'backup.sendWaiting': operation<null>()(z.void(), { handledBy: 'main' }),
  /** Puts the chosen snapshot in the place of the data on this machine, and opens the session again. */
  'backup.restoreSnapshot': operation<SnapshotRestored>()(z.strictObject({ passphrase: opening }), { handledBy: 'main' }),
  /** Restores the chosen backup to look at, in a window of its own. */
  'backup.openPast': operation<null>()(z.strictObject({ passphrase: opening }), { handledBy: 'main' }),
};
