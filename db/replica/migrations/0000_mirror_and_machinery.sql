CREATE TABLE `contacts` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`type` text NOT NULL,
	`company_name` text NOT NULL,
	`contact_name` text,
	`email` text,
	`phone` text,
	`address` text,
	`city` text,
	`state` text,
	`country` text,
	`postal_code` text,
	`website` text,
	`tax_id` text,
	`payment_terms` text,
	`credit_limit` text,
	`currency` text NOT NULL,
	`is_active` integer NOT NULL,
	`notes` text,
	`metadata` text NOT NULL,
	`ai_category` text NOT NULL,
	`ai_capabilities` text NOT NULL,
	`ai_risk_score` text,
	`ai_last_analyzed` text,
	`created_by` text
);
--> statement-breakpoint
CREATE INDEX `contacts_type_company_name` ON `contacts` (`type`,`company_name`);--> statement-breakpoint
CREATE TABLE `organizations` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`name` text NOT NULL,
	`slug` text NOT NULL,
	`domain` text,
	`logo_url` text,
	`description` text,
	`industry` text,
	`timezone` text NOT NULL,
	`default_currency` text NOT NULL,
	`settings` text NOT NULL,
	`subscription_plan` text NOT NULL,
	`is_active` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`email` text NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`department` text,
	`phone` text,
	`avatar_url` text,
	`status` text NOT NULL,
	`description` text,
	`employee_id` text,
	`direct_manager_id` text,
	`contact_id` text,
	`preferences` text NOT NULL,
	`last_login_at` text
);
--> statement-breakpoint
CREATE INDEX `users_contact_id` ON `users` (`contact_id`);--> statement-breakpoint
CREATE INDEX `users_email` ON `users` (`email`);--> statement-breakpoint
CREATE TABLE `workflow_stages` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`name` text NOT NULL,
	`slug` text NOT NULL,
	`description` text,
	`color` text NOT NULL,
	`stage_order` integer NOT NULL,
	`is_active` integer NOT NULL,
	`exit_criteria` text,
	`responsible_roles` text NOT NULL,
	`estimated_duration_days` integer
);
--> statement-breakpoint
CREATE INDEX `workflow_stages_stage_order` ON `workflow_stages` (`stage_order`);--> statement-breakpoint
CREATE TABLE `workflow_sub_stages` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`workflow_stage_id` text NOT NULL,
	`name` text NOT NULL,
	`slug` text NOT NULL,
	`description` text,
	`color` text NOT NULL,
	`sub_stage_order` integer NOT NULL,
	`is_active` integer NOT NULL,
	`exit_criteria` text,
	`responsible_roles` text NOT NULL,
	`estimated_duration_hours` integer,
	`is_required` integer NOT NULL,
	`can_skip` integer NOT NULL,
	`auto_advance` integer NOT NULL,
	`requires_approval` integer NOT NULL,
	`approval_roles` text NOT NULL,
	`metadata` text NOT NULL,
	FOREIGN KEY (`workflow_stage_id`) REFERENCES `workflow_stages`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `workflow_sub_stages_workflow_stage_id_sub_stage_order` ON `workflow_sub_stages` (`workflow_stage_id`,`sub_stage_order`);--> statement-breakpoint
CREATE TABLE `project_assignments` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`project_id` text NOT NULL,
	`user_id` text NOT NULL,
	`role` text NOT NULL,
	`assigned_at` text NOT NULL,
	`assigned_by` text,
	`is_active` integer NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `project_assignments_project_id` ON `project_assignments` (`project_id`);--> statement-breakpoint
CREATE INDEX `project_assignments_user_id` ON `project_assignments` (`user_id`);--> statement-breakpoint
CREATE TABLE `project_stage_history` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`project_id` text NOT NULL,
	`from_stage_id` text,
	`to_stage_id` text,
	`kind` text NOT NULL,
	`reason` text,
	`moved_by` text,
	`moved_at` text NOT NULL,
	`entered_at` text,
	`duration_seconds` integer,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `project_stage_history_project_id_moved_at` ON `project_stage_history` (`project_id`,`moved_at`);--> statement-breakpoint
