import { Button, Progress } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DriveTransfer } from '../../../shared/api/drive.ts';
import { call, subscribe } from '../../app/bridge.ts';
import { useFileSize } from '../../ui/file-size.ts';
import classes from './Drive.module.css';

/** What is on its way between Drive and this machine, with a way to stop it. */
export function RunningTransfers() {
  const { t } = useTranslation();
  const fileSize = useFileSize();
  const [running, setRunning] = useState<DriveTransfer[]>([]);
  useEffect(() => subscribe('drive.transferring', setRunning), []);
  if (running.length === 0) return null;
  return (
    <ul className={classes['items']} aria-label={t('drive.transfer.list')}>
      {running.map(({ id, direction, name, bytes, size }) => (
        <li key={id} className={classes['item']}>
          <div className={classes['facts']}>
            <span className={classes['name']}>{t(`drive.transfer.${direction}`, { name })}</span>
            <Progress value={size === null || size === 0 ? 0 : (bytes / size) * 100} aria-label={t('drive.transfer.progress', { name })} />
            <span className={classes['muted']}>{[fileSize(bytes), size === null ? null : fileSize(size)].filter(Boolean).join(' / ')}</span>
          </div>
          <Button variant="default" onClick={() => void call('drive.cancelTransfer', { id })} aria-label={t('drive.transfer.stop', { name })}>
            {t('app.actions.cancel')}
          </Button>
        </li>
      ))}
    </ul>
  );
}
