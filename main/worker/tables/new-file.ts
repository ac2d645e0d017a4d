import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { AppError } from '../../../shared/errors.ts';
import { toStorageError } from '../replica/database.ts';

const closed = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR']);
/** How a disk ends that was writable a moment ago: it turned read-only, was pulled out, or its share is out of reach. */
const ended = new Set(['EROFS', 'EIO', 'ENODEV', 'ENXIO', 'ESTALE']);
/** How Windows refuses to touch a file that another program holds; Linux says EBUSY of a place that is mounted. */
const held = new Set(['EBUSY', 'EACCES', 'EPERM']);

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | null)?.code ?? '';

const inUse = (cause: unknown): AppError =>
  new AppError('FILE_IN_USE', `the file cannot be replaced: ${codeOf(cause)}`, { reason: codeOf(cause) }, { cause });

const notWritable = (cause: unknown): AppError =>
  new AppError('FILE_NOT_WRITABLE', `no file can be made there: ${codeOf(cause)}`, { reason: codeOf(cause) }, { cause });

/** Puts what a place says that takes nothing more into the application's terms. */
export const toWritingError = (error: unknown): unknown => (ended.has(codeOf(error)) ? notWritable(error) : toStorageError(error));

/**
 * A file that a person gets whole or not at all: it is written under another name beside its place, and takes its name
 * when everything has reached the disk. Fails with FILE_IN_USE, FILE_NOT_WRITABLE, DISK_FULL or STORAGE_FAILED.
 */
export class NewFile {
  readonly #file: string;
  readonly #draft: string;
  readonly #handle: FileHandle;

  private constructor(file: string, draft: string, handle: FileHandle) {
    this.#file = file;
    this.#draft = draft;
    this.#handle = handle;
  }

  static async create(file: string, draft: string): Promise<NewFile> {
    await refuseHeld(file);
    try {
      return new NewFile(file, draft, await open(draft, 'wx', 0o600));
    } catch (error) {
      throw closed.has(codeOf(error)) ? notWritable(error) : toStorageError(error);
    }
  }

  async write(content: Uint8Array): Promise<void> {
    try {
      for (let written = 0; written < content.length; ) {
        written += (await this.#handle.write(content, written)).bytesWritten;
      }
    } catch (error) {
      throw toWritingError(error);
    }
  }

  async finish(): Promise<void> {
    try {
      await this.#handle.sync();
      await this.#handle.close();
    } catch (error) {
      throw toWritingError(error);
    }
    try {
      await rename(this.#draft, this.#file);
    } catch (error) {
      if (held.has(codeOf(error))) throw inUse(error);
      throw closed.has(codeOf(error)) ? notWritable(error) : toWritingError(error);
    }
  }

  /**
   * Leaves nothing behind; what had the file's name before keeps it. Never fails: a disk that takes nothing any more gives
   * nothing up either, and why the file came to nothing is told already.
   */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.#draft, { force: true }).catch(() => undefined);
  }
}

/** A file that is open elsewhere is found out before the work, not after it. */
async function refuseHeld(file: string): Promise<void> {
  try {
    const handle = await open(file, 'r+');
    await handle.close();
  } catch (error) {
    if (held.has(codeOf(error))) throw inUse(error);
    // Whatever else is wrong with the place shows when the draft is made.
  }
}
