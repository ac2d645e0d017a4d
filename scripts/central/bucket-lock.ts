import type { Client } from 'pg';

const advisoryLock = 4_202_503;

/**
 * Of moves and removals one is at work at a time: what one puts into a bucket, the other would take for what is to be removed.
 * Answers null, without having begun, where another one is.
 */
export async function aloneAtWork<T>(client: Client, work: () => Promise<T>): Promise<T | null> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [advisoryLock]);
  if (rows[0]?.locked !== true) return null;
  try {
    return await work();
  } finally {
    await client.query('select pg_advisory_unlock($1)', [advisoryLock]);
  }
}
