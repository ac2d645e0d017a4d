import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { AppError, type ErrorCode } from '../../../shared/errors.ts';
import * as schema from '../../../db/replica/schema.ts';
import { replicaMigrations } from '../../../db/replica/migrations.ts';

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

/**
 * Opens (or creates) the encrypted replica file and brings its schema up to date.
 * Fails with REPLICA_KEY_MISMATCH, REPLICA_DAMAGED, REPLICA_NEWER, DISK_FULL or STORAGE_FAILED.
 * @param key 32 random bytes; the file is unreadable without them.
 */
export function openReplica(file: string, key: Buffer): Replica {
  const existed = existsSync(file);
  const opened: Sqlite[] = [];
  try {
    const write = connect(file, key);
    opened.push(write);
    verify(write, existed);
    write.pragma('journal_mode = WAL');
    migrate(write);
    write.pragma('foreign_keys = ON');
    const read = connect(file, key);
    opened.push(read);
    read.pragma('query_only = ON');
    return {
      write,
      read,
      db: drizzle(read, { schema }),
      close: () => {
        read.close();
        write.pragma('optimize');
        write.close();
      },
    };
  } catch (error) {
    for (const connection of opened) connection.close();
    throw toStorageError(error);
  }
}

function connect(file: string, key: Buffer): Sqlite {
  const connection = new Database(file);
  connection.pragma("cipher = 'sqlcipher'");
  connection.key(Buffer.from(`raw:${key.toString('hex')}`));
  connection.pragma('busy_timeout = 5000');
  connection.pragma('cache_size = -65536');
  connection.pragma('temp_store = MEMORY');
  return connection;
}

/** A wrong key and a damaged first page look alike to SQLite; the file's size tells an empty one apart. */
function verify(connection: Sqlite, existed: boolean): void {
  try {
    connection.pragma('schema_version');
    if (existed && connection.pragma('quick_check(1)', { simple: true }) !== 'ok') {
      throw new AppError('REPLICA_DAMAGED', 'the quick check of the replica found damage');
    }
  } catch (error) {
    if (isSqliteError(error) && error.code === 'SQLITE_NOTADB') {
      throw new AppError('REPLICA_KEY_MISMATCH', 'the replica does not open with this key', {}, { cause: error });
    }
    throw error;
  }
}

/** Applies the migrations that are missing, each in one transaction; refuses a replica of a newer application. */
function migrate(connection: Sqlite): void {
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
    if (version <= newest) return;
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
 * Runs `work` in one write transaction with the given durability; failures of the disk come out in the
 * application's terms, and nothing of the transaction stays.
 */
export function durably<T>(sqlite: Sqlite, durability: Durability, work: () => T): T {
  try {
    sqlite.pragma(`synchronous = ${durability}`);
    return sqlite.transaction(work).immediate();
  } catch (error) {
    throw toStorageError(error);
  }
}

export function isSqliteError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && typeof (error as { code?: unknown }).code === 'string' && error.name === 'SqliteError';
}

const storageCodes: Record<string, ErrorCode> = {
  SQLITE_FULL: 'DISK_FULL',
  SQLITE_CORRUPT: 'REPLICA_DAMAGED',
  SQLITE_NOTADB: 'REPLICA_DAMAGED',
};

/** Puts a failure of SQLite or of the file system into the application's terms; other errors pass unchanged. */
export function toStorageError(error: unknown): unknown {
  if (isSqliteError(error)) {
    const family = error.code.split('_').slice(0, 2).join('_');
    if (family === 'SQLITE_CONSTRAINT') return error;
    const code = storageCodes[family] ?? 'STORAGE_FAILED';
    return new AppError(code, `${error.code}: ${error.message}`, { sqlite: error.code }, { cause: error });
  }
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOSPC') return new AppError('DISK_FULL', 'no space left on the device', {}, { cause: error });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new AppError('STORAGE_FAILED', `the data folder cannot be written: ${code}`, { reason: code }, { cause: error });
  }
  return error;
}
