import { Button, Progress } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { DriveTransfer } from '../../../shared/api/drive.ts';
import { AppError } from '../../../shared/errors.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { useFileSize } from '../../ui/file-size.ts';
import { notifyFailure } from '../../ui/notify.tsx';
import classes from './Drive.module.css';
import { useDriveState } from './use-drive-state.ts';
import { useDriveTransfers } from './use-drive-transfers.ts';

/**
 * What is on its way between Drive and this machine, from earlier sessions too; nothing where there is none.
 * @param awaited somebody looks on who need not
 */
export function DriveTransfers({ awaited = false }: { awaited?: boolean }) {
  const { t } = useTranslation();
  const transfers = useDriveTransfers();
  if (transfers.length === 0) return null;
  return (
    <>
      <ul className={classes['items']} aria-label={t('drive.transfer.list')}>
        {transfers.map((transfer) => (
          <Transfer key={transfer.id} transfer={transfer} />
        ))}
      </ul>
      {awaited && <GoesOn />}
    </>
  );
}

/** Without a keyring nothing of it is kept when the session ends. */
function GoesOn() {
  const { t } = useTranslation();
  const { state } = useDriveState();
  return state ? <p className={classes['muted']}>{t(state.session_only ? 'drive.transfer.goesOnInSession' : 'drive.transfer.goesOn')}</p> : null;
}

function Transfer({ transfer: { id, direction, name, bytes, size, state, error_code, can_pause: canPause } }: { transfer: DriveTransfer }) {
  const { t } = useTranslation();
  const fileSize = useFileSize();
  const errorText = useErrorText();
  const change = useMutation({
    mutationFn: (operation: 'drive.pauseTransfer' | 'drive.resumeTransfer' | 'drive.cancelTransfer') => call(operation, { id }),
    onError: (error) => notifyFailure(t('drive.title'), errorText(error)),
  });
  const isMoving = state === 'running' || bytes > 0;
  const extent = isMoving ? (size === null ? fileSize(bytes) : t('drive.transfer.of', { done: fileSize(bytes), size: fileSize(size) })) : size === null ? null : fileSize(size);
  return (
    <li className={classes['item']} data-state={state}>
      <div className={classes['facts']}>
        <span className={classes['name']}>{t(`drive.transfer.${direction}`, { name })}</span>
        {isMoving && size !== null && size > 0 && <Progress value={(bytes / size) * 100} aria-label={t('drive.transfer.progress', { name })} />}
        <span className={classes['muted']}>{[t(`drive.transfer.state.${state}`), extent].filter((fact) => fact !== null).join(' · ')}</span>
        {error_code !== null && (
          <span className={state === 'failed' ? classes['problem'] : classes['muted']}>
            {errorText(new AppError(error_code, ''))} {state === 'waiting' && t('drive.transfer.again')}
          </span>
        )}
      </div>
      {canPause && (state === 'waiting' || state === 'running') && (
        <Button variant="subtle" onClick={() => change.mutate('drive.pauseTransfer')} aria-label={t('drive.transfer.pauseOne', { name })}>
          {t('drive.transfer.pause')}
        </Button>
      )}
      {(state === 'paused' || state === 'failed') && (
        <Button
          variant="default"
          onClick={() => change.mutate('drive.resumeTransfer')}
          aria-label={t(state === 'failed' ? 'drive.transfer.retryOne' : 'drive.transfer.resumeOne', { name })}
        >
          {t(state === 'failed' ? 'drive.transfer.retry' : 'drive.transfer.resume')}
        </Button>
      )}
      <Button
        variant="subtle"
        color="red"
        onClick={() => change.mutate('drive.cancelTransfer')}
        aria-label={t(state === 'failed' ? 'drive.transfer.removeOne' : 'drive.transfer.stop', { name })}
      >
        {t(state === 'failed' ? 'drive.transfer.remove' : 'drive.transfer.stopShort')}
      </Button>
    </li>
  );
}
