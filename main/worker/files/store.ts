import { createHash, createHmac, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PIECE_BYTES, piecesOf } from '../../../shared/domain/file-pieces.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { AppError } from '../../../shared/errors.ts';
import { syncFolder } from '../profiles/durable-file.ts';
import { BusyError, durably, longWork, toStorageError, type Durability, type Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { FileKey } from './file-keys.ts';
import { SealedReader, SealedWriter } from './sealed-file.ts';

export interface Stored {
  sha256: string;
  size: number;
}

/** When contents were used last is written down so often. */
const USE_NOTED_MS = 5_000;

/** The part of the store that others use. */
export interface FileStore {
  has(sha256: string): boolean;
  /** Streams plain bytes in, encrypted on disk, content-addressed, deduplicated; temp name, fsync, rename. */
  put(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Stored>;
  /** Plain bytes, each block authenticated; throws AppError FILE_DAMAGED / FILE_NOT_HERE. */
  read(sha256: string): AsyncIterable<Uint8Array>;
  readAll(sha256: string, limit: number): Promise<Uint8Array>;
}

/** A content that arrives piece by piece, over restarts. */
export interface Receiving {
  /** Pieces that are here. */
  readonly next: number;
  /**
   * Resolves when the next piece may come; this one is on its way to the disk then.
   * @param hash of the piece
   */
  write(number: number, piece: Uint8Array, hash?: Buffer): Promise<void>;
  /** Where the whole has this hash, it is stored; false, and nothing is left of it, where not. */
  finish(): Promise<boolean>;
  /** Leaves what is here for another time. */
  pause(): Promise<void>;
}

/** Contents by their SHA-256, sealed (sealed-file.ts), each once. */
export class ContentStore implements FileStore {
  readonly #replica: Replica;
  readonly #folder: string;
  readonly #keys: readonly FileKey[];
  readonly #listeners = new Set<(sha256: string) => void>();
  /** Names of files that are being written now. */
  readonly #busy = new Set<string>();
  readonly #used = new Set<string>();
  #noting: NodeJS.Timeout | undefined;

  constructor(replica: Replica, folder: string, keys: readonly FileKey[]) {
    this.#replica = replica;
    this.#folder = folder;
    this.#keys = keys;
    try {
      mkdirSync(this.#incoming(''), { recursive: true, mode: 0o700 });
    } catch (error) {
      throw toStorageError(error);
    }
  }

  has(sha256: string): boolean {
    return this.sizeOf(sha256) !== null;
  }

  sizeOf(sha256: string): number | null {
    const size = prepared(this.#replica.write, 'select size from stored_files where sha256 = ?').pluck().get(sha256);
    return (size as number | undefined) ?? null;
  }

  async put(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Stored> {
    const draft = randomUUID();
    const path = this.#incoming(draft);
    this.#busy.add(draft);
    const writer = await SealedWriter.create(path, this.#key());
    const hash = createHash('sha256');
    let size = 0;
    try {
      const pieces = inPieces(source);
      let piece = await pieces.next();
      for (let number = 0; ; number += 1) {
        signal?.throwIfAborted();
        const bytes = piece.done ? new Uint8Array() : piece.value;
        const following = piece.done ? piece : await pieces.next();
        hash.update(bytes);
        size += bytes.length;
        await writer.write(number, bytes, following.done === true);
        if (following.done) break;
        piece = following;
      }
      const sha256 = hash.digest('hex');
      await writer.seal(sha256);
      await this.#take(path, sha256, size);
      return { sha256, size };
    } catch (error) {
      await writer.close().catch(() => undefined);
      await rm(path, { force: true });
      throw toStorageError(error);
    } finally {
      this.#busy.delete(draft);
    }
  }

  async *read(sha256: string): AsyncGenerator<Uint8Array> {
    const reader = await this.open(sha256);
    try {
      for (let number = 0; number < piecesOf(reader.size); number += 1) yield await reader.piece(number);
    } finally {
      await reader.close();
    }
  }

  async readAll(sha256: string, limit: number): Promise<Uint8Array> {
    const size = this.sizeOf(sha256);
    if (size !== null && size > limit) throw new AppError('FILE_TOO_BIG', 'the content is larger than asked for', { size, limit });
    const parts: Uint8Array[] = [];
    for await (const part of this.read(sha256)) parts.push(part);
    return Buffer.concat(parts);
  }

  /** For reading by pieces. Whatever is damaged or gone is forgotten, so that it can be fetched again. */
  async open(sha256: string): Promise<SealedReader> {
    const size = this.sizeOf(sha256);
    if (size === null) throw new AppError('FILE_NOT_HERE', 'the content is not on this machine');
    try {
      return await SealedReader.open(this.#pathOf(sha256), this.#keys, sha256, size);
    } catch (error) {
      if (error instanceof AppError && (error.code === 'FILE_DAMAGED' || error.code === 'FILE_NOT_HERE')) await this.remove(sha256);
      throw error;
    }
  }

  /**
   * Begins, or goes on, to receive a content that is known by its hash.
   * @param found is told how many pieces are here, after each that is read back: of a large content that takes minutes
   */
  async receive(sha256: string, size: number, found: (pieces: number) => Promise<void> = () => Promise.resolve()): Promise<Receiving> {
    const path = this.#incoming(`${this.#nameOf(sha256)}.part`);
    const count = Math.max(1, piecesOf(size));
    const bytesOf = (number: number): number => Math.min(PIECE_BYTES, size - number * PIECE_BYTES);
    const hash = createHash('sha256');
    let next = 0;
    let writer = await SealedWriter.resume(path, this.#keys);
    try {
      while (writer && next < piecesOf(size)) {
        const piece = await writer.readBack(next, bytesOf(next), next === count - 1);
        if (!piece) break;
        hash.update(piece);
        next += 1;
        await found(next);
      }
    } catch (error) {
      await writer?.close();
      throw error;
    }
    if (!writer) {
      await rm(path, { force: true });
      writer = await SealedWriter.create(path, this.#key());
    }
    const open = writer;
    let writing: Promise<void> = Promise.resolve();
    return {
      get next() {
        return next;
      },
      write: async (number, piece, pieceHash) => {
        if (number !== next || piece.length !== bytesOf(number)) throw new AppError('INTERNAL', 'a piece came out of turn');
        await writing;
        writing = open.write(number, piece, number === count - 1, pieceHash);
        // Heard where it is awaited.
        writing.catch(() => undefined);
        hash.update(piece);
        next += 1;
      },
      finish: async () => {
        await writing;
        if (size === 0) await open.write(0, new Uint8Array(), true);
        if (next < piecesOf(size) || hash.digest('hex') !== sha256) {
          await open.close();
          await rm(path, { force: true });
          return false;
        }
        await open.seal(sha256);
        await this.#take(path, sha256, size, 'NORMAL');
        return true;
      },
      pause: async () => {
        await writing.catch(() => undefined);
        await open.close();
      },
    };
  }

  /** Removes what was received of a content that nobody waits for any more. */
  async forgetReceiving(sha256: string): Promise<void> {
    await rm(this.#incoming(`${this.#nameOf(sha256)}.part`), { force: true });
  }

  async remove(sha256: string): Promise<void> {
    await this.#write('NORMAL', () => {
      prepared(this.#replica.write, 'delete from stored_files where sha256 = ?').run(sha256);
    });
    await rm(this.#pathOf(sha256), { force: true });
  }

  /** For the order in which contents make room. */
  noteUse(sha256: string): void {
    if (this.#used.size === 0) this.#noting = setTimeout(() => this.#storeUse(), USE_NOTED_MS).unref();
    this.#used.add(sha256);
  }

  /** Before the replica closes. */
  close(): void {
    clearTimeout(this.#noting);
    this.#storeUse();
  }

  /** Looking at previews is no reason to interrupt a pull: then it is noted another time, or not at all. */
  #storeUse(): void {
    const used = [...this.#used];
    this.#used.clear();
    if (used.length === 0 || longWork(this.#replica.write) !== null) return;
    const now = formatTimestamp(new Date());
    try {
      durably(this.#replica.write, 'NORMAL', () => {
        for (const sha256 of used) prepared(this.#replica.write, 'update stored_files set last_used_at = ? where sha256 = ?').run(now, sha256);
      });
    } catch {
      // A disk that takes nothing: the order in which contents make room is all that suffers.
    }
  }

  onStored(listener: (sha256: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#folder);
    return bavail * bsize;
  }

  /** Deletes what a crash has left: contents that were never finished, and finished ones that no row knows. */
  async sweep(keepReceiving: readonly string[]): Promise<void> {
    const expected = new Set(keepReceiving.map((sha256) => `${this.#nameOf(sha256)}.part`));
    for (const name of await readdir(this.#incoming(''))) {
      if (!expected.has(name) && !this.#busy.has(name)) await rm(this.#incoming(name), { force: true });
    }
    const known = prepared(this.#replica.write, 'select sha256 from stored_files').pluck().all() as string[];
    const names = new Set(known.map((sha256) => this.#nameOf(sha256)));
    for (const folder of await readdir(this.#folder)) {
      if (folder.length !== 2) continue;
      for (const name of await readdir(join(this.#folder, folder))) {
        if (!names.has(name) && !this.#busy.has(name)) await rm(join(this.#folder, folder, name), { force: true });
      }
    }
  }

  /**
   * Gives a complete file its name, then its row: a file without a row is swept away, a row always has its file. What can be
   * fetched again need not have reached the disk with that.
   */
  async #take(path: string, sha256: string, size: number, durability: Durability = 'FULL'): Promise<void> {
    const target = this.#pathOf(sha256);
    if (this.has(sha256) && existsSync(target)) {
      rmSync(path, { force: true });
      this.noteUse(sha256);
      return;
    }
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    // For good: a sweep that began before it has a list of rows without this one.
    this.#busy.add(basename(target));
    await rename(path, target);
    if (durability === 'FULL') syncFolder(dirname(target));
    const now = formatTimestamp(new Date());
    await this.#write(durability, () => {
      prepared(
        this.#replica.write,
        `insert into stored_files (sha256, size, stored_at, last_used_at) values (?, ?, ?, ?)
         on conflict (sha256) do update set last_used_at = excluded.last_used_at`,
      ).run(sha256, size, now, now);
    });
    for (const listener of this.#listeners) listener(sha256);
  }

  /** A commit that waits for a long one where it has to, instead of failing after all of the bytes were written. */
  async #write(durability: Durability, work: () => void): Promise<void> {
    try {
      await longWork(this.#replica.write);
      durably(this.#replica.write, durability, work);
    } catch (error) {
      if (!(error instanceof BusyError)) throw error;
      await error.ended;
      await this.#write(durability, work);
    }
  }

  #key(): FileKey {
    const key = this.#keys.at(-1);
    if (!key) throw new AppError('INTERNAL', 'the store has no key');
    return key;
  }

  /** A hash would tell which known files somebody has; a keyed one does not. */
  #nameOf(sha256: string): string {
    const first = this.#keys[0] as FileKey;
    return createHmac('sha256', first.key).update(sha256, 'utf8').digest('hex');
  }

  #pathOf(sha256: string): string {
    const name = this.#nameOf(sha256);
    return join(this.#folder, name.slice(0, 2), name);
  }

  #incoming(name: string): string {
    return join(this.#folder, 'incoming', name);
  }
}

/** The same bytes in pieces of which only the last is shorter. */
async function* inPieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let piece = new Uint8Array(PIECE_BYTES);
  let filled = 0;
  for await (const part of source) {
    for (let taken = 0; taken < part.length; ) {
      const step = Math.min(part.length - taken, PIECE_BYTES - filled);
      piece.set(part.subarray(taken, taken + step), filled);
      taken += step;
      filled += step;
      if (filled === PIECE_BYTES) {
        yield piece;
        piece = new Uint8Array(PIECE_BYTES);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
