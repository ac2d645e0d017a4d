/** What this application speaks; a centre names the oldest version that it still accepts. */
export const CLIENT_VERSION = 1;

/** The oldest schema of the centre that this application works with (the number of its last migration). */
export const REQUIRED_CENTRAL_SCHEMA = 22;
