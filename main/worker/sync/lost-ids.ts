import { durably } from '../replica/database.ts';
import type { PullContext } from './pull.ts';

/**
 * A server that crashes takes back the ids of transactions that were rolled back last, because nobody had to write them
 * down, and gives them out again. A cursor from before that counts them as seen. No transaction was committed after
 * those (that would have written them down), so they are few; so many are looked at again.
 */
const LOOKED_AT_AGAIN = 10_000;

/** Steps the cursor back where the server has started anew since it was taken. */
export async function distrustLostIds({ client, meta, replica }: PullContext): Promise<void> {
  const { rows } = await client.query<{ started: string }>('select pg_postmaster_start_time() as started');
  const started = rows[0]?.started ?? '';
  if (started === meta.get('server_started')) return;
  const cursor = meta.get('cursor');
  durably(replica.write, 'FULL', () => {
    meta.set({ server_started: started, ...(cursor === null ? {} : { cursor: stepBack(cursor) }) });
  });
}

/** A snapshot that has seen nothing of the last transactions that this one has seen. */
export function stepBack(snapshot: string): string {
  const oldest = BigInt(snapshot.slice(0, snapshot.indexOf(':')));
  const earlier = oldest > LOOKED_AT_AGAIN ? oldest - BigInt(LOOKED_AT_AGAIN) : 1n;
  return `${earlier}:${earlier}:`;
}