CREATE TABLE `project_sub_stage_progress` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`project_id` text NOT NULL,
	`workflow_stage_id` text NOT NULL,
	`sub_stage_id` text NOT NULL,
	`status` text NOT NULL,
	`started_at` text,
	`completed_at` text,
	`completed_by` text,
	`assigned_to` text,
	`blocked_reason` text,
	`notes` text,
	`metadata` text NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`workflow_stage_id`) REFERENCES `workflow_stages`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`sub_stage_id`) REFERENCES `workflow_sub_stages`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `project_sub_stage_progress_project_id_workflow_stage_id` ON `project_sub_stage_progress` (`project_id`,`workflow_stage_id`);--> statement-breakpoint
CREATE INDEX `project_sub_stage_progress_sub_stage_id` ON `project_sub_stage_progress` (`sub_stage_id`);--> statement-breakpoint
CREATE INDEX `project_sub_stage_progress_workflow_stage_id` ON `project_sub_stage_progress` (`workflow_stage_id`);--> statement-breakpoint
CREATE INDEX `project_sub_stage_progress_assigned_to_status` ON `project_sub_stage_progress` (`assigned_to`,`status`);--> statement-breakpoint
CREATE TABLE `projects` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`project_id` text NOT NULL,
	`title` text NOT NULL,
	`description` text,
	`customer_id` text,
	`current_stage_id` text NOT NULL,
	`status` text NOT NULL,
	`priority_level` text NOT NULL,
	`priority_score` integer,
	`estimated_value` text,
	`currency` text NOT NULL,
	`estimated_delivery_date` text,
	`actual_delivery_date` text,
	`source` text,
	`tags` text NOT NULL,
	`metadata` text NOT NULL,
	`stage_entered_at` text NOT NULL,
	`project_type` text,
	`notes` text,
	`created_by` text,
	`assigned_to` text,
	`intake_type` text,
	`intake_source` text,
	FOREIGN KEY (`current_stage_id`) REFERENCES `workflow_stages`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `projects_current_stage_id_status` ON `projects` (`current_stage_id`,`status`);--> statement-breakpoint
CREATE INDEX `projects_status_updated_at` ON `projects` (`status`,`updated_at`);--> statement-breakpoint
CREATE INDEX `projects_customer_id` ON `projects` (`customer_id`);--> statement-breakpoint
CREATE INDEX `projects_assigned_to` ON `projects` (`assigned_to`);--> statement-breakpoint
CREATE INDEX `projects_project_id` ON `projects` (`project_id`);--> statement-breakpoint
CREATE INDEX `projects_estimated_delivery_date` ON `projects` (`estimated_delivery_date`);--> statement-breakpoint
CREATE INDEX `projects_updated_at` ON `projects` (`updated_at`);--> statement-breakpoint
CREATE TABLE `document_access_log` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`document_id` text NOT NULL,
	`user_id` text,
	`device_id` text,
	`action` text NOT NULL,
	`success` integer NOT NULL,
	`error_message` text,
	`ip_address` text,
	`user_agent` text,
	`accessed_at` text NOT NULL,
	FOREIGN KEY (`document_id`) REFERENCES `documents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `document_access_log_document_id_accessed_at` ON `document_access_log` (`document_id`,`accessed_at`);--> statement-breakpoint
CREATE TABLE `document_versions` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`document_id` text NOT NULL,
	`version_number` integer NOT NULL,
	`file_name` text,
	`file_path` text,
	`file_size` integer,
	`mime_type` text,
	`title` text,
	`description` text,
	`change_summary` text,
	`uploaded_by` text,
	`uploaded_at` text NOT NULL,
	`is_current` integer NOT NULL,
	`metadata` text NOT NULL,
	FOREIGN KEY (`document_id`) REFERENCES `documents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `document_versions_document_id_version_number` ON `document_versions` (`document_id`,`version_number`);--> statement-breakpoint
