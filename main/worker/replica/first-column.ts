import type { SQL } from 'drizzle-orm';
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';
import type { Sqlite } from './database.ts';

const dialect = new SQLiteSyncDialect();

/** The first column of all rows. Of very many, the objects around the values would take longer than finding them. */
export function firstColumn<T>(sqlite: Sqlite, query: SQL): T[] {
  const { sql: text, params } = dialect.sqlToQuery(query);
  return sqlite.prepare(text).pluck().all(...params) as T[];
}
