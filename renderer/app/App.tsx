import { MantineProvider, type MantineColorSchemeManager } from '@mantine/core';
import { DatesProvider } from '@mantine/dates';
import { useColorScheme } from '@mantine/hooks';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { RouterProvider } from 'react-router/dom';
import { isFirstLoad } from '../features/session/first-load.ts';
import { Splash } from '../ui/Splash.tsx';
import { themes } from '../ui/theme.ts';
import { useAppStore } from './app-store.ts';
import { useLaterParts } from './later.ts';
import { queryClient } from './queries.ts';
import { router } from './routes.tsx';

const entrance = () => import('../features/session/entrance.ts');
const SignInPage = lazy(async () => ({ default: (await entrance()).SignInPage }));
const LockPage = lazy(async () => ({ default: (await entrance()).LockPage }));
const FirstLoadPage = lazy(async () => ({ default: (await entrance()).FirstLoadPage }));

/** The scheme is always given: Mantine's own manager would have the first screen wait for the browser's storage. */
const noScheme: MantineColorSchemeManager = {
  get: (scheme) => scheme,
  set: () => undefined,
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => undefined,
};

export function App() {
  const settings = useAppStore((state) => state.settings);
  const systemScheme = useColorScheme(undefined, { getInitialValueInEffect: false });
  const chosen = settings?.theme ?? 'system';
  const later = useLaterParts();
  return (
    <MantineProvider
      theme={themes[settings?.density ?? 'office']}
      colorSchemeManager={noScheme}
      forceColorScheme={chosen === 'system' ? systemScheme : chosen}
    >
      <DatesProvider settings={{ locale: settings?.language ?? 'vi', firstDayOfWeek: 1 }}>
        <QueryClientProvider client={queryClient}>
          {later && <later.Overlays />}
          <CurrentScreen />
        </QueryClientProvider>
      </DatesProvider>
    </MantineProvider>
  );
}

/** The one decision above all routes: signing in, loading for the first time, locked, or working. */
function CurrentScreen() {
  const startError = useAppStore((state) => state.startError);
  const session = useAppStore((state) => state.session);
  const locked = useAppStore((state) => state.lock?.locked ?? false);
  const syncStatus = useAppStore((state) => state.syncStatus);

  if (startError) throw startError;
  if (session && !locked && !isFirstLoad(session, syncStatus)) return <RouterProvider router={router} />;
  return <Suspense fallback={<Splash />}>{entrancePage()}</Suspense>;

  function entrancePage() {
    if (!session) return <SignInPage />;
    return locked ? <LockPage session={session} /> : <FirstLoadPage />;
  }
}
