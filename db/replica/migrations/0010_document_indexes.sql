CREATE INDEX `document_access_log_accessed_at` ON `document_access_log` (`accessed_at`,`id`);--> statement-breakpoint
CREATE INDEX `document_versions_content_sha256` ON `document_versions` (`content_sha256`);--> statement-breakpoint
CREATE INDEX `documents_content_sha256` ON `documents` (`content_sha256`);