import { Button } from '@mantine/core';
import { IconRestore } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '../../app/bridge.ts';
import { askToConfirm } from '../../app/questions.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import classes from './Backups.module.css';
import { askAgain } from './use-backups.ts';

interface Props {
  passphrase: string | null;
  /** Where the present state is saved first; null where there is no folder. */
  folder: string | null;
  busy: boolean;
  /** The backup is not open any more: the session that had opened it was closed. */
  restored(): void;
}

/** Puts a snapshot in the place of the data on this machine, once the person has confirmed it. */
export function RestoreSnapshot({ passphrase, folder, busy, restored }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const restore = useMutation({
    mutationFn: () => call('backup.restoreSnapshot', { passphrase }),
    onSuccess: ({ kept, returned, waiting }) => {
      notifyDone(t('backups.restore.done', { kept, returned }));
      if (waiting > 0) notifyFailure(t('backups.look.title'), t('backups.restore.waiting', { count: waiting }));
      restored();
    },
    onError: (error) => notifyFailure(t('backups.restore.failed'), errorText(error)),
    onSettled: askAgain,
  });
  const ask = () =>
    void askToConfirm({
      title: t('backups.restore.title'),
      children: t('backups.restore.text'),
      labels: { confirm: t('backups.restore.confirm'), cancel: t('app.actions.cancel') },
      onConfirm: () => restore.mutate(),
    });
  return (
    <div className={classes['look']}>
      <p className={classes['muted']}>{folder === null ? t('backups.look.needsFolder') : t('backups.restore.text')}</p>
      <div className={classes['actions']}>
        <Button variant="default" leftSection={<IconRestore size={16} aria-hidden />} disabled={busy || folder === null} loading={restore.isPending} onClick={ask}>
          {t('backups.restore.open')}
        </Button>
      </div>
    </div>
  );
}
