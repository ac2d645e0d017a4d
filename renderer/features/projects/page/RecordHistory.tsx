import { useTranslation } from 'react-i18next';
import type { ActivityRow } from '../../../../shared/api/projects.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { useColumnName, useValueText } from '../../../ui/value-text.ts';
import { activityText } from './activity-text.ts';
import classes from './Page.module.css';
import { Panel } from './Panel.tsx';

interface Props {
  heading: string;
  empty: string;
  /** Null for whoever may not read it. */
  activity: readonly ActivityRow[] | null;
}

/** Who did what to a record, with the values before and after. */
export function RecordHistory({ heading, empty, activity }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const columnName = useColumnName();
  const valueText = useValueText();
  if (activity === null) return null;
  return (
    <Panel heading={heading}>
      {activity.length === 0 && <p className={classes['none']}>{empty}</p>}
      <ol className={classes['timeline']}>
        {activity.map((row) => (
          <li key={row.id} className={classes['moment']}>
            <span className={classes['what']}>{activityText(t, row)}</span>
            <span className={classes['who']}>
              {t('projects.history.by', { name: row.user_name ?? t('projects.activity.system'), when: format.dateTime(row.created_at) })}
            </span>
            {row.changes.map(({ column, before, after }) => (
              <span key={column} className={classes['change']}>
                {t('projects.activity.change', {
                  column: columnName(column),
                  before: valueText(column, before, { table: row.entity_type }),
                  after: valueText(column, after, { table: row.entity_type }),
                })}
              </span>
            ))}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
