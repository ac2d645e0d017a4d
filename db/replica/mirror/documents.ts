import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { boolean, decimal, json, list, mirrored, timestamp, uuid } from '../columns.ts';

/** One row is a document, or a link to one, in its current version. */
export const documents = sqliteTable(
  'documents',
  {
    ...mirrored(),
    project_id: uuid(),
    title: text().notNull(),
    description: text(),
    file_name: text(),
    file_path: text(),
    file_size: integer(),
    file_type: text(),
    mime_type: text(),
    version: integer().notNull(),
    is_current_version: boolean().notNull(),
    category: text(),
    tags: list().notNull(),
    metadata: json<Record<string, unknown>>().notNull(),
    access_level: text().notNull(),
    uploaded_by: uuid(),
    approved_by: uuid(),
    approved_at: timestamp(),
    external_id: text(),
    external_url: text(),
    storage_provider: text().notNull(),
    sync_status: text().notNull(),
    last_synced_at: timestamp(),
    ai_extracted_data: json<Record<string, unknown>>().notNull(),
    ai_processing_status: text(),
    ai_confidence_score: decimal(),
    ai_processed_at: timestamp(),
    link_type: text(),
    link_permissions: json<Record<string, unknown>>().notNull(),
    link_expires_at: timestamp(),
    link_access_count: integer().notNull(),
    link_last_accessed: timestamp(),
    content_sha256: text(),
    checked_out_by: uuid(),
    checked_out_at: timestamp(),
    checkout_note: text(),
  },
  (table) => [
    index('documents_project_id_created_at').on(table.project_id, table.created_at),
    index('documents_created_at').on(table.created_at),
    index('documents_content_sha256').on(table.content_sha256),
  ],
);

/** One row is one version of a document's file. */
export const documentVersions = sqliteTable(
  'document_versions',
  {
    ...mirrored(),
    document_id: uuid().notNull().references(() => documents.id),
    version_number: integer().notNull(),
    file_name: text(),
    file_path: text(),
    file_size: integer(),
    mime_type: text(),
    title: text(),
    description: text(),
    change_summary: text(),
    uploaded_by: uuid(),
    uploaded_at: timestamp().notNull(),
    is_current: boolean().notNull(),
    metadata: json<Record<string, unknown>>().notNull(),
    content_sha256: text(),
    approved_by: uuid(),
    approved_at: timestamp(),
  },
  (table) => [
    index('document_versions_document_id_version_number').on(table.document_id, table.version_number),
    index('document_versions_content_sha256').on(table.content_sha256),
  ],
);

/** One row is one time that somebody opened, downloaded or changed a document. */
export const documentAccessLog = sqliteTable(
  'document_access_log',
  {
    ...mirrored(),
    document_id: uuid().notNull().references(() => documents.id),
    user_id: uuid(),
    device_id: uuid(),
    action: text().notNull(),
    success: boolean().notNull(),
    error_message: text(),
    ip_address: text(),
    user_agent: text(),
    accessed_at: timestamp().notNull(),
  },
  (table) => [index('document_access_log_document_id_accessed_at').on(table.document_id, table.accessed_at)],
);

/** One row is how an organization's desktops sign in at Google Drive; it holds no secret. */
export const googleDriveConfig = sqliteTable('google_drive_config', {
  ...mirrored(),
  client_id: text().notNull(),
  redirect_uri: text(),
  scopes: list().notNull(),
  is_active: boolean().notNull(),
});
