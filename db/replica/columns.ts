import { integer, text } from 'drizzle-orm/sqlite-core';

/**
 * Column helpers of the replica. Every value is kept in the exact text form in which PostgreSQL prints it
 * (DateStyle ISO, time zone UTC), so that a pulled cell needs no conversion, replica and centre can be
 * compared byte by byte, and no amount ever passes through a float:
 *
 * | PostgreSQL       | replica                                                        |
 * |------------------|----------------------------------------------------------------|
 * | uuid, text, enum | TEXT                                                           |
 * | timestamptz      | TEXT `2025-01-27 08:00:00.12+00` (sorts by time as plain text) |
 * | date             | TEXT `2025-01-27`                                              |
 * | numeric          | TEXT `85000000.00`                                             |
 * | integer, bigint  | INTEGER                                                        |
 * | boolean          | INTEGER 0/1                                                    |
 * | jsonb, text[]    | TEXT, JSON                                                     |
 */
export const uuid = () => text();
export const timestamp = () => text();
export const date = () => text();
export const decimal = () => text();
export const boolean = () => integer({ mode: 'boolean' });
export const json = <T>() => text({ mode: 'json' }).$type<T>();
export const list = () => text({ mode: 'json' }).$type<string[]>();

/** A transaction id of the centre (`xid8`); stays far below 2^53. */
export const transactionId = () => integer();

/**
 * The columns with which every mirrored table begins. Properties carry the column's own name: a row, a patch and
 * a pulled cell speak one vocabulary through all layers, and nothing has to translate between two spellings.
 */
export const mirrored = () => ({
  id: uuid().primaryKey(),
  organization_id: uuid().notNull(),
  created_at: timestamp().notNull(),
  updated_at: timestamp().notNull(),
  sync_xid: transactionId().notNull(),
});
