import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTimestamp } from '../../shared/domain/timestamps.ts';
import { useFormat } from '../ui/use-format.ts';
import { useAppStore } from './app-store.ts';

/**
 * Names the window, and what it prints, after what it shows, so that people tell their windows apart. Null leaves it to
 * another; nothing of it stays on a locked screen.
 */
export function useWindowTitle(title: string | null): void {
  const { t } = useTranslation();
  const format = useFormat();
  const past = useAppStore((state) => state.session?.past);
  const name = past ? t('past.window', { name: t('app.name'), at: format.dateTime(formatTimestamp(new Date(past.at))) }) : t('app.name');
  useEffect(() => {
    if (title === null) return undefined;
    document.title = `${title} – ${name}`;
    return () => {
      document.title = name;
    };
  }, [title, name]);
}
