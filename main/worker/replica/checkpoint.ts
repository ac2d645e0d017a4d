import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Sqlite } from './database.ts';

/*
 * Commits go into the write-ahead log, and a checkpoint brings the log into the file. SQLite does that inside a commit
 * once the log has so many pages. After an ordinary commit it takes a few milliseconds, after a transaction of a
 * hundred thousand rows a quarter of a second and more, and nothing else runs on this thread meanwhile. Therefore the
 * log of a large transaction is brought into the file by a thread of its own, which ends with it.
 */

/** SQLite's usual measure, about four megabytes. */
const PAGES = 1_000;
/** A log beyond this is a large transaction's. */
const LARGE_BYTES = 8 * 1024 * 1024;

const threadSource = Object.values(
  import.meta.glob<string>('./checkpoint-thread.cjs', { query: '?raw', import: 'default', eager: true }),
).join('');

const keys = new WeakMap<Sqlite, Buffer>();

/** What the thread needs to open the same file. */
export function rememberKey(connection: Sqlite, key: Buffer): void {
  keys.set(connection, key);
}

/** The key by which the connection was opened, for another one to the same file. */
export const rememberedKey = (connection: Sqlite): Buffer => keys.get(connection) as Buffer;

/** The log's file does not stay larger than it usually gets, so that its size tells what waits in it. */
export function limitLog(connection: Sqlite): void {
  connection.pragma(`wal_autocheckpoint = ${PAGES}`);
  connection.pragma(`journal_size_limit = ${LARGE_BYTES / 2}`);
}

/** Commits a transaction of any size without a checkpoint on this thread. */
export function commitLarge(connection: Sqlite): void {
  connection.pragma('wal_autocheckpoint = 0');
  const resume = (): void => {
    if (connection.open) connection.pragma(`wal_autocheckpoint = ${PAGES}`);
  };
  try {
    connection.exec('commit');
  } catch (error) {
    resume();
    throw error;
  }
  if (statSync(`${connection.name}-wal`).size < LARGE_BYTES) resume();
  else checkpointAside(connection, resume);
}

/** Whatever hinders the thread: the log stays, and the next commit's own checkpoint does the work. */
function checkpointAside(connection: Sqlite, done: () => void): void {
  const driver = createRequire(import.meta.url).resolve('better-sqlite3');
  const thread = new Worker(threadSource, { eval: true, workerData: { driver, file: connection.name, key: keys.get(connection) } });
  thread.unref();
  thread.on('error', () => undefined);
  thread.on('exit', done);
}
