import { createHash, createHmac } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { AppError, type ErrorCode } from '../../../shared/errors.ts';
import * as schema from '../../../db/replica/schema.ts';
import { replicaMigrations } from '../../../db/replica/migrations.ts';
import { commitLarge, limitLog, rememberedKey, rememberKey } from './checkpoint.ts';

export type Sqlite = Database.Database;

/**
 * The open replica. Two connections of one thread: `write` belongs to the write path and to sync; `read` serves
 * the queries of screens and sees committed states only, even while a large pull is being stored.
 */
export interface Replica {
  readonly write: Sqlite;
  readonly read: Sqlite;
  /** Typed queries over `read`. */
  readonly db: BetterSQLite3Database<typeof schema>;
  close(): void;
}

/** Outbox commits reach the disk before they are answered; a pull can be fetched again, so it need not. */
export type Durability = 'FULL' | 'NORMAL';

/** Up to this size the whole file is checked at every start, which takes less than a tenth of a second. */
const CHECKED_AT_OPEN_BYTES = 64 * 1024 * 1024;

/**
 * Opens (or creates) the encrypted replica file and brings its schema up to date.
 * Fails with REPLICA_DAMAGED, REPLICA_OTHER_USER, REPLICA_NEWER, DISK_FULL or STORAGE_FAILED.
 * @param key 32 random bytes; the file is unreadable without them.
 */
export function openReplica(file: string, key: Buffer): Replica {
  const opened: Sqlite[] = [];
  try {
    const write = connect(file, key);
    opened.push(write);
    verify(write, file, key);
    tune(write);
    write.pragma('journal_mode = WAL');
    limitLog(write);
    migrate(write);
    write.pragma('foreign_keys = ON');
    const read = connect(file, key);
    opened.push(read);
    tune(read);
    // The screens' own: in half of that the order of one column would push out that of the other.
    read.pragma('cache_size = -32768');
    read.pragma('query_only = ON');
    return {
      write,
      read,
      db: drizzle(read, { schema }),
      close: () => closeReplica(write, read),
    };
  } catch (error) {
    for (const connection of opened) connection.close();
    throw toStorageError(error);
  }
}

/** What `optimize` finds out serves the next start; where the disk takes nothing any more, closing matters more. */
function closeReplica(write: Sqlite, read: Sqlite): void {
  read.close();
  try {
    write.pragma('optimize');
  } catch (error) {
    if (!isSqliteError(error)) throw error;
  } finally {
    write.close();
  }
}

/** AEGIS-256, authenticated page by page: docs/decisions/replica-encryption.md gives the reasons and the figures. */
export const connect = (file: string, key: Buffer): Sqlite => connectBy(file, fileKeyOf(key));

/** Another connection to the same file, which sees one state for as long as it reads in a transaction. */
export function connectReader(connection: Sqlite): Sqlite {
  const reader = connectBy(connection.name, rememberedKey(connection));
  tune(reader);
  reader.pragma('query_only = ON');
  return reader;
}

function connectBy(file: string, fileKey: Buffer): Sqlite {
  const connection = new Database(file);
  connection.pragma("cipher = 'aegis'");
  connection.pragma("aegis_algorithm = 'aegis-256'");
  connection.key(fileKey);
  rememberKey(connection, fileKey);
  return connection;
}

const RAW = 'raw:';
/** A raw key is used as it is; it is random, so that stretching it would only cost time. */
export const fileKeyOf = (key: Buffer): Buffer => Buffer.concat([Buffer.from(RAW), key, markOf(key)]);

function tune(connection: Sqlite): void {
  connection.pragma('busy_timeout = 5000');
  connection.pragma('cache_size = -16384');
  connection.pragma('temp_store = MEMORY');
}

/** The key that an open replica was opened with. */
export const keyOf = (connection: Sqlite): Buffer => {
  const fileKey = rememberedKey(connection);
  return Buffer.from(fileKey.subarray(RAW.length, fileKey.length - MARK_BYTES));
};

const MARK_BYTES = 16;
/** What stays readable of the header behind the mark: page size, format versions, bytes reserved per page, fixed payload fractions. */
const PLAIN_HEADER = Buffer.from([0x10, 0x00, 0x02, 0x02, 0x40, 0x40, 0x20, 0x20]);

/** The file's first bytes (the cipher's salt, which a raw key leaves without use) say for which key it was made. */
export const markOf = (key: Buffer): Buffer => createHmac('sha256', key).update('replica file').digest().subarray(0, MARK_BYTES);

/**
 * Meets damage before the replica is used. In a larger file only the first pages are read here: every page is
 * authenticated whenever it is read, so that damage further behind comes out as REPLICA_DAMAGED then.
 */
