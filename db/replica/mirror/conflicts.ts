import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { json, mirrored, timestamp, uuid } from '../columns.ts';

/** One row is a value that lost against another edit of the same field, kept to be restored. */
export const syncConflicts = sqliteTable(
  'sync_conflicts',
  {
    ...mirrored(),
    table_name: text().notNull(),
    row_id: uuid().notNull(),
    column_name: text().notNull(),
    kept_value: json<unknown>(),
    lost_value: json<unknown>(),
    kept_by: uuid(),
    lost_by: uuid(),
    mutation_id: uuid(),
    resolved_at: timestamp(),
    resolved_by: uuid(),
  },
  (table) => [index('sync_conflicts_row_id').on(table.row_id)],
);
