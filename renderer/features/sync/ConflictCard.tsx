import { Button } from '@mantine/core';
import { IconArrowBackUp, IconCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConflictItem } from '../../../shared/api/sync.ts';
import { useReadOnly } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { useColumnName, useValueText } from '../../ui/value-text.ts';
import classes from './Sync.module.css';

interface Props {
  conflict: ConflictItem;
  /** What the conflict is about, where the page around does not say it. */
  record?: ReactNode;
  /** The entry goes: the focus has to go somewhere. */
  settled?: () => void;
}

/** Both values of one field side by side, who wrote which, and the choice between them. */
export function ConflictCard({ conflict, record, settled }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const columnName = useColumnName();
  const valueText = useValueText();
  const readOnly = useReadOnly();
  const settle = useMutation({
    mutationFn: (operation: 'sync.restoreConflict' | 'sync.keepConflict') => call(operation, { id: conflict.id }),
    onSuccess: (_, operation) => {
      settled?.();
      notifyDone(t(operation === 'sync.restoreConflict' ? 'sync.conflictList.restored' : 'sync.conflictList.keptDone'));
    },
    onError: (error) => notifyFailure(t('sync.conflictList.failed'), errorText(error)),
  });
  const context = { table: conflict.table_name };
  const column = columnName(conflict.column_name);
  const what = [column, conflict.part].filter(Boolean).join(' · ');
  const by = (which: string, name: string | null) => (name ? t('sync.conflictList.by', { which, name }) : which);

  return (
    <li className={classes['card']} data-kind="conflict">
      <div className={classes['rowHead']}>
        {record}
        <span className={classes['valueName']}>{record ? column : what}</span>
        <span className={classes['muted']}>{format.dateTime(conflict.created_at)}</span>
      </div>
      <dl className={classes['sides']} data-sides={2}>
        <div className={classes['side']} data-side="theirs">
          <dt>{by(t('sync.conflictList.kept'), conflict.kept_by_name)}</dt>
          <dd>{valueText(conflict.column_name, conflict.kept_value, context)}</dd>
        </div>
        <div className={classes['side']} data-side="mine">
          <dt>{by(t('sync.conflictList.lost'), conflict.lost_by_name)}</dt>
          <dd>{valueText(conflict.column_name, conflict.lost_value, context)}</dd>
        </div>
      </dl>
      {!readOnly && (
        <div className={classes['actions']}>
          <Button
            variant="default"
            leftSection={<IconCheck size={16} aria-hidden />}
            aria-label={t('sync.conflictList.keepOf', { what })}
            onClick={() => settle.mutate('sync.keepConflict')}
          >
            {t('sync.conflictList.keep')}
          </Button>
          {conflict.can_restore && (
            <Button
              variant="default"
              leftSection={<IconArrowBackUp size={16} aria-hidden />}
              aria-label={t('sync.conflictList.restoreOf', { what })}
              onClick={() => settle.mutate('sync.restoreConflict')}
            >
              {t('sync.conflictList.restore')}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
