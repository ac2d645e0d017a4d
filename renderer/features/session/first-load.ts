import type { Session } from '../../../shared/api/session.ts';
import type { SyncStatus } from '../../../shared/api/sync.ts';

/** Whether screens would show half of the data: until replica and centre agreed for the first time. */
export function isFirstLoad(session: Pick<Session, 'loading'>, status: SyncStatus | null): boolean {
  if (status?.progress?.step === 'first-load') return true;
  return session.loading && !status?.lastSyncAt;
}

/** Share of the rows stored, 0 to 1; the expected total is an estimate and may be passed. */
export function loadedShare(progress: { rows: number; total: number | null }): number {
  if (progress.total === null || progress.total <= 0) return 0;
  return Math.min(1, progress.rows / progress.total);
}