export function verify(connection: Sqlite, file: string, key: Buffer): void {
  const { size } = statSync(file);
  try {
    connection.prepare('select count(*) from sqlite_schema').get();
  } catch (error) {
    if (isSqliteError(error) && error.code === 'SQLITE_NOTADB' && isOfAnotherKey(file, key)) {
      throw new AppError('REPLICA_OTHER_USER', 'the replica file was made for another key', {}, { cause: error });
    }
    throw error;
  }
  if (size === 0 || size > CHECKED_AT_OPEN_BYTES) return;
  if (connection.pragma('quick_check(1)', { simple: true }) !== 'ok') {
    throw new AppError('REPLICA_DAMAGED', 'the quick check of the replica found damage');
  }
}

/** To SQLite a foreign file and a damaged first page look alike; a foreign one has its header whole and another mark. */
function isOfAnotherKey(file: string, key: Buffer): boolean {
  const header = headerOf(file);
  return !header.subarray(0, MARK_BYTES).equals(markOf(key)) && header.subarray(MARK_BYTES).equals(PLAIN_HEADER);
}

/** Whether a replica file says that it was made for this key. */
export const isOfKey = (file: string, key: Buffer): boolean => headerOf(file).subarray(0, MARK_BYTES).equals(markOf(key));

function headerOf(file: string): Buffer {
  const header = Buffer.alloc(MARK_BYTES + PLAIN_HEADER.length);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, header, 0, header.length, 0);
  } finally {
    closeSync(descriptor);
  }
  return header;
}

/**
 * Applies the migrations that are missing, each in one transaction; refuses a replica of a newer application.
 * @param upTo the schema version to stop at, for rows of an older replica
 */
export function migrate(connection: Sqlite, upTo = replicaMigrations.length): void {
  connection.exec(
    'create table if not exists schema_migrations (version integer primary key, name text not null, checksum text not null)',
  );
  const applied = connection.prepare('select version, checksum from schema_migrations order by version').all() as {
    version: number;
    checksum: string;
  }[];
  const newest = applied.at(-1)?.version ?? 0;
  if (newest > replicaMigrations.length) {
    throw new AppError('REPLICA_NEWER', `the replica has schema ${newest}, this application knows ${replicaMigrations.length}`);
  }
  replicaMigrations.forEach(({ name, sql }, position) => {
    const version = position + 1;
    if (version <= newest || version > upTo) return;
    connection.transaction(() => {
      connection.exec(sql.replaceAll('--> statement-breakpoint', ''));
      connection
        .prepare('insert into schema_migrations (version, name, checksum) values (?, ?, ?)')
        .run(version, name, createHash('sha256').update(sql).digest('hex'));
    })();
  });
}

/** The schema version that this application brings along; the centre is told it. */
export const replicaSchemaVersion = replicaMigrations.length;

/**
 * Runs `work` in one write transaction (they do not nest) with the given durability; failures of the disk come out in the
 * application's terms, and nothing of the transaction stays.
 */
export function durably<T>(sqlite: Sqlite, durability: Durability, work: () => T): T {
  try {
    giveWay(sqlite);
    endLeftOver(sqlite);
    sqlite.pragma(`synchronous = ${durability}`);
    return sqlite.transaction(work).immediate();
  } catch (error) {
    throw toStorageError(error);
  }
}

/** A failing disk can fail the rollback, too; what it left open would refuse every transaction from then on. */
function endLeftOver(sqlite: Sqlite): void {
  if (sqlite.inTransaction) sqlite.exec('rollback');
}

/** Lets waiting requests have their turn. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** How long one slice may keep waiting requests; a request is to be answered within 50 ms. */
const SLICE_MS = 12;
/** For long reading: to be awaited between its steps, so that waiting requests have their turn after every slice. */
export function takingTurns(): () => Promise<void> {
  let begun = performance.now();
  return async () => {
    if (performance.now() - begun < SLICE_MS) return;
    await nextTurn();
    begun = performance.now();
  };
}

/** After a write came first, so long a pause in writing is awaited before the long work begins again. */
const QUIET_MS = 150;
/** So long a work gives way to writes; then they have to wait for it, because it has to end some day. */
const PATIENCE_MS = 10_000;

/** A long transaction that is open between two slices. */
interface SlicedWork {
  readonly patientUntil: number;
  readonly ended: Promise<void>;
  interrupted: boolean;
}

const sliced = new WeakMap<Sqlite, SlicedWork>();

/** Ends with the long transaction that is open now; null where none is. */
export const longWork = (sqlite: Sqlite): Promise<void> | null => sliced.get(sqlite)?.ended ?? null;

