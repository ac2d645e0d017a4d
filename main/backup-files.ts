import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Output } from '../shared/api/index.ts';
import type { Control } from './worker-host.ts';

export interface BackupFileParts {
  control: Control;
  /** Ask the person; null where they chose nothing. */
  chooseFolder(): Promise<string | null>;
  chooseFile(): Promise<string | null>;
}

/** The page never names a folder that is written to: the person chooses it here. */
export async function addBackupDestination({ control, chooseFolder }: BackupFileParts): Promise<Output<'backup.addDestination'>> {
  const folder = await chooseFolder();
  return folder === null ? null : control('worker.addBackupDestination', folder);
}

/** Nor a file that is read. */
export async function openBackup({ control, chooseFile }: BackupFileParts): Promise<Output<'backup.open'>> {
  const file = await chooseFile();
  return file === null ? null : control('worker.openBackup', { file, fetched: false });
}

/** A copy of one in Drive; the worker removes it with its folder when nobody looks at it any more. */
export async function openFetchedBackup(control: Control, file: string): Promise<Output<'backup.openFromDrive'>> {
  try {
    return await control('worker.openBackup', { file, fetched: true });
  } catch (error) {
    await rm(dirname(file), { recursive: true, force: true });
    throw error;
  }
}
