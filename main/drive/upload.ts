import { createHash, type Hash } from 'node:crypto';
import type { DriveReference } from '../../shared/api/drive.ts';
import { AppError } from '../../shared/errors.ts';
import type { Connection } from './connection.ts';
import type { TransferOptions } from './download.ts';
import { keyHeaders } from './drive-items.ts';
import { driveFailure, toDriveError } from './failures.ts';

/** Google takes multiples of 256 KiB; one part is in memory at a time. */
const PART_BYTES = 8 * 1024 * 1024;
const FRUITLESS_TRIES = 6;
/** Google forgets an unfinished upload after a week, or earlier. */
const MOST_SESSIONS = 3;

export interface UploadSource {
  name: string;
  mime_type: string;
  size: number;
  /** The bytes from a position on. */
  open(from: number): AsyncIterable<Uint8Array>;
}

/** Where an upload has come to, for another process to go on with. Whoever has the address may write there: it is a secret. */
export interface UploadPlace {
  /** Reserved at Google: however often the upload is begun, it makes one file. */
  id: string;
  /** Of the session at Google; null before there is one. */
  address: string | null;
}

export interface UploadOptions extends TransferOptions {
  /** Where an earlier attempt came to. */
  place?: UploadPlace | null;
  /**
   * Told where this one has come to before the first byte goes there. With it a session outlives a failure, for the next
   * attempt or for `abandonUpload`; without it Google is told to forget it.
   */
  keep?(place: UploadPlace): Promise<void>;
}

interface Stored {
  id: string;
  md5: string | null;
  size: number | null;
}

type SessionEnd = Stored | 'lost';

/**
 * Puts a file into a folder of Drive, or into its root, part by part. After a cut, and where an earlier attempt is continued, Google
 * is asked how much arrived. The id is reserved before, so that an answer that got lost makes no second file; at the end size and
 * MD5 are compared, and a file that is not ours byte by byte is removed again.
 */
export async function upload(connection: Connection, source: UploadSource, folder: DriveReference | null, options: UploadOptions): Promise<string> {
  const reader = new PartReader(source);
  try {
    return await uploadParts(connection, source, reader, folder, options);
  } finally {
    await reader.close();
  }
}

async function uploadParts(connection: Connection, source: UploadSource, reader: PartReader, folder: DriveReference | null, options: UploadOptions): Promise<string> {
  const { signal, place = null, keep } = options;
  const id = place?.id ?? (await reserveId(connection, signal));
  let end: SessionEnd = 'lost';
  if (place !== null && place.address !== null && isOfGoogle(connection, place.address)) {
    end = await send(connection, place.address, reader, source.size, null, options);
  }
  for (let sessions = 0; end === 'lost' && sessions < MOST_SESSIONS; sessions += 1) {
    await keep?.({ id, address: null });
    const address = await beginSession(connection, source, id, folder, signal);
    if (address === null) {
      end = await readStored(connection, id);
      continue;
    }
    await keep?.({ id, address });
    end = await send(connection, address, reader, source.size, 0, options);
  }
  if (end === 'lost') throw new AppError('DRIVE_BUSY', 'Google dropped the upload again and again');
  if (end.size !== source.size || end.md5 !== (await reader.md5())) {
    await connection.request(() => connection.files.files.delete({ fileId: id, supportsAllDrives: true })).catch(() => undefined);
    throw new AppError('DRIVE_DAMAGED', 'what Google stored is not what was sent');
  }
  return end.id;
}

/** Has Google forget an upload with which nobody goes on. */
export async function abandonUpload(connection: Connection, address: string): Promise<void> {
  if (!isOfGoogle(connection, address)) return;
  await connection.auth.request({ url: address, method: 'DELETE', validateStatus: () => true });
}

const isOfGoogle = (connection: Connection, address: string): boolean => address.startsWith(connection.endpoints.api);

async function reserveId(connection: Connection, signal: AbortSignal): Promise<string> {
  const { data } = await connection.request(() => connection.files.files.generateIds({ count: 1, space: 'drive', type: 'files' }), signal);
  const id = data.ids?.[0];
  if (!id) throw new AppError('DRIVE_ANSWER_INVALID', 'Google reserved no id');
  return id;
}

/** Null where the file is there already: the answer to an earlier session's last part got lost. */
async function beginSession(connection: Connection, source: UploadSource, id: string, folder: DriveReference | null, signal: AbortSignal): Promise<string | null> {
  const url = new URL('upload/drive/v3/files?uploadType=resumable&supportsAllDrives=true&fields=id,md5Checksum,size', connection.endpoints.api);
  const { status, headers } = await connection.request(
    () =>
      connection.auth.request({
        url,
        method: 'POST',
        signal,
        headers: {
          ...(folder === null ? {} : keyHeaders(folder)),
          'X-Upload-Content-Type': source.mime_type,
          'X-Upload-Content-Length': String(source.size),
        },
        data: { id, name: source.name, mimeType: source.mime_type, ...(folder === null ? {} : { parents: [folder.id] }) },
        validateStatus: (code) => code === 200 || code === 409,
      }),
    signal,
  );
  if (status === 409) return null;
  const address = headers.get('location') ?? '';
  if (!isOfGoogle(connection, address)) throw new AppError('DRIVE_ANSWER_INVALID', 'Google named another host for the upload');
  return address;
}

async function readStored(connection: Connection, id: string): Promise<Stored> {
  const { data } = await connection.request(() => connection.files.files.get({ fileId: id, supportsAllDrives: true, fields: 'id,md5Checksum,size' }));
  return storedIn(data, id);
}

const storedIn = (data: { md5Checksum?: string | null; size?: string | null }, id: string): Stored => ({
  id,
  md5: data.md5Checksum ?? null,
  size: data.size === undefined || data.size === null ? null : Number(data.size),
});

