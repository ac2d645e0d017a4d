import { Button, Progress } from '@mantine/core';
import { IconPlayerStop } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { SyncStatus } from '../../../shared/api/sync.ts';
import { receiveSyncStatus } from '../../app/sync-status.ts';
import { call } from '../../app/bridge.ts';
import { Delayed } from '../../ui/Delayed.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyFailure } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { loadedShare } from '../session/first-load.ts';
import { useTableName } from '../session/table-name.ts';
import classes from './Sync.module.css';

/** How far the step under way has come, and how to stop it; nothing for what is over before anybody reads it. */
export function SyncProgress({ status }: { status: SyncStatus }) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const tableName = useTableName();
  const cancel = useMutation({
    mutationFn: () => call('sync.cancel'),
    onSuccess: receiveSyncStatus,
    onError: (error) => notifyFailure(t('sync.cancel'), errorText(error)),
  });
  const { progress } = status;
  if (progress === null && status.state !== 'syncing') return null;
  const share = progress === null || progress.total === null ? null : loadedShare(progress);

  return (
    <Delayed ms={400}>
      <div className={classes['progress']}>
        <div className={classes['progressText']}>
          <span className={classes['step']}>{progress ? t(`sync.kind.${progress.step}`) : t('sync.state.syncing')}</span>
          {progress && <span>{rowsText(progress)}</span>}
          {progress && progress.rowsPerSecond > 0 && (
            <span>{t('sync.progress.speed', { rows: format.number(progress.rowsPerSecond) })}</span>
          )}
          {share !== null && <span className={classes['percent']}>{format.percent(share)}</span>}
        </div>
        <Progress.Root size="lg" className={classes['bar']}>
          <Progress.Section
            value={share === null ? 100 : share * 100}
            animated
            striped
            withAria={share !== null}
            aria-label={progress ? t('sync.progress.label', { kind: t(`sync.kind.${progress.step}`) }) : undefined}
          />
        </Progress.Root>
        <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => cancel.mutate()}>
          {t('sync.cancel')}
        </Button>
        {progress?.table && <span className={classes['muted']}>{t('sync.progress.table', { table: tableName(progress.table) })}</span>}
      </div>
    </Delayed>
  );

  function rowsText({ rows, total }: { rows: number; total: number | null }): string {
    if (total === null) return t('sync.progress.rows', { count: rows, rows: format.number(rows) });
    return t('sync.progress.rowsOf', { rows: format.number(rows), total: format.number(total) });
  }
}
