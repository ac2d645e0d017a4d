import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { date, decimal, json, mirrored, timestamp, uuid } from '../columns.ts';

/** One row is a request for quotation to one supplier. */
export const supplierRfqs = sqliteTable(
  'supplier_rfqs',
  {
    ...mirrored(),
    rfq_number: text().notNull(),
    project_id: uuid(),
    supplier_id: uuid().notNull(),
    title: text(),
    status: text().notNull(),
    priority: text().notNull(),
    due_date: date(),
    requirements: text(),
    currency: text().notNull(),
    sent_at: timestamp(),
    viewed_at: timestamp(),
    declined_reason: text(),
    notes: text(),
    metadata: json<Record<string, unknown>>().notNull(),
    created_by: uuid(),
  },
  (table) => [
    index('supplier_rfqs_project_id').on(table.project_id),
    index('supplier_rfqs_supplier_id_status').on(table.supplier_id, table.status),
    index('supplier_rfqs_status_due_date').on(table.status, table.due_date),
  ],
);

/** One row is a line of a request for quotation. */
export const supplierRfqItems = sqliteTable(
  'supplier_rfq_items',
  {
    ...mirrored(),
    supplier_rfq_id: uuid().notNull().references(() => supplierRfqs.id),
    line_number: integer().notNull(),
    inventory_item_id: uuid(),
    document_id: uuid(),
    description: text().notNull(),
    quantity: decimal().notNull(),
    unit: text().notNull(),
    specifications: text(),
    required_date: date(),
  },
  (table) => [
    index('supplier_rfq_items_supplier_rfq_id_line_number').on(table.supplier_rfq_id, table.line_number),
  ],
);

/** One row is a supplier's offer in answer to a request for quotation. */
export const supplierQuotes = sqliteTable(
  'supplier_quotes',
  {
    ...mirrored(),
    quote_number: text().notNull(),
    supplier_rfq_id: uuid().notNull().references(() => supplierRfqs.id),
    supplier_id: uuid().notNull(),
    status: text().notNull(),
    total_amount: decimal().notNull(),
    currency: text().notNull(),
    lead_time_days: integer(),
    valid_until: date(),
    payment_terms: text(),
    delivery_terms: text(),
    notes: text(),
    metadata: json<Record<string, unknown>>().notNull(),
    submitted_at: timestamp(),
    submitted_by: uuid(),
    decided_at: timestamp(),
    decided_by: uuid(),
    decision_reason: text(),
  },
  (table) => [
    index('supplier_quotes_supplier_rfq_id').on(table.supplier_rfq_id),
    index('supplier_quotes_supplier_id_status').on(table.supplier_id, table.status),
  ],
);

/** One row is a line of a supplier's offer. */
export const supplierQuoteItems = sqliteTable(
  'supplier_quote_items',
  {
    ...mirrored(),
    supplier_quote_id: uuid().notNull().references(() => supplierQuotes.id),
    supplier_rfq_item_id: uuid(),
    line_number: integer().notNull(),
    description: text().notNull(),
    quantity: decimal().notNull(),
    unit: text().notNull(),
    unit_price: decimal().notNull(),
    amount: decimal().notNull(),
    lead_time_days: integer(),
    notes: text(),
  },
  (table) => [
    index('supplier_quote_items_supplier_quote_id_line_number').on(table.supplier_quote_id, table.line_number),
  ],
);

/** One row is an order to a supplier. */
export const purchaseOrders = sqliteTable(
  'purchase_orders',
  {
    ...mirrored(),
    po_number: text().notNull(),
    supplier_id: uuid().notNull(),
    project_id: uuid(),
    supplier_quote_id: uuid(),
    status: text().notNull(),
    order_date: date(),
    expected_delivery_date: date(),
    actual_delivery_date: date(),
    total_amount: decimal().notNull(),
    currency: text().notNull(),
    payment_terms: text(),
    delivery_terms: text(),
    delivery_address: text(),
    notes: text(),
    metadata: json<Record<string, unknown>>().notNull(),
    approved_by: uuid(),
    approved_at: timestamp(),
    created_by: uuid(),
  },
  (table) => [
    index('purchase_orders_supplier_id_status').on(table.supplier_id, table.status),
    index('purchase_orders_project_id').on(table.project_id),
    index('purchase_orders_status_expected_delivery_date').on(table.status, table.expected_delivery_date),
  ],
);

/** One row is a line of a purchase order; what has arrived is the sum of its receipts. */
export const purchaseOrderItems = sqliteTable(
  'purchase_order_items',
  {
    ...mirrored(),
    purchase_order_id: uuid().notNull().references(() => purchaseOrders.id),
    line_number: integer().notNull(),
    inventory_item_id: uuid(),
    description: text().notNull(),
    quantity: decimal().notNull(),
    unit: text().notNull(),
    unit_price: decimal().notNull(),
    amount: decimal().notNull(),
    required_date: date(),
    notes: text(),
  },
  (table) => [
    index('purchase_order_items_purchase_order_id_line_number').on(table.purchase_order_id, table.line_number),
    index('purchase_order_items_inventory_item_id').on(table.inventory_item_id),
  ],
);
