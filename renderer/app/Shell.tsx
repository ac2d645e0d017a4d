import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { Tour } from '../features/help/Tour.tsx';
import { MoveDialog } from '../features/projects/moves/MoveDialog.tsx';
import { StatusBar } from '../features/sync/StatusBar.tsx';
import { contentId } from '../ui/theme.ts';
import { useAppStore } from './app-store.ts';
import { historyStep } from './history-keys.ts';
import { NavigationRail } from './NavigationRail.tsx';
import classes from './Shell.module.css';

/** The frame around every page: navigation on the left, state of the connection below. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const platform = useAppStore((state) => state.info?.platform);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const step = event.defaultPrevented ? null : historyStep(event, platform);
      if (step === null) return;
      event.preventDefault();
      void navigate(step);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [navigate, platform]);
  const skip = () => document.getElementById(contentId)?.focus();
  return (
    <div className={classes['shell']}>
      <button type="button" className={classes['skip']} onClick={skip}>
        {t('app.skipToContent')}
      </button>
      <NavigationRail />
      <main id={contentId} tabIndex={-1} className={classes['content']}>
        {children}
      </main>
      <StatusBar />
      <MoveDialog />
      <Tour />
    </div>
  );
}
