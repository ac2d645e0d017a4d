import { expect, it } from 'vitest';
import { compiled } from './compiled.ts';
import type { Replica } from './database.ts';

const replica = (name: string) => ({ db: { name } as unknown as Replica['db'] });

it('a query is compiled once for each replica', () => {
  const built: unknown[] = [];
  const query = compiled((db) => {
    built.push(db);
    return { of: db };
  });
  const [one, other] = [replica('one'), replica('other')];
  expect(query(one)).toBe(query(one));
  expect(query(other).of).toBe(other.db);
  expect(built).toEqual([one.db, other.db]);
});
