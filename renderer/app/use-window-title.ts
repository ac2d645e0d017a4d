import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/**
 * Names the window, and what it prints, after what it shows, so that people tell their windows apart. Null leaves it to
 * another; nothing of it stays on a locked screen.
 */
export function useWindowTitle(title: string | null): void {
  const { t } = useTranslation();
  const name = t('app.name');
  useEffect(() => {
    if (title === null) return undefined;
    document.title = `${title} – ${name}`;
    return () => {
      document.title = name;
    };
  }, [title, name]);
}