CREATE TABLE `documents` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`project_id` text,
	`title` text NOT NULL,
	`description` text,
	`file_name` text,
	`file_path` text,
	`file_size` integer,
	`file_type` text,
	`mime_type` text,
	`version` integer NOT NULL,
	`is_current_version` integer NOT NULL,
	`category` text,
	`tags` text NOT NULL,
	`metadata` text NOT NULL,
	`access_level` text NOT NULL,
	`uploaded_by` text,
	`approved_by` text,
	`approved_at` text,
	`external_id` text,
	`external_url` text,
	`storage_provider` text NOT NULL,
	`sync_status` text NOT NULL,
	`last_synced_at` text,
	`ai_extracted_data` text NOT NULL,
	`ai_processing_status` text,
	`ai_confidence_score` text,
	`ai_processed_at` text,
	`link_type` text,
	`link_permissions` text NOT NULL,
	`link_expires_at` text,
	`link_access_count` integer NOT NULL,
	`link_last_accessed` text
);
--> statement-breakpoint
CREATE INDEX `documents_project_id_created_at` ON `documents` (`project_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `documents_created_at` ON `documents` (`created_at`);--> statement-breakpoint
CREATE TABLE `google_drive_config` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`client_id` text NOT NULL,
	`redirect_uri` text,
	`scopes` text NOT NULL,
	`is_active` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `approval_attachments` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`approval_id` text NOT NULL,
	`document_id` text,
	`file_name` text NOT NULL,
	`file_path` text,
	`file_size` integer,
	`mime_type` text,
	`description` text,
	`uploaded_by` text,
	FOREIGN KEY (`approval_id`) REFERENCES `approvals`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `approval_attachments_approval_id` ON `approval_attachments` (`approval_id`);--> statement-breakpoint
CREATE TABLE `approval_chains` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`approval_type` text NOT NULL,
	`entity_type` text,
	`steps` text NOT NULL,
	`auto_approval_rules` text NOT NULL,
	`is_active` integer NOT NULL,
	`created_by` text
);
--> statement-breakpoint
CREATE TABLE `approval_delegations` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`delegator_id` text NOT NULL,
	`delegate_id` text NOT NULL,
	`start_date` text NOT NULL,
	`end_date` text NOT NULL,
	`reason` text,
	`approval_types` text NOT NULL,
	`include_new_approvals` integer NOT NULL,
	`is_active` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `approval_delegations_delegator_id` ON `approval_delegations` (`delegator_id`);--> statement-breakpoint
CREATE INDEX `approval_delegations_delegate_id` ON `approval_delegations` (`delegate_id`);--> statement-breakpoint
CREATE TABLE `approval_history` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`approval_id` text NOT NULL,
	`action` text NOT NULL,
	`old_status` text,
	`new_status` text,
	`performed_by` text,
	`performed_at` text NOT NULL,
	`comments` text,
	`metadata` text NOT NULL,
	FOREIGN KEY (`approval_id`) REFERENCES `approvals`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `approval_history_approval_id_performed_at` ON `approval_history` (`approval_id`,`performed_at`);--> statement-breakpoint
CREATE TABLE `approval_notifications` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`approval_id` text NOT NULL,
	`recipient_id` text NOT NULL,
	`notification_type` text NOT NULL,
	`delivery_method` text NOT NULL,
	`status` text NOT NULL,
	`message` text,
	`scheduled_for` text,
	`sent_at` text,
	`read_at` text,
	FOREIGN KEY (`approval_id`) REFERENCES `approvals`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `approval_notifications_approval_id` ON `approval_notifications` (`approval_id`);--> statement-breakpoint
CREATE INDEX `approval_notifications_recipient_id_status` ON `approval_notifications` (`recipient_id`,`status`);--> statement-breakpoint
CREATE TABLE `approvals` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`approval_type` text NOT NULL,
	`title` text NOT NULL,
	`description` text,
	`reference_id` text,
	`entity_type` text NOT NULL,
	`entity_id` text NOT NULL,
	`project_id` text,
	`approval_chain_id` text,
	`step_number` integer NOT NULL,
	`total_steps` integer NOT NULL,
	`requested_by` text,
	`requested_at` text NOT NULL,
	`request_reason` text,
	`request_metadata` text NOT NULL,
	`current_approver_id` text,
	`current_approver_role` text,
	`current_approver_department` text,
	`status` text NOT NULL,
	`priority` text NOT NULL,
	`due_date` text,
	`expires_at` text,
	`decision_by` text,
	`decision_at` text,
	`decision_comments` text,
	`decision_reason` text,
	`decision_metadata` text NOT NULL,
	`escalated_from` text,
	`escalated_to` text,
	`escalated_by` text,
	`escalated_at` text,
	`escalation_reason` text,
	`delegated_from` text,
	`delegated_to` text,
	`delegated_by` text,
	`delegated_at` text,
	`delegation_reason` text,
	`auto_approval_rules` text NOT NULL,
	`auto_approved_at` text,
	`auto_approval_reason` text,
	`created_by` text
);
--> statement-breakpoint
CREATE INDEX `approvals_entity_id` ON `approvals` (`entity_id`);--> statement-breakpoint
CREATE INDEX `approvals_project_id` ON `approvals` (`project_id`);--> statement-breakpoint
CREATE INDEX `approvals_status_due_date` ON `approvals` (`status`,`due_date`);--> statement-breakpoint
CREATE INDEX `approvals_current_approver_id_status` ON `approvals` (`current_approver_id`,`status`);--> statement-breakpoint
CREATE TABLE `reviews` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`project_id` text NOT NULL,
	`reviewer_id` text,
	`review_type` text NOT NULL,
	`status` text NOT NULL,
	`priority` text NOT NULL,
	`comments` text,
	`recommendations` text,
	`decision` text,
	`decision_reason` text,
	`metadata` text NOT NULL,
	`due_date` text,
	`completed_at` text,
	`created_by` text,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `reviews_project_id` ON `reviews` (`project_id`);--> statement-breakpoint
CREATE INDEX `reviews_reviewer_id_status` ON `reviews` (`reviewer_id`,`status`);--> statement-breakpoint
CREATE INDEX `reviews_status_due_date` ON `reviews` (`status`,`due_date`);--> statement-breakpoint
CREATE TABLE `activity_log` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`user_id` text,
	`entity_type` text NOT NULL,
	`entity_id` text,
	`project_id` text,
	`action` text NOT NULL,
	`description` text,
	`old_values` text,
	`new_values` text,
	`metadata` text NOT NULL,
	`ip_address` text,
	`user_agent` text,
	`device_id` text,
	`client_time` text
);
--> statement-breakpoint
CREATE INDEX `activity_log_project_id_created_at` ON `activity_log` (`project_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `activity_log_created_at` ON `activity_log` (`created_at`);--> statement-breakpoint
CREATE INDEX `activity_log_entity_id_created_at` ON `activity_log` (`entity_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `activity_log_user_id_created_at` ON `activity_log` (`user_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `messages` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`project_id` text,
	`sender_id` text NOT NULL,
	`recipient_id` text,
	`subject` text,
	`content` text NOT NULL,
	`message_type` text NOT NULL,
	`priority` text NOT NULL,
	`status` text NOT NULL,
	`thread_id` text,
	`parent_message_id` text,
	`attachments` text NOT NULL,
	`metadata` text NOT NULL,
	`read_at` text
);
--> statement-breakpoint
CREATE INDEX `messages_project_id_created_at` ON `messages` (`project_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `messages_recipient_id_status` ON `messages` (`recipient_id`,`status`);--> statement-breakpoint
CREATE INDEX `messages_thread_id_created_at` ON `messages` (`thread_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `notifications` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`user_id` text NOT NULL,
	`title` text NOT NULL,
	`message` text,
	`type` text NOT NULL,
	`priority` text NOT NULL,
	`status` text NOT NULL,
	`action_url` text,
	`related_entity_type` text,
	`related_entity_id` text,
	`metadata` text NOT NULL,
	`expires_at` text,
	`read_at` text
);
--> statement-breakpoint
CREATE INDEX `notifications_user_id_status_created_at` ON `notifications` (`user_id`,`status`,`created_at`);--> statement-breakpoint
CREATE TABLE `inventory_items` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`item_code` text NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`category` text NOT NULL,
	`unit` text NOT NULL,
	`default_location` text,
	`minimum_stock` text NOT NULL,
	`reorder_quantity` text,
	`standard_cost` text,
	`currency` text NOT NULL,
	`preferred_supplier_id` text,
	`is_active` integer NOT NULL,
	`tags` text NOT NULL,
	`notes` text,
	`metadata` text NOT NULL,
	`created_by` text
);
--> statement-breakpoint
CREATE INDEX `inventory_items_item_code` ON `inventory_items` (`item_code`);--> statement-breakpoint
CREATE INDEX `inventory_items_category_name` ON `inventory_items` (`category`,`name`);--> statement-breakpoint
CREATE TABLE `stock_moves` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`inventory_item_id` text NOT NULL,
	`kind` text NOT NULL,
	`quantity` text NOT NULL,
	`from_location` text,
	`to_location` text,
	`lot_number` text,
	`reason` text,
	`source_type` text,
	`source_id` text,
	`project_id` text,
	`moved_by` text,
	`moved_at` text NOT NULL,
	FOREIGN KEY (`inventory_item_id`) REFERENCES `inventory_items`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `stock_moves_inventory_item_id_moved_at` ON `stock_moves` (`inventory_item_id`,`moved_at`);--> statement-breakpoint
