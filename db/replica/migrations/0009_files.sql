CREATE TABLE `document_texts` (
	`sha256` text PRIMARY KEY NOT NULL,
	`state` text DEFAULT 'pending' NOT NULL,
	`kind` text,
	`text` text,
	`error_code` text
);
--> statement-breakpoint
CREATE INDEX `document_texts_state` ON `document_texts` (`state`);--> statement-breakpoint
CREATE TABLE `file_transfers` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`document_id` text NOT NULL,
	`sha256` text NOT NULL,
	`size` integer NOT NULL,
	`bytes_done` integer DEFAULT 0 NOT NULL,
	`state` text DEFAULT 'waiting' NOT NULL,
	`error_code` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_try_at` text,
	`created_at` text NOT NULL,
	`finished_at` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `file_transfers_what` ON `file_transfers` (`kind`,`document_id`,`sha256`);--> statement-breakpoint
CREATE INDEX `file_transfers_state` ON `file_transfers` (`state`,`id`);--> statement-breakpoint
CREATE INDEX `file_transfers_sha256` ON `file_transfers` (`sha256`);--> statement-breakpoint
CREATE TABLE `offline_choices` (
	`kind` text NOT NULL,
	`target_id` text NOT NULL,
	`chosen_at` text NOT NULL,
	PRIMARY KEY(`kind`, `target_id`)
);
--> statement-breakpoint
CREATE TABLE `stored_files` (
	`sha256` text PRIMARY KEY NOT NULL,
	`size` integer NOT NULL,
	`stored_at` text NOT NULL,
	`last_used_at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `stored_files_last_used_at` ON `stored_files` (`last_used_at`);--> statement-breakpoint
ALTER TABLE `document_versions` ADD `content_sha256` text;--> statement-breakpoint
ALTER TABLE `document_versions` ADD `approved_by` text;--> statement-breakpoint
ALTER TABLE `document_versions` ADD `approved_at` text;--> statement-breakpoint
ALTER TABLE `documents` ADD `content_sha256` text;--> statement-breakpoint
ALTER TABLE `documents` ADD `checked_out_by` text;--> statement-breakpoint
ALTER TABLE `documents` ADD `checked_out_at` text;--> statement-breakpoint
ALTER TABLE `documents` ADD `checkout_note` text;--> statement-breakpoint
CREATE INDEX `projects_status_due` ON `projects` (`status`,`estimated_delivery_date`);--> statement-breakpoint
/*
 * What is searched of the text inside of files: as in 0006_search.sql, folded, without the text itself. It has its rowids from
 * `document_texts`, which a VACUUM may number anew as it may those of the mirror.
 */
CREATE VIRTUAL TABLE `search_texts` USING fts5(text, content = '', contentless_delete = 1,
	detail = column, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2');
--> statement-breakpoint
CREATE TRIGGER `search_texts_inserted` AFTER INSERT ON `document_texts` WHEN new.text IS NOT NULL BEGIN
	INSERT OR REPLACE INTO `search_texts` (rowid, text) VALUES (new.rowid, replace(replace(new.text, 'đ', 'd'), 'Đ', 'D'));
END;
--> statement-breakpoint
CREATE TRIGGER `search_texts_updated` AFTER UPDATE OF text ON `document_texts` WHEN new.text IS NOT old.text BEGIN
	INSERT OR REPLACE INTO `search_texts` (rowid, text) VALUES (new.rowid, replace(replace(coalesce(new.text, ''), 'đ', 'd'), 'Đ', 'D'));
END;
--> statement-breakpoint
CREATE TRIGGER `search_texts_deleted` AFTER DELETE ON `document_texts` BEGIN
	DELETE FROM `search_texts` WHERE rowid = old.rowid;
END;
--> statement-breakpoint
INSERT INTO `search_texts` (`search_texts`, rank) VALUES ('automerge', 8);
