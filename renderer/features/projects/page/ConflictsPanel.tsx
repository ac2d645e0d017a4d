import { Button } from '@mantine/core';
import { IconArrowBackUp, IconArrowsSplit2 } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ConflictRow, ProjectPage } from '../../../../shared/api/projects.ts';
import { call } from '../../../app/bridge.ts';
import { useErrorText } from '../../../ui/error-text.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { notifyDone, notifyFailure } from '../../../ui/notify.tsx';
import { useColumnName, useValueText } from '../../../ui/value-text.ts';
import classes from './Conflicts.module.css';

/** Values that lost against another person's change: both shown, the lost one can be brought back. */
export function ConflictsPanel({ page }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const open = page.conflicts.filter(({ resolved }) => !resolved);
  if (open.length === 0) return null;
  return (
    <section className={classes['panel']} aria-labelledby="conflicts-title">
      <h2 id="conflicts-title" className={classes['title']}>
        <IconArrowsSplit2 size={18} aria-hidden />
        {t('projects.conflicts.title', { count: open.length })}
      </h2>
      <p className={classes['lead']}>{t('projects.conflicts.lead')}</p>
      <ul className={classes['list']}>
        {open.map((conflict) => (
          <Conflict key={conflict.id} conflict={conflict} canRestore={page.can_edit} />
        ))}
      </ul>
    </section>
  );
}

function Conflict({ conflict, canRestore }: { conflict: ConflictRow; canRestore: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const columnName = useColumnName();
  const valueText = useValueText();
  const restore = useMutation({
    mutationFn: () => call('projects.restoreConflict', { conflict_id: conflict.id }),
    onSuccess: () => notifyDone(t('projects.conflicts.restored')),
    onError: (error) => notifyFailure(t('projects.conflicts.failed'), errorText(error)),
  });
  const column = columnName(conflict.column_name);
  return (
    <li className={classes['conflict']}>
      <h3 className={classes['column']}>
        {column}
        <span className={classes['when']}>{format.dateTime(conflict.created_at)}</span>
      </h3>
      <div className={classes['sides']}>
        <div className={classes['side']}>
          <span className={classes['which']}>
            {t('projects.conflicts.kept')}
            {conflict.kept_by_name && ` · ${conflict.kept_by_name}`}
          </span>
          <p className={classes['value']}>{valueText(conflict.column_name, conflict.kept_value)}</p>
        </div>
        <div className={classes['side']} data-lost>
          <span className={classes['which']}>
            {t('projects.conflicts.lost')}
            {conflict.lost_by_name && ` · ${conflict.lost_by_name}`}
          </span>
          <p className={classes['value']}>{valueText(conflict.column_name, conflict.lost_value)}</p>
          {canRestore && (
            <Button
              variant="default"
              leftSection={<IconArrowBackUp size={16} aria-hidden />}
              aria-label={t('projects.conflicts.restoreOf', { column })}
              loading={restore.isPending}
              onClick={() => restore.mutate()}
            >
              {t('projects.conflicts.restore')}
            </Button>
          )}
        </div>
      </div>
    </li>
  );
}
