import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { MyWork, WaitingApproval } from '../../../shared/api/dashboard.ts';
import { paths } from '../../app/paths.ts';
import { useFormat } from '../../ui/use-format.ts';
import { useNow } from '../../ui/use-now.ts';
import { Card } from './Card.tsx';
import classes from './Dashboard.module.css';

/** Requests that the person may decide, by themselves or for somebody who is away. */
export function WaitingApprovals({ work }: { work: MyWork }) {
  const { t } = useTranslation();
  return (
    <Card title={t('dashboard.approvals.title', { count: work.approvals_total })}>
      {work.approvals.length === 0 && <p className={classes['muted']}>{t('dashboard.approvals.empty')}</p>}
      <ul className={classes['list']}>
        {work.approvals.map((approval) => (
          <Approval key={approval.id} approval={approval} />
        ))}
      </ul>
      {work.approvals_total > work.approvals.length && (
        <p className={classes['muted']}>{t('dashboard.approvals.more', { count: work.approvals_total - work.approvals.length })}</p>
      )}
    </Card>
  );
}

function Approval({ approval }: { approval: WaitingApproval }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  return (
    <li className={classes['item']}>
      {approval.project_id ? (
        <Link to={paths.project(approval.project_id)} className={classes['itemTitle']}>
          {approval.title}
        </Link>
      ) : (
        <span className={classes['itemTitle']}>{approval.title}</span>
      )}
      <span className={classes['itemText']}>
        {approval.project_code && `${approval.project_code} · `}
        {t('dashboard.approvals.asked', {
          name: approval.requested_by_name ?? t('projects.activity.system'),
          when: format.relative(approval.requested_at, now),
        })}
        {approval.due_date && ` · ${t('dashboard.approvals.due', { when: format.dateTime(approval.due_date) })}`}
      </span>
    </li>
  );
}
