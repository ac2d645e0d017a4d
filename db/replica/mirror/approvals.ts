import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { boolean, date, json, list, mirrored, timestamp, uuid } from '../columns.ts';
import { projects } from './projects.ts';

/** One row is one person's review of a project: asked for, then decided. */
export const reviews = sqliteTable(
  'reviews',
  {
    ...mirrored(),
    project_id: uuid().notNull().references(() => projects.id),
    reviewer_id: uuid(),
    review_type: text().notNull(),
    status: text().notNull(),
    priority: text().notNull(),
    comments: text(),
    recommendations: text(),
    decision: text(),
    decision_reason: text(),
    metadata: json<Record<string, unknown>>().notNull(),
    due_date: timestamp(),
    completed_at: timestamp(),
    created_by: uuid(),
  },
  (table) => [
    index('reviews_project_id').on(table.project_id),
    index('reviews_reviewer_id_status').on(table.reviewer_id, table.status),
    index('reviews_status_due_date').on(table.status, table.due_date),
  ],
);

/** One row is a sequence of approvers that requests of a kind pass, step by step. */
export const approvalChains = sqliteTable('approval_chains', {
  ...mirrored(),
  name: text().notNull(),
  description: text(),
  approval_type: text().notNull(),
  entity_type: text(),
  steps: json<unknown[]>().notNull(),
  auto_approval_rules: json<Record<string, unknown>>().notNull(),
  is_active: boolean().notNull(),
  created_by: uuid(),
});

/** One row is one step of a request for approval, with its decision. */
export const approvals = sqliteTable(
  'approvals',
  {
    ...mirrored(),
    approval_type: text().notNull(),
    title: text().notNull(),
    description: text(),
    reference_id: text(),
    entity_type: text().notNull(),
    entity_id: uuid().notNull(),
    project_id: uuid(),
    approval_chain_id: uuid(),
    step_number: integer().notNull(),
    total_steps: integer().notNull(),
    requested_by: uuid(),
    requested_at: timestamp().notNull(),
    request_reason: text(),
    request_metadata: json<Record<string, unknown>>().notNull(),
    current_approver_id: uuid(),
    current_approver_role: text(),
    current_approver_department: text(),
    status: text().notNull(),
    priority: text().notNull(),
    due_date: timestamp(),
    expires_at: timestamp(),
    decision_by: uuid(),
    decision_at: timestamp(),
    decision_comments: text(),
    decision_reason: text(),
    decision_metadata: json<Record<string, unknown>>().notNull(),
    escalated_from: uuid(),
    escalated_to: uuid(),
    escalated_by: uuid(),
    escalated_at: timestamp(),
    escalation_reason: text(),
    delegated_from: uuid(),
    delegated_to: uuid(),
    delegated_by: uuid(),
    delegated_at: timestamp(),
    delegation_reason: text(),
    auto_approval_rules: json<Record<string, unknown>>().notNull(),
    auto_approved_at: timestamp(),
    auto_approval_reason: text(),
    created_by: uuid(),
  },
  (table) => [
    index('approvals_entity_id').on(table.entity_id),
    index('approvals_project_id').on(table.project_id),
    index('approvals_status_due_date').on(table.status, table.due_date),
    index('approvals_current_approver_id_status').on(table.current_approver_id, table.status),
  ],
);

/** One row hands a person's approvals to somebody else for some days. */
export const approvalDelegations = sqliteTable(
  'approval_delegations',
  {
    ...mirrored(),
    delegator_id: uuid().notNull(),
    delegate_id: uuid().notNull(),
    start_date: date().notNull(),
    end_date: date().notNull(),
    reason: text(),
    approval_types: list().notNull(),
    include_new_approvals: boolean().notNull(),
    is_active: boolean().notNull(),
  },
  (table) => [
    index('approval_delegations_delegator_id').on(table.delegator_id),
    index('approval_delegations_delegate_id').on(table.delegate_id),
  ],
);

/** One row is something that happened to an approval; rows are only ever added. */
export const approvalHistory = sqliteTable(
  'approval_history',
  {
    ...mirrored(),
    approval_id: uuid().notNull().references(() => approvals.id),
    action: text().notNull(),
    old_status: text(),
    new_status: text(),
    performed_by: uuid(),
    performed_at: timestamp().notNull(),
    comments: text(),
    metadata: json<Record<string, unknown>>().notNull(),
  },
  (table) => [index('approval_history_approval_id_performed_at').on(table.approval_id, table.performed_at)],
);

/** One row is a file that belongs to a request for approval. */
export const approvalAttachments = sqliteTable(
  'approval_attachments',
  {
    ...mirrored(),
    approval_id: uuid().notNull().references(() => approvals.id),
    document_id: uuid(),
    file_name: text().notNull(),
    file_path: text(),
    file_size: integer(),
    mime_type: text(),
    description: text(),
    uploaded_by: uuid(),
  },
  (table) => [index('approval_attachments_approval_id').on(table.approval_id)],
);

/** One row tells one person about an approval, by one way of delivery. */
export const approvalNotifications = sqliteTable(
  'approval_notifications',
  {
    ...mirrored(),
    approval_id: uuid().notNull().references(() => approvals.id),
    recipient_id: uuid().notNull(),
    notification_type: text().notNull(),
    delivery_method: text().notNull(),
    status: text().notNull(),
    message: text(),
    scheduled_for: timestamp(),
    sent_at: timestamp(),
    read_at: timestamp(),
  },
  (table) => [
    index('approval_notifications_approval_id').on(table.approval_id),
    index('approval_notifications_recipient_id_status').on(table.recipient_id, table.status),
  ],
);
