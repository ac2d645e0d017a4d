import { open, type FileHandle } from 'node:fs/promises';
import { pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BACKUP_FORMAT } from '../../../shared/domain/backup.ts';
import { AppError } from '../../../shared/errors.ts';
import { toStorageError } from '../replica/database.ts';
import { isPlainHeader, sha256Of, ZIP_CHUNK_BYTES } from './archive-format.ts';
import { END_BYTES, HEADER_BYTES, lockedMark, opening, sealedPart } from './locked-stream.ts';
import { aboutSchema, jsonOf, parseManifest, type Manifest, type ManifestPart } from './manifest.ts';
import { readTar, type ArchivedFile } from './tar-reader.ts';

const READ_BYTES = 256 * 1024;

export interface ReadingOptions {
  passphrase: string | null;
  signal?: AbortSignal | undefined;
  /** How much of the file has been read, from 0 to 1. */
  progress?: ((share: number) => void) | undefined;
}

/**
 * Reads an archive from its first byte to its last and answers its manifest; every checksum holds, or it fails with
 * BACKUP_FOREIGN, BACKUP_FUTURE, BACKUP_TRUNCATED, BACKUP_DAMAGED, BACKUP_PASSPHRASE_REQUIRED or BACKUP_PASSPHRASE_WRONG.
 */
export async function checkArchive(file: string, options: ReadingOptions): Promise<Manifest> {
  const found: ManifestPart[] = [];
  let manifest: Manifest | null = null;
  let manifestDigest = '';
  let isClosed = false;
  for await (const { path, content } of filesOf(file, options)) {
    if (isClosed) throw new AppError('BACKUP_DAMAGED', 'a part follows the manifest');
    if (path === 'manifest.json') {
      manifest = parseManifest(content);
      manifestDigest = sha256Of(content);
    } else if (path === 'manifest.sha256') {
      if (content.toString('latin1') !== `${manifestDigest}  manifest.json\n`) throw new AppError('BACKUP_DAMAGED', 'the manifest was changed');
      isClosed = true;
    } else {
      if (manifest) throw new AppError('BACKUP_DAMAGED', 'a part follows the manifest');
      found.push({ path, size: content.length, sha256: sha256Of(content), table: null, rows: 0 });
    }
  }
  if (!manifest || !isClosed) throw new AppError('BACKUP_DAMAGED', 'the archive has no manifest');
  refuseOtherParts(manifest, found);
  return manifest;
}

function refuseOtherParts(manifest: Manifest, found: readonly ManifestPart[]): void {
  const same = manifest.parts.length === found.length && manifest.parts.every((part, index) => {
    const other = found[index];
    return other?.path === part.path && other.size === part.size && other.sha256 === part.sha256;
  });
  if (!same) throw new AppError('BACKUP_DAMAGED', 'the parts are not those of the manifest');
  const counted = new Map<string, number>();
  for (const { table, rows } of manifest.parts) if (table !== null) counted.set(table, (counted.get(table) ?? 0) + rows);
  for (const { name, rows } of manifest.tables) {
    if ((counted.get(name) ?? 0) !== rows) throw new AppError('BACKUP_DAMAGED', `the manifest contradicts itself about ${name}`);
  }
}

/**
 * The parts of an archive that `checkArchive` has found whole, each compared once more: what is restored is what was
 * checked, whoever has the file in their hands meanwhile.
 */
export async function* checkedParts(
  file: string,
  manifest: Manifest,
  options: ReadingOptions,
): AsyncGenerator<{ part: ManifestPart; content: Buffer }> {
  let index = 0;
  for await (const { path, content } of filesOf(file, options)) {
    if (path === 'manifest.json' || path === 'manifest.sha256') continue;
    const part = manifest.parts[index++];
    if (part?.path !== path || part.sha256 !== sha256Of(content)) throw new AppError('BACKUP_DAMAGED', 'the file has changed since it was checked');
    yield { part, content };
  }
  if (index !== manifest.parts.length) throw new AppError('BACKUP_DAMAGED', 'the file has changed since it was checked');
}

