import { durably } from '../replica/database.ts';
import type { PullContext } from './pull.ts';

/**
 * A server that crashes takes back the ids of transactions that were rolled back last, because nobody had to write them
 * down, and gives them out again. A cursor from before that counts them as seen. No transaction was committed after
 * those (that would have written them down), so they are few; so many are looked at again.
 */
const LOOKED_AT_AGAIN = 10_000;

/**
 * Steps the cursor back where the server has recovered from a crash since it was taken. Recovery begins the statistics
 * anew, also where one process alone had crashed and the server went on under the same main process; a restart in good
 * order keeps them, and loses no ids either.
 */
export async function distrustLostIds({ client, meta, replica }: PullContext): Promise<void> {
  const { rows } = await client.query<{ since: string }>('select stats_reset as since from pg_stat_wal');
  const since = rows[0]?.since ?? '';
  if (since === meta.get('server_recovered')) return;
  const cursor = meta.get('cursor');
  durably(replica.write, 'FULL', () => {
    meta.set({ server_recovered: since, ...(cursor === null ? {} : { cursor: stepBack(cursor) }) });
  });
}

/** A snapshot that has seen nothing of the last transactions that this one has seen. */
export function stepBack(snapshot: string): string {
  const oldest = BigInt(snapshot.slice(0, snapshot.indexOf(':')));
  const earlier = oldest > LOOKED_AT_AGAIN ? oldest - BigInt(LOOKED_AT_AGAIN) : 1n;
  return `${earlier}:${earlier}:`;
}