CREATE INDEX `stock_moves_source_id` ON `stock_moves` (`source_id`);--> statement-breakpoint
CREATE INDEX `stock_moves_project_id` ON `stock_moves` (`project_id`);--> statement-breakpoint
CREATE INDEX `stock_moves_moved_at` ON `stock_moves` (`moved_at`);--> statement-breakpoint
CREATE TABLE `purchase_order_items` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`purchase_order_id` text NOT NULL,
	`line_number` integer NOT NULL,
	`inventory_item_id` text,
	`description` text NOT NULL,
	`quantity` text NOT NULL,
	`unit` text NOT NULL,
	`unit_price` text NOT NULL,
	`amount` text NOT NULL,
	`required_date` text,
	`notes` text,
	FOREIGN KEY (`purchase_order_id`) REFERENCES `purchase_orders`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `purchase_order_items_purchase_order_id_line_number` ON `purchase_order_items` (`purchase_order_id`,`line_number`);--> statement-breakpoint
CREATE INDEX `purchase_order_items_inventory_item_id` ON `purchase_order_items` (`inventory_item_id`);--> statement-breakpoint
CREATE TABLE `purchase_orders` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`po_number` text NOT NULL,
	`supplier_id` text NOT NULL,
	`project_id` text,
	`supplier_quote_id` text,
	`status` text NOT NULL,
	`order_date` text,
	`expected_delivery_date` text,
	`actual_delivery_date` text,
	`total_amount` text NOT NULL,
	`currency` text NOT NULL,
	`payment_terms` text,
	`delivery_terms` text,
	`delivery_address` text,
	`notes` text,
	`metadata` text NOT NULL,
	`approved_by` text,
	`approved_at` text,
	`created_by` text
);
--> statement-breakpoint
CREATE INDEX `purchase_orders_supplier_id_status` ON `purchase_orders` (`supplier_id`,`status`);--> statement-breakpoint
CREATE INDEX `purchase_orders_project_id` ON `purchase_orders` (`project_id`);--> statement-breakpoint
CREATE INDEX `purchase_orders_status_expected_delivery_date` ON `purchase_orders` (`status`,`expected_delivery_date`);--> statement-breakpoint
CREATE TABLE `supplier_quote_items` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`supplier_quote_id` text NOT NULL,
	`supplier_rfq_item_id` text,
	`line_number` integer NOT NULL,
	`description` text NOT NULL,
	`quantity` text NOT NULL,
	`unit` text NOT NULL,
	`unit_price` text NOT NULL,
	`amount` text NOT NULL,
	`lead_time_days` integer,
	`notes` text,
	FOREIGN KEY (`supplier_quote_id`) REFERENCES `supplier_quotes`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `supplier_quote_items_supplier_quote_id_line_number` ON `supplier_quote_items` (`supplier_quote_id`,`line_number`);--> statement-breakpoint