/** Every file of the archive after the first, which says whose archive it is. */
async function* filesOf(file: string, options: ReadingOptions): AsyncGenerator<ArchivedFile> {
  const { signal } = options;
  try {
    const handle = await open(file, 'r');
    try {
      let isFirst = true;
      for await (const part of readTar(await plainChunks(handle, options))) {
        signal?.throwIfAborted();
        if (isFirst) refuseForeign(part);
        else yield part;
        isFirst = false;
      }
      if (isFirst) throw new AppError('BACKUP_FOREIGN', 'the archive is empty');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw toArchiveError(error);
  }
}

function refuseForeign({ path, content }: ArchivedFile): void {
  const about = aboutSchema.safeParse(path === 'about.json' ? jsonOf(content) : null);
  if (!about.success) throw new AppError('BACKUP_FOREIGN', 'an archive of another program');
  if (about.data.format > BACKUP_FORMAT) throw new AppError('BACKUP_FUTURE', `format ${about.data.format} of backups`, { format: about.data.format });
}

/** The tar archive inside, decrypted and decompressed. */
async function plainChunks(handle: FileHandle, { passphrase, progress }: ReadingOptions): Promise<AsyncIterable<Buffer>> {
  const { size } = await handle.stat();
  const head = Buffer.alloc(Math.min(HEADER_BYTES, size));
  await handle.read(head, 0, head.length, 0);
  const isLocked = head.length >= lockedMark.length && head.subarray(0, lockedMark.length).equals(lockedMark);
  if (size === 0) throw new AppError('BACKUP_TRUNCATED', 'the file is empty');
  if (!isLocked && !(head[0] === 0x1f && head[1] === 0x8b)) throw new AppError('BACKUP_FOREIGN', 'the file is no archive');
  if (!isLocked) return gunzipped(fileChunks(handle, 0, size, progress));
  const tail = Buffer.alloc(Math.min(END_BYTES, size));
  await handle.read(tail, 0, tail.length, size - tail.length);
  const { to, end } = sealedPart(head, tail, size);
  const opened = await opening(head, passphrase, end);
  return gunzipped(through(fileChunks(handle, HEADER_BYTES, to, progress), opened));
}

/** What comes out of a stream; its failure and that of the source end the iteration. */
function through(source: AsyncIterable<Buffer>, stream: Transform): AsyncIterable<Buffer> {
  pipeline(Readable.from(source), stream, () => undefined);
  return stream as AsyncIterable<Buffer>;
}

async function* fileChunks(handle: FileHandle, from: number, to: number, progress?: (share: number) => void): AsyncGenerator<Buffer> {
  for (let place = from; place < to; ) {
    const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, to - place));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, place);
    if (bytesRead === 0) return;
    place += bytesRead;
    progress?.(place / to);
    yield buffer.subarray(0, bytesRead);
  }
}

/** Decompresses; anything behind the end of the compressed content is damage, which Node's streams would pass over. */
async function* gunzipped(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: ZIP_CHUNK_BYTES });
  let given = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      if (given === 0 && !isPlainHeader(chunk)) throw new AppError('BACKUP_FOREIGN', 'an archive of another program');
      given += chunk.length;
      yield chunk;
    }
  };
  yield* through(counted(), gunzip);
  if (gunzip.bytesWritten !== given) throw new AppError('BACKUP_DAMAGED', 'something follows the end of the archive');
}

/** Puts what decompression and the file system throw into the application's terms. */
function toArchiveError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') return new AppError('BACKUP_TRUNCATED', 'the compressed content ends too early', {}, { cause: error });
  if (code?.startsWith('Z_')) return new AppError('BACKUP_DAMAGED', `decompression failed: ${code}`, {}, { cause: error });
  if (code === 'ENOENT') return new AppError('BACKUP_MISSING', 'there is no such file', {}, { cause: error });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EISDIR') return new AppError('FILE_UNREADABLE', `the file cannot be read: ${code}`, {}, { cause: error });
  return toStorageError(error);
}
