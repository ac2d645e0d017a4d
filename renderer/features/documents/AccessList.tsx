import { IconBan, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AccessEntry } from '../../../shared/api/documents.ts';
import { useFormat } from '../../ui/use-format.ts';
import { useActionName, useResultText } from './document-words.ts';
import classes from './Documents.module.css';

/** Where somebody was: this machine by its name, others by the beginning of their number. */
export function useDeviceName(): (entry: Pick<AccessEntry, 'device_id' | 'device_name'>) => string | null {
  const { t } = useTranslation();
  return ({ device_id, device_name }) => {
    if (device_name !== null) return t('documents.access.thisDevice', { name: device_name });
    return device_id === null ? null : t('documents.access.device', { id: device_id.slice(0, 8) });
  };
}

export function AccessList({ entries }: { entries: readonly AccessEntry[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const actionName = useActionName();
  const resultText = useResultText();
  const deviceName = useDeviceName();
  return (
    <ol className={classes['entries']} aria-label={t('documents.access.title')}>
      {entries.map((entry) => {
        const ResultIcon = entry.success ? IconCheck : IconBan;
        return (
          <li key={entry.id} data-failed={!entry.success || undefined}>
            <span className={classes['what']}>
              <ResultIcon size={16} aria-hidden />
              {actionName(entry.action)} · {entry.user_name ?? t('app.value.none')}
            </span>
            {!entry.success && <span>{resultText(entry)}</span>}
            <span className={classes['muted']}>
              {[format.dateTime(entry.accessed_at), deviceName(entry), entry.pending && t('documents.access.waiting')].filter(Boolean).join(' · ')}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
