import { useTranslation } from 'react-i18next';
import { Delayed } from './Delayed.tsx';
import { Mark } from './Mark.tsx';
import classes from './Splash.module.css';

export function Splash() {
  const { t } = useTranslation();
  return (
    <main className={classes['splash']}>
      <Delayed>
        <Mark size={56} />
        <p role="status">{t('app.loading')}</p>
      </Delayed>
    </main>
  );
}
