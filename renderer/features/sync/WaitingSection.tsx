import { IconClockUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { WaitingChange } from '../../../shared/api/sync.ts';
import { query } from '../../app/queries.ts';
import { Pager } from '../../ui/Pager.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { usePages } from '../../ui/use-pages.ts';
import { ChangedValues } from './ChangedValues.tsx';
import { RecordLink } from './RecordLink.tsx';
import { Section } from './Section.tsx';
import classes from './Sync.module.css';

const PAGE_SIZE = 20;

/** Accepted changes that the centre has not confirmed, oldest first: that is the order in which they go. */
export function WaitingSection() {
  const { t } = useTranslation();
  const { data, error, retry, page, setPage } = usePages((part) => query('sync.waiting', part), PAGE_SIZE);
  const title = t('sync.waitingList.title');
  return (
    <Section
      name="waiting"
      title={title}
      icon={IconClockUp}
      count={data?.total}
      empty={t('sync.waitingList.empty')}
      error={error}
      retry={retry}
    >
      <ul className={classes['rows']}>
        {data?.rows.map((change) => (
          <WaitingRow key={change.id} change={change} />
        ))}
      </ul>
      <Pager list={title} page={page} pageSize={PAGE_SIZE} total={data?.total ?? 0} onChange={setPage} />
    </Section>
  );
}

function WaitingRow({ change }: { change: WaitingChange }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <li className={classes['row']}>
      <div className={classes['rowHead']}>
        <RecordLink record={change} />
        <span className={classes['mark']} data-state={change.state}>
          {t(`sync.waitingList.${change.state}`)}
        </span>
      </div>
      {change.taken_back && <p className={classes['outcome']}>{t('sync.waitingList.takenBack')}</p>}
      {change.columns.length > 0 && <ChangedValues change={change} />}
      <span className={classes['muted']}>
        {t('sync.attentionList.at', { operation: t(`values.operation.${change.op}`), when: format.dateTime(change.created_at) })}
      </span>
    </li>
  );
}
