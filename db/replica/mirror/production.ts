import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { date, decimal, json, mirrored, timestamp, uuid } from '../columns.ts';
import { projects } from './projects.ts';

/** One row is an order to our own workshop to make something for a project. */
export const productionOrders = sqliteTable(
  'production_orders',
  {
    ...mirrored(),
    order_number: text().notNull(),
    project_id: uuid().notNull().references(() => projects.id),
    inventory_item_id: uuid(),
    title: text().notNull(),
    status: text().notNull(),
    priority_level: text().notNull(),
    quantity: decimal().notNull(),
    unit: text().notNull(),
    planned_start_date: date(),
    planned_end_date: date(),
    started_at: timestamp(),
    completed_at: timestamp(),
    work_center: text(),
    assigned_to: uuid(),
    instructions: text(),
    notes: text(),
    metadata: json<Record<string, unknown>>().notNull(),
    created_by: uuid(),
  },
  (table) => [
    index('production_orders_project_id').on(table.project_id),
    index('production_orders_status_planned_start_date').on(table.status, table.planned_start_date),
  ],
);
