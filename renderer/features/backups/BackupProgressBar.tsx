import { Button, Progress } from '@mantine/core';
import { IconPlayerStop } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { BackupProgress } from '../../../shared/api/backup.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyFailure } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Backups.module.css';

/** How far the work that runs has come, and how to stop it. */
export function BackupProgressBar({ progress }: { progress: BackupProgress }) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const { phase, rows, total } = progress;
  const stop = useMutation({
    mutationFn: () => call('backup.cancel'),
    onError: (error) => notifyFailure(t('backups.progress.stop'), errorText(error)),
  });
  return (
    <div className={classes['progress']}>
      <span>
        {t(`backups.progress.phases.${phase}`)}
        {phase !== 'reading' && <>: {t('backups.progress.rows', { rows: format.number(rows), total: format.number(total) })}</>}
      </span>
      <Progress.Root size="lg" className={classes['bar']}>
        <Progress.Section value={total === 0 ? 100 : Math.min(100, (100 * rows) / total)} aria-label={t('backups.progress.label')} />
      </Progress.Root>
      <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => stop.mutate()}>
        {t('backups.progress.stop')}
      </Button>
    </div>
  );
}
