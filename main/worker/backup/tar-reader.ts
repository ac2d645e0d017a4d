import { AppError } from '../../../shared/errors.ts';
import { MAX_PART_BYTES } from './archive-format.ts';

/*
 * Reads nothing but what our writer writes: plain files with plain names in the first form of tar. A general reader would
 * also follow headers that announce gigabytes of names, links and folders, which nobody needs here and somebody might send.
 */

const BLOCK = 512;
/** Folders and names that may stand in an archive; no way leads out of the place where it is unpacked. */
const pathPattern = /^(?:[a-z]+\/)?[a-z0-9_]+(?:[.-][a-z0-9_]+)*$/;
const MAX_PARTS = 200_000;

export interface ArchivedFile {
  path: string;
  content: Buffer;
}

const damaged = (what: string): AppError => new AppError('BACKUP_DAMAGED', what);
const foreign = (what: string): AppError => new AppError('BACKUP_FOREIGN', what);

/** The files of a tar archive one by one. What is no archive of ours fails with BACKUP_FOREIGN, BACKUP_DAMAGED or BACKUP_TRUNCATED. */
export async function* readTar(chunks: AsyncIterable<Buffer>): AsyncGenerator<ArchivedFile> {
  const bytes = new Bytes(chunks);
  const seen = new Set<string>();
  for (;;) {
    const header = await bytes.take(BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const { path, size } = headerOf(header, seen.size === 0);
    if (seen.has(path)) throw damaged(`${path} stands in the archive twice`);
    if (seen.size >= MAX_PARTS) throw damaged('the archive has too many parts');
    seen.add(path);
    const content = await bytes.take(size);
    const padding = (BLOCK - (size % BLOCK)) % BLOCK;
    if (padding > 0 && !(await bytes.take(padding)).every((byte) => byte === 0)) throw damaged('there is something between two parts');
    yield { path, content };
  }
  if (!(await bytes.take(BLOCK)).every((byte) => byte === 0)) throw damaged('the archive has no end');
  if (!(await bytes.isOver())) throw damaged('something follows the end of the archive');
}

function headerOf(header: Buffer, isFirst: boolean): { path: string; size: number } {
  const refuse = isFirst ? foreign : damaged;
  let sum = 0;
  for (let index = 0; index < BLOCK; index++) sum += index >= 148 && index < 156 ? 32 : (header[index] as number);
  if (octal(header, 148, 8) !== sum) throw refuse('a header is none');
  const path = text(header, 0, 100);
  if (header.toString('latin1', 257, 262) !== 'ustar') throw refuse('another form of tar');
  if (header[156] !== 0x30 && header[156] !== 0) throw refuse(`${JSON.stringify(path)} is no plain file`);
  if (text(header, 345, 155) !== '' || !pathPattern.test(path)) throw refuse(`no part of a backup is called ${JSON.stringify(path)}`);
  const size = octal(header, 124, 12);
  if (size === null || size > MAX_PART_BYTES) throw refuse(`${path} is too large`);
  return { path, size };
}

const text = (header: Buffer, from: number, length: number): string => {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.toString('latin1', 0, end < 0 ? length : end);
};

function octal(header: Buffer, from: number, length: number): number | null {
  const digits = text(header, from, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : null;
}

/** A stream of chunks, taken in any portions. */
class Bytes {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async take(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let missing = count; ; ) {
      const part = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(part.length);
      parts.push(part);
      missing -= part.length;
      if (missing === 0) return parts.length === 1 ? part : Buffer.concat(parts);
      const next = await this.#chunks.next();
      if (next.done) throw new AppError('BACKUP_TRUNCATED', 'the archive ends too early');
      this.#rest = next.value;
    }
  }

  async isOver(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return true;
      this.#rest = next.value;
    }
    return false;
  }
}
