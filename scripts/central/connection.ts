import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import pg from 'pg';
import { findRunning } from '../lib/embedded-central.mjs';
import { centralDataDir } from '../lib/paths.mjs';
import type { CommonOptions, Context } from './context.ts';
import { CommandError, exitCodes } from './failures.ts';

export const urlVariable = 'FACTORY_PULSE_CENTRAL_URL';
/** The database's name in the embedded server. */
export const embeddedDatabase = 'factory_pulse';
const connectTimeoutMs = 15_000;
const oldestServer = 150_000;

/** The URL of the database to work on: the option, the environment, or the embedded server while it runs. */
export async function centralUrl(options: CommonOptions, context: Context): Promise<URL> {
  const given = options.url ?? context.env[urlVariable];
  if (given !== undefined && given !== '') return checkedUrl(given);
  const embedded = await findRunning(centralDataDir);
  if (embedded === null) {
    throw new CommandError(
      'CENTRAL_NOT_NAMED',
      'no database is named and the embedded server is not running',
      `give --url or ${urlVariable}, or start the embedded server with "npm run central -- serve"`,
      exitCodes.usage,
    );
  }
  const url = new URL(embedded.url);
  url.pathname = `/${embeddedDatabase}`;
  return url;
}

function checkedUrl(text: string): URL {
  const invalid = (what: string): CommandError =>
    new CommandError('URL_INVALID', what, 'give it as postgres://owner@host:5432/database', exitCodes.usage);
  if (!URL.canParse(text)) throw invalid('the URL cannot be read');
  const url = new URL(text);
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')
    throw invalid(`"${url.protocol}" is not the protocol of PostgreSQL`);
  if (url.pathname.length < 2) throw invalid('the URL names no database');
  return url;
}

/** The URL as it may be shown. */
export function shownUrl(url: URL): string {
  const port = url.port === '' ? '' : `:${url.port}`;
  return `postgres://${url.hostname}${port}${url.pathname}`;
}

export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);

async function connect(url: URL, options: CommonOptions, context: Context): Promise<pg.Client> {
  const plain = new URL(url.href);
  const mode = plain.searchParams.get('sslmode');
  for (const name of ['sslmode', 'sslrootcert', 'sslcert', 'sslkey']) plain.searchParams.delete(name);
  const encrypted = mode === null ? !isLoopbackHost(url.hostname) && url.hostname !== '' : mode !== 'disable';
  const ca = options.ca === undefined ? undefined : await readFile(resolve(context.directory, options.ca), 'utf8');
  const client = new pg.Client({
    connectionString: plain.href,
    ssl: encrypted ? { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) } : false,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'factory-pulse-central',
  });
  // A lost connection makes the query under way fail, which says so; without a listener the process would end here.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/**
 * Opens the database as its owner, hands the connection to `use` and closes it. With `create`, a database that does
 * not exist is made first.
 */
export async function withCentral<T>(
  options: CommonOptions & { create?: boolean },
  context: Context,
  use: (client: pg.Client, url: URL) => Promise<T>,
): Promise<T> {
  const url = await centralUrl(options, context);
  const client = await connect(url, options, context).catch(async (error: unknown) => {
    if (options.create !== true || !(error instanceof pg.DatabaseError) || error.code !== '3D000') throw error;
    await createDatabase(url, options, context);
    return connect(url, options, context);
  });
  try {
    await checkServer(client);
    return await use(client, url);
  } finally {
    await client.end();
  }
}

async function createDatabase(url: URL, options: CommonOptions, context: Context): Promise<void> {
  const maintenance = new URL(url.href);
  maintenance.pathname = '/postgres';
  const client = await connect(maintenance, options, context);
  try {
    const name = decodeURIComponent(url.pathname.slice(1));
    await client.query(`create database ${pg.escapeIdentifier(name)} encoding 'UTF8' template template0`);
  } finally {
    await client.end();
  }
}

async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: number; shown: string; encoding: string; may_create_roles: boolean }>(
    `select current_setting('server_version_num')::integer as version, current_setting('server_version') as shown,
            pg_encoding_to_char(d.encoding) as encoding, r.rolsuper or r.rolcreaterole as may_create_roles
       from pg_database d, pg_roles r where d.datname = current_database() and r.rolname = current_user`,
  );
  const server = rows[0];
  if (!server || server.version < oldestServer) {
    throw new CommandError(
      'SERVER_TOO_OLD',
      `the server is PostgreSQL ${server?.shown ?? '?'}`,
      'use version 15 or newer',
      exitCodes.refused,
    );
  }
  if (server.encoding !== 'UTF8') {
    throw new CommandError(
      'DATABASE_ENCODING',
      `the database is encoded in ${server.encoding}`,
      'create it with encoding UTF8',
      exitCodes.refused,
    );
  }
  if (!server.may_create_roles) {
    throw new CommandError(
      'RIGHTS_MISSING',
      'this role may not create roles',
      'connect as an owner with CREATEROLE',
      exitCodes.refused,
    );
  }
}
