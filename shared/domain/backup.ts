/** What a backup holds: an organization's structure, its rows, or both; or all that one person's machine has. */
export const backupKinds = ['schema', 'data', 'complete', 'snapshot'] as const;
export type BackupKind = (typeof backupKinds)[number];

/** Kinds that are made of the centre's tables, as SQL. */
export const organizationKinds = ['schema', 'data', 'complete'] as const;
export type OrganizationKind = (typeof organizationKinds)[number];

/** The form of the archives that this program writes; it reads no later one. */
export const BACKUP_FORMAT = 2;

/** Any tool opens a plain archive; an encrypted one is ours alone. */
export const plainSuffix = '.tar.gz';
export const lockedSuffix = '.fpbackup';

const namePattern = /^factory_pulse_(schema|data|complete|snapshot)_backup_(\d{4})(\d{2})(\d{2})_(\d{2})(\d{2})(\d{2})(\.tar\.gz|\.fpbackup)$/;

/** `factory_pulse_complete_backup_20250901_093043`, by the clock of a zone, as backups have always been named. */
export function backupName(kind: BackupKind, at: Date, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? '';
  return `factory_pulse_${kind}_backup_${of('year')}${of('month')}${of('day')}_${of('hour')}${of('minute')}${of('second')}`;
}

/** What a file's name says, where it is a backup's; the content is never judged by it. */
export function parseBackupName(file: string): { kind: BackupKind; stamp: string; locked: boolean } | null {
  const found = namePattern.exec(file);
  if (!found) return null;
  const [, kind, year, month, day, hour, minute, second, suffix] = found;
  return { kind: kind as BackupKind, stamp: `${year}-${month}-${day} ${hour}:${minute}:${second}`, locked: suffix === lockedSuffix };
}

/** A folder of Drive stands among the destinations under such a name; folders of the system under their absolute path. */
export const driveDestination = (id: string | null): string => `drive:${id ?? 'root'}`;
export const isInDrive = (destination: string): boolean => destination.startsWith('drive:');

/** The name under which an archive is written until it is whole; never a backup's. */
export const unfinishedName = (file: string, random: string): string => `.${file}.${random}.unfinished`;
export const isUnfinished = (file: string): boolean => /^\.factory_pulse_.+\.unfinished$/.test(file);

/** A passphrase protects a file that an attacker may try for years; there is no limit of guesses. */
export const PASSPHRASE_MIN = 12;
export const PASSPHRASE_MAX = 300;

/** What a restore of the backup does not bring back; the screen has words for each. */
export const leftOutKinds = [
  'accounts',
  'devices',
  'sync-lists',
  'hidden-rows',
  'cleared-references',
  'set-aside',
  'unstored-files',
  'files-elsewhere',
] as const;
export type LeftOutKind = (typeof leftOutKinds)[number];

/** So many documents whose contents are left out are listed in a manifest, and in the summary for people. */
export const LEFT_OUT_LISTED = 200;
export const LEFT_OUT_SUMMARIZED = 50;

/** A document whose content is left out. */
export interface LeftOutDocument {
  /** Of the document's project. */
  code: string | null;
  name: string;
  size: number | null;
}

export interface LeftOut {
  what: LeftOutKind;
  /** Where it concerns one table. */
  table?: string | undefined;
  rows?: number | undefined;
  /** The first of them, where they are contents of documents. */
  documents?: LeftOutDocument[] | undefined;
}

/** The checklist of a backup that was restored on trial. */
export const backupChecks = ['archive', 'connection', 'counts', 'checksums', 'relationships', 'policies', 'sign-in', 'projects', 'documents'] as const;
export type BackupCheck = (typeof backupChecks)[number];
