import type { Settings } from '../../shared/api/app.ts';
import type { LockState } from '../../shared/api/lock.ts';
import type { Session } from '../../shared/api/session.ts';
import { AppError, toFailure } from '../../shared/errors.ts';
import { useAppStore } from './app-store.ts';
import { askAhead } from './ask-ahead.ts';
import { call, subscribe } from './bridge.ts';
import { speak } from './i18n.ts';
import { invalidateTables, queryClient } from './queries.ts';
import { askSyncStatus, receiveSyncStatus } from './sync-status.ts';

export const toAppError = (error: unknown): AppError => {
  if (error instanceof AppError) return error;
  const { code, message, details } = toFailure(error).error;
  return new AppError(code, message, details, { cause: error });
};

export async function applySettings(settings: Settings): Promise<void> {
  document.documentElement.lang = settings.language;
  document.documentElement.dataset['density'] = settings.density;
  await speak(settings.language);
  useAppStore.setState({ settings });
}

/** Shows the screens of another person, or the sign-in; what the last one saw leaves the memory. */
export async function applySession(session: Session | null): Promise<void> {
  const before = useAppStore.getState().session;
  if (before?.person.id !== session?.person.id) queryClient.clear();
  // The next person begins where everybody begins, in every window, not on the page of the one before.
  if (before && before.person.id !== session?.person.id) window.location.hash = '/';
  useAppStore.setState({ session, resumeError: null, ...(session ? { ended: null } : {}) });
  // Of the same person everything new is told.
  const isKnown = before?.person.id === session?.person.id && useAppStore.getState().syncStatus !== null;
  if (!isKnown) await learnSyncStatus();
}

/** What was shown leaves the memory of the page when its screen is locked. */
export async function applyLock(lock: LockState): Promise<void> {
  const before = useAppStore.getState().lock;
  if (lock.locked && !before?.locked) queryClient.clear();
  useAppStore.setState({ lock });
  if (before?.locked && !lock.locked) await learnSyncStatus();
}

async function learnSyncStatus(): Promise<void> {
  const { session, lock } = useAppStore.getState();
  if (session && !lock?.locked) await askSyncStatus(session.person.id);
  else receiveSyncStatus(null);
}

const couldNotResume = (error: unknown): void => useAppStore.setState({ resumeError: toAppError(error) });

/** Subscribes to everything that main and worker announce, then asks where things stand. */
export async function start(): Promise<void> {
  subscribe('settings.changed', (settings) => void applySettings(settings));
  subscribe('session.changed', (session) => void applySession(session));
  subscribe('session.ended', (ended) => useAppStore.setState({ ended }));
  subscribe('lock.changed', (lock) => void applyLock(lock));
  subscribe('sync.status', receiveSyncStatus);
  subscribe('data.changed', ({ tables }) => void invalidateTables(tables));

  const learned = Promise.all([call('app.info'), call('settings.get').then(applySettings)]);
  try {
    const [session, lock] = await Promise.all([call('session.current'), call('lock.state')]);
    await applyLock(lock);
    // How sync stands is no reason to keep the first screen waiting.
    applySession(session).catch(couldNotResume);
    if (session && useAppStore.getState().lock?.locked === false) askAhead(session.person.role);
  } catch (error) {
    couldNotResume(error);
  }
  const [info] = await learned;
  useAppStore.setState({ info });
}
