import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { PrintHeader } from '../features/print/PrintHeader.tsx';
import { PastBanner } from '../features/past/PastBanner.tsx';
import { StatusBar } from '../features/sync/StatusBar.tsx';
import { contentId } from '../ui/theme.ts';
import { useSession } from './app-store.ts';
import { useDestinations } from './destinations.ts';
import { useLaterParts } from './later.ts';
import { NavigationRail } from './NavigationRail.tsx';
import classes from './Shell.module.css';
import { useShellKeys } from './use-shell-keys.ts';
import { useWindowTitle } from './use-window-title.ts';

/** The frame around every page: navigation on the left, state of the connection below. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const { past } = useSession();
  const page = useDestinations().find(({ path }) => path === pathname);
  useWindowTitle(page ? t(`app.navigation.${page.id}`) : null);
  useShellKeys();
  const later = useLaterParts();
  const skip = () => document.getElementById(contentId)?.focus();
  return (
    <div className={classes['shell']}>
      <button type="button" className={classes['skip']} onClick={skip}>
        {t('app.skipToContent')}
      </button>
      <NavigationRail />
      <main id={contentId} tabIndex={-1} className={classes['content']}>
        {past && <PastBanner past={past} />}
        <PrintHeader />
        {children}
      </main>
      {!past && <StatusBar />}
      {later && <later.ShellDialogs />}
    </div>
  );
}
