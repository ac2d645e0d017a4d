import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Client } from 'pg';
import { Bucket } from '../../main/worker/files/bucket.ts';
import { moveToBucket, moveToDatabase } from './bucket-move.ts';
import { tryBucket } from './bucket-trial.ts';
import { readSecret } from './bucket-secret.ts';
import { isLoopbackHost, withCentral } from './connection.ts';
import { type CommonOptions, type Context, printJson } from './context.ts';
import { CommandError, exitCodes, refused } from './failures.ts';
import { requireCurrentSchema } from './schema.ts';
import { textTable } from './text-table.ts';

export interface SetBucketOptions extends CommonOptions {
  endpoint: string;
  region: string;
  name: string;
  accessKey: string;
  secretFile?: string;
}

/** Tries a bucket and has it receive; nothing is changed where it does not pass. */
export async function setBucket(options: SetBucketOptions, context: Context): Promise<void> {
  const endpoint = checkedEndpoint(options.endpoint);
  const secret = await readSecret(options.secretFile, context);
  await withCentral(options, context, async (client) => {
    await requireCurrentSchema(client);
    await client.query('begin');
    try {
      await client.query('update files.buckets set receives = false where receives');
      const { rows } = await client.query<{ id: string }>(
        `insert into files.buckets (endpoint, region, name, receives) values ($1, $2, $3, true)
         on conflict (endpoint, name) do update set region = excluded.region, receives = true returning id`,
        [endpoint, options.region, options.name],
      );
      const id = rows[0]?.id ?? '';
      await client.query(
        `insert into files.bucket_keys (bucket_id, access_key, secret_key) values ($1, $2, $3)
         on conflict (bucket_id) do update set access_key = excluded.access_key, secret_key = excluded.secret_key, changed_at = now()`,
        [id, options.accessKey, secret],
      );
      await withBucket(options, context, (bucket) => tryBucket(client, bucket, id));
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw withoutValues(error);
    }
    if (options.json === true) printJson(context, { endpoint, region: options.region, name: options.name, receives: true });
    else context.stdout(`New contents of files go to ${options.name} at ${endpoint}; it was tried, and is in order.\n`);
  });
}

/** A value that the schema refuses stands in the server's message; said without it. */
function withoutValues(error: unknown): unknown {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  if (code !== '23514') return error;
  return new CommandError('BUCKET_INVALID', `not of a form that a bucket can have: ${String(constraint)}`, 'check endpoint, region, name and the id of the key', exitCodes.usage);
}

function checkedEndpoint(text: string): string {
  const invalid = (what: string): CommandError => new CommandError('ENDPOINT_INVALID', what, 'give it as https://s3.example.com', exitCodes.usage);
  if (!URL.canParse(text)) throw invalid('the endpoint cannot be read');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw invalid('an endpoint has a host and perhaps a port, and nothing else');
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHost(url.hostname))) throw invalid('an endpoint begins with https://');
  return url.origin;
}

interface Shown {
  endpoint: string;
  region: string;
  name: string;
  receives: boolean;
  has_key: boolean;
  contents: number;
  bytes: string;
  dropped: number;
}

export async function showBuckets(options: CommonOptions, context: Context): Promise<void> {
  await withCentral(options, context, async (client) => {
    await requireCurrentSchema(client);
    const { rows } = await client.query<Shown>(
      `select b.endpoint, b.region, b.name, b.receives, exists (select from files.bucket_keys k where k.bucket_id = b.id) as has_key,
              (select count(*)::int from files.blobs f where f.bucket_id = b.id and f.complete) as contents,
              (select coalesce(sum(f.size), 0)::text from files.blobs f where f.bucket_id = b.id and f.complete) as bytes,
              (select count(*)::int from files.dropped_contents d where d.bucket_id = b.id) as dropped
         from files.buckets b order by b.created_at`,
    );
    if (options.json === true) {
      printJson(context, { buckets: rows });
      return;
    }
    if (rows.length === 0) context.stdout('Contents of files are kept in the database.\n');
    else {
      const lines = rows.map((row) => [row.name, row.endpoint, row.region, row.receives ? 'receives' : 'keeps', row.has_key ? 'has its key' : 'key missing', `${row.contents}`, row.bytes, `${row.dropped}`]);
      context.stdout(textTable(['bucket', 'endpoint', 'region', 'state', 'key', 'contents', 'bytes', 'to remove'], lines));
    }
  });
}

export async function checkBucket(options: CommonOptions, context: Context): Promise<void> {
  await withCentral(options, context, async (client) => {
    await requireCurrentSchema(client);
    const { id, name } = await receiving(client);
    await withBucket(options, context, (bucket) => tryBucket(client, bucket, id));
    if (options.json === true) printJson(context, { name, in_order: true });
    else context.stdout(`${name} takes, gives and removes, and refuses what was not signed.\n`);
  });
}

export async function bucketOff(options: CommonOptions, context: Context): Promise<void> {
  await withCentral(options, context, async (client) => {
    await requireCurrentSchema(client);
    const { id, name } = await receiving(client);
    await client.query('update files.buckets set receives = false where id = $1', [id]);
    if (options.json === true) printJson(context, { name, receives: false });
    else context.stdout(`New contents of files go to the database. What ${name} has stays there, so it keeps its key.\n`);
  });
}

export interface MoveOptions extends CommonOptions {
  to: 'bucket' | 'database';
}

export async function moveContents(options: MoveOptions, context: Context): Promise<void> {
  await withCentral(options, context, async (client) => {
    await requireCurrentSchema(client);
    const moved = await withBucket(options, context, async (bucket) =>
      options.to === 'database' ? moveToDatabase(client, bucket) : moveToBucket(client, bucket, (await receiving(client)).id),
    );
    if (options.json === true) printJson(context, moved);
    else {
      const left = moved.left === 0 ? '' : `; ${moved.left} stay, being there already, or missing or damaged where they are`;
      context.stdout(`${moved.moved} contents went to the ${options.to}${left}.\n`);
    }
  });
}

async function receiving(client: Client): Promise<{ id: string; name: string }> {
  const { rows } = await client.query<{ id: string; name: string }>('select id, name from files.buckets where receives');
  if (!rows[0]) throw refused('BUCKET_NOT_SET', 'no bucket receives contents of files', 'enter one with "files bucket set"');
  return rows[0];
}

/** Gives a way to the store, with the authority that --ca names beside the public ones. */
export async function withBucket<T>(options: CommonOptions, context: Context, work: (bucket: Bucket) => Promise<T>): Promise<T> {
  const ca = options.ca === undefined ? null : await readFile(resolve(context.directory, options.ca), 'utf8');
  const bucket = new Bucket(ca, new AbortController().signal);
  try {
    return await work(bucket);
  } finally {
    bucket.close();
  }
}
