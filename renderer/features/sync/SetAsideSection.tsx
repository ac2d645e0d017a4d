import { IconStackPush } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SetAsideRow } from '../../../shared/api/sync.ts';
import { query } from '../../app/queries.ts';
import { Pager } from '../../ui/Pager.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { usePages } from '../../ui/use-pages.ts';
import { useColumnName } from '../../ui/value-text.ts';
import { useTableName } from '../session/table-name.ts';
import { Section } from './Section.tsx';
import classes from './Sync.module.css';

const PAGE_SIZE = 10;

/** Rows of the centre that this replica could not store; the rest goes on without them. */
export function SetAsideSection() {
  const { t } = useTranslation();
  const { data, error, retry, page, setPage } = usePages((part) => query('sync.setAside', part), PAGE_SIZE);
  const title = t('sync.setAsideList.title');
  return (
    <Section
      name="setAside"
      title={title}
      icon={IconStackPush}
      count={data?.total}
      lead={t('sync.setAsideList.lead')}
      empty={t('sync.setAsideList.empty')}
      error={error}
      retry={retry}
    >
      <ul className={classes['rows']}>
        {data?.rows.map((row) => (
          <SetAsideEntry key={`${row.table_name} ${row.row_id}`} row={row} />
        ))}
      </ul>
      <Pager list={title} page={page} pageSize={PAGE_SIZE} total={data?.total ?? 0} onChange={setPage} />
    </Section>
  );
}

function SetAsideEntry({ row }: { row: SetAsideRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tableName = useTableName();
  const columnName = useColumnName();
  const about = row.about === null ? '' : row.reason === 'parent-missing' ? tableName(row.about) : columnName(row.about);
  return (
    <li className={classes['row']}>
      <div className={classes['rowHead']}>
        <span className={classes['record']}>{tableName(row.table_name)}</span>
        <span className={classes['muted']}>{format.dateTime(row.seen_at)}</span>
      </div>
      <p>{t(`sync.setAsideList.reason.${row.reason}`, { about })}</p>
      <details className={classes['technical']}>
        <summary>{t('sync.attentionList.technical')}</summary>
        <code>
          {row.table_name} {row.row_id}: {row.technical}
        </code>
      </details>
    </li>
  );
}
