import { open, type FileHandle } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** The first screen comes first. */
const START_MS = 1_000;
const PIECE_BYTES = 1024 * 1024;
/** A larger part of the machine's memory is not taken: what other programs have there would have to make room. */
const SHARE_OF_MEMORY = 1 / 4;

export interface ReadAhead {
  /** Settles with the bytes that were read; earlier than at the file's end where the signal says so. */
  done: Promise<number>;
  /** Lets go of the file. Not before SQLite has: a descriptor that is closed takes all locks of the process on its file with it. */
  close(): Promise<void>;
}

/**
 * Reads the replica's file once from its beginning to its end, so that the system holds it in memory. What a screen asks for lies
 * all over the file: the first answers after the machine's start would fetch it from the disk in thousands of small pieces,
 * which takes many times as long.
 */
export function readAhead(file: string, signal: AbortSignal, { startMs = START_MS, mostBytes = totalmem() * SHARE_OF_MEMORY } = {}): ReadAhead {
  let handle: FileHandle | null = null;
  const readAll = async (): Promise<number> => {
    await delay(startMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return 0;
    handle = await open(file, 'r');
    if ((await handle.stat()).size > mostBytes) return 0;
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    let read = 0;
    while (!signal.aborted) {
      const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES, read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return read;
  };
  const done = readAll();
  const close = async (): Promise<void> => {
    await done.catch(() => undefined);
    await handle?.close();
    handle = null;
  };
  return { done, close };
}
