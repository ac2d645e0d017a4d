import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { TakenFile, TakenIn } from '../../../shared/api/files.ts';
import { mimeTypeOf } from '../../../shared/domain/file-kinds.ts';
import { shownName } from '../../../shared/domain/file-names.ts';
import { AppError, toFailure } from '../../../shared/errors.ts';
import { toStorageError } from '../replica/database.ts';
import type { ContentStore } from './store.ts';

const READ_BYTES = 1024 * 1024;

/** Takes files of this machine into the store, each for itself. */
export async function takeInFiles(store: ContentStore, paths: readonly string[], maxBytes: number): Promise<TakenIn> {
  const result: TakenIn = { taken: [], refused: [] };
  for (const path of paths) {
    try {
      result.taken.push(await takeInFile(store, path, maxBytes));
    } catch (error) {
      const { code } = toFailure(toStorageError(error)).error;
      if (code === 'DISK_FULL' || code === 'INTERNAL') throw error;
      result.refused.push({ name: shownName(basename(path)), code });
    }
  }
  return result;
}

/** Takes in one that is the same from the first byte to the last; one that changes meanwhile is refused. */
export async function takeInFile(store: ContentStore, path: string, maxBytes: number): Promise<TakenFile> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw readingError(error);
  });
  try {
    const before = await handle.stat().catch((error: unknown) => {
      throw readingError(error);
    });
    if (!before.isFile()) throw new AppError('FILE_UNREADABLE', 'only files are taken in, not folders or devices');
    if (before.size > maxBytes) throw new AppError('FILE_TOO_BIG', 'the file is larger than the limit', { size: before.size, limit: maxBytes });
    const unchanged = async (size: number): Promise<void> => {
      const now = await handle.stat();
      if (now.size !== before.size || now.mtimeMs !== before.mtimeMs || size !== before.size) {
        throw new AppError('FILE_CHANGED', 'the file changed while it was read');
      }
    };
    const { sha256, size } = await store.put(contentOf(handle, before.size, unchanged));
    return takenFileOf(basename(path), sha256, size);
  } finally {
    await handle.close();
  }
}

export const takenFileOf = (given: string, sha256: string, size: number): TakenFile => {
  const name = shownName(given);
  return { sha256, size, name, mime_type: mimeTypeOf(name) };
};

/** Before its end it is known whether the file stayed as it was, so that nothing else gets into the store. */
async function* contentOf(handle: FileHandle, expected: number, unchanged: (size: number) => Promise<void>): AsyncGenerator<Uint8Array> {
  let read = 0;
  for (;;) {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, READ_BYTES, read).catch((error: unknown) => {
      throw readingError(error);
    });
    if (bytesRead === 0) break;
    read += bytesRead;
    // One that grows without end is not read without end.
    if (read > expected) break;
    yield buffer.subarray(0, bytesRead);
  }
  await unchanged(read);
}

/** In terms of the file that was to be read, not of the store. */
function readingError(error: unknown): AppError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESTALE' || code === 'ENODEV' || code === 'EIO') {
    return new AppError('FILE_VANISHED', `the file is gone: ${code}`, {}, { cause: error });
  }
  return new AppError('FILE_UNREADABLE', `the file cannot be read: ${code ?? 'unknown'}`, {}, { cause: error });
}
