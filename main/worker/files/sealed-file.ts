import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { PIECE_BYTES, piecesOf } from '../../../shared/domain/file-pieces.ts';
import { AppError } from '../../../shared/errors.ts';
import { toStorageError } from '../replica/database.ts';
import type { FileKey } from './file-keys.ts';

/*
 * A file on disk: header, then every piece sealed for itself with AES-256-GCM under a key that only this file has. The nonce
 * is the piece's number and whether it is the last, so that pieces can't be swapped, left out or cut off. The header's seal
 * holds the hash of the content, so that one file can't take the place of another.
 *
 * | bytes | what                                                  |
 * |-------|-------------------------------------------------------|
 * | 8     | FPFILE1 and a zero                                    |
 * | 8     | which key                                             |
 * | 32    | random; makes the file's own key                      |
 * | 32    | HMAC over the above and the content's hash            |
 * | n     | pieces of 1 MiB (the last shorter), each with its tag |
 * | m     | the pieces' hashes, with a tag                        |
 */

const MAGIC = Buffer.from('FPFILE1\0', 'latin1');
const ID_BYTES = 8;
const SALT_BYTES = 32;
const SEAL_BYTES = 32;
const TAG_BYTES = 16;
const SALT_AT = MAGIC.length + ID_BYTES;
const SEAL_AT = SALT_AT + SALT_BYTES;
const HEADER_BYTES = SEAL_AT + SEAL_BYTES;
const CIPHER = 'aes-256-gcm';

interface Seal {
  /** The header without its seal. */
  head: Buffer;
  contentKey: Buffer;
  sealKey: Buffer;
}

function sealOf(head: Buffer, { key }: FileKey): Seal {
  const made = Buffer.from(hkdfSync('sha256', key, head.subarray(SALT_AT), head.subarray(0, SALT_AT), 64));
  return { head, contentKey: made.subarray(0, 32), sealKey: made.subarray(32) };
}

const headerSeal = ({ head, sealKey }: Seal, sha256: string): Buffer =>
  createHmac('sha256', sealKey).update(head).update(sha256, 'utf8').digest();

function nonceOf(number: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(number, 0);
  nonce.writeUInt8(last ? 1 : 0, 11);
  return nonce;
}

/** The number under which the hashes of the pieces are sealed; no piece has it. */
const MANIFEST = 0xffff_ffff;

const placeOf = (number: number): number => HEADER_BYTES + number * (PIECE_BYTES + TAG_BYTES);

const damaged = (what: string): AppError => new AppError('FILE_DAMAGED', `a stored file is damaged: ${what}`);

/** Writes a sealed file piece by piece. Only `seal` makes it one that can be read. */
export class SealedWriter {
  readonly #handle: FileHandle;
  readonly #seal: Seal;
  /** Of the pieces in their order. */
  readonly #hashes: Buffer[] = [];
  #end = HEADER_BYTES;

  private constructor(handle: FileHandle, seal: Seal) {
    this.#handle = handle;
    this.#seal = seal;
  }

  /** Begins a file anew. */
  static async create(path: string, key: FileKey): Promise<SealedWriter> {
    const head = Buffer.concat([MAGIC, key.id, randomBytes(SALT_BYTES)]);
    const handle = await inTerms(open(path, 'wx', 0o600));
    try {
      await inTerms(handle.write(Buffer.concat([head, Buffer.alloc(SEAL_BYTES)]), 0, HEADER_BYTES, 0));
    } catch (error) {
      await handle.close();
      throw error;
    }
    return new SealedWriter(handle, sealOf(head, key));
  }

  /** Goes on with one that was begun; null where there is none, or none that could be continued. */
  static async resume(path: string, keys: readonly FileKey[]): Promise<SealedWriter | null> {
    const handle = await open(path, 'r+').catch(() => null);
    if (!handle) return null;
    const seal = await readSeal(handle, keys).catch(() => null);
    if (seal) return new SealedWriter(handle, seal.seal);
    await handle.close();
    return null;
  }

