import { and, asc, desc, eq, inArray, sql, type Column, type SQL } from 'drizzle-orm';
import type { ProjectRow, StageColumn, projectSortColumns } from '../../../shared/api/projects.ts';
import { contacts, projects, projectSubStageProgress, users, workflowStages, workflowSubStages } from '../../../db/replica/schema.ts';
import { compiled } from '../replica/compiled.ts';
import type { Replica } from '../replica/database.ts';
import { projectStates } from './record-state.ts';

export interface ProjectQuery {
  where?: SQL | undefined;
  orderBy?: SQL[];
  limit?: number;
  offset?: number;
}

const ofCurrentStage = and(
  eq(projectSubStageProgress.project_id, projects.id),
  eq(projectSubStageProgress.workflow_stage_id, projects.current_stage_id),
);

const ofActiveSubStage = sql`exists (select 1 from ${workflowSubStages}
  where ${workflowSubStages.id} = ${projectSubStageProgress.sub_stage_id} and ${workflowSubStages.is_active})`;

const selectRows = (db: Replica['db']) =>
  db
    .select({
      id: projects.id,
      project_id: projects.project_id,
      title: projects.title,
      status: projects.status,
      priority_level: projects.priority_level,
      current_stage_id: projects.current_stage_id,
      stage_entered_at: projects.stage_entered_at,
      estimated_delivery_date: projects.estimated_delivery_date,
      estimated_value: projects.estimated_value,
      currency: projects.currency,
      customer_id: projects.customer_id,
      customer_name: contacts.company_name,
      assigned_to: projects.assigned_to,
      assigned_name: users.name,
      sub_stages_done: sql<number>`(select count(*) from ${projectSubStageProgress} where ${ofCurrentStage}
        and ${projectSubStageProgress.status} in ('completed', 'skipped') and ${ofActiveSubStage})`,
      // A project need not have a row for every sub-stage: imported ones often lack some.
      sub_stages_total: sql<number>`(select count(*) from ${workflowSubStages}
        where ${workflowSubStages.workflow_stage_id} = ${projects.current_stage_id} and ${workflowSubStages.is_active})`,
      updated_at: projects.updated_at,
    })
    .from(projects)
    .leftJoin(contacts, eq(contacts.id, projects.customer_id))
    .leftJoin(users, eq(users.id, projects.assigned_to))
    .leftJoin(workflowStages, eq(workflowStages.id, projects.current_stage_id));

type SelectedRow = ReturnType<ReturnType<typeof selectRows>['all']>[number];

const withStates = (replica: Replica, rows: readonly SelectedRow[]): ProjectRow[] => {
  const stateOf = projectStates(replica);
  return rows.map((row) => ({
    ...row,
    status: row.status as ProjectRow['status'],
    priority_level: row.priority_level as ProjectRow['priority_level'],
    sync: stateOf(row.id),
  }));
};

/** Projects as lists and cards show them. */
export const readProjectRows = (replica: Replica, query: ProjectQuery): ProjectRow[] =>
  withStates(
    replica,
    selectRows(replica.db)
      .where(query.where)
      .orderBy(...(query.orderBy ?? [desc(projects.updated_at)]), asc(projects.id))
      .limit(query.limit ?? -1)
      .offset(query.offset ?? 0)
      .all(),
  );

/** The same by their ids; what is gone is left out. */
export function readProjectsById(replica: Replica, ids: readonly string[]): Map<string, ProjectRow> {
  if (ids.length === 0) return new Map();
  const rows = rowsById(replica).all({ ids: JSON.stringify(ids) });
  return new Map(withStates(replica, rows).map((row) => [row.id, row]));
}

const rowsById = compiled((db) => selectRows(db).where(inJson(projects.id, 'ids')).prepare());

/** The ids that a compiled query is asked for, given as a JSON array. */
export const inJson = (column: Column, placeholder: string): SQL => sql`${column} in (select value from json_each(${sql.placeholder(placeholder)}))`;

export function countProjects(replica: Replica, where: SQL | undefined): number {
  const [row] = replica.db
    .select({ total: sql<number>`count(*)` })
    .from(projects)
    .leftJoin(contacts, eq(contacts.id, projects.customer_id))
    .where(where)
    .all();
  return row?.total ?? 0;
}

/** What a person types, found in code, title and customer; every word has to be found somewhere. */
export function matching(search: string): SQL | undefined {
  const words = search.trim().split(/\s+/).filter(Boolean);
  return and(
    ...words.map((word) => {
      const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
      return sql`(${projects.project_id} like ${pattern} escape '\\' or ${projects.title} like ${pattern} escape '\\'
        or ${contacts.company_name} like ${pattern} escape '\\')`;
    }),
  );
}

const sortExpressions: Record<(typeof projectSortColumns)[number], SQL> = {
  project_id: sql`${projects.project_id}`,
  title: sql`${projects.title} collate nocase`,
  customer_name: sql`${contacts.company_name} collate nocase`,
  stage_order: sql`${workflowStages.stage_order}`,
  priority_level: sql`case ${projects.priority_level} when 'low' then 1 when 'medium' then 2 when 'high' then 3 else 4 end`,
  status: sql`${projects.status}`,
  estimated_delivery_date: sql`${projects.estimated_delivery_date}`,
  // Exact text is not sortable as it stands; a float orders amounts well enough, ties fall to the id.
  estimated_value: sql`cast(${projects.estimated_value} as real)`,
  updated_at: sql`${projects.updated_at}`,
};

/** Order of a column; rows without a value come last either way. */
export function orderOf(column: (typeof projectSortColumns)[number], descending: boolean): SQL[] {
  const expression = sortExpressions[column];
  return [sql`${expression} is null`, descending ? sql`${expression} desc` : sql`${expression} asc`];
}

const selectStages = (db: Replica['db'], where?: SQL) =>
  db
    .select({
      id: workflowStages.id,
      name: workflowStages.name,
      slug: workflowStages.slug,
      color: workflowStages.color,
      stage_order: workflowStages.stage_order,
      estimated_duration_days: workflowStages.estimated_duration_days,
      responsible_roles: workflowStages.responsible_roles,
      is_active: workflowStages.is_active,
    })
    .from(workflowStages)
    .where(where)
    .orderBy(asc(workflowStages.stage_order), asc(workflowStages.id))
    .prepare();

const allStages = compiled((db) => selectStages(db));
const activeStages = compiled((db) => selectStages(db, eq(workflowStages.is_active, true)));

export const readStages = (replica: Replica, activeOnly: boolean): (StageColumn & { is_active: boolean })[] =>
  (activeOnly ? activeStages : allStages)(replica).all();

export const openStatuses = inArray(projects.status, ['active', 'on_hold']);
