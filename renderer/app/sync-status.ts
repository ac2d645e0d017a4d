import type { SyncStatus } from '../../shared/api/sync.ts';
import { useAppStore } from './app-store.ts';
import { call } from './bridge.ts';

/** Grows with everything that is asked or heard: an answer counts only where nothing came after its question. */
let latest = 0;
/** The question that waits for its answer, and about whose session it is. */
let open: { personId: string; answered: Promise<void> } | null = null;

/** Takes over how sync stands; what remains until the next attempt is counted down from now on. */
export function receiveSyncStatus(syncStatus: SyncStatus | null): void {
  latest += 1;
  open = null;
  const wait = syncStatus?.retryInMs ?? null;
  useAppStore.setState({ syncStatus, retryAt: wait === null ? null : Date.now() + wait });
}

/** Asks once how sync stands in a person's session, however many want to know. News that comes before the answer is newer than it. */
export function askSyncStatus(personId: string, ask = (): Promise<SyncStatus> => call('sync.status')): Promise<void> {
  if (open?.personId === personId) return open.answered;
  const mine = ++latest;
  const answered = ask()
    .then((status) => {
      if (mine === latest) receiveSyncStatus(status);
    })
    .finally(() => {
      if (open?.answered === answered) open = null;
    });
  open = { personId, answered };
  return answered;
}