/** Long work has given way to writes often enough: this one is to be tried again once the work has ended. */
export class BusyError extends Error {
  readonly ended: Promise<void>;

  constructor(ended: Promise<void>) {
    super('long work has to end first');
    this.ended = ended;
  }
}

/** Does what may write; where it has to wait, it is done anew afterwards, so that it decides by what is there then. */
export async function whenWritable<T>(work: () => T | Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof BusyError)) throw error;
      await error.ended;
    }
  }
}

/**
 * Runs long work in one transaction, in slices, so that requests are answered in between: `read` shows the state
 * before it until it commits. A write that arrives meanwhile comes first: the work is rolled back and begun again,
 * which is why `work` makes its steps anew each time it is called. When that has gone on for a while, the write gets
 * a `BusyError` instead.
 * @param signal when aborted, nothing of the work stays and the signal's reason is thrown
 */
export async function inSlices(sqlite: Sqlite, work: () => Iterable<unknown>, signal?: AbortSignal): Promise<void> {
  const patientUntil = performance.now() + PATIENCE_MS;
  try {
    while (!(await attemptInSlices(sqlite, work, patientUntil, signal))) {
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    }
  } catch (error) {
    throw toStorageError(error);
  }
}

/** False where a write came first. */
async function attemptInSlices(
  sqlite: Sqlite,
  work: () => Iterable<unknown>,
  patientUntil: number,
  signal?: AbortSignal,
): Promise<boolean> {
  endLeftOver(sqlite);
  sqlite.pragma('synchronous = NORMAL');
  sqlite.exec('begin immediate');
  const { promise: ended, resolve: end } = deferred();
  const open: SlicedWork = { patientUntil, ended, interrupted: false };
  sliced.set(sqlite, open);
  try {
    const steps = work()[Symbol.iterator]();
    let begun = performance.now();
    while (!steps.next().done) {
      if (performance.now() - begun < SLICE_MS) continue;
      await nextTurn();
      if (open.interrupted) return false;
      signal?.throwIfAborted();
      begun = performance.now();
    }
    commitLarge(sqlite);
    return true;
  } catch (error) {
    if (sqlite.open) endLeftOver(sqlite);
    throw error;
  } finally {
    sliced.delete(sqlite);
    end();
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((resolved) => (resolve = resolved));
  return { promise, resolve };
}

/** Rolls an open long transaction back, so that what a person does now is durable at once. */
function giveWay(sqlite: Sqlite): void {
  const open = sliced.get(sqlite);
  if (!open || open.interrupted) return;
  if (performance.now() > open.patientUntil) throw new BusyError(open.ended);
  open.interrupted = true;
  sqlite.exec('rollback');
}

export function isSqliteError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && typeof (error as { code?: unknown }).code === 'string' && error.name === 'SqliteError';
}

/** The row, not the disk, is at fault. */
export const isConstraintError = (error: unknown): error is Error & { code: string } =>
  isSqliteError(error) && error.code.startsWith('SQLITE_CONSTRAINT');

const storageCodes: Record<string, ErrorCode> = {
  SQLITE_FULL: 'DISK_FULL',
  // The shared-memory file beside the replica could not grow.
  SQLITE_IOERR_SHMSIZE: 'DISK_FULL',
  SQLITE_CORRUPT: 'REPLICA_DAMAGED',
  SQLITE_NOTADB: 'REPLICA_DAMAGED',
  // The file ends before the pages that it should have.
  SQLITE_IOERR_SHORT_READ: 'REPLICA_DAMAGED',
};

/** Calls of the file system, as Node names them in its errors; network calls fail with some of the same codes. */
const fileCalls = new Set(['access', 'close', 'copyfile', 'fsync', 'ftruncate', 'link', 'lstat', 'mkdir', 'open', 'read', 'rename', 'rm', 'rmdir', 'stat', 'unlink', 'write']);

/** Puts a failure of SQLite or of the file system into the application's terms; other errors pass unchanged. */
export function toStorageError(error: unknown): unknown {
  if (isSqliteError(error)) {
    const family = error.code.split('_').slice(0, 2).join('_');
    if (family === 'SQLITE_CONSTRAINT') return error;
    const code = storageCodes[error.code] ?? storageCodes[family] ?? 'STORAGE_FAILED';
    return new AppError(code, `${error.code}: ${error.message}`, { sqlite: error.code }, { cause: error });
  }
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || !fileCalls.has(syscall)) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('DISK_FULL', `no space left: ${code}`, { reason: code }, { cause: error });
  return new AppError('STORAGE_FAILED', `the data folder cannot be used: ${code}`, { reason: code }, { cause: error });
}
