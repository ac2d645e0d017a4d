import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { AppError } from '../../../shared/errors.ts';

/*
 * An encrypted archive: a header, then the archive in chunks, each sealed by AES-256-GCM. A nonce is the chunk's number and
 * whether it is the last one: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption
 * and its Nonce-Reuse Misuse-Resistance, CRYPTO 2015), as age uses it. So no chunk can be changed, moved, repeated or cut off
 * at the end, and content leaves this file only after it was authenticated. Electron's OpenSSL stand-in has no
 * ChaCha20-Poly1305 for streams, hence AES.
 *
 * Header, 64 bytes: mark (8), version, derivation, log2 N, r, p, three zeros, salt (32), check of the passphrase (8),
 * digest of all before (8). The key is of this file alone, by its salt, so that nonces never meet again.
 *
 * The last 16 bytes, since version 2, are a mark and the length of the file. They prove nothing: they tell a file that ends
 * too early from one that was changed, which the seal of its last chunk cannot.
 */

export const lockedMark = Buffer.from('FPBACKUP', 'latin1');
export const HEADER_BYTES = 64;
const VERSION = 2;
const SCRYPT = 1;
const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const endMark = Buffer.from('FPBKPEND', 'latin1');
export const END_BYTES = 16;

/** 128 MiB and a third of a second for each guess. */
const COST = { log2N: 17, r: 8, p: 1 } as const;
/** A header that asks for more would be a way to take a machine's memory. */
const MAX_LOG2_N = 18;

/** Files of version 1 have no mark at their end. */
type FileEnd = 'there' | 'missing' | 'unmarked';

interface Keys {
  chunks: Buffer;
  check: Buffer;
}

