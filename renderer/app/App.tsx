import { MantineProvider } from '@mantine/core';
import { DatesProvider } from '@mantine/dates';
import { useColorScheme } from '@mantine/hooks';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { RouterProvider } from 'react-router/dom';
import { FirstLoadPage } from '../features/session/FirstLoadPage.tsx';
import { isFirstLoad } from '../features/session/first-load.ts';
import { LockPage } from '../features/lock/LockPage.tsx';
import { SignInPage } from '../features/session/SignInPage.tsx';
import { Splash } from '../ui/Splash.tsx';
import { themes } from '../ui/theme.ts';
import { useAppStore } from './app-store.ts';
import { queryClient } from './queries.ts';
import { router } from './routes.tsx';

export function App() {
  const { t } = useTranslation();
  const settings = useAppStore((state) => state.settings);
  const locked = useAppStore((state) => state.lock?.locked ?? false);
  const systemScheme = useColorScheme(undefined, { getInitialValueInEffect: false });
  const chosen = settings?.theme ?? 'system';
  return (
    <MantineProvider
      theme={themes[settings?.density ?? 'office']}
      forceColorScheme={chosen === 'system' ? systemScheme : chosen}
    >
      <DatesProvider settings={{ locale: settings?.language ?? 'vi', firstDayOfWeek: 1 }}>
        <QueryClientProvider client={queryClient}>
          <ModalsProvider modalProps={{ closeButtonProps: { 'aria-label': t('app.actions.close') } }}>
            {!locked && <Notifications position="bottom-right" limit={4} autoClose={6000} />}
            <CurrentScreen />
          </ModalsProvider>
        </QueryClientProvider>
      </DatesProvider>
    </MantineProvider>
  );
}

/** The one decision above all routes: starting, signing in, loading for the first time, locked, or working. */
function CurrentScreen() {
  const startError = useAppStore((state) => state.startError);
  const info = useAppStore((state) => state.info);
  const session = useAppStore((state) => state.session);
  const locked = useAppStore((state) => state.lock?.locked ?? false);
  const syncStatus = useAppStore((state) => state.syncStatus);

  if (startError) throw startError;
  if (!info) return <Splash />;
  if (!session) return <SignInPage />;
  if (locked) return <LockPage session={session} />;
  if (isFirstLoad(session, syncStatus)) return <FirstLoadPage />;
  return <RouterProvider router={router} />;
}
