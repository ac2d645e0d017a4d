import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import { useFormat } from '../../ui/use-format.ts';
import { useNow } from '../../ui/use-now.ts';
import { activityText } from '../projects/page/activity-text.ts';
import { Card } from './Card.tsx';
import classes from './Dashboard.module.css';

export function RecentActivity() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const activity = useQuery(query('dashboard.activity'));
  return (
    <Card title={t('dashboard.activity.title')} error={activity.error} retry={() => void activity.refetch()}>
      {activity.data?.length === 0 && <p className={classes['muted']}>{t('dashboard.activity.empty')}</p>}
      <ol className={classes['list']}>
        {activity.data?.map((row) => (
          <li key={row.id} className={classes['item']}>
            <span className={classes['what']}>{activityText(t, row)}</span>
            <span className={classes['itemText']}>
              {row.project_id && (
                <>
                  <Link to={paths.project(row.project_id)} className={classes['inline']}>
                    {row.project_code} · {row.project_title}
                  </Link>
                  {' · '}
                </>
              )}
              {row.user_name ?? t('projects.activity.system')} · {format.relative(row.created_at, now)}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
