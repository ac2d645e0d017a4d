import { basename } from 'node:path';
import { lockedSuffix, plainSuffix, type LeftOut } from '../../../shared/domain/backup.ts';
import type { ArchiveWriter } from './archive-writer.ts';

export interface BackupTarget {
  /** With the suffix that says whether it is encrypted. */
  file: string;
  passphrase: string | null;
  signal: AbortSignal;
  /** Rows so far, of so many. */
  progress(rows: number, total: number, table: string): void;
  /** Adds contents of documents, and says what of them is left out; without it, all are. */
  contents?: ((writer: ArchiveWriter) => Promise<LeftOut[]>) | null;
}

export const backupBaseName = (file: string): string => basename(basename(file, plainSuffix), lockedSuffix);

/** Contents of documents, where they were asked for. */
export const contentsInto = async (writer: ArchiveWriter, { contents }: Pick<BackupTarget, 'contents'>): Promise<LeftOut[]> =>
  contents ? await contents(writer) : [{ what: 'unstored-files' }];
