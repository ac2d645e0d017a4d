import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { DriveFile } from '../../shared/api/drive.ts';
import { isGoogleNative } from '../../shared/domain/drive.ts';
import { AppError } from '../../shared/errors.ts';
import type { Connection } from './connection.ts';
import { keyHeaders } from './drive-items.ts';
import { driveFailure, toDriveError } from './failures.ts';

/** A transfer from which nothing came for so long is given up and begun again where it stopped. */
const STALL_MS = 60_000;
/** Cuts in a row without a single byte between them. */
const FRUITLESS_TRIES = 5;

export interface TransferOptions {
  signal: AbortSignal;
  onProgress(bytes: number): void;
}

/**
 * The bytes of a file in Drive, in order. After a cut it goes on where it stopped; at the end size and MD5 have to be what Google
 * said, else it fails with DRIVE_DAMAGED and whoever took the bytes drops them.
 */
export async function* bytesOf(connection: Connection, file: DriveFile, { signal, onProgress }: TransferOptions): AsyncGenerator<Uint8Array> {
  if (file.kind === 'folder' || isGoogleNative(file.mime_type)) throw new AppError('DRIVE_ONLY_ONLINE', 'there are no bytes to download');
  if (!file.can_download) throw new AppError('DRIVE_NO_DOWNLOAD', 'the owner does not allow downloads');
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
      if (signal.aborted) throw new AppError('DRIVE_CANCELLED', 'cancelled');
      if (driveFailure(error)?.passing !== true) throw toDriveError(error);
      fruitless = done > before ? 0 : fruitless + 1;
      if (fruitless === FRUITLESS_TRIES) throw toDriveError(error);
      await connection.waiting.wait(1000 * 2 ** fruitless, signal).catch(() => undefined);
    }
  }
  if ((file.size !== null && done !== file.size) || (file.md5 !== null && hash.digest('hex') !== file.md5)) {
    throw new AppError('DRIVE_DAMAGED', `${done} bytes arrived that are not those of the file`);
  }
}

async function* openAt(connection: Connection, file: DriveFile, from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const url = new URL(`drive/v3/files/${encodeURIComponent(file.id)}?alt=media&supportsAllDrives=true`, connection.endpoints.api);
  const { data, status } = await connection.request(async () => {
    const answer = await connection.auth.request<Readable>({
      url,
      responseType: 'stream',
      signal,
      // A range counts the bytes as they are, not as they are packed on the way.
      headers: { ...keyHeaders(file), 'Accept-Encoding': 'identity', ...(from === 0 ? {} : { Range: `bytes=${from}-` }) },
      validateStatus: () => true,
    });
    if (answer.status === 200 || answer.status === 206) return answer;
    // The library does not hand out what a refused stream says.
    const said = await answer.data.setEncoding('utf8').take(1).toArray();
    answer.data.destroy();
    throw Object.assign(new Error('refused'), { response: { status: answer.status, headers: answer.headers, data: said.join('') } });
  }, signal);
  let skip = status === 206 ? 0 : from;
  for await (const part of withoutStalls(data)) {
    const kept = part.subarray(Math.min(skip, part.length));
    skip -= part.length - kept.length;
    if (kept.length > 0) yield kept;
  }
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