async function keysOf(passphrase: string, salt: Buffer, { log2N, r, p }: { log2N: number; r: number; p: number }): Promise<Keys> {
  const derived = await new Promise<Buffer>((resolve, reject) => {
    const options = { N: 2 ** log2N, r, p, maxmem: 2 * 128 * r * 2 ** log2N };
    scrypt(passphrase.normalize('NFKC'), salt, 64, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
  return { chunks: derived.subarray(0, 32), check: derived.subarray(32) };
}

const digestOf = (header: Buffer): Buffer => createHash('sha256').update(header).digest().subarray(0, 8);
const checkOf = (key: Buffer, header: Buffer): Buffer => createHmac('sha256', key).update(header).digest().subarray(0, 8);

function nonceOf(chunk: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(chunk, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Cuts what flows through into chunks; one is held back, because only the end tells which is the last. */
abstract class ChunkStream extends Transform {
  readonly #size: number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #chunk = 0;

  constructor(size: number) {
    super();
    this.#size = size;
  }

  /** What stands behind the last chunk. */
  protected trailer(): Buffer | null {
    return null;
  }

  protected abstract turn(content: Buffer, nonce: Buffer): Buffer;

  override _transform(content: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#held.push(content);
    this.#heldBytes += content.length;
    try {
      if (this.#heldBytes > this.#size) this.#pass();
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      this.push(this.turn(Buffer.concat(this.#held), nonceOf(this.#chunk, true)));
      const trailer = this.trailer();
      if (trailer) this.push(trailer);
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  #pass(): void {
    const all = Buffer.concat(this.#held);
    let from = 0;
    for (; all.length - from > this.#size; from += this.#size) {
      this.push(this.turn(all.subarray(from, from + this.#size), nonceOf(this.#chunk, false)));
      this.#chunk += 1;
    }
    this.#held = [all.subarray(from)];
    this.#heldBytes = all.length - from;
  }
}

class Sealing extends ChunkStream {
  readonly #key: Buffer;
  readonly #header: Buffer;
  #bytes = HEADER_BYTES + END_BYTES;

  constructor(key: Buffer, header: Buffer) {
    super(CHUNK_BYTES);
    this.#key = key;
    this.#header = header;
    this.push(header);
  }

  protected turn(content: Buffer, nonce: Buffer): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(this.#header);
    this.#bytes += content.length + TAG_BYTES;
    return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  }

  protected override trailer(): Buffer {
    return endOf(this.#bytes);
  }
}

class Opening extends ChunkStream {
  readonly #key: Buffer;
  readonly #header: Buffer;
  readonly #end: FileEnd;

  constructor(key: Buffer, header: Buffer, end: FileEnd) {
    super(CHUNK_BYTES + TAG_BYTES);
    this.#key = key;
    this.#header = header;
    this.#end = end;
  }

  protected turn(sealed: Buffer, nonce: Buffer): Buffer {
    const isLast = nonce[11] === 1;
    const content = sealed.length < TAG_BYTES ? null : this.#open(sealed, nonce);
    if (content && !(isLast && this.#end === 'missing')) return content;
    throw isLast && this.#end !== 'there' ? new AppError('BACKUP_TRUNCATED', 'the file ends too early') : new AppError('BACKUP_DAMAGED', 'a part of the file was changed');
  }

  #open(sealed: Buffer, nonce: Buffer): Buffer | null {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(this.#header);
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()]);
    } catch {
      return null;
    }
  }
}

function endOf(length: number): Buffer {
  const end = Buffer.alloc(END_BYTES);
  endMark.copy(end);
  end.writeBigUInt64BE(BigInt(length), endMark.length);
  return end;
}

/** Where what is sealed ends, and whether the file ends where it ended when it was written. */
export function sealedPart(header: Buffer, tail: Buffer, size: number): { to: number; end: FileEnd } {
  if ((header[8] ?? 0) < 2) return { to: size, end: 'unmarked' };
  return tail.equals(endOf(size)) ? { to: size - END_BYTES, end: 'there' } : { to: size, end: 'missing' };
}

/** Encrypts what flows through it, with a header of its own before. */
export async function sealing(passphrase: string): Promise<Transform> {
  const header = Buffer.alloc(HEADER_BYTES);
  lockedMark.copy(header);
  header.set([VERSION, SCRYPT, COST.log2N, COST.r, COST.p], 8);
  const salt = randomBytes(32);
  salt.copy(header, 16);
  const keys = await keysOf(passphrase, salt, COST);
  checkOf(keys.check, header.subarray(0, 48)).copy(header, 48);
  digestOf(header.subarray(0, 56)).copy(header, 56);
  return new Sealing(keys.chunks, header);
}

/**
 * Decrypts what follows the header. Fails with BACKUP_TRUNCATED, BACKUP_DAMAGED, BACKUP_FUTURE, BACKUP_PASSPHRASE_REQUIRED
 * or BACKUP_PASSPHRASE_WRONG; what flows out before a failure is authentic, but not all.
 */
export async function opening(header: Buffer, passphrase: string | null, end: FileEnd): Promise<Transform> {
  if (header.length < HEADER_BYTES) throw new AppError('BACKUP_TRUNCATED', 'the file ends within its header');
  if (!digestOf(header.subarray(0, 56)).equals(header.subarray(56))) throw new AppError('BACKUP_DAMAGED', 'the header was changed');
  const [version = 0, derivation, log2N = 0, r = 0, p = 0] = header.subarray(8, 13);
  if (version > VERSION || derivation !== SCRYPT || log2N > MAX_LOG2_N || r !== COST.r || p !== COST.p) {
    throw new AppError('BACKUP_FUTURE', `an encryption that this program does not know: ${version}`);
  }
  if (passphrase === null || passphrase === '') throw new AppError('BACKUP_PASSPHRASE_REQUIRED', 'the archive is encrypted');
  const keys = await keysOf(passphrase, header.subarray(16, 48), { log2N, r, p });
  if (!timingSafeEqual(checkOf(keys.check, header.subarray(0, 48)), header.subarray(48, 56))) {
    throw new AppError('BACKUP_PASSPHRASE_WRONG', 'the passphrase does not open the archive');
  }
  return new Opening(keys.chunks, header, end);
}
