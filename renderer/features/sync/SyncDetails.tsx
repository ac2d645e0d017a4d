import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { SyncStatus } from '../../../shared/api/sync.ts';
import { useAppStore } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { useFormat } from '../../ui/use-format.ts';
import { AttentionList } from './AttentionList.tsx';
import { useConnectionText } from './connection.ts';
import classes from './StatusBar.module.css';

export function SyncDetails({ status, close }: { status: SyncStatus; close: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const connectionText = useConnectionText();
  const now = useMutation({
    mutationFn: () => call('sync.now'),
    onSuccess: (syncStatus) => useAppStore.setState({ syncStatus }),
  });

  return (
    <div className={classes['details']}>
      <h2 className={classes['heading']}>{connectionText(status)}</h2>
      {status.error && <p className={classes['problem']}>{t(`errors.${status.error.code}`)}</p>}
      {now.error && <p className={classes['problem']}>{errorText(now.error)}</p>}
      <p>{status.pending > 0 ? t('sync.waitingSafe', { count: status.pending }) : t('sync.allSent')}</p>
      <p className={classes['muted']}>
        {status.lastSyncAt
          ? t('sync.lastSync', { when: format.dateTime(status.lastSyncAt) })
          : t('sync.neverSynced')}
      </p>
      {status.retryInMs !== null && (
        <p className={classes['muted']}>{t('sync.retryIn', { when: format.inMilliseconds(status.retryInMs) })}</p>
      )}
      <div className={classes['actions']}>
        {/* Answered at once. A button that waits is disabled, and the focus would leave the dialog with it. */}
        <Button leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => now.mutate()}>
          {t('sync.now')}
        </Button>
      </div>
      <section className={classes['section']}>
        <AttentionList close={close} />
      </section>
    </div>
  );
}
