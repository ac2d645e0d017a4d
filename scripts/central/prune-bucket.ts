import type { Client } from 'pg';
import type { Bucket } from '../../main/worker/files/bucket.ts';
import { AppError } from '../../shared/errors.ts';
import { aloneAtWork } from './bucket-lock.ts';
import { signedFor } from './bucket-trial.ts';

/** A signature of the centre is good for a quarter of an hour: until it is over, a piece may still arrive. */
const SETTLED = '1 hour';

interface Dropped {
  blob_id: string;
  bucket_id: string;
  pieces: number;
}

/**
 * Removes the pieces of contents that no document has any more from where they lie; answers how many contents it were. None
 * while others are moved: the next run comes. A bucket that is out of order keeps no other one from being cleared.
 */
export async function removeDropped(client: Client, bucket: Bucket): Promise<number> {
  const removed = await aloneAtWork(client, async () => {
    const { rows } = await client.query<Dropped>(
      'select blob_id, bucket_id, pieces from files.dropped_contents where dropped_at < now() - $1::interval order by dropped_at',
      [SETTLED],
    );
    const failures = new Map<string, unknown>();
    let count = 0;
    for (const dropped of rows) {
      if (failures.has(dropped.bucket_id)) continue;
      try {
        await remove(client, bucket, dropped);
        count += 1;
      } catch (error) {
        failures.set(dropped.bucket_id, error);
      }
    }
    for (const failure of failures.values()) throw failure;
    return count;
  });
  return removed ?? 0;
}

async function remove(client: Client, bucket: Bucket, { blob_id: blob, bucket_id: id, pieces }: Dropped): Promise<void> {
  for (let number = 0; number < pieces; number += 1) {
    const object = await client.query<{ name: string }>('select files.object_of($1, $2) as name', [blob, number]);
    await bucket.send(await signedFor(client, id, 'DELETE', object.rows[0]?.name ?? '')).catch(unlessGone);
  }
  // Only now: what was begun and broke off is removed once more.
  await client.query('delete from files.dropped_contents where blob_id = $1 and bucket_id = $2', [blob, id]);
}

/** Most stores take it that there is nothing to remove; Google's says so. Where the whole bucket is missing, that is no such answer. */
function unlessGone(error: unknown): void {
  if (!(error instanceof AppError) || error.details['reason'] !== 'NoSuchKey') throw error;
}
