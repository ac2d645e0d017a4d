import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { RelatedRow } from '../../../shared/api/contacts.ts';
import type { Page } from '../../../shared/api/sync.ts';
import { useFormat } from '../../ui/use-format.ts';
import { Panel } from '../projects/page/Panel.tsx';
import classes from './Contacts.module.css';
import { useRelatedStatus } from './related-status.ts';

interface Props {
  heading: string;
  list: Page<RelatedRow & { stage_name?: string | null }>;
  empty: string;
  linkOf?: (row: RelatedRow) => string;
}

/** The newest projects, requests or orders of a contact. */
export function RelatedPanel({ heading, list, empty, linkOf }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const statusText = useRelatedStatus();
  return (
    <Panel heading={heading} aside={<span className={classes['muted']}>{format.number(list.total)}</span>}>
      {list.total === 0 && <p className={classes['muted']}>{empty}</p>}
      <ul className={classes['related']}>
        {list.rows.map((row) => {
          const text = [row.code, row.title].filter(Boolean).join(' · ');
          return (
            <li key={row.id}>
              {linkOf ? <Link to={linkOf(row)}>{text}</Link> : <span className={classes['name']}>{text}</span>}
              <span className={classes['muted']}>
                {[
                  row.stage_name,
                  statusText(row.status),
                  row.date && t('contacts.due', { date: format.date(row.date) }),
                  row.amount !== null && row.currency !== null && format.money(row.amount, row.currency),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </li>
          );
        })}
      </ul>
      {list.total > list.rows.length && (
        <p className={classes['muted']}>{t('contacts.newest', { shown: format.number(list.rows.length), total: format.number(list.total) })}</p>
      )}
    </Panel>
  );
}
