import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import type { Bucket } from '../../main/worker/files/bucket.ts';
import { AppError } from '../../shared/errors.ts';
import { aloneAtWork } from './bucket-lock.ts';
import { signedFor } from './bucket-trial.ts';
import { refused } from './failures.ts';

/** A content as it lies in one place. */
interface Stored {
  id: string;
  manifest: Buffer;
  bucket_id: string | null;
}

export interface Moved {
  moved: number;
  /** Contents that are in the other place already, from the same sender, or damaged where they are. */
  left: number;
}

const hashAt = (manifest: Buffer, number: number): Buffer => manifest.subarray(number * 32, (number + 1) * 32);
const piecesIn = ({ manifest }: Stored): number => manifest.length / 32;

/**
 * Carries what the database has into a bucket, one content after the other; each is in one place or in the other, and what was
 * broken off goes on with the next run.
 */
export async function moveToBucket(client: Client, bucket: Bucket, bucketId: string): Promise<Moved> {
  return each(client, 'select id from files.blobs where complete and bucket_id is null order by id', async (content) => {
    // Noted first: if it breaks off, or the content goes meanwhile, a later prune removes what was put.
    await noteDropped(client, content, bucketId);
    for (let number = 0; number < piecesIn(content); number += 1) {
      const { rows } = await client.query<{ bytes: Buffer }>('select bytes from files.chunks where blob_id = $1 and number = $2', [content.id, number]);
      const bytes = checked(content, number, rows[0]?.bytes);
      await bucket.send(await signedFor(client, bucketId, 'PUT', await objectOf(client, content, number), bytes), bytes);
    }
    return inTransaction(client, async () => {
      if (!(await place(client, content, bucketId))) return false;
      await client.query('delete from files.chunks where blob_id = $1', [content.id]);
      await client.query('delete from files.dropped_contents where blob_id = $1 and bucket_id = $2', [content.id, bucketId]);
      return true;
    });
  });
}

/** The way back, with every piece checked against its hash; those in the bucket are removed by a later `prune`. */
export async function moveToDatabase(client: Client, bucket: Bucket): Promise<Moved> {
  return each(client, 'select id from files.blobs where complete and bucket_id is not null order by id', async (content) => {
    const from = content.bucket_id;
    if (from === null) return false;
    return inTransaction(client, async () => {
      if (!(await place(client, content, null))) return false;
      for (let number = 0; number < piecesIn(content); number += 1) {
        const bytes = checked(content, number, await bucket.send(await signedFor(client, from, 'GET', await objectOf(client, content, number))));
        await client.query('insert into files.chunks (blob_id, number, bytes) values ($1, $2, $3)', [content.id, number, bytes]);
      }
      await noteDropped(client, content, from);
      return true;
    });
  });
}

/** What is missing or damaged stays where it is; what is wrong with the store itself ends the run. */
async function each(client: Client, query: string, move: (content: Stored) => Promise<boolean>): Promise<Moved> {
  const moved = await aloneAtWork(client, async () => {
    const { rows } = await client.query<{ id: string }>(query);
    const result: Moved = { moved: 0, left: 0 };
    for (const { id } of rows) {
      if (await moveOne(client, id, move)) result.moved += 1;
      else result.left += 1;
    }
    return result;
  });
  if (moved === null) throw refused('BUCKET_IN_WORK', 'another run moves contents, or removes them from a bucket', 'try again when it has ended');
  return moved;
}

async function moveOne(client: Client, id: string, move: (content: Stored) => Promise<boolean>): Promise<boolean> {
  const { rows } = await client.query<Stored>('select id, manifest, bucket_id from files.blobs where id = $1', [id]);
  if (!rows[0]) return false;
  return move(rows[0]).catch((error: unknown) => {
    if (error instanceof AppError && ['FILE_DAMAGED', 'FILE_NOT_AT_CENTRE'].includes(error.code)) return false;
    throw error;
  });
}

/** Pieces that belong to nothing there are removed by a later prune. */
async function noteDropped(client: Client, content: Stored, bucketId: string): Promise<void> {
  await client.query(
    `insert into files.dropped_contents (blob_id, bucket_id, pieces) values ($1, $2, $3)
     on conflict (blob_id, bucket_id) do update set dropped_at = now()`,
    [content.id, bucketId, piecesIn(content)],
  );
}

/** False where the content went meanwhile, or its sender has it there already. */
async function place(client: Client, content: Stored, bucketId: string | null): Promise<boolean> {
  const { rowCount } = await client.query(
    `update files.blobs b set bucket_id = $2 where b.id = $1 and b.complete and not exists (
       select from files.blobs o where o.organization_id = b.organization_id and o.sha256 = b.sha256 and o.manifest_sha256 = b.manifest_sha256 and o.complete
         and case when $2::uuid is null then o.bucket_id is null else o.bucket_id = $2 and o.created_by = b.created_by end)`,
    [content.id, bucketId],
  );
  return rowCount === 1;
}

function checked({ manifest }: Stored, number: number, bytes: Buffer | undefined): Buffer {
  if (!bytes) throw new AppError('FILE_NOT_AT_CENTRE', 'a piece is missing');
  if (!createHash('sha256').update(bytes).digest().equals(hashAt(manifest, number))) throw new AppError('FILE_DAMAGED', 'a piece is not what its manifest says');
  return bytes;
}

async function objectOf(client: Client, { id }: Stored, number: number): Promise<string> {
  const { rows } = await client.query<{ name: string }>('select files.object_of($1, $2) as name', [id, number]);
  return rows[0]?.name ?? '';
}

async function inTransaction<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
