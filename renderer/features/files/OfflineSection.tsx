import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { OfflineEntry } from '../../../shared/api/files.ts';
import { call } from '../../app/bridge.ts';
import { query } from '../../app/queries.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyFailure } from '../../ui/notify.tsx';
import { useFileSize } from '../../ui/file-size.ts';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Files.module.css';

/** What this person keeps on this machine, whether or not it was opened here. */
export function OfflineSection() {
  const { t } = useTranslation();
  const list = useQuery(query('files.offline'));
  return (
    <section className={classes['section']} aria-labelledby="files-offline">
      <h2 id="files-offline">{t('files.offline.title')}</h2>
      {list.error && <LoadFailure error={list.error} retry={() => void list.refetch()} />}
      {list.data?.length === 0 && <p className={classes['muted']}>{t('files.offline.empty')}</p>}
      {list.data && list.data.length > 0 && (
        <ul className={classes['rows']}>
          {list.data.map((entry) => (
            <Entry key={`${entry.kind} ${entry.target_id}`} entry={entry} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Entry({ entry }: { entry: OfflineEntry }) {
  const { t } = useTranslation();
  const format = useFormat();
  const bytes = useFileSize();
  const errorText = useErrorText();
  const { kind, target_id } = entry;
  const name = entry.name ?? t('files.offline.gone');
  const drop = useMutation({
    mutationFn: () => call('files.keepOffline', { kind, target_id, kept: false }),
    onError: (error) => notifyFailure(t('files.offline.title'), errorText(error)),
  });
  return (
    <li className={classes['row']}>
      <div className={classes['what']}>
        <span className={classes['name']}>{name}</span>
        <span className={classes['muted']}>
          {t(`files.offline.kind.${kind}`)} · {t('files.offline.here', { here: format.number(entry.here), files: format.number(entry.files), size: bytes(entry.bytes) })}
        </span>
      </div>
      <Button variant="subtle" onClick={() => drop.mutate()} aria-label={t('files.offline.dropOne', { name })}>
        {t('files.offline.drop')}
      </Button>
    </li>
  );
}
