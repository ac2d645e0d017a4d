import type { Statement } from 'better-sqlite3';
import type { Sqlite } from './database.ts';

const statements = new WeakMap<Sqlite, Map<string, Statement>>();

/** The statement for a constant text on a connection, compiled once; preparing costs more than most statements. */
export function prepared(sqlite: Sqlite, text: string): Statement {
  let known = statements.get(sqlite);
  if (!known) statements.set(sqlite, (known = new Map<string, Statement>()));
  let statement = known.get(text);
  if (!statement) known.set(text, (statement = sqlite.prepare(text)));
  return statement;
}
