ALTER TABLE `quarantine` ADD `kind` text DEFAULT 'constraint' NOT NULL;--> statement-breakpoint
ALTER TABLE `quarantine` ADD `parent` text;