import { Alert } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SessionEnd } from '../../../shared/api/session.ts';
import classes from './SignIn.module.css';

/** Why somebody who was at work stands before the sign-in, and what became of their work. */
export function SessionEnded({ end }: { end: SessionEnd }) {
  const { t } = useTranslation();
  return (
    <Alert color="red" variant="light" icon={<IconLock />} title={t('session.ended.title')} role="alert">
      <div className={classes['problem']}>
        <p>{t(`session.ended.${end.code}`)}</p>
        {end.handedIn > 0 && <p>{t('session.ended.handedIn', { count: end.handedIn })}</p>}
      </div>
    </Alert>
  );
}
