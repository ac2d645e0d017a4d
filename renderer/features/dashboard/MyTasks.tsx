import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { MyWork } from '../../../shared/api/dashboard.ts';
import { useSession } from '../../app/app-store.ts';
import { paths } from '../../app/paths.ts';
import { DueDate } from '../projects/parts/DueDate.tsx';
import { Card } from './Card.tsx';
import classes from './Dashboard.module.css';
import { listLink } from './list-link.ts';

/** Steps that wait for the person, the next delivery first. */
export function MyTasks({ work }: { work: MyWork }) {
  const { t } = useTranslation();
  const { person } = useSession();
  return (
    <Card title={t('dashboard.tasks.title', { count: work.tasks_total })}>
      {work.tasks.length === 0 && <p className={classes['muted']}>{t('dashboard.tasks.empty')}</p>}
      <ul className={classes['list']}>
        {work.tasks.map((task) => (
          <li key={`${task.project_id} ${task.sub_stage_id}`} className={classes['item']}>
            <Link to={paths.project(task.project_id)} className={classes['itemTitle']}>
              {task.sub_stage_name}
            </Link>
            <span className={classes['state']} data-status={task.status}>
              {t(`values.progress.${task.status}`)}
            </span>
            <span className={classes['itemText']}>
              {task.project_code} · {task.project_title} · {task.stage_name}
              {task.personal && ` · ${t('dashboard.tasks.personal')}`}
              {task.blocked_reason && ` · ${task.blocked_reason}`}
            </span>
            <DueDate project={{ estimated_delivery_date: task.due, status: 'active' }} />
          </li>
        ))}
      </ul>
      <Link to={listLink({ owner: person.id, status: ['active'] })} className={classes['more']}>
        {t('dashboard.tasks.open')}
      </Link>
    </Card>
  );
}
