import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { CommandError, exitCodes, toCommandError } from '../central/failures.ts';

/** What an administrator is told of a backup that cannot be used, and what they can do. */
const advice: Partial<Record<ErrorCode, readonly [what: string, advice: string]>> = {
  BACKUP_MISSING: ['there is no such file', 'check the path'],
  BACKUP_FOREIGN: ['this is no backup of Factory Pulse', 'choose another file; "list" shows the backups of a folder'],
  BACKUP_OLD_DUMP: ['this is a dump of the former system', 'bring it in with "npm run central -- import"'],
  BACKUP_FUTURE: ['a newer program made this backup', 'use the newer program'],
  BACKUP_TRUNCATED: ['the end of the file is missing', 'copy it again, or use another backup'],
  BACKUP_DAMAGED: ['the file is damaged: its content is not what was written', 'use another backup'],
  BACKUP_PASSPHRASE_REQUIRED: ['the backup is encrypted', 'give its passphrase; it stands on the recovery sheet'],
  BACKUP_PASSPHRASE_WRONG: ['this passphrase does not open the backup', 'compare it with the recovery sheet'],
  BACKUP_NOT_RESTORABLE: ['what was restored is not what was backed up', 'nothing was kept of it; use another backup'],
  BACKUP_OF_OTHER_KIND: ['this kind of backup cannot be used for that', 'a centre is restored from a complete backup'],
  BACKUP_SCHEMA_NEWER: ['the database has a newer schema than this program knows', 'use the newer program'],
  BACKUP_CANCELLED: ['stopped', 'no unfinished file is left'],
  DISK_FULL: ['the disk is full', 'make room, then try again; no unfinished file is left'],
  FILE_NOT_WRITABLE: ['no file can be made there', 'check the folder and its rights'],
  FILE_IN_USE: ['a file of that name is in use', 'close it, or wait a second'],
};

export function toBackupFailure(error: unknown): CommandError {
  if (!(error instanceof AppError)) return toCommandError(error);
  const [what, doing] = advice[error.code] ?? [error.message, 'see the message'];
  return new CommandError(error.code, what, doing, exitCodes.failed, { cause: error });
}
