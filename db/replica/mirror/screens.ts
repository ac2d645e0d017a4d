import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { boolean, date, decimal, json, mirrored, uuid } from '../columns.ts';

/** One row is a named arrangement of a screen: filters, columns, order; of one person, or shared with the staff. */
export const savedViews = sqliteTable(
  'saved_views',
  {
    ...mirrored(),
    owner_id: uuid().notNull(),
    screen: text().notNull(),
    name: text().notNull(),
    definition: json<Record<string, unknown>>().notNull(),
    is_shared: boolean().notNull(),
    is_active: boolean().notNull(),
  },
  (table) => [index('saved_views_screen').on(table.screen)],
);

/** One row is what a unit of a currency is worth in the organization's own from a day on. */
export const exchangeRates = sqliteTable(
  'exchange_rates',
  {
    ...mirrored(),
    currency: text().notNull(),
    rate: decimal().notNull(),
    valid_from: date().notNull(),
    is_active: boolean().notNull(),
    created_by: uuid(),
  },
  (table) => [index('exchange_rates_day').on(table.currency, table.valid_from)],
);
