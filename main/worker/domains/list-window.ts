import { and, sql, type SQL } from 'drizzle-orm';
import type { GroupColumn, ListRow, ProjectFilter, ProjectSort } from '../../../shared/api/lists.ts';
import { projects } from '../../../db/replica/schema.ts';
import type { Replica } from '../replica/database.ts';
import { firstColumn } from '../replica/first-column.ts';
import { prepared } from '../replica/prepared.ts';
import type { OpenSession } from '../session.ts';
import { inGroup, listCondition, withoutCommonWords, type Split } from './list-filter.ts';
import { remembered } from './list-memory.ts';
import { groupedBy, isGrouped, orderOf, type GroupedColumn } from './list-order.ts';
import { readGroups, readListRows } from './list-rows.ts';

/*
 * A window of the table: which rows stand in it, and how many there are in all. Only ids are looked for; what belongs to a row
 * is read for those in the window.
 */

export interface ListQuestion {
  filter: ProjectFilter;
  sort: ProjectSort;
  group: Inside | null;
}

export interface Window {
  offset: number;
  limit: number;
}

/** A value of a column that puts rows together, and the rows that have it. */
interface Inside {
  by: GroupColumn | GroupedColumn;
  value: string | null;
}

/** Where the rows of a window are looked for: what SQL finds, less what has not the common words. */
interface Range {
  split: Split<ProjectFilter>;
  inside: readonly Inside[];
}

const conditionOf = (session: OpenSession, { split, inside }: Range): SQL | undefined =>
  and(listCondition(session, split.rest), ...inside.map(({ by, value }) => inGroup(groupedBy[by], value)));

export function readList(session: OpenSession, question: ListQuestion, window: Window): { rows: ListRow[]; total: number } {
  return { rows: readListRows(session, readIds(session, question, window)), total: totalOf(session, question) };
}

const rangeOf = (session: OpenSession, { filter, group }: ListQuestion): Range => ({
  split: withoutCommonWords(session, filter),
  inside: group ? [group] : [],
});

function totalOf(session: OpenSession, question: ListQuestion): number {
  return remembered(session, ['total', question.filter, question.group], () => {
    const range = rangeOf(session, question);
    const where = conditionOf(session, range);
    const { hasCommon } = range.split;
    if (!hasCommon) return session.replica.db.select({ total: sql<number>`count(*)` }).from(projects).where(where).get()?.total ?? 0;
    return firstColumn<number>(session.replica.read, sql`select rowid from ${projects} where ${where ?? sql`true`}`).filter(hasCommon).length;
  });
}

/**
 * The ids of a window. An order that begins with a column of few values goes from value to value, so that only the rows
 * of those in the window are sorted.
 */
export function readIds(session: OpenSession, question: ListQuestion, window: Window): string[] {
  const range = rangeOf(session, question);
  const sort = question.sort.filter(({ column }) => column !== question.group?.by);
  const [first, ...rest] = sort;
  if (!first || !isGrouped(first.column)) return idsOf(session, range, sort, window, () => totalOf(session, question));
  const by = first.column;
  const groups = remembered(session, ['groups', by, range.split.rest, question.group], () =>
    readGroups(session.replica, by, conditionOf(session, range)),
  );
  const named = groups.filter(({ value }) => value !== null);
  // Groups of priorities stand with the most urgent first; ascending begins with the least.
  const upwards = by === 'priority_level' ? first.descending : !first.descending;
  const ordered = [...(upwards ? named : named.reverse()), ...groups.filter(({ value }) => value === null)];
  const ids: string[] = [];
  let begin = 0;
  for (const { value, count: standing } of ordered) {
    const wanted = window.limit - ids.length;
    if (wanted <= 0) break;
    const within: Range = { ...range, inside: [...range.inside, { by, value }] };
    const count = range.split.hasCommon ? commonIn(session, within, rest).length : standing;
    const from = Math.max(window.offset - begin, 0);
    if (from < count) ids.push(...idsOf(session, within, rest, { offset: from, limit: wanted }, () => count));
    begin += count;
  }
  return ids;
}

function idsOf(session: OpenSession, range: Range, sort: ProjectSort, window: Window, total: () => number): string[] {
  if (range.split.hasCommon) return idsOfRows(session.replica, commonIn(session, range, sort).slice(window.offset, window.offset + window.limit));
  const where = conditionOf(session, range);
  // The rows of one value have an index that is in their order already.
  const ahead = where && range.inside.length === 0 ? idsAhead(session.replica, where, sort, window, total) : null;
  return ahead ?? idsIn(session.replica, sql`${projects}`, where, sort, window);
}

const idsIn = ({ read }: Replica, from: SQL, where: SQL | undefined, sort: ProjectSort, { offset, limit }: Window): string[] =>
  firstColumn(
    read,
    sql`select ${projects.id} from ${from} where ${where ?? sql`true`} order by ${sql.join(orderOf(sort), sql`, `)} limit ${limit} offset ${offset}`,
  );

/** All rows of a range in their order that have the common words. */
function commonIn(session: OpenSession, range: Range, sort: ProjectSort): number[] {
  const { rest, hasCommon } = range.split;
  const rows = remembered(session, ['in order', rest, range.inside, sort], () =>
    Uint32Array.from(
      firstColumn<number>(
        session.replica.read,
        sql`select ${projects}.rowid from ${projects} where ${conditionOf(session, range) ?? sql`true`} order by ${sql.join(orderOf(sort), sql`, `)}`,
      ),
    ),
  );
  const found: number[] = [];
  for (const row of rows) if (!hasCommon || hasCommon(row)) found.push(row);
  return found;
}

/** Ids of rows, in the order of the rows. */
export function idsOfRows({ read }: Replica, rows: readonly number[]): string[] {
  const found = prepared(read, 'select rowid as row, id from projects where rowid in (select value from json_each(?))').all(JSON.stringify(rows)) as
    { row: number; id: string }[];
  const ids = new Map(found.map(({ row, id }) => [row, id]));
  return rows.flatMap((row) => ids.get(row) ?? []);
}

/** So many rows are looked at in their order, at most, before all that a filter lets through are gathered and sorted. */
const LOOKED_AT = 2_000;

/**
 * A window near the beginning of an order that has an index, where a filter lets many rows through: it is likely full before many
 * rows have been looked at. Null where that is unlikely, or did not come true.
 */
function idsAhead(replica: Replica, where: SQL, sort: ProjectSort, window: Window, total: () => number): string[] | null {
  if (sort.length > 1) return null;
  const all = prepared(replica.read, 'select max(rowid) from projects').pluck().get() as number | null;
  // Twice as many as there would be on an average.
  const looked = Math.ceil((2 * (window.offset + window.limit) * (all ?? 0)) / total());
  if (!(looked <= LOOKED_AT)) return null;
  const ahead = sql`(select *, rowid from ${projects} order by ${sql.join(orderOf(sort), sql`, `)} limit ${looked}) as ${projects}`;
  const ids = idsIn(replica, ahead, where, sort, window);
  return ids.length === window.limit ? ids : null;
}
