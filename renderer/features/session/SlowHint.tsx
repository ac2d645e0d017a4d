import { useTranslation } from 'react-i18next';
import { Delayed } from '../../ui/Delayed.tsx';
import classes from './SignIn.module.css';

/** So long a sign-in usually does not take. */
const SLOW_MS = 3_000;

/** Says what takes so long, and that it is not to be interrupted. */
export function SlowHint() {
  const { t } = useTranslation();
  return (
    <Delayed ms={SLOW_MS}>
      <p className={classes['hint']} role="status">
        {t('session.signIn.slow')}
      </p>
    </Delayed>
  );
}
