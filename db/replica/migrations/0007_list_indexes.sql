DROP INDEX `projects_status_updated_at`;--> statement-breakpoint
DROP INDEX `projects_customer_id`;--> statement-breakpoint
DROP INDEX `projects_assigned_to`;--> statement-breakpoint
DROP INDEX `projects_project_id`;--> statement-breakpoint
DROP INDEX `projects_estimated_delivery_date`;--> statement-breakpoint
DROP INDEX `projects_updated_at`;--> statement-breakpoint
CREATE INDEX `projects_priority` ON `projects` (`priority_level`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `projects_priority_due` ON `projects` (`priority_level`,`estimated_delivery_date`,`id`);--> statement-breakpoint
CREATE INDEX `projects_stage` ON `projects` (`current_stage_id`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `projects_title` ON `projects` (title collate nocase,`id`,`project_id`,`customer_id`);--> statement-breakpoint
CREATE INDEX `projects_value` ON `projects` (cast(estimated_value as real),`id`);--> statement-breakpoint
CREATE INDEX `projects_board` ON `projects` (`current_stage_id`,case priority_level when 'low' then 4 when 'medium' then 3 when 'high' then 2 else 1 end,estimated_delivery_date is null,`estimated_delivery_date`,`id`,`customer_id`,`assigned_to`,`priority_level`,`status`) WHERE status in ('active', 'on_hold');--> statement-breakpoint
CREATE INDEX `projects_status_updated_at` ON `projects` (`status`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `projects_customer_id` ON `projects` (`customer_id`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `projects_assigned_to` ON `projects` (`assigned_to`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `projects_project_id` ON `projects` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `projects_estimated_delivery_date` ON `projects` (`estimated_delivery_date`,`id`);--> statement-breakpoint
CREATE INDEX `projects_updated_at` ON `projects` (`updated_at`,`id`);