/** @param begin the first byte that Google does not have; null where only Google knows */
async function send(
  connection: Connection,
  address: string,
  reader: PartReader,
  size: number,
  begin: number | null,
  { signal, onProgress, keep }: UploadOptions,
): Promise<SessionEnd> {
  const put = (range: string, body: Uint8Array | null) =>
    connection.auth.request<{ id?: string; md5Checksum?: string; size?: string }>({
      url: address,
      method: 'PUT',
      signal,
      responseType: 'json',
      headers: { 'Content-Range': range, 'Content-Type': 'application/octet-stream', ...(body === null ? { 'Content-Length': '0' } : {}) },
      ...(body === null ? {} : { data: Buffer.from(body.buffer, body.byteOffset, body.byteLength) }),
      validateStatus: (code) => code === 200 || code === 201 || code === 308 || code === 404 || code === 410,
      // The library would look at each byte of the part for a secret's name, for longer than a second. Nothing of its errors goes on.
      errorRedactor: false,
    });
  const putPart = async (from: number) => {
    const part = await reader.at(from);
    return connection.once(() => put(size === 0 ? 'bytes */0' : `bytes ${from}-${from + part.length - 1}/${size}`, size === 0 ? null : part));
  };
  try {
    let reached = 0;
    for (let from = begin, fruitless = 0; ; ) {
      signal.throwIfAborted();
      let answer;
      try {
        answer = await (from === null ? connection.request(() => put(`bytes */${size}`, null), signal) : putPart(from));
      } catch (error) {
        if (from === null || signal.aborted || driveFailure(error)?.passing !== true) throw error;
        fruitless += 1;
        if (fruitless === FRUITLESS_TRIES) throw error;
        await connection.waiting.wait(1000 * 2 ** (fruitless - 1), signal);
        from = null;
        continue;
      }
      const { status, data } = answer;
      if (status === 404 || status === 410) return 'lost';
      if (status !== 308) {
        if (!data.id) throw new AppError('DRIVE_ANSWER_INVALID', 'Google stored a file without an id');
        onProgress(size);
        return storedIn(data, data.id);
      }
      from = arrived(answer.headers.get('range'), size);
      if (from > reached) fruitless = 0;
      reached = Math.max(reached, from);
      onProgress(from);
    }
  } catch (error) {
    if (!keep) void abandonUpload(connection, address).catch(() => undefined);
    if (signal.aborted) throw new AppError('DRIVE_CANCELLED', 'cancelled');
    throw toDriveError(error);
  }
}

function arrived(range: string | null, size: number): number {
  if (range === null) return 0;
  const last = Number(/^bytes=0-(\d+)$/.exec(range)?.[1] ?? NaN);
  if (!(last < size)) throw new AppError('DRIVE_ANSWER_INVALID', 'Google counts more bytes than there are');
  return last + 1;
}

/** Hands out parts from any position, keeps the present one, and sums up the whole content once. */
class PartReader {
  readonly #source: UploadSource;
  readonly #hash: Hash = createHash('md5');
  #hashed = 0;
  #digest: string | null = null;
  #iterator: AsyncIterator<Uint8Array> | null = null;
  #rest: Uint8Array = new Uint8Array(0);
  #part: Uint8Array = new Uint8Array(0);
  #from = 0;

  constructor(source: UploadSource) {
    this.#source = source;
  }

  async at(from: number): Promise<Uint8Array> {
    const kept = this.#part.subarray(Math.max(0, from - this.#from));
    if (from >= this.#from && from < this.#from + this.#part.length && (kept.length % (256 * 1024) === 0 || this.#isLast)) {
      return kept;
    }
    if (this.#iterator === null || from !== this.#from + this.#part.length) {
      await this.close();
      this.#iterator = this.#source.open(from)[Symbol.asyncIterator]();
      this.#rest = new Uint8Array(0);
    }
    this.#from = from;
    this.#part = await this.#next(Math.min(PART_BYTES, this.#source.size - from));
    return this.#part;
  }

  /** The content's sum; reads what nobody has asked for yet. */
  async md5(): Promise<string> {
    while (this.#hashed < this.#source.size) await this.at(this.#hashed);
    this.#digest ??= this.#hash.digest('hex');
    return this.#digest;
  }

  /** The source is read no more, until another part is asked for. */
  async close(): Promise<void> {
    await this.#iterator?.return?.();
    this.#iterator = null;
  }

  get #isLast(): boolean {
    return this.#from + this.#part.length === this.#source.size;
  }

  async #next(bytes: number): Promise<Uint8Array> {
    const part = new Uint8Array(bytes);
    let filled = 0;
    while (filled < bytes || (this.#from + filled === this.#source.size && this.#rest.length === 0)) {
      if (this.#rest.length === 0) {
        const next: IteratorResult<Uint8Array, unknown> | undefined = await this.#iterator?.next();
        if (!next || next.done === true) break;
        this.#rest = next.value;
        continue;
      }
      const taken = this.#rest.subarray(0, bytes - filled);
      part.set(taken, filled);
      filled += taken.length;
      this.#rest = this.#rest.subarray(taken.length);
    }
    // Shorter or longer than it was when it was chosen.
    const longer = this.#from + bytes === this.#source.size && this.#rest.length > 0;
    if (filled < bytes || longer) throw new AppError('DRIVE_FILE_CHANGED', 'the file changed while it was sent');
    const fresh = part.subarray(Math.max(0, this.#hashed - this.#from));
    if (this.#from <= this.#hashed && fresh.length > 0) {
      this.#hash.update(fresh);
      this.#hashed += fresh.length;
    }
    return part;
  }
}
