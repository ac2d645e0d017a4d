import type { Client } from 'pg';
import type { Bucket } from '../../main/worker/files/bucket.ts';
import { signedFor } from './bucket-trial.ts';

/** A signature of the centre is good for a quarter of an hour: until it is over, a piece may still arrive. */
const SETTLED = '1 hour';

/** Removes the pieces of contents that no document has any more from where they lie; answers how many contents it were. */
export async function removeDropped(client: Client, bucket: Bucket): Promise<number> {
  const { rows } = await client.query<{ blob_id: string; bucket_id: string; pieces: number }>(
    'select blob_id, bucket_id, pieces from files.dropped_contents where dropped_at < now() - $1::interval order by dropped_at',
    [SETTLED],
  );
  for (const { blob_id: blob, bucket_id: id, pieces } of rows) {
    for (let number = 0; number < pieces; number += 1) {
      const object = await client.query<{ name: string }>('select files.object_of($1, $2) as name', [blob, number]);
      await bucket.send(await signedFor(client, id, 'DELETE', object.rows[0]?.name ?? ''));
    }
    // Only now: what was begun and broke off is removed once more, which the store takes.
    await client.query('delete from files.dropped_contents where blob_id = $1', [blob]);
  }
  return rows.length;
}
