import Database from 'better-sqlite3';

/*
 * Faults of the disk and of the process, between any two statements: every statement that better-sqlite3 runs is
 * counted, and an armed fault strikes when its count is reached.
 */

/** What is thrown where the process is supposed to have died; nothing of the replica runs afterwards. */
export class Crash extends Error {}

interface Armed {
  /** Statements until it strikes. */
  left: number;
  /** Statements that a full disk refuses. */
  lasts: number;
  kind: 'crash' | 'full';
  struck: boolean;
}

const armed = new Map<string, Armed>();

type Method = (this: { database: Database.Database }, ...args: unknown[]) => unknown;

/** Connections by file, so that a dead process's can be closed and a living one's be looked into. */
const connections = new Map<string, Set<Database.Database>>();

/** Puts the counter in front of the driver, once for the whole process. */
export function watchStatements(): void {
  const probe = new Database(':memory:');
  const prototype = Object.getPrototypeOf(probe.prepare('select 1')) as Record<string, Method>;
  probe.close();
  for (const name of ['run', 'get', 'all', 'iterate']) {
    const original = prototype[name] as Method;
    prototype[name] = function counted(...args) {
      const file = this.database.name;
      const known = connections.get(file);
      if (known) known.add(this.database);
      else connections.set(file, new Set([this.database]));
      strike(file);
      return original.apply(this, args);
    };
  }
}

let watching = true;

function strike(file: string): void {
  if (!watching) return;
  const fault = armed.get(file);
  if (!fault) return;
  fault.left -= 1;
  if (fault.left > 0) return;
  fault.struck = true;
  if (fault.kind === 'crash') throw new Crash('the process is gone');
  fault.lasts -= 1;
  if (fault.lasts === 0) armed.delete(file);
  throw Object.assign(new Database.SqliteError('database or disk is full', 'SQLITE_FULL'));
}

/** Ends the process that works on this file, or fills its disk for a while, after so many more statements. */
export function arm(file: string, kind: Armed['kind'], statements: number, lasts = 1): void {
  armed.set(file, { left: statements, lasts, kind, struck: false });
}

/** What was armed and has not struck yet never will. */
export function disarm(file: string): void {
  armed.delete(file);
}

/** True where an armed crash has struck. */
export const hasCrashed = (file: string): boolean => armed.get(file)?.kind === 'crash' && armed.get(file)?.struck === true;

/** The faults of this file are over; what a dead process left open is closed, which rolls it back. */
export function recover(file: string): void {
  disarm(file);
  for (const connection of connections.get(file) ?? []) if (connection.open) connection.close();
  connections.delete(file);
}

/**
 * Reads one column of what the replica has committed, without counting as a statement of the application. Empty where
 * nobody has the replica open.
 */
export function peek(file: string, query: string): unknown[] {
  watching = false;
  try {
    for (const connection of connections.get(file) ?? []) {
      if (connection.open && !connection.inTransaction && isUnlocked(connection)) return connection.prepare(query).pluck().all();
    }
    return [];
  } finally {
    watching = true;
  }
}

/** A connection that tried another key stays open for a moment and can read nothing. */
function isUnlocked(connection: Database.Database): boolean {
  try {
    return connection.pragma('schema_version', { simple: true }) !== 0;
  } catch (error) {
    if (error instanceof Database.SqliteError) return false;
    throw error;
  }
}
