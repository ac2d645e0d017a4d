import { create } from 'zustand';
import type { AppInfo, Settings } from '../../shared/api/app.ts';
import type { Session, SessionEnd } from '../../shared/api/session.ts';
import type { LockState } from '../../shared/api/lock.ts';
import type { SyncStatus } from '../../shared/api/sync.ts';
import type { AppError } from '../../shared/errors.ts';

interface AppState {
  info: AppInfo | null;
  settings: Settings | null;
  session: Session | null;
  lock: LockState | null;
  syncStatus: SyncStatus | null;
  /** When the next attempt to connect begins, in milliseconds of this machine's clock; null where none is planned. */
  retryAt: number | null;
  /** Why the last session ended without its person. */
  ended: SessionEnd | null;
  /** Why the remembered person could not be signed in at start. */
  resumeError: AppError | null;
  /** Why the window could not learn where things stand at all. */
  startError: AppError | null;
}

/** What the whole window knows: who is signed in, how sync stands, how to look. Rows of data are never kept here. */
export const useAppStore = create<AppState>()(() => ({
  info: null,
  settings: null,
  session: null,
  lock: null,
  syncStatus: null,
  retryAt: null,
  ended: null,
  resumeError: null,
  startError: null,
}));

/** The session inside screens that exist only for a signed-in person. */
export function useSession(): Session {
  const session = useAppStore((state) => state.session);
  if (!session) throw new Error('a screen of the signed-in person was shown without a session');
  return session;
}

/** Whether the window shows an earlier state: then no screen offers anything that would change it. */
export const useReadOnly = (): boolean => useSession().past !== undefined;