  /** @param hash of the piece, where it is known already */
  async write(number: number, piece: Uint8Array, last: boolean, hash = hashOf(piece)): Promise<void> {
    this.#note(number, hash, piece.length);
    const sealed = sealPiece(this.#seal, number, piece, last);
    await inTerms(this.#handle.write(sealed, 0, sealed.length, placeOf(number)));
  }

  #note(number: number, hash: Buffer, bytes: number): void {
    this.#hashes[number] = hash;
    this.#end = placeOf(number) + bytes + TAG_BYTES;
  }

  /** A piece that was written before; null where it is not there or not whole. */
  async readBack(number: number, bytes: number, last: boolean): Promise<Buffer | null> {
    const piece = await readPiece(this.#handle, this.#seal, number, bytes, last).catch(() => null);
    if (piece) this.#note(number, hashOf(piece), piece.length);
    return piece;
  }

  /** Names the content and brings all of it to the disk. */
  async seal(sha256: string): Promise<void> {
    const manifest = sealPiece(this.#seal, MANIFEST, Buffer.concat(this.#hashes), true);
    await inTerms(this.#handle.write(manifest, 0, manifest.length, this.#end));
    await inTerms(this.#handle.write(headerSeal(this.#seal, sha256), 0, SEAL_BYTES, SEAL_AT));
    await inTerms(this.#handle.sync());
    await this.close();
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** Reads a sealed file; whatever is not as it was written fails with FILE_DAMAGED. */
export class SealedReader {
  readonly size: number;
  readonly #handle: FileHandle;
  readonly #seal: Seal;

  private constructor(handle: FileHandle, seal: Seal, size: number) {
    this.#handle = handle;
    this.#seal = seal;
    this.size = size;
  }

  static async open(path: string, keys: readonly FileKey[], sha256: string, size: number): Promise<SealedReader> {
    const handle = await open(path, 'r').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new AppError('FILE_NOT_HERE', 'the stored file is gone');
      throw toStorageError(error);
    });
    try {
      const { seal, given } = await readSeal(handle, keys);
      if (!timingSafeEqual(given, headerSeal(seal, sha256))) throw damaged('it is another one');
      return new SealedReader(handle, seal, size);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async piece(number: number): Promise<Buffer> {
    const count = Math.max(1, piecesOf(this.size));
    const bytes = Math.min(PIECE_BYTES, this.size - number * PIECE_BYTES);
    return readPiece(this.#handle, this.#seal, number, bytes, number === count - 1);
  }

  /** The hashes of the pieces, one after the other. */
  async manifest(): Promise<Buffer> {
    const count = piecesOf(this.size);
    // Of an empty content there is one piece on the disk and none at the centre.
    const hashes = await readSealed(this.#handle, this.#seal, MANIFEST, 32 * Math.max(1, count), true, HEADER_BYTES + this.size + TAG_BYTES * Math.max(1, count));
    return hashes.subarray(0, 32 * count);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

const hashOf = (piece: Uint8Array): Buffer => createHash('sha256').update(piece).digest();

function sealPiece({ contentKey }: Seal, number: number, piece: Uint8Array, last: boolean): Buffer {
  const cipher = createCipheriv(CIPHER, contentKey, nonceOf(number, last), { authTagLength: TAG_BYTES });
  return Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
}

async function readSeal(handle: FileHandle, keys: readonly FileKey[]): Promise<{ seal: Seal; given: Buffer }> {
  const header = Buffer.alloc(HEADER_BYTES);
  const { bytesRead } = await inTerms(handle.read(header, 0, HEADER_BYTES, 0));
  if (bytesRead < HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged('its header');
  const key = keys.find(({ id }) => id.equals(header.subarray(MAGIC.length, SALT_AT)));
  if (!key) throw damaged('it is of an unknown key');
  return { seal: sealOf(header.subarray(0, SEAL_AT), key), given: header.subarray(SEAL_AT) };
}

const readPiece = (handle: FileHandle, seal: Seal, number: number, bytes: number, last: boolean): Promise<Buffer> =>
  readSealed(handle, seal, number, bytes, last, placeOf(number));

async function readSealed(handle: FileHandle, { contentKey }: Seal, number: number, bytes: number, last: boolean, place: number): Promise<Buffer> {
  const sealed = Buffer.allocUnsafe(bytes + TAG_BYTES);
  const { bytesRead } = await inTerms(handle.read(sealed, 0, sealed.length, place));
  if (bytesRead < sealed.length) throw damaged(`piece ${number} is cut off`);
  const decipher = createDecipheriv(CIPHER, contentKey, nonceOf(number, last), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(bytes));
  const plain = decipher.update(sealed.subarray(0, bytes));
  try {
    decipher.final();
  } catch {
    throw damaged(`piece ${number}`);
  }
  return plain;
}

const inTerms = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw toStorageError(error);
  });
