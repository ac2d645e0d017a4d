import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { boolean, json, list, mirrored, timestamp, uuid } from '../columns.ts';

/** One row is a place for an organization's files, with its limits. */
export const storageBuckets = sqliteTable('storage_buckets', {
  ...mirrored(),
  name: text().notNull(),
  public: boolean().notNull(),
  file_size_limit: integer(),
  allowed_mime_types: list().notNull(),
});

/** One row is a stored file; bytes_present says whether the centre holds its content. */
export const storageObjects = sqliteTable(
  'storage_objects',
  {
    ...mirrored(),
    bucket_id: uuid().notNull().references(() => storageBuckets.id),
    name: text().notNull(),
    owner_id: uuid(),
    version: text(),
    size: integer(),
    mime_type: text(),
    sha256: text(),
    bytes_present: boolean().notNull(),
    metadata: json<Record<string, unknown>>().notNull(),
    user_metadata: json<Record<string, unknown>>().notNull(),
    last_accessed_at: timestamp(),
  },
  (table) => [index('storage_objects_bucket_id_name').on(table.bucket_id, table.name)],
);