CREATE TABLE `supplier_quotes` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`quote_number` text NOT NULL,
	`supplier_rfq_id` text NOT NULL,
	`supplier_id` text NOT NULL,
	`status` text NOT NULL,
	`total_amount` text NOT NULL,
	`currency` text NOT NULL,
	`lead_time_days` integer,
	`valid_until` text,
	`payment_terms` text,
	`delivery_terms` text,
	`notes` text,
	`metadata` text NOT NULL,
	`submitted_at` text,
	`submitted_by` text,
	`decided_at` text,
	`decided_by` text,
	`decision_reason` text,
	FOREIGN KEY (`supplier_rfq_id`) REFERENCES `supplier_rfqs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `supplier_quotes_supplier_rfq_id` ON `supplier_quotes` (`supplier_rfq_id`);--> statement-breakpoint
CREATE INDEX `supplier_quotes_supplier_id_status` ON `supplier_quotes` (`supplier_id`,`status`);--> statement-breakpoint
CREATE TABLE `supplier_rfq_items` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`supplier_rfq_id` text NOT NULL,
	`line_number` integer NOT NULL,
	`inventory_item_id` text,
	`document_id` text,
	`description` text NOT NULL,
	`quantity` text NOT NULL,
	`unit` text NOT NULL,
	`specifications` text,
	`required_date` text,
	FOREIGN KEY (`supplier_rfq_id`) REFERENCES `supplier_rfqs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `supplier_rfq_items_supplier_rfq_id_line_number` ON `supplier_rfq_items` (`supplier_rfq_id`,`line_number`);--> statement-breakpoint
