import { access, constants, realpath, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupDestination } from '../../../shared/api/backup.ts';
import { backupName, lockedSuffix, plainSuffix, type BackupKind } from '../../../shared/domain/backup.ts';
import { AppError } from '../../../shared/errors.ts';

const isThere = (file: string): Promise<boolean> => access(file).then(() => true, () => false);

export async function describeDestination(folder: string): Promise<BackupDestination> {
  const reachable = await access(folder, constants.W_OK).then(() => true, () => false);
  return { folder, drive: null, reachable, free: reachable ? await freeBytes(folder) : null };
}

const freeBytes = (folder: string): Promise<number | null> => statfs(folder).then(({ bavail, bsize }) => bavail * bsize, () => null);

/**
 * Demands that a folder can take a backup now: it is there, it is the place that was chosen and no link to another one, it
 * can be written to, and it has room. Fails with BACKUP_DESTINATION_MISSING, FILE_NOT_WRITABLE or DISK_FULL.
 */
export async function demandRoom(folder: string, expected: number): Promise<void> {
  const place = await realpath(folder).catch((error: unknown) => {
    throw new AppError('BACKUP_DESTINATION_MISSING', 'the folder is not there', {}, { cause: error });
  });
  if (place !== folder) throw new AppError('FILE_NOT_WRITABLE', 'the folder has become a link to another place');
  await access(folder, constants.W_OK).catch((error: unknown) => {
    throw new AppError('FILE_NOT_WRITABLE', 'the folder cannot be written to', {}, { cause: error });
  });
  const free = await freeBytes(folder);
  if (free !== null && free < expected) throw new AppError('DISK_FULL', `${free} bytes are free, about ${expected} are needed`);
}

/** A name that is free; two in a second, or a clock that was set back, take the next second. */
export async function freeFile(folder: string, kind: BackupKind, at: Date, zone: string, encrypted: boolean): Promise<string> {
  for (let offset = 0; ; offset += 1_000) {
    const name = backupName(kind, new Date(at.getTime() + offset), zone);
    const both = [plainSuffix, lockedSuffix].map((suffix) => join(folder, name + suffix));
    const taken = await Promise.all(both.map(isThere));
    if (!taken.includes(true)) return join(folder, name + (encrypted ? lockedSuffix : plainSuffix));
  }
}
