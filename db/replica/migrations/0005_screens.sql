CREATE TABLE `exchange_rates` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`currency` text NOT NULL,
	`rate` text NOT NULL,
	`valid_from` text NOT NULL,
	`is_active` integer NOT NULL,
	`created_by` text
);
--> statement-breakpoint
CREATE INDEX `exchange_rates_day` ON `exchange_rates` (`currency`,`valid_from`);--> statement-breakpoint
CREATE TABLE `saved_views` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sync_xid` integer NOT NULL,
	`owner_id` text NOT NULL,
	`screen` text NOT NULL,
	`name` text NOT NULL,
	`definition` text NOT NULL,
	`is_shared` integer NOT NULL,
	`is_active` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `saved_views_screen` ON `saved_views` (`screen`);--> statement-breakpoint
ALTER TABLE `contacts` ADD `merged_into_id` text;--> statement-breakpoint
-- Rows that others entered before this desktop was updated do not come by themselves.
DELETE FROM `meta` WHERE `key` = 'access_epoch';
