CREATE TABLE `search_progress` (
	`table_name` text PRIMARY KEY NOT NULL,
	`last_rowid` integer NOT NULL
);--> statement-breakpoint
/*
 * The search index (main/worker/replica/search-index.ts): for each of four tables an FTS5 table without content, whose rowids are the mirror's, a view that says
 * what of a row is searched, and triggers that keep the two in step wherever the row is stored. SQLite's tokenizer folds
 * every Vietnamese letter but đ. A code's fragments are its endings, so that a code is also found by its last digits.
 * Tables have no INTEGER PRIMARY KEY, so a VACUUM may number rows anew: it would need `INSERT INTO search_progress` below.
 */
CREATE VIRTUAL TABLE `search_projects` USING fts5(code, title, text, tags, fragments, content = '', contentless_delete = 1,
	detail = column, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2');
--> statement-breakpoint
CREATE VIEW `projects_searched` AS SELECT
	rowid AS row,
	replace(replace(project_id, 'đ', 'd'), 'Đ', 'D') AS code,
	replace(replace(title, 'đ', 'd'), 'Đ', 'D') AS title,
	replace(replace(concat_ws(' ', description, notes), 'đ', 'd'), 'Đ', 'D') AS text,
	replace(replace(tags, 'đ', 'd'), 'Đ', 'D') AS tags,
	concat_ws(' ', substr(project_id, 4), substr(project_id, 5), substr(project_id, 6), substr(project_id, 7), substr(project_id, 8)) AS fragments
FROM `projects`;
--> statement-breakpoint
CREATE TRIGGER `search_projects_inserted` AFTER INSERT ON `projects` BEGIN
	INSERT OR REPLACE INTO `search_projects` (rowid, code, title, text, tags, fragments) SELECT * FROM `projects_searched` WHERE row = new.rowid;
END;
--> statement-breakpoint
CREATE TRIGGER `search_projects_updated` AFTER UPDATE OF project_id, title, description, notes, tags ON `projects`
WHEN (new.project_id, new.title, new.description, new.notes, new.tags)
	IS NOT (old.project_id, old.title, old.description, old.notes, old.tags) BEGIN
	INSERT OR REPLACE INTO `search_projects` (rowid, code, title, text, tags, fragments) SELECT * FROM `projects_searched` WHERE row = new.rowid;
END;
--> statement-breakpoint
CREATE TRIGGER `search_projects_deleted` AFTER DELETE ON `projects` BEGIN
	DELETE FROM `search_projects` WHERE rowid = old.rowid;
END;
--> statement-breakpoint
CREATE VIRTUAL TABLE `search_contacts` USING fts5(code, title, text, tags, fragments, content = '', contentless_delete = 1,
	detail = column, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2');
--> statement-breakpoint
CREATE VIEW `contacts_searched` AS SELECT
	rowid AS row,
	replace(replace(tax_id, 'đ', 'd'), 'Đ', 'D') AS code,
	replace(replace(company_name, 'đ', 'd'), 'Đ', 'D') AS title,
	replace(replace(concat_ws(' ', contact_name, email, phone, address, city, notes), 'đ', 'd'), 'Đ', 'D') AS text,
	'' AS tags,
	'' AS fragments
FROM `contacts`;
--> statement-breakpoint
CREATE TRIGGER `search_contacts_inserted` AFTER INSERT ON `contacts` BEGIN
	INSERT OR REPLACE INTO `search_contacts` (rowid, code, title, text, tags, fragments) SELECT * FROM `contacts_searched` WHERE row = new.rowid;
END;
--> statement-breakpoint
CREATE TRIGGER `search_contacts_updated` AFTER UPDATE OF tax_id, company_name, contact_name, email, phone, address, city, notes ON `contacts`
WHEN (new.tax_id, new.company_name, new.contact_name, new.email, new.phone, new.address, new.city, new.notes)
	IS NOT (old.tax_id, old.company_name, old.contact_name, old.email, old.phone, old.address, old.city, old.notes) BEGIN
	INSERT OR REPLACE INTO `search_contacts` (rowid, code, title, text, tags, fragments) SELECT * FROM `contacts_searched` WHERE row = new.rowid;
END;
--> statement-breakpoint
CREATE TRIGGER `search_contacts_deleted` AFTER DELETE ON `contacts` BEGIN
	DELETE FROM `search_contacts` WHERE rowid = old.rowid;
END;
--> statement-breakpoint
CREATE VIRTUAL TABLE `search_documents` USING fts5(code, title, text, tags, fragments, content = '', contentless_delete = 1,
	detail = column, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2');
--> statement-breakpoint
CREATE VIEW `documents_searched` AS SELECT
	rowid AS row,
	replace(replace(file_name, 'đ', 'd'), 'Đ', 'D') AS code,
	replace(replace(title, 'đ', 'd'), 'Đ', 'D') AS title,
	replace(replace(concat_ws(' ', description, category), 'đ', 'd'), 'Đ', 'D') AS text,
	replace(replace(tags, 'đ', 'd'), 'Đ', 'D') AS tags,
	'' AS fragments
FROM `documents`;
--> statement-breakpoint
CREATE TRIGGER `search_documents_inserted` AFTER INSERT ON `documents` BEGIN
	INSERT OR REPLACE INTO `search_documents` (rowid, code, title, text, tags, fragments) SELECT * FROM `documents_searched` WHERE row = new.rowid;
END;
--> statement-breakpoint
CREATE TRIGGER `search_documents_updated` AFTER UPDATE OF file_name, title, description, category, tags ON `documents`
WHEN (new.file_name, new.title, new.description, new.category, new.tags)
	IS NOT (old.file_name, old.title, old.description, old.category, old.tags) BEGIN
	INSERT OR REPLACE INTO `search_documents` (rowid, code, title, text, tags, fragments) SELECT * FROM `documents_searched` WHERE row = new.rowid;
END;
--> statement-breakpoint
CREATE TRIGGER `search_documents_deleted` AFTER DELETE ON `documents` BEGIN
	DELETE FROM `search_documents` WHERE rowid = old.rowid;
END;
--> statement-breakpoint
CREATE VIRTUAL TABLE `search_users` USING fts5(code, title, text, tags, fragments, content = '', contentless_delete = 1,
	detail = column, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2');
--> statement-breakpoint
CREATE VIEW `users_searched` AS SELECT
	rowid AS row,
	replace(replace(employee_id, 'đ', 'd'), 'Đ', 'D') AS code,
	replace(replace(name, 'đ', 'd'), 'Đ', 'D') AS title,
	replace(replace(concat_ws(' ', email, phone, department, description), 'đ', 'd'), 'Đ', 'D') AS text,
	'' AS tags,
	'' AS fragments
FROM `users`;
--> statement-breakpoint
CREATE TRIGGER `search_users_inserted` AFTER INSERT ON `users` BEGIN
	INSERT OR REPLACE INTO `search_users` (rowid, code, title, text, tags, fragments) SELECT * FROM `users_searched` WHERE row = new.rowid;
END;
--> statement-breakpoint
CREATE TRIGGER `search_users_updated` AFTER UPDATE OF employee_id, name, email, phone, department, description ON `users`
WHEN (new.employee_id, new.name, new.email, new.phone, new.department, new.description)
	IS NOT (old.employee_id, old.name, old.email, old.phone, old.department, old.description) BEGIN
	INSERT OR REPLACE INTO `search_users` (rowid, code, title, text, tags, fragments) SELECT * FROM `users_searched` WHERE row = new.rowid;
END;
--> statement-breakpoint
CREATE TRIGGER `search_users_deleted` AFTER DELETE ON `users` BEGIN
	DELETE FROM `search_users` WHERE rowid = old.rowid;
END;
--> statement-breakpoint
-- Merging more at a time makes a commit wait longer; merging less often costs a search little.
INSERT INTO `search_projects` (`search_projects`, rank) VALUES ('automerge', 8);
--> statement-breakpoint
INSERT INTO `search_contacts` (`search_contacts`, rank) VALUES ('automerge', 8);
--> statement-breakpoint
INSERT INTO `search_documents` (`search_documents`, rank) VALUES ('automerge', 8);
--> statement-breakpoint
INSERT INTO `search_users` (`search_users`, rank) VALUES ('automerge', 8);
--> statement-breakpoint
INSERT INTO `search_progress` (`table_name`, `last_rowid`) VALUES ('projects', 0), ('contacts', 0), ('documents', 0), ('users', 0);
