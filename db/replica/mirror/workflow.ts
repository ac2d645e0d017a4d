import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { boolean, json, list, mirrored, uuid } from '../columns.ts';

/** One row is a stage that projects of the organization pass through. */
export const workflowStages = sqliteTable(
  'workflow_stages',
  {
    ...mirrored(),
    name: text().notNull(),
    slug: text().notNull(),
    description: text(),
    color: text().notNull(),
    stage_order: integer().notNull(),
    is_active: boolean().notNull(),
    exit_criteria: text(),
    responsible_roles: list().notNull(),
    estimated_duration_days: integer(),
  },
  (table) => [index('workflow_stages_stage_order').on(table.stage_order)],
);

/** One row is a step of a stage: a box to tick before a project may go on. */
export const workflowSubStages = sqliteTable(
  'workflow_sub_stages',
  {
    ...mirrored(),
    workflow_stage_id: uuid().notNull().references(() => workflowStages.id),
    name: text().notNull(),
    slug: text().notNull(),
    description: text(),
    color: text().notNull(),
    sub_stage_order: integer().notNull(),
    is_active: boolean().notNull(),
    exit_criteria: text(),
    responsible_roles: list().notNull(),
    estimated_duration_hours: integer(),
    is_required: boolean().notNull(),
    can_skip: boolean().notNull(),
    auto_advance: boolean().notNull(),
    requires_approval: boolean().notNull(),
    approval_roles: list().notNull(),
    metadata: json<Record<string, unknown>>().notNull(),
  },
  (table) => [
    index('workflow_sub_stages_workflow_stage_id_sub_stage_order').on(table.workflow_stage_id, table.sub_stage_order),
  ],
);
