import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ProjectRow } from '../../../shared/api/projects.ts';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import { DueDate } from '../projects/parts/DueDate.tsx';
import { PriorityMark } from '../projects/parts/PriorityMark.tsx';
import { Card } from './Card.tsx';
import classes from './Dashboard.module.css';
import { listLink } from './list-link.ts';

/** The projects that need somebody first. */
export function Urgent() {
  const { t } = useTranslation();
  const urgent = useQuery(query('dashboard.urgent'));
  return (
    <Card title={t('dashboard.urgent.title')} error={urgent.error} retry={() => void urgent.refetch()}>
      {urgent.data && (
        <>
          <h3 className={classes['subtitle']}>{t('dashboard.urgent.overdue')}</h3>
          <ProjectLines rows={urgent.data.overdue} empty={t('dashboard.urgent.noneOverdue')} />
          <h3 className={classes['subtitle']}>{t('dashboard.urgent.atRisk')}</h3>
          <ProjectLines rows={urgent.data.at_risk} empty={t('dashboard.urgent.noneAtRisk')} />
        </>
      )}
      <Link to={listLink({ due: 'overdue' })} className={classes['more']}>
        {t('dashboard.urgent.open')}
      </Link>
    </Card>
  );
}

function ProjectLines({ rows, empty }: { rows: readonly ProjectRow[]; empty: string }) {
  if (rows.length === 0) return <p className={classes['muted']}>{empty}</p>;
  return (
    <ul className={classes['list']}>
      {rows.map((row) => (
        <li key={row.id} className={classes['item']}>
          <Link to={paths.project(row.id)} className={classes['itemTitle']}>
            {row.title}
          </Link>
          <DueDate project={row} />
          <span className={classes['itemText']}>
            {row.project_id}
            {row.customer_name && ` · ${row.customer_name}`}
            {row.assigned_name && ` · ${row.assigned_name}`}
          </span>
          <PriorityMark level={row.priority_level} />
        </li>
      ))}
    </ul>
  );
}
