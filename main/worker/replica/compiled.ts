import type { Replica } from './database.ts';

/**
 * A typed query (`….prepare()`, with placeholders) that is built and compiled once for each replica. Of a query that finds few rows,
 * building and compiling it anew takes longer than finding them.
 */
export function compiled<Query extends object>(build: (db: Replica['db']) => Query): (replica: Pick<Replica, 'db'>) => Query {
  const known = new WeakMap<Replica['db'], Query>();
  return ({ db }) => {
    let query = known.get(db);
    if (!query) known.set(db, (query = build(db)));
    return query;
  };
}
