import { and, eq, gte, inArray, isNull, lte, or, sql, type Column, type SQL } from 'drizzle-orm';
import { NOBODY, type BoardFilter, type DueChoice, type ProjectFilter } from '../../../shared/api/lists.ts';
import { projects } from '../../../db/replica/schema.ts';
import type { OpenSession } from '../session.ts';
import { stillOpen } from './list-order.ts';
import { commonRows, searched, type Searched } from './list-search.ts';
import { dayIn } from './project-changes.ts';
import type { RowSet } from './row-set.ts';

function oneOf(column: Column, chosen: readonly string[]): SQL | undefined {
  if (chosen.length === 0) return undefined;
  const ids = chosen.filter((id) => id !== NOBODY);
  return or(ids.length > 0 ? inArray(column, ids) : undefined, chosen.includes(NOBODY) ? isNull(column) : undefined);
}

const DAY_MS = 86_400_000;
const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

function dueAt(choice: DueChoice | null, today: string): SQL | undefined {
  const due = projects.estimated_delivery_date;
  switch (choice) {
    case null:
      return undefined;
    case 'none':
      return isNull(due);
    case 'overdue':
      return and(sql`${due} < ${today}`, stillOpen);
    case 'week':
      return and(gte(due, today), lte(due, daysAfter(today, 6)), stillOpen);
  }
}

export const boardSearched: readonly Searched[] = ['project_id', 'title', 'customer'];

const searchedBy = { search: boardSearched, code: ['project_id'], title: ['title'] } as const satisfies Partial<Record<keyof ProjectFilter, readonly Searched[]>>;

/** A filter without the words that very many rows have, and what tells of a row whether it has those; null where there are none. */
export interface Split<Filter> {
  rest: Filter;
  hasCommon: ((row: number) => boolean) | null;
}

export function withoutCommonWords<Filter extends BoardFilter>(session: OpenSession, filter: Filter & Partial<ProjectFilter>): Split<Filter> {
  const rest = { ...filter };
  const sets: RowSet[] = [];
  for (const [name, columns] of Object.entries(searchedBy) as [keyof typeof searchedBy, readonly Searched[]][]) {
    const common = commonRows(session, filter[name] ?? '', columns);
    if (common === null) continue;
    sets.push(...common);
    Object.assign(rest, { [name]: '' });
  }
  return { rest, hasCommon: sets.length === 0 ? null : (row) => sets.every((set) => set.has(row)) };
}

/** The conditions that board and table share. */
export function boardCondition(session: OpenSession, filter: BoardFilter): SQL | undefined {
  return and(
    searched(session, filter.search, boardSearched),
    oneOf(projects.customer_id, filter.customers),
    oneOf(projects.assigned_to, filter.owners),
    oneOf(projects.priority_level, filter.priorities),
    dueAt(filter.due, dayIn(session.current().organization.timezone, new Date())),
  );
}

const asNumber = sql`cast(${projects.estimated_value} as real)`;

export function listCondition(session: OpenSession, filter: ProjectFilter): SQL | undefined {
  const due = projects.estimated_delivery_date;
  return and(
    boardCondition(session, filter),
    searched(session, filter.code, ['project_id']),
    searched(session, filter.title, ['title']),
    oneOf(projects.current_stage_id, filter.stages),
    oneOf(projects.status, filter.statuses),
    filter.due_from === null ? undefined : gte(due, filter.due_from),
    filter.due_to === null ? undefined : lte(due, filter.due_to),
    filter.value_from === null ? undefined : sql`${asNumber} >= ${Number(filter.value_from)}`,
    filter.value_to === null ? undefined : sql`${asNumber} <= ${Number(filter.value_to)}`,
    filter.tags.length === 0
      ? undefined
      : sql`exists (select 1 from json_each(${projects.tags}) t where ${inArray(sql`t.value`, filter.tags)})`,
  );
}

export const inGroup = (column: Column, value: string | null): SQL => (value === null ? isNull(column) : eq(column, value));
