import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { json, mirrored, timestamp, uuid } from '../columns.ts';

/** One row is a message to a person or, without a recipient, to everybody on the project. */
export const messages = sqliteTable(
  'messages',
  {
    ...mirrored(),
    project_id: uuid(),
    sender_id: uuid().notNull(),
    recipient_id: uuid(),
    subject: text(),
    content: text().notNull(),
    message_type: text().notNull(),
    priority: text().notNull(),
    status: text().notNull(),
    thread_id: uuid(),
    parent_message_id: uuid(),
    attachments: json<unknown[]>().notNull(),
    metadata: json<Record<string, unknown>>().notNull(),
    read_at: timestamp(),
  },
  (table) => [
    index('messages_project_id_created_at').on(table.project_id, table.created_at),
    index('messages_recipient_id_status').on(table.recipient_id, table.status),
    index('messages_thread_id_created_at').on(table.thread_id, table.created_at),
  ],
);

/** One row tells one person that something happened that concerns them. */
export const notifications = sqliteTable(
  'notifications',
  {
    ...mirrored(),
    user_id: uuid().notNull(),
    title: text().notNull(),
    message: text(),
    type: text().notNull(),
    priority: text().notNull(),
    status: text().notNull(),
    action_url: text(),
    related_entity_type: text(),
    related_entity_id: uuid(),
    metadata: json<Record<string, unknown>>().notNull(),
    expires_at: timestamp(),
    read_at: timestamp(),
  },
  (table) => [
    index('notifications_user_id_status_created_at').on(table.user_id, table.status, table.created_at),
  ],
);

/** One row is one thing that somebody did, with the values before and after; rows are only ever added. */
export const activityLog = sqliteTable(
  'activity_log',
  {
    ...mirrored(),
    user_id: uuid(),
    entity_type: text().notNull(),
    entity_id: uuid(),
    project_id: uuid(),
    action: text().notNull(),
    description: text(),
    old_values: json<Record<string, unknown>>(),
    new_values: json<Record<string, unknown>>(),
    metadata: json<Record<string, unknown>>().notNull(),
    ip_address: text(),
    user_agent: text(),
    device_id: uuid(),
    client_time: timestamp(),
  },
  (table) => [
    index('activity_log_project_id_created_at').on(table.project_id, table.created_at),
    index('activity_log_created_at').on(table.created_at),
    index('activity_log_entity_id_created_at').on(table.entity_id, table.created_at),
    index('activity_log_user_id_created_at').on(table.user_id, table.created_at),
    index('activity_log_entity_type_created_at').on(table.entity_type, table.created_at),
    index('activity_log_action_created_at').on(table.action, table.created_at),
  ],
);
