import { IconHistory } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { HistoryEntry } from '../../../shared/api/sync.ts';
import { parseTimestamp } from '../../../shared/domain/timestamps.ts';
import { query } from '../../app/queries.ts';
import { Pager } from '../../ui/Pager.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { usePages } from '../../ui/use-pages.ts';
import { useHistoryText } from './history-text.ts';
import { Section } from './Section.tsx';
import classes from './Sync.module.css';

const PAGE_SIZE = 10;
const SECOND_MS = 1_000;

/** The last syncs, newest first. */
export function HistorySection() {
  const { t } = useTranslation();
  const { data, error, retry, page, setPage } = usePages((part) => query('sync.history', part), PAGE_SIZE);
  const title = t('sync.historyList.title');
  return (
    <Section name="history" title={title} icon={IconHistory} count={data?.total} empty={t('sync.historyList.empty')} error={error} retry={retry}>
      <ol className={classes['rows']}>
        {data?.rows.map((entry) => (
          <HistoryLine key={entry.id} entry={entry} />
        ))}
      </ol>
      <Pager list={title} page={page} pageSize={PAGE_SIZE} total={data?.total ?? 0} onChange={setPage} />
    </Section>
  );
}

function HistoryLine({ entry }: { entry: HistoryEntry }) {
  const { t } = useTranslation();
  const format = useFormat();
  const historyText = useHistoryText();
  const took = parseTimestamp(entry.finished_at).getTime() - parseTimestamp(entry.started_at).getTime();
  const tone = entry.error_code !== null ? 'danger' : entry.problems > 0 ? 'warning' : undefined;
  return (
    <li className={classes['row']} data-tone={tone}>
      <div className={classes['rowHead']}>
        <span className={classes['kind']}>{t(`sync.kind.${entry.kind}`)}</span>
        <span className={classes['muted']}>
          {format.dateTime(entry.finished_at)} · {took < SECOND_MS ? t('sync.historyList.moment') : format.span(took)}
        </span>
      </div>
      <p className={classes['outcome']}>{historyText(entry)}</p>
    </li>
  );
}
