import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BackupDestination, BackupProgress, DriveFolder } from '../../../shared/api/backup.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { subscribe } from '../../app/bridge.ts';
import { query, queryClient } from '../../app/queries.ts';
import { useFormat } from '../../ui/use-format.ts';

export const askAgain = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['backup.overview'] });

/** A destination in words, also that of a backup. */
export function usePlace(): (destination: Pick<BackupDestination, 'folder'> & { drive: DriveFolder | null }) => string {
  const { t } = useTranslation();
  return ({ folder, drive }) => (drive === null ? folder : t('backups.drive.place', { name: drive.folder === null ? t('drive.place.mine') : drive.name }));
}

export function useOverview() {
  // What is sent to Drive, or removed there, tells so when it happens.
  useEffect(() => subscribe('backup.changed', () => void askAgain()), []);
  return useQuery(query('backup.overview'));
}

/** How far what runs has come, whoever began it; null where nothing runs. */
export function useBackupProgress(atFirst: BackupProgress | null): BackupProgress | null {
  const [progress, setProgress] = useState(atFirst);
  useEffect(
    () =>
      subscribe('backup.progress', (told) => {
        setProgress(told);
        if (told === null) void askAgain();
      }),
    [],
  );
  return progress;
}

/** An instant of the contract (ISO) in words. */
export function useInstant(): (iso: string) => string {
  const format = useFormat();
  return (iso) => format.dateTime(formatTimestamp(new Date(iso)));
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

export function useSize(): (bytes: number) => string {
  const format = useFormat();
  return (bytes) => {
    const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
    const value = bytes / 1000 ** power;
    return `${format.number(power === 0 ? value : Math.round(value * 10) / 10)} ${units[power] ?? ''}`;
  };
}
