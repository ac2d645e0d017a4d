import { Button } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import classes from './Backups.module.css';

/** Gives this machine the contents of documents that a backup has and that are missing here. */
export function BringContents({ passphrase, busy }: { passphrase: string | null; busy: boolean }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const bring = useMutation({
    mutationFn: () => call('backup.bringContents', { passphrase }),
    onSuccess: ({ brought }) => notifyDone(t('backups.contents.done', { count: brought })),
    onError: (error) => notifyFailure(t('backups.contents.failed'), errorText(error)),
  });
  return (
    <div className={classes['look']}>
      <p className={classes['muted']}>{t('backups.contents.text')}</p>
      <div className={classes['actions']}>
        <Button variant="default" leftSection={<IconFileImport size={16} aria-hidden />} disabled={busy} loading={bring.isPending} onClick={() => bring.mutate()}>
          {t('backups.contents.bring')}
        </Button>
      </div>
    </div>
  );
}
