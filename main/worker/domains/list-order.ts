import { sql, type SQL } from 'drizzle-orm';
import type { ProjectSort, SortableColumn } from '../../../shared/api/lists.ts';
import { projects } from '../../../db/replica/schema.ts';

/*
 * Orders of the table, written so that SQLite finds them in an index (db/replica/mirror/projects.ts): a window of 100
 * rows anywhere in 100,000 is then a walk along that index.
 */

/** Columns whose rows are put together by a value: few values, each with its own place. */
export const groupedBy = {
  stage_order: projects.current_stage_id,
  customer_name: projects.customer_id,
  assigned_name: projects.assigned_to,
  priority_level: projects.priority_level,
  status: projects.status,
} as const satisfies Partial<Record<SortableColumn, unknown>>;

export type GroupedColumn = keyof typeof groupedBy;

export const isGrouped = (column: SortableColumn): column is GroupedColumn => Object.hasOwn(groupedBy, column);

/** The place of each priority, the most urgent first, as in the board's index. */
const urgency = sql.raw(
  "case priority_level when 'low' then 4 when 'medium' then 3 when 'high' then 2 else 1 end",
);

const expressions: Record<SortableColumn, { value: SQL; nullable?: true }> = {
  project_id: { value: sql`${projects.project_id}` },
  title: { value: sql`${projects.title} collate nocase` },
  customer_name: {
    value: sql`(select c.company_name from contacts c where c.id = ${projects.customer_id}) collate nocase`,
    nullable: true,
  },
  stage_order: { value: sql`(select s.stage_order from workflow_stages s where s.id = ${projects.current_stage_id})` },
  // Ascending is from low to critical.
  priority_level: { value: sql`-(${urgency})` },
  status: { value: sql`${projects.status}` },
  assigned_name: {
    value: sql`(select u.name from users u where u.id = ${projects.assigned_to}) collate nocase`,
    nullable: true,
  },
  estimated_delivery_date: { value: sql`${projects.estimated_delivery_date}`, nullable: true },
  // Exact text is not sortable as it stands; a float orders amounts well enough.
  estimated_value: { value: sql`cast(${projects.estimated_value} as real)`, nullable: true },
  updated_at: { value: sql`${projects.updated_at}` },
};

/** What is without a value comes last either way; equal rows keep one order by their id, in the direction of the last key. */
export function orderOf(sort: ProjectSort): SQL[] {
  const keys = sort.length > 0 ? sort : usual;
  const terms = keys.map(({ column, descending }) => {
    const { value, nullable } = expressions[column];
    if (descending) return sql`${value} desc`;
    return nullable ? sql`${value} asc nulls last` : sql`${value} asc`;
  });
  return [...terms, keys.at(-1)?.descending ? sql`${projects.id} desc` : sql`${projects.id} asc`];
}

/** What changed last comes first where nothing else is asked. */
const usual: ProjectSort = [{ column: 'updated_at', descending: true }];

export const boardOrder: SQL[] = [
  urgency,
  sql.raw('estimated_delivery_date is null'),
  sql`${projects.estimated_delivery_date}`,
  sql`${projects.id}`,
];

/** Open, in the words of the board's index: a parameter in their place would keep SQLite from using it. */
export const onBoard = sql.raw("status in ('active', 'on_hold')");

/** The same where another index serves better: most projects are open, so the index of statuses finds too much. */
export const stillOpen = sql.raw("+status in ('active', 'on_hold')");
