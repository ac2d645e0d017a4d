CREATE TABLE `incoming` (
	`seq` integer PRIMARY KEY NOT NULL,
	`row_id` text NOT NULL,
	`row` text
);
