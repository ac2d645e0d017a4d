import { Button, Progress } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlayerPause, IconPlayerPlay, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { TransferList, TransferRow } from '../../../shared/api/files.ts';
import { AppError } from '../../../shared/errors.ts';
import { call } from '../../app/bridge.ts';
import { query } from '../../app/queries.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyFailure } from '../../ui/notify.tsx';
import { useFileSize } from '../../ui/file-size.ts';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Files.module.css';
import { useProgress } from './use-progress.ts';

/** What is on its way, and what became of the rest. */
export function TransfersSection() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const list = useQuery(query('files.transfers'));
  const pause = useMutation({
    mutationFn: (paused: boolean) => call('files.setSettings', { paused }),
    onError: (error) => notifyFailure(t('files.transfers.title'), errorText(error)),
  });
  const retry = useMutation({
    mutationFn: () => call('files.retry', {}),
    onError: (error) => notifyFailure(t('files.transfers.title'), errorText(error)),
  });
  return (
    <section className={classes['section']} aria-labelledby="files-transfers">
      <div className={classes['sectionHead']}>
        <h2 id="files-transfers">{t('files.transfers.title')}</h2>
        {list.data && (
          <div className={classes['actions']}>
            {list.data.failed > 0 && (
              <Button variant="default" leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => retry.mutate()}>
                {t('files.transfers.retryAll')}
              </Button>
            )}
            <Button
              variant="default"
              leftSection={list.data.paused ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />}
              onClick={() => pause.mutate(!list.data.paused)}
            >
              {t(list.data.paused ? 'files.transfers.resumeAll' : 'files.transfers.pauseAll')}
            </Button>
          </div>
        )}
      </div>
      {list.error && <LoadFailure error={list.error} retry={() => void list.refetch()} />}
      {list.data && <Transfers list={list.data} />}
    </section>
  );
}

function Transfers({ list }: { list: TransferList }) {
  const { t } = useTranslation();
  const format = useFormat();
  const bytes = useFileSize();
  const open = list.transfers.filter(({ state }) => state !== 'done');
  const done = list.transfers.filter(({ state }) => state === 'done');
  const more = list.waiting - list.transfers.filter(({ state }) => state === 'waiting' || state === 'running').length;
  return (
    <>
      <p className={classes['muted']} role="status">
        {list.unsent.count > 0
          ? t('files.transfers.unsent', { count: list.unsent.count, size: bytes(list.unsent.bytes) })
          : t('files.transfers.nothingUnsent')}{' '}
        {list.paused ? t('files.transfers.paused') : !list.connected && open.length > 0 ? t('files.transfers.offline') : ''}
      </p>
      {list.transfers.length === 0 && <p className={classes['muted']}>{t('files.transfers.empty')}</p>}
      {open.length > 0 && (
        <ul className={classes['rows']} aria-label={t('files.transfers.open')}>
          {open.map((row) => (
            <Row key={row.id} row={row} />
          ))}
        </ul>
      )}
      {more > 0 && <p className={classes['muted']}>{t('files.transfers.more', { count: more, number: format.number(more) })}</p>}
      {done.length > 0 && (
        <details className={classes['done']}>
          <summary>{t('files.transfers.done', { count: done.length, number: format.number(done.length) })}</summary>
          <ul className={classes['rows']}>
            {done.map((row) => (
              <Row key={row.id} row={row} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Row({ row }: { row: TransferRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const bytes = useFileSize();
  const errorText = useErrorText();
  const progress = useProgress().get(row.id);
  const change = useMutation({
    mutationFn: (operation: 'files.pause' | 'files.resume' | 'files.retry') => call(operation, { ids: [row.id] }),
    onError: (error) => notifyFailure(t('files.transfers.title'), errorText(error)),
  });
  const name = row.file_name ?? row.title ?? t('files.transfers.unnamed');
  const done = progress?.bytes_done ?? row.bytes_done;
  const Direction = row.kind === 'upload' ? IconArrowUp : IconArrowDown;
  const moving = row.state === 'running' || (row.state !== 'done' && row.state !== 'failed' && done > 0);
  return (
    <li className={classes['row']} data-state={row.state}>
      <Direction size={18} className={classes['direction']} aria-label={t(`files.transfers.kind.${row.kind}`)} role="img" />
      <div className={classes['what']}>
        <span className={classes['name']}>{name}</span>
        <span className={classes['muted']}>
          {t(`files.transfers.state.${row.state}`)} · {moving ? t('files.transfers.of', { done: bytes(done), size: bytes(row.size) }) : bytes(row.size)}
          {row.state === 'failed' && row.next_try_at !== null && ` · ${t('files.transfers.again', { when: format.dateTime(row.next_try_at) })}`}
        </span>
        {moving && row.size > 0 && <Progress value={(done / row.size) * 100} aria-label={t('files.transfers.progress', { name })} />}
        {row.state === 'failed' && row.error_code !== null && <span className={classes['problem']}>{errorText(new AppError(row.error_code, ''))}</span>}
      </div>
      {(row.state === 'waiting' || row.state === 'running') && (
        <Button variant="subtle" onClick={() => change.mutate('files.pause')} aria-label={t('files.transfers.pauseOne', { name })}>
          {t('files.transfers.pause')}
        </Button>
      )}
      {row.state === 'paused' && (
        <Button variant="subtle" onClick={() => change.mutate('files.resume')} aria-label={t('files.transfers.resumeOne', { name })}>
          {t('files.transfers.resume')}
        </Button>
      )}
      {row.state === 'failed' && (
        <Button variant="subtle" onClick={() => change.mutate('files.retry')} aria-label={t('files.transfers.retryOne', { name })}>
          {t('files.transfers.retry')}
        </Button>
      )}
    </li>
  );
}
