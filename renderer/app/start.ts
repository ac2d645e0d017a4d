import type { Settings } from '../../shared/api/app.ts';
import type { Session } from '../../shared/api/session.ts';
import { AppError, toFailure } from '../../shared/errors.ts';
import { receiveSyncStatus, useAppStore } from './app-store.ts';
import { call, subscribe } from './bridge.ts';
import { i18n } from './i18n.ts';
import { invalidateTables, queryClient } from './queries.ts';

export const toAppError = (error: unknown): AppError => {
  if (error instanceof AppError) return error;
  const { code, message, details } = toFailure(error).error;
  return new AppError(code, message, details, { cause: error });
};

export async function applySettings(settings: Settings): Promise<void> {
  document.documentElement.lang = settings.language;
  document.documentElement.dataset['density'] = settings.density;
  await i18n.changeLanguage(settings.language);
  useAppStore.setState({ settings });
}

/** Shows the screens of another person, or the sign-in; what the last one saw leaves the memory. */
export async function applySession(session: Session | null): Promise<void> {
  const before = useAppStore.getState().session;
  if (before?.person.id !== session?.person.id) queryClient.clear();
  useAppStore.setState({ session, resumeError: null, ...(session ? { ended: null } : {}) });
  receiveSyncStatus(session ? await call('sync.status') : null);
}

/** Subscribes to everything that main and worker announce, then asks where things stand. */
export async function start(): Promise<void> {
  subscribe('settings.changed', (settings) => void applySettings(settings));
  subscribe('session.changed', (session) => void applySession(session));
  subscribe('session.ended', (ended) => useAppStore.setState({ ended }));
  subscribe('sync.status', receiveSyncStatus);
  subscribe('data.changed', ({ tables }) => void invalidateTables(tables));

  const [info, settings] = await Promise.all([call('app.info'), call('settings.get')]);
  await applySettings(settings);
  try {
    await applySession(await call('session.current'));
  } catch (error) {
    useAppStore.setState({ resumeError: toAppError(error) });
  }
  useAppStore.setState({ info });
}
