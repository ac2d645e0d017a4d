import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { DriveFile } from '../../shared/api/drive.ts';
import { exportFormOf, isGoogleNative } from '../../shared/domain/drive.ts';
import { AppError } from '../../shared/errors.ts';
import type { Connection } from './connection.ts';
import { keyHeaders } from './drive-items.ts';
import { driveFailure, toDriveError } from './failures.ts';

/** Of a converted document Google hands out no more than this. */
const LARGEST_EXPORT = 10 * 1024 * 1024;
/** A transfer from which nothing came for so long is given up and begun again where it stopped. */
const STALL_MS = 60_000;
/** Cuts in a row without a single byte between them. */
const FRUITLESS_TRIES = 5;

export interface TransferOptions {
  signal: AbortSignal;
  onProgress(bytes: number): void;
}

/** Fails with DRIVE_ONLY_ONLINE or DRIVE_NO_DOWNLOAD for what cannot be copied. */
export function demandCopyable(file: DriveFile): void {
  if (file.kind === 'folder' || (isGoogleNative(file.mime_type) && exportFormOf(file.mime_type) === null)) {
    throw new AppError('DRIVE_ONLY_ONLINE', 'there are no bytes to download');
  }
  if (!file.can_download) throw new AppError('DRIVE_NO_DOWNLOAD', 'the owner does not allow downloads');
}

/**
 * One of Google's own documents in the form that is kept of it. Google converts it for each request, so what was cut off is asked for
 * anew, and never continued.
 */
export async function exportOf(connection: Connection, file: DriveFile, { signal, onProgress }: TransferOptions): Promise<Buffer> {
  demandCopyable(file);
  const url = new URL(`drive/v3/files/${encodeURIComponent(file.id)}/export`, connection.endpoints.api);
  url.searchParams.set('mimeType', exportFormOf(file.mime_type)?.mime ?? '');
  for (let tried = 1; ; tried += 1) {
    try {
      const { data } = await streamFrom(connection, url, keyHeaders(file), signal);
      const parts: Buffer[] = [];
      let done = 0;
      for await (const part of withoutStalls(data)) {
        parts.push(part);
        done += part.length;
        if (done > LARGEST_EXPORT) throw new AppError('DRIVE_EXPORT_TOO_LARGE', 'the converted document is larger than Google promises');
        onProgress(done);
      }
      return Buffer.concat(parts);
    } catch (error) {
      await restAfter(error, tried, connection, signal);
    }
  }
}

/**
 * The bytes of a file in Drive, in order. After a cut it goes on where it stopped; at the end size and MD5 have to be what Google
 * said, else it fails with DRIVE_DAMAGED and whoever took the bytes drops them.
 */
export async function* bytesOf(connection: Connection, file: DriveFile, { signal, onProgress }: TransferOptions): AsyncGenerator<Uint8Array> {
  demandCopyable(file);
  const hash = createHash('md5');
  let done = 0;
  for (let fruitless = 0; done === 0 || done !== file.size; ) {
    const before = done;
    try {
      for await (const part of openAt(connection, file, done, signal)) {
        hash.update(part);
        done += part.length;
        yield part;
        onProgress(done);
      }
      break;
    } catch (error) {
      fruitless = done > before ? 0 : fruitless + 1;
      await restAfter(error, fruitless, connection, signal);
    }
  }
  if ((file.size !== null && done !== file.size) || (file.md5 !== null && hash.digest('hex') !== file.md5)) {
    throw new AppError('DRIVE_DAMAGED', `${done} bytes arrived that are not those of the file`);
  }
}

/** Waits before the next attempt; fails where there is none. */
async function restAfter(error: unknown, fruitless: number, connection: Connection, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw new AppError('DRIVE_CANCELLED', 'cancelled');
  if (driveFailure(error)?.passing !== true || fruitless >= FRUITLESS_TRIES) throw toDriveError(error);
  await connection.waiting.wait(1000 * 2 ** fruitless, signal).catch(() => undefined);
}

async function* openAt(connection: Connection, file: DriveFile, from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const url = new URL(`drive/v3/files/${encodeURIComponent(file.id)}?alt=media&supportsAllDrives=true`, connection.endpoints.api);
  const range: Record<string, string> = from === 0 ? {} : { Range: `bytes=${from}-` };
  const { data, status } = await streamFrom(connection, url, { ...keyHeaders(file), ...range }, signal);
  let skip = status === 206 ? 0 : from;
  for await (const part of withoutStalls(data)) {
    const kept = part.subarray(Math.min(skip, part.length));
    skip -= part.length - kept.length;
    if (kept.length > 0) yield kept;
  }
}

/** An answer whose body is yet to come. */
function streamFrom(connection: Connection, url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<{ data: Readable; status: number }> {
  return connection.request(async () => {
    const answer = await connection.auth.request<Readable>({
      url,
      responseType: 'stream',
      signal,
      // A range counts the bytes as they are, not as they are packed on the way.
      headers: { ...headers, 'Accept-Encoding': 'identity' },
      validateStatus: () => true,
    });
    if (answer.status === 200 || answer.status === 206) return answer;
    // The library does not hand out what a refused stream says.
    const said = await answer.data.setEncoding('utf8').take(1).toArray();
    answer.data.destroy();
    throw Object.assign(new Error('refused'), { response: { status: answer.status, headers: answer.headers, data: said.join('') } });
  }, signal);
}

async function* withoutStalls(stream: Readable): AsyncGenerator<Buffer> {
  const expired = (): void => {
    stream.destroy(Object.assign(new Error('nothing came'), { code: 'ETIMEDOUT' }));
  };
  let timer = setTimeout(expired, STALL_MS);
  try {
    for await (const part of stream) {
      clearTimeout(timer);
      yield part as Buffer;
      timer = setTimeout(expired, STALL_MS);
    }
  } finally {
    clearTimeout(timer);
  }
}
