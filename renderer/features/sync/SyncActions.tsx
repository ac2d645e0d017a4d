import { Button } from '@mantine/core';
import { IconChecklist, IconFiles, IconKey, IconRefresh } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { SyncStatus } from '../../../shared/api/sync.ts';
import { receiveSyncStatus } from '../../app/sync-status.ts';
import { call } from '../../app/bridge.ts';
import { paths } from '../../app/paths.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyFailure } from '../../ui/notify.tsx';
import { useSignOut } from '../session/use-sign-out.ts';
import classes from './Sync.module.css';

export function SyncActions({ status }: { status: SyncStatus }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const signOut = useSignOut();
  const now = useMutation({
    mutationFn: (operation: 'sync.now' | 'sync.check') => call(operation),
    onSuccess: receiveSyncStatus,
    onError: (error) => notifyFailure(t('sync.title'), errorText(error)),
  });
  return (
    <div className={classes['actions']}>
      {status.state === 'auth-required' && (
        <Button leftSection={<IconKey size={16} aria-hidden />} onClick={signOut.ask}>
          {t('sync.signInAgain')}
        </Button>
      )}
      {/* Answered at once. A button that waits is disabled, and would lose the focus. */}
      <Button
        variant={status.state === 'auth-required' ? 'default' : 'filled'}
        leftSection={<IconRefresh size={16} aria-hidden />}
        onClick={() => now.mutate('sync.now')}
      >
        {t('sync.now')}
      </Button>
      <Button variant="default" leftSection={<IconChecklist size={16} aria-hidden />} onClick={() => now.mutate('sync.check')}>
        {t('sync.checkNow')}
      </Button>
      <Button component={Link} to={paths.files} variant="default" leftSection={<IconFiles size={16} aria-hidden />}>
        {t('files.title')}
      </Button>
    </div>
  );
}
