import { useTranslation } from 'react-i18next';
import { Mark } from './Mark.tsx';

/** The same as in index.html, where it stands before anything can be drawn here. */
export function Splash() {
  const { t } = useTranslation();
  return (
    <main className="splash">
      <Mark size={56} />
      <p role="status">{t('app.loading')}</p>
    </main>
  );
}
