import { Button, Progress, Select } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { FileDisk } from '../../../shared/api/files.ts';
import type { Input } from '../../../shared/api/index.ts';
import { call } from '../../app/bridge.ts';
import { queryClient, query } from '../../app/queries.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import { useFileSize } from '../../ui/file-size.ts';
import { useFormat } from '../../ui/use-format.ts';
import { insidePage } from '../../ui/theme.ts';
import classes from './Files.module.css';

const MEGABYTE = 1_000_000;
const GIGABYTE = 1_000 * MEGABYTE;
const budgets = [1, 2, 5, 10, 20, 50, 100, 200].map((count) => count * GIGABYTE);
const largest = [50 * MEGABYTE, 200 * MEGABYTE, GIGABYTE, 2 * GIGABYTE, 4 * GIGABYTE, 8 * GIGABYTE, 16 * GIGABYTE];
const rates = [100_000, 250_000, 500_000, MEGABYTE, 2 * MEGABYTE, 5 * MEGABYTE, 10 * MEGABYTE];
const UNLIMITED = 'none';

/** What the store takes of this machine, and the limits that the person sets. */
export function DiskSection() {
  const { t } = useTranslation();
  const disk = useQuery(query('files.disk'));
  return (
    <section className={classes['section']} aria-labelledby="files-disk">
      <h2 id="files-disk">{t('files.disk.title')}</h2>
      {disk.error && <LoadFailure error={disk.error} retry={() => void disk.refetch()} />}
      {disk.data && <Disk disk={disk.data} />}
    </section>
  );
}

function Disk({ disk }: { disk: FileDisk }) {
  const { t } = useTranslation();
  const format = useFormat();
  const bytes = useFileSize();
  const errorText = useErrorText();
  const { settings, used, evictable, files, free } = disk;
  const failed = (error: Error) => notifyFailure(t('files.disk.title'), errorText(error));
  const set = useMutation({
    mutationFn: (patch: Input<'files.setSettings'>) => call('files.setSettings', patch),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['files.disk'] }),
    onError: failed,
  });
  const makeRoom = useMutation({
    mutationFn: () => call('files.makeRoom'),
    onSuccess: () => notifyDone(t('files.disk.roomMade')),
    onError: failed,
  });
  const choices = (values: readonly number[], present: number) =>
    [...new Set([...values, present])].sort((a, b) => a - b).map((value) => ({ value: String(value), label: bytes(value) }));
  return (
    <>
      <Progress value={Math.min(100, (used / settings.budget_bytes) * 100)} aria-label={t('files.disk.share')} />
      <p>{t('files.disk.used', { count: files, number: format.number(files), used: bytes(used), budget: bytes(settings.budget_bytes) })}</p>
      <p className={classes['muted']}>{t('files.disk.evictable', { size: bytes(evictable), free: bytes(free) })}</p>
      <Button variant="default" disabled={evictable === 0} onClick={() => makeRoom.mutate()} className={classes['left']}>
        {t('files.disk.makeRoom')}
      </Button>
      <Select
        label={t('files.disk.budget')}
        description={t('files.disk.budgetHint')}
        allowDeselect={false}
        comboboxProps={{ portalProps: insidePage }}
        data={choices(budgets, settings.budget_bytes)}
        value={String(settings.budget_bytes)}
        onChange={(value) => value !== null && set.mutate({ budget_bytes: Number(value) })}
      />
      <Select
        label={t('files.disk.largest')}
        description={t('files.disk.largestHint')}
        allowDeselect={false}
        comboboxProps={{ portalProps: insidePage }}
        data={choices(largest, settings.max_file_bytes)}
        value={String(settings.max_file_bytes)}
        onChange={(value) => value !== null && set.mutate({ max_file_bytes: Number(value) })}
      />
      <Select
        label={t('files.disk.rate')}
        description={t('files.disk.rateHint')}
        allowDeselect={false}
        comboboxProps={{ portalProps: insidePage }}
        data={[
          { value: UNLIMITED, label: t('files.disk.unlimited') },
          ...choices(rates, settings.bytes_per_second ?? MEGABYTE).map(({ value, label }) => ({ value, label: t('files.disk.perSecond', { size: label }) })),
        ]}
        value={settings.bytes_per_second === null ? UNLIMITED : String(settings.bytes_per_second)}
        onChange={(value) => value !== null && set.mutate({ bytes_per_second: value === UNLIMITED ? null : Number(value) })}
      />
    </>
  );
}
