import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql, type SQL } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projects } from '../../../db/replica/schema.ts';
import { sortableColumns, type ProjectSort } from '../../../shared/api/lists.ts';
import { openReplica, type Replica } from '../replica/database.ts';
import { boardWalk } from './list-board.ts';
import { inGroup } from './list-filter.ts';
import { boardOrder, groupedBy, isGrouped, onBoard, orderOf, type GroupedColumn } from './list-order.ts';

let folder: string;
let replica: Replica;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fp-plans-'));
  replica = openReplica(join(folder, 'replica.db'), randomBytes(32));
});

afterAll(() => {
  replica.close();
  rmSync(folder, { recursive: true, force: true });
});

const planOf = (query: SQL): string =>
  replica.db
    .all<{ detail: string }>(sql`explain query plan ${query}`)
    .map(({ detail }) => detail)
    .join('\n');

const windowOf = (sort: ProjectSort, where: SQL = sql`true`): string =>
  planOf(sql`select ${projects.id} from ${projects} where ${where} order by ${sql.join(orderOf(sort), sql`, `)} limit 100`);

describe('a window of the table', () => {
  const plain = sortableColumns.filter((column) => !isGrouped(column));

  it.each(plain)('in the order of %s is a walk along an index, forwards and backwards', (column) => {
    for (const descending of [false, true]) {
      const plan = windowOf([{ column, descending }]);
      expect(plan).toContain('USING COVERING INDEX projects_');
      expect(plan).not.toContain('TEMP B-TREE');
    }
  });

  it.each(Object.keys(groupedBy) as GroupedColumn[])('within one value of %s is one as well', (column) => {
    const plan = windowOf([], inGroup(groupedBy[column], 'x'));
    expect(plan).toContain('USING COVERING INDEX projects_');
    expect(plan).not.toContain('TEMP B-TREE');
  });

  it('of urgent projects by their delivery date is one as well', () => {
    const sort: ProjectSort = [{ column: 'estimated_delivery_date', descending: false }];
    expect(windowOf(sort, inGroup(projects.priority_level, 'critical'))).not.toContain('TEMP B-TREE');
  });
});

describe('a column of the board', () => {
  it('is read in its order from the index that holds all it is filtered by', () => {
    const plan = planOf(sql`select id from projects indexed by projects_board
      where ${projects.current_stage_id} = 'x' and ${onBoard} and ${projects.assigned_to} = 'y' and ${projects.priority_level} = 'high'
      order by ${sql.join(boardOrder, sql`, `)} limit 20`);
    expect(plan).toContain('COVERING INDEX projects_board');
    expect(plan).not.toContain('TEMP B-TREE');
  });

  it('is counted with all others in one walk, which is in the order of their cards', () => {
    const plan = planOf(boardWalk(sql`${projects.assigned_to} = 'y'`));
    expect(plan).toContain('SCAN projects USING COVERING INDEX projects_board');
    expect(plan.match(/TEMP B-TREE|SCAN projects/g)).toEqual(['SCAN projects']);
  });
});
