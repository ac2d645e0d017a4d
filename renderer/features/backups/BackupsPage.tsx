import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BackupOverview } from '../../../shared/api/backup.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { BackupHistory } from './BackupHistory.tsx';
import { BackupProgressBar } from './BackupProgressBar.tsx';
import classes from './Backups.module.css';
import { LookInto } from './LookInto.tsx';
import { MakeBackup } from './MakeBackup.tsx';
import { PlanForm } from './PlanForm.tsx';
import { RecoverySheet } from './RecoverySheet.tsx';
import { useBackupProgress, useOverview } from './use-backups.ts';

/** Backups of the organization and of this machine; administrators alone have the page. */
export function BackupsPage() {
  const { data, error, refetch } = useOverview();
  if (data) return <Backups overview={data} />;
  return error ? <LoadFailure page error={error} retry={() => void refetch()} /> : null;
}

function Backups({ overview }: { overview: BackupOverview }) {
  const { t } = useTranslation();
  const progress = useBackupProgress(overview.running);
  const [sheet, setSheet] = useState<string | null>(null);
  if (sheet !== null) return <RecoverySheet passphrase={sheet} close={() => setSheet(null)} />;
  const { plan, warning, destinations } = overview;
  return (
    <>
      <header className={classes['header']}>
        <h1 className={classes['title']}>{t('backups.title')}</h1>
      </header>
      <div className={classes['scroller']}>
        <p className={classes['lead']}>{t('backups.lead')}</p>
        {warning && (
          <Alert className={classes['warning']} color="yellow" icon={<IconAlertTriangle size={20} aria-hidden />} role="status">
            {t(`backups.warnings.${warning}`, { days: plan.warn_after_days })}
          </Alert>
        )}
        {progress && <BackupProgressBar progress={progress} />}
        <div className={classes['columns']}>
          <MakeBackup destinations={destinations} files={overview.files} busy={progress !== null} showSheet={setSheet} />
          <PlanForm key={JSON.stringify(plan)} present={plan} hasPassphrase={overview.has_passphrase} nextRun={overview.next_run} files={overview.files} inDrive={destinations.some(({ drive }) => drive !== null)} />
        </div>
        <BackupHistory history={overview.history} busy={progress !== null} />
        <LookInto folder={destinations.find(({ drive, reachable }) => drive === null && reachable)?.folder ?? null} busy={progress !== null} />
      </div>
    </>
  );
}
