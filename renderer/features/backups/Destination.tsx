import { ActionIcon, Button, Select } from '@mantine/core';
import { IconBrandGoogleDrive, IconFolderPlus, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { BackupDestination } from '../../../shared/api/backup.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyFailure } from '../../ui/notify.tsx';
import { useDriveState } from '../drive/use-drive-state.ts';
import classes from './Backups.module.css';
import { askAgain, usePlace, useSize } from './use-backups.ts';

interface Props {
  destinations: readonly BackupDestination[];
  chosen: BackupDestination | undefined;
  choose(folder: string | null): void;
  /** Opens the choice of a folder in Drive. */
  pickInDrive(): void;
}

/** Where a backup goes, and how another place is added. */
export function Destination({ destinations, chosen, choose, pickInDrive }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const size = useSize();
  const place = usePlace();
  const { state } = useDriveState();
  const add = useMutation({
    mutationFn: () => call('backup.addDestination'),
    onSuccess: (added) => added && choose(added.folder),
    onError: (error) => notifyFailure(t('backups.make.folderFailed'), errorText(error)),
    onSettled: askAgain,
  });
  const remove = useMutation({ mutationFn: (folder: string) => call('backup.removeDestination', { folder }), onSettled: askAgain });
  const stateOf = ({ drive, reachable, free }: BackupDestination): string => {
    if (drive) return t(state?.status === 'connected' ? 'backups.drive.connected' : 'backups.drive.notConnected');
    if (!reachable) return t('backups.make.missing');
    return free === null ? '' : t('backups.make.free', { free: size(free) });
  };
  return (
    <div className={classes['look']}>
      <div className={classes['folder']}>
        <Select
          className={classes['grow']}
          label={t('backups.make.folder')}
          description={chosen ? stateOf(chosen) : t('backups.make.noFolder')}
          data={destinations.map((destination) => ({ value: destination.folder, label: place(destination) }))}
          value={chosen?.folder ?? null}
          onChange={choose}
          allowDeselect={false}
          disabled={destinations.length === 0}
        />
        {chosen && (
          <ActionIcon variant="default" size="input-sm" aria-label={t('backups.make.removeFolder', { folder: place(chosen) })} onClick={() => remove.mutate(chosen.folder)}>
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        )}
      </div>
      <div className={classes['actions']}>
        <Button variant="default" leftSection={<IconFolderPlus size={16} aria-hidden />} onClick={() => add.mutate()}>
          {t('backups.make.addFolder')}
        </Button>
        <Button variant="default" leftSection={<IconBrandGoogleDrive size={16} aria-hidden />} onClick={pickInDrive}>
          {t('backups.drive.addFolder')}
        </Button>
      </div>
    </div>
  );
}
