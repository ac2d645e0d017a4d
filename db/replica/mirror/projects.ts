import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { boolean, date, decimal, json, list, mirrored, timestamp, uuid } from '../columns.ts';
import { workflowStages, workflowSubStages } from './workflow.ts';

/** One row is a customer's job on its way from inquiry to shipment. */
export const projects = sqliteTable(
  'projects',
  {
    ...mirrored(),
    project_id: text().notNull(),
    title: text().notNull(),
    description: text(),
    customer_id: uuid(),
    current_stage_id: uuid().notNull().references(() => workflowStages.id),
    status: text().notNull(),
    priority_level: text().notNull(),
    priority_score: integer(),
    estimated_value: decimal(),
    currency: text().notNull(),
    estimated_delivery_date: date(),
    actual_delivery_date: date(),
    source: text(),
    tags: list().notNull(),
    metadata: json<Record<string, unknown>>().notNull(),
    stage_entered_at: timestamp().notNull(),
    project_type: text(),
    notes: text(),
    created_by: uuid(),
    assigned_to: uuid(),
    intake_type: text(),
    intake_source: text(),
  },
  (table) => [
    index('projects_current_stage_id_status').on(table.current_stage_id, table.status),
    index('projects_status_updated_at').on(table.status, table.updated_at, table.id),
    // The orders of the table (main/worker/domains/list-order.ts): each ends with the id, so that a window has one place.
    index('projects_customer_id').on(table.customer_id, table.updated_at, table.id),
    index('projects_assigned_to').on(table.assigned_to, table.updated_at, table.id),
    index('projects_priority').on(table.priority_level, table.updated_at, table.id),
    index('projects_priority_due').on(table.priority_level, table.estimated_delivery_date, table.id),
    index('projects_stage').on(table.current_stage_id, table.updated_at, table.id),
    index('projects_project_id').on(table.project_id, table.id),
    // Also what a search looks through.
    index('projects_title').on(sql`title collate nocase`, table.id, table.project_id, table.customer_id),
    index('projects_status_due').on(table.status, table.estimated_delivery_date),
    index('projects_estimated_delivery_date').on(table.estimated_delivery_date, table.id),
    index('projects_value').on(sql`cast(estimated_value as real)`, table.id),
    index('projects_updated_at').on(table.updated_at, table.id),
    // The board: what is open, by stage, urgent first.
    index('projects_board')
      .on(
        table.current_stage_id,
        sql`case priority_level when 'low' then 4 when 'medium' then 3 when 'high' then 2 else 1 end`,
        sql`estimated_delivery_date is null`,
        table.estimated_delivery_date,
        table.id,
        // What the board filters by, so that counting reads no row.
        table.customer_id,
        table.assigned_to,
        table.priority_level,
        table.status,
      )
      .where(sql`status in ('active', 'on_hold')`),
  ],
);

/** One row is a person's part in a project; an active one lets them edit it. */
export const projectAssignments = sqliteTable(
  'project_assignments',
  {
    ...mirrored(),
    project_id: uuid().notNull().references(() => projects.id),
    user_id: uuid().notNull(),
    role: text().notNull(),
    assigned_at: timestamp().notNull(),
    assigned_by: uuid(),
    is_active: boolean().notNull(),
  },
  (table) => [
    index('project_assignments_project_id').on(table.project_id),
    index('project_assignments_user_id').on(table.user_id),
  ],
);

/** One row is how far a project is with one sub-stage. */
export const projectSubStageProgress = sqliteTable(
  'project_sub_stage_progress',
  {
    ...mirrored(),
    project_id: uuid().notNull().references(() => projects.id),
    workflow_stage_id: uuid().notNull().references(() => workflowStages.id),
    sub_stage_id: uuid().notNull().references(() => workflowSubStages.id),
    status: text().notNull(),
    started_at: timestamp(),
    completed_at: timestamp(),
    completed_by: uuid(),
    assigned_to: uuid(),
    blocked_reason: text(),
    notes: text(),
    metadata: json<Record<string, unknown>>().notNull(),
  },
  (table) => [
    index('project_sub_stage_progress_project_id_workflow_stage_id').on(table.project_id, table.workflow_stage_id),
    index('project_sub_stage_progress_sub_stage_id').on(table.sub_stage_id),
    index('project_sub_stage_progress_workflow_stage_id').on(table.workflow_stage_id),
    index('project_sub_stage_progress_assigned_to_status').on(table.assigned_to, table.status),
  ],
);

/** One row is a move of a project between stages; rows are only ever added. */
export const projectStageHistory = sqliteTable(
  'project_stage_history',
  {
    ...mirrored(),
    project_id: uuid().notNull().references(() => projects.id),
    from_stage_id: uuid(),
    to_stage_id: uuid(),
    kind: text().notNull(),
    reason: text(),
    moved_by: uuid(),
    moved_at: timestamp().notNull(),
    entered_at: timestamp(),
    duration_seconds: integer(),
  },
  (table) => [index('project_stage_history_project_id_moved_at').on(table.project_id, table.moved_at)],
);
