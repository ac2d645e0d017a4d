import { Button, Progress } from '@mantine/core';
import { IconPlayerStop } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyFailure } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Audit.module.css';
import { barOf } from './audit-url.ts';
import { useExportRun } from './export-run.ts';

/** How far the export that runs has come, and how to stop it. */
export function ExportProgress() {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const progress = useExportRun((state) => state.progress);
  const stop = useMutation({
    mutationFn: () => call('audit.cancelExport'),
    onError: (error) => notifyFailure(t('audit.export.stop'), errorText(error)),
  });
  if (!progress) return null;
  return (
    <div className={classes['progress']}>
      <span>
        {t('audit.export.running')} {t('audit.export.rows', { rows: format.number(progress.rows) })}
      </span>
      <Progress.Root size="lg" className={classes['bar']}>
        <Progress.Section
          value={barOf(progress.share ?? 1)}
          animated={progress.share === null}
          withAria={progress.share !== null}
          aria-label={t('audit.export.progress')}
        />
      </Progress.Root>
      <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => stop.mutate()}>
        {t('audit.export.stop')}
      </Button>
    </div>
  );
}
