import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import { keptOffline } from './offline-choices.ts';
import type { ContentStore } from './store.ts';

/**
 * Contents that stay whatever the budget says: those that only this machine has, sent nowhere and fetched from nowhere so far,
 * and those that the person keeps offline.
 */
const staying = `
  select sha256 from stored_files s where not exists (select 1 from file_transfers t where t.sha256 = s.sha256 and t.state = 'done')
  union select sha256 from (${keptOffline})`;

/** Free space that is never used up. */
const RESERVE_BYTES = 200 * 1024 * 1024;

export interface DiskUse {
  used: number;
  /** Of that, what can make room. */
  evictable: number;
}

export function diskUse(replica: Replica): DiskUse {
  return prepared(
    replica.read,
    `with staying as (${staying})
     select coalesce(sum(size), 0) as used, coalesce(sum(size) filter (where sha256 not in (select sha256 from staying)), 0) as evictable from stored_files`,
  ).get() as DiskUse;
}

/** Whether so many bytes fit within the budget and on the disk without anything having to go. */
export function fitsBeside(replica: Replica, store: ContentStore, bytes: number, budget: number): boolean {
  return diskUse(replica).used + bytes <= budget && bytes <= store.freeBytes() - RESERVE_BYTES;
}

/**
 * Makes room for so many bytes within the budget by removing what was used longest ago. False where that is not possible
 * with what may go; then as much as may go has gone only if `anyway`.
 */
export async function makeRoom(replica: Replica, store: ContentStore, bytes: number, budget: number, anyway = false): Promise<boolean> {
  const limit = (): number => Math.min(budget, diskUse(replica).used + Math.max(0, store.freeBytes() - RESERVE_BYTES));
  const { used, evictable } = diskUse(replica);
  if (used + bytes <= limit()) return true;
  if (!anyway && used - evictable + bytes > budget) return false;
  const leaving = prepared(
    replica.read,
    `with staying as (${staying})
     select sha256 from stored_files where sha256 not in (select sha256 from staying) order by last_used_at, sha256`,
  )
    .pluck()
    .all() as string[];
  for (const sha256 of leaving) {
    if (diskUse(replica).used + bytes <= limit()) return true;
    await store.remove(sha256);
  }
  return diskUse(replica).used + bytes <= limit();
}
