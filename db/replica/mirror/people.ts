import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { boolean, decimal, json, list, mirrored, timestamp, uuid } from '../columns.ts';

/** One row is a company that works in Factory Pulse; everything else belongs to one. */
export const organizations = sqliteTable('organizations', {
  ...mirrored(),
  name: text().notNull(),
  slug: text().notNull(),
  domain: text(),
  logo_url: text(),
  description: text(),
  industry: text(),
  timezone: text().notNull(),
  default_currency: text().notNull(),
  settings: json<Record<string, unknown>>().notNull(),
  subscription_plan: text().notNull(),
  is_active: boolean().notNull(),
});

/** One row is a company that the organization deals with: customer, supplier or partner. */
export const contacts = sqliteTable(
  'contacts',
  {
    ...mirrored(),
    type: text().notNull(),
    company_name: text().notNull(),
    contact_name: text(),
    email: text(),
    phone: text(),
    address: text(),
    city: text(),
    state: text(),
    country: text(),
    postal_code: text(),
    website: text(),
    tax_id: text(),
    payment_terms: text(),
    credit_limit: decimal(),
    currency: text().notNull(),
    is_active: boolean().notNull(),
    notes: text(),
    metadata: json<Record<string, unknown>>().notNull(),
    ai_category: json<Record<string, unknown>>().notNull(),
    ai_capabilities: list().notNull(),
    ai_risk_score: decimal(),
    ai_last_analyzed: timestamp(),
    created_by: uuid(),
    merged_into_id: uuid(),
  },
  (table) => [index('contacts_type_company_name').on(table.type, table.company_name)],
);

/** One row is a person who signs in: staff, or the contact person of a customer or supplier. */
export const users = sqliteTable(
  'users',
  {
    ...mirrored(),
    email: text().notNull(),
    name: text().notNull(),
    role: text().notNull(),
    department: text(),
    phone: text(),
    avatar_url: text(),
    status: text().notNull(),
    description: text(),
    employee_id: text(),
    direct_manager_id: uuid(),
    contact_id: uuid(),
    preferences: json<Record<string, unknown>>().notNull(),
    last_login_at: timestamp(),
  },
  (table) => [
    index('users_contact_id').on(table.contact_id),
    index('users_email').on(table.email),
  ],
);
