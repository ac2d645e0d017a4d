import { Button } from '@mantine/core';
import { IconCloudUpload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyFailure } from '../../ui/notify.tsx';
import { DriveTransfers } from '../drive/DriveTransfers.tsx';
import classes from './Backups.module.css';

/** What is on its way to Drive, and how to send what waits. */
export function WaitingBackups({ count }: { count: number }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const send = useMutation({
    mutationFn: () => call('backup.sendWaiting'),
    onError: (error) => notifyFailure(t('backups.drive.sendFailed'), errorText(error)),
  });
  return (
    <>
      {count > 0 && (
        <div className={classes['waiting']}>
          <span>{t('backups.drive.waiting', { count })}</span>
          <Button variant="default" leftSection={<IconCloudUpload size={16} aria-hidden />} loading={send.isPending} onClick={() => send.mutate()}>
            {t('backups.drive.send')}
          </Button>
        </div>
      )}
      <DriveTransfers />
    </>
  );
}
