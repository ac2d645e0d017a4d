import { and, eq, gte, inArray, isNull, lte, or, sql, type Column, type SQL } from 'drizzle-orm';
import { NOBODY, type BoardFilter, type DueChoice, type ProjectFilter } from '../../../shared/api/lists.ts';
import { projects } from '../../../db/replica/schema.ts';
import type { OpenSession } from '../session.ts';
import { stillOpen } from './list-order.ts';
import { dayIn } from './project-changes.ts';

const pattern = (word: string): string => `%${word.replace(/[\\%_]/g, '\\$&')}%`;

const words = (text: string): string[] => text.trim().split(/\s+/).filter(Boolean);

type Searched = 'project_id' | 'title' | 'customer';

function likeIn(text: string, columns: readonly Searched[]): SQL | undefined {
  return and(
    ...words(text).map((word) => {
      const like = sql`like ${pattern(word)} escape '\\'`;
      const places: Record<Searched, SQL> = {
        project_id: sql`${projects.project_id} ${like}`,
        title: sql`${projects.title} ${like}`,
        // Asked once for all rows, where a join would ask for each.
        customer: sql`${projects.customer_id} in (select c.id from contacts c where c.company_name ${like})`,
      };
      return or(...columns.map((column) => places[column]));
    }),
  );
}

const FEW = 1_000;

/**
 * Every word has to be found in one of the columns. Few rows are looked up once and then asked for by id; where many fit, the
 * order that is asked for meets some of them soon.
 */
function searched({ replica }: OpenSession, text: string, columns: readonly Searched[]): SQL | undefined {
  const found = likeIn(text, columns);
  if (!found) return undefined;
  const ids = replica.db.select({ id: projects.id }).from(projects).where(found).limit(FEW + 1).all().map(({ id }) => id);
  return ids.length > FEW ? found : inArray(projects.id, ids);
}

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

/** The conditions that board and table share. */
export function boardCondition(session: OpenSession, filter: BoardFilter): SQL | undefined {
  return and(
    searched(session, filter.search, ['project_id', 'title', 'customer']),
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
