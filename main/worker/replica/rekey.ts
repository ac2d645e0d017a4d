import { closeSync, copyFileSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';
import { connect, fileKeyOf, isOfKey, toStorageError, verify } from './database.ts';

/** What SQLite keeps beside a file. */
export const sideFiles = ['-wal', '-shm', '-journal'] as const;

export function removeReplica(file: string): void {
  for (const side of ['', ...sideFiles]) rmSync(file + side, { force: true });
}

/**
 * Makes a copy of a closed replica under another key, whole and on the disk when this has returned; the original stays
 * as it is. In place, the file would be of neither key for as long as that takes, and its pages of before would remain
 * in the log. Fails as opening a replica does; then nothing of the copy is left.
 */
export function copyUnderKey(file: string, key: Buffer, copy: string, copyKey: Buffer): void {
  removeReplica(copy);
  try {
    bringLogIntoFile(file, key);
    copyFileSync(file, copy);
    encryptAnew(copy, key, copyKey);
    if (!isOfKey(copy, copyKey)) throw new AppError('INTERNAL', 'the copy of the replica is not of its new key');
  } catch (error) {
    removeReplica(copy);
    throw toStorageError(error);
  }
}

function bringLogIntoFile(file: string, key: Buffer): void {
  const connection = connect(file, key);
  try {
    verify(connection, file, key);
    const [result] = connection.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    // What stays in the log, a copy of the file would miss.
    if (result?.busy !== 0) throw new AppError('STORAGE_FAILED', 'the log of the replica is in use');
  } finally {
    connection.close();
  }
}

function encryptAnew(file: string, key: Buffer, newKey: Buffer): void {
  const connection = connect(file, key);
  try {
    // A copy that fails is thrown away: it needs no journal, and reaches the disk at its end.
    connection.unsafeMode(true);
    connection.pragma('journal_mode = DELETE');
    connection.pragma('journal_mode = OFF');
    connection.pragma('synchronous = OFF');
    connection.rekey(fileKeyOf(newKey));
    connection.pragma('journal_mode = WAL');
    if (connection.pragma('quick_check(1)', { simple: true }) !== 'ok') {
      throw new AppError('REPLICA_DAMAGED', 'the copy of the replica has damage');
    }
  } finally {
    connection.close();
  }
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
