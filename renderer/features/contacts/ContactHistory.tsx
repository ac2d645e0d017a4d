import { useTranslation } from 'react-i18next';
import type { ContactPage } from '../../../shared/api/contacts.ts';
import { useFormat } from '../../ui/use-format.ts';
import { useColumnName, useValueText } from '../../ui/value-text.ts';
import { activityText } from '../projects/page/activity-text.ts';
import { Panel } from '../projects/page/Panel.tsx';
import classes from './Contacts.module.css';

/** Who did what to the record, with the values before and after. */
export function ContactHistory({ page: { activity } }: { page: ContactPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columnName = useColumnName();
  const valueText = useValueText();
  if (activity === null) return null;
  return (
    <Panel heading={t('contacts.history')}>
      {activity.length === 0 && <p className={classes['muted']}>{t('contacts.noHistory')}</p>}
      <ol className={classes['history']}>
        {activity.map((row) => (
          <li key={row.id}>
            <span className={classes['name']}>{activityText(t, row)}</span>
            <span className={classes['muted']}>
              {t('projects.history.by', { name: row.user_name ?? t('projects.activity.system'), when: format.dateTime(row.created_at) })}
            </span>
            {row.changes.map(({ column, before, after }) => (
              <span key={column}>
                {t('projects.activity.change', {
                  column: columnName(column),
                  before: valueText(column, before, { table: 'contacts' }),
                  after: valueText(column, after, { table: 'contacts' }),
                })}
              </span>
            ))}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