CREATE TABLE `supplier_rfqs` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`rfq_number` text NOT NULL,
	`project_id` text,
	`supplier_id` text NOT NULL,
	`title` text,
	`status` text NOT NULL,
	`priority` text NOT NULL,
	`due_date` text,
	`requirements` text,
	`currency` text NOT NULL,
	`sent_at` text,
	`viewed_at` text,
	`declined_reason` text,
	`notes` text,
	`metadata` text NOT NULL,
	`created_by` text
);
--> statement-breakpoint
CREATE INDEX `supplier_rfqs_project_id` ON `supplier_rfqs` (`project_id`);--> statement-breakpoint
CREATE INDEX `supplier_rfqs_supplier_id_status` ON `supplier_rfqs` (`supplier_id`,`status`);--> statement-breakpoint
CREATE INDEX `supplier_rfqs_status_due_date` ON `supplier_rfqs` (`status`,`due_date`);--> statement-breakpoint
CREATE TABLE `production_orders` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`order_number` text NOT NULL,
	`project_id` text NOT NULL,
	`inventory_item_id` text,
	`title` text NOT NULL,
	`status` text NOT NULL,
	`priority_level` text NOT NULL,
	`quantity` text NOT NULL,
	`unit` text NOT NULL,
	`planned_start_date` text,
	`planned_end_date` text,
	`started_at` text,
	`completed_at` text,
	`work_center` text,
	`assigned_to` text,
	`instructions` text,
	`notes` text,
	`metadata` text NOT NULL,
	`created_by` text,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `production_orders_project_id` ON `production_orders` (`project_id`);--> statement-breakpoint
