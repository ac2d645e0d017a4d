import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActivityRow, ProjectPage } from '../../../../shared/api/projects.ts';
import { mayAccess } from '../../../../shared/domain/access-rules.ts';
import { useSession } from '../../../app/app-store.ts';
import { shorten } from '../../../ui/shorten.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { useColumnName, useValueText } from '../../../ui/value-text.ts';
import { activityText } from './activity-text.ts';
import classes from './Page.module.css';
import { Panel } from './Panel.tsx';

const FIRST = 10;

/** Of a value: two texts of 10,000 letters would hide every other entry. */
const LETTERS = 300;

/** Who did what to the project, with the values before and after. */
export function ActivityList({ page }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const [limit, setLimit] = useState(FIRST);
  const { person } = useSession();
  const names = useMemo(() => new Map(page.stages.map(({ id, name }) => [id, name])), [page.stages]);
  return (
    <Panel heading={t('projects.activity.title')}>
      {page.activity.length === 0 && (
        <p className={classes['none']}>
          {t(mayAccess(person.role, 'read', 'activity_log') ? 'projects.activity.empty' : 'project.activityHidden')}
        </p>
      )}
      <ol className={classes['timeline']}>
        {page.activity.slice(0, limit).map((row) => (
          <ActivityEntry key={row.id} row={row} names={names} />
        ))}
      </ol>
      {page.activity.length > limit && (
        <Button variant="subtle" onClick={() => setLimit(limit + 3 * FIRST)}>
          {t('projects.activity.more')}
        </Button>
      )}
    </Panel>
  );
}

function ActivityEntry({ row, names }: { row: ActivityRow; names: ReadonlyMap<string, string> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columnName = useColumnName();
  const valueText = useValueText();
  return (
    <li className={classes['moment']}>
      <span className={classes['what']}>{activityText(t, row)}</span>
      <span className={classes['who']}>
        {t('projects.history.by', {
          name: row.user_name ?? t('projects.activity.system'),
          when: format.dateTime(row.created_at),
        })}
      </span>
      {row.changes.map(({ column, before, after }) => (
        <span key={column} className={classes['change']}>
          {t('projects.activity.change', {
            column: columnName(column),
            before: shorten(valueText(column, before, { table: row.entity_type, names }), LETTERS),
            after: shorten(valueText(column, after, { table: row.entity_type, names }), LETTERS),
          })}
        </span>
      ))}
    </li>
  );
}
