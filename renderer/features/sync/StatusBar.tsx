import { Button, VisuallyHidden } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { parseTimestamp } from '../../../shared/domain/timestamps.ts';
import { useAppStore, useSession } from '../../app/app-store.ts';
import { paths } from '../../app/paths.ts';
import { useFormat } from '../../ui/use-format.ts';
import { useNow } from '../../ui/use-now.ts';
import { useSignOut } from '../session/use-sign-out.ts';
import { connectionLooks, useConnectionText } from './connection.ts';
import classes from './StatusBar.module.css';

const MINUTE_MS = 60_000;

/** One line at the bottom of every page: how this machine stands towards the centre, and the way to the sync centre. */
export function StatusBar() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const connectionText = useConnectionText();
  const { organization, person } = useSession();
  const status = useAppStore((state) => state.syncStatus);
  const signOut = useSignOut();

  if (!status) return <footer className={classes['bar']} />;
  const { Icon, tone } = connectionLooks[status.state];
  const text = connectionText(status);

  return (
    <footer className={classes['bar']}>
      <VisuallyHidden role="status">{text}</VisuallyHidden>
      <Link to={paths.sync} className={classes['state']} data-tone={tone} title={t('sync.open')}>
        <Icon size={16} aria-hidden className={tone === 'working' ? classes['turning'] : undefined} />
        {text}
        {status.attention > 0 && (
          <span className={classes['attention']}>
            <IconAlertTriangle size={14} aria-hidden />
            {t('sync.attention', { count: status.attention })}
          </span>
        )}
      </Link>
      <span className={classes['last']}>{lastSyncText(status.lastSyncAt)}</span>
      {status.state === 'auth-required' && (
        <Button size="compact-xs" onClick={signOut.ask}>
          {t('sync.signInAgain')}
        </Button>
      )}
      <span className={classes['who']}>
        {organization.name} · {person.name} · {t(`values.role.${person.role}`)}
      </span>
    </footer>
  );

  function lastSyncText(at: string | null): string {
    if (!at) return t('sync.neverSynced');
    const isRecent = now.getTime() - parseTimestamp(at).getTime() < MINUTE_MS;
    return isRecent ? t('sync.justSynced') : t('sync.lastSync', { when: format.relative(at, now) });
  }
}