CREATE INDEX `production_orders_status_planned_start_date` ON `production_orders` (`status`,`planned_start_date`);--> statement-breakpoint
CREATE TABLE `storage_buckets` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`name` text NOT NULL,
	`public` integer NOT NULL,
	`file_size_limit` integer,
	`allowed_mime_types` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `storage_objects` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`bucket_id` text NOT NULL,
	`name` text NOT NULL,
	`owner_id` text,
	`version` text,
	`size` integer,
	`mime_type` text,
	`sha256` text,
	`bytes_present` integer NOT NULL,
	`metadata` text NOT NULL,
	`user_metadata` text NOT NULL,
	`last_accessed_at` text,
	FOREIGN KEY (`bucket_id`) REFERENCES `storage_buckets`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `storage_objects_bucket_id_name` ON `storage_objects` (`bucket_id`,`name`);--> statement-breakpoint
CREATE TABLE `sync_conflicts` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`table_name` text NOT NULL,
	`row_id` text NOT NULL,
	`column_name` text NOT NULL,
	`kept_value` text,
	`lost_value` text,
	`kept_by` text,
	`lost_by` text,
	`mutation_id` text,
	`resolved_at` text,
	`resolved_by` text
);
--> statement-breakpoint
CREATE INDEX `sync_conflicts_row_id` ON `sync_conflicts` (`row_id`);--> statement-breakpoint
CREATE TABLE `attention` (
	`mutation_id` text PRIMARY KEY NOT NULL,
	`table_name` text NOT NULL,
	`row_id` text NOT NULL,
	`op` text NOT NULL,
	`patch` text NOT NULL,
	`base` text NOT NULL,
	`effects` text NOT NULL,
	`code` text NOT NULL,
	`details` text NOT NULL,
	`created_at` text NOT NULL,
	`refused_at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `attention_row` ON `attention` (`table_name`,`row_id`);--> statement-breakpoint
CREATE TABLE `load_progress` (
	`table_name` text PRIMARY KEY NOT NULL,
	`last_id` text,
	`rows` integer NOT NULL,
	`finished` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `meta` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `outbox` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`mutation_id` text NOT NULL,
	`table_name` text NOT NULL,
	`row_id` text NOT NULL,
	`op` text NOT NULL,
	`patch` text NOT NULL,
	`base` text NOT NULL,
	`created_at` text NOT NULL,
	`state` text DEFAULT 'pending' NOT NULL,
	`xid` integer,
	`attempts` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_mutation_id_unique` ON `outbox` (`mutation_id`);--> statement-breakpoint
CREATE INDEX `outbox_row` ON `outbox` (`table_name`,`row_id`);--> statement-breakpoint
CREATE INDEX `outbox_state` ON `outbox` (`state`,`seq`);--> statement-breakpoint
CREATE TABLE `outbox_effects` (
	`seq` integer NOT NULL,
	`position` integer NOT NULL,
	`table_name` text NOT NULL,
	`row_id` text NOT NULL,
	`op` text NOT NULL,
	`patch` text NOT NULL,
	PRIMARY KEY(`seq`, `position`)
);
--> statement-breakpoint
CREATE INDEX `outbox_effects_row` ON `outbox_effects` (`table_name`,`row_id`,`seq`);--> statement-breakpoint
CREATE TABLE `quarantine` (
	`table_name` text NOT NULL,
	`row_id` text NOT NULL,
	`reason` text NOT NULL,
	`seen_at` text NOT NULL,
	PRIMARY KEY(`table_name`, `row_id`)
);
--> statement-breakpoint
CREATE TABLE `shadow` (
	`table_name` text NOT NULL,
	`row_id` text NOT NULL,
	`row` text,
	PRIMARY KEY(`table_name`, `row_id`)
);
--> statement-breakpoint
CREATE TABLE `sync_history` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`started_at` text NOT NULL,
	`finished_at` text NOT NULL,
	`kind` text NOT NULL,
	`rows` integer NOT NULL,
	`error_code` text
);
