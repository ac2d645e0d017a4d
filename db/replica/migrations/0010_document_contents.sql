CREATE INDEX `document_versions_content_sha256` ON `document_versions` (`content_sha256`);--> statement-breakpoint
CREATE INDEX `documents_content_sha256` ON `documents` (`content_sha256`);