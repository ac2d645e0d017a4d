import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { boolean, decimal, json, list, mirrored, timestamp, uuid } from '../columns.ts';

/** One row is an article that can lie in stock. */
export const inventoryItems = sqliteTable(
  'inventory_items',
  {
    ...mirrored(),
    item_code: text().notNull(),
    name: text().notNull(),
    description: text(),
    category: text().notNull(),
    unit: text().notNull(),
    default_location: text(),
    minimum_stock: decimal().notNull(),
    reorder_quantity: decimal(),
    standard_cost: decimal(),
    currency: text().notNull(),
    preferred_supplier_id: uuid(),
    is_active: boolean().notNull(),
    tags: list().notNull(),
    notes: text(),
    metadata: json<Record<string, unknown>>().notNull(),
    created_by: uuid(),
  },
  (table) => [
    index('inventory_items_item_code').on(table.item_code),
    index('inventory_items_category_name').on(table.category, table.name),
  ],
);

/** One row is a movement of stock; rows are only ever added, and their sum is the stock. */
export const stockMoves = sqliteTable(
  'stock_moves',
  {
    ...mirrored(),
    inventory_item_id: uuid().notNull().references(() => inventoryItems.id),
    kind: text().notNull(),
    quantity: decimal().notNull(),
    from_location: text(),
    to_location: text(),
    lot_number: text(),
    reason: text(),
    source_type: text(),
    source_id: uuid(),
    project_id: uuid(),
    moved_by: uuid(),
    moved_at: timestamp().notNull(),
  },
  (table) => [
    index('stock_moves_inventory_item_id_moved_at').on(table.inventory_item_id, table.moved_at),
    index('stock_moves_source_id').on(table.source_id),
    index('stock_moves_project_id').on(table.project_id),
    index('stock_moves_moved_at').on(table.moved_at),
  ],
);
