import { Alert, Button, Progress } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useAppStore } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { Mark } from '../../ui/Mark.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { loadedShare } from './first-load.ts';
import { useTableName } from './table-name.ts';
import { useSignOut } from './use-sign-out.ts';
import classes from './FirstLoad.module.css';

export function FirstLoadPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const tableName = useTableName();
  const status = useAppStore((state) => state.syncStatus);
  const again = useMutation({ mutationFn: () => call('sync.now') });
  const stop = useMutation({ mutationFn: () => call('sync.cancel') });
  const signOut = useSignOut();
  const progress = status?.progress?.step === 'first-load' ? status.progress : null;
  const share = progress ? loadedShare(progress) : 0;
  const failure = again.error ?? stop.error ?? status?.error ?? null;
  const stopped = status?.error?.code === 'SYNC_CANCELLED';

  return (
    <main className={classes['page']}>
      <div className={classes['panel']}>
        <Mark size={44} />
        <h1 className={classes['title']}>{t('session.firstLoad.title')}</h1>
        <p className={classes['lead']}>{t('session.firstLoad.lead')}</p>
        <Progress.Root size="lg" className={classes['bar']}>
          <Progress.Section
            value={share * 100}
            animated={!failure}
            striped={!failure}
            aria-label={t('session.firstLoad.progress')}
          />
        </Progress.Root>
        <div className={classes['figures']}>
          <span className={classes['percent']}>{format.percent(share)}</span>
          {progress && (
            <span>
              {t('session.firstLoad.rows', { rows: format.number(progress.rows), total: format.number(progress.total ?? progress.rows) })}
            </span>
          )}
        </div>
        {/* The table changes a few times in a load, the numbers constantly: only the former is announced. */}
        <p className={classes['table']} role="status">
          {progress?.table ? t('session.firstLoad.table', { table: tableName(progress.table) }) : waitingText()}
        </p>
        {failure && (
          <Alert color="yellow" icon={<IconCloudOff />} className={classes['failure']}>
            <p>{'code' in failure ? t(`errors.${failure.code}`) : errorText(failure)}</p>
            {!stopped && <p>{t('session.firstLoad.interrupted')}</p>}
            <Button variant="default" loading={again.isPending} onClick={() => again.mutate()}>
              {stopped ? t('sync.now') : t('app.actions.retry')}
            </Button>
          </Alert>
        )}
        {progress && (
          <Button variant="default" onClick={() => stop.mutate()}>
            {t('session.firstLoad.stop')}
          </Button>
        )}
        <Button variant="subtle" color="gray" loading={signOut.busy} onClick={signOut.ask}>
          {t('session.firstLoad.signOut')}
        </Button>
      </div>
    </main>
  );

  function waitingText(): string {
    return stopped ? t('session.firstLoad.stopped') : t('session.firstLoad.connecting');
  }
}
