import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { HistoryEntry, SyncStatus } from '../../../shared/api/sync.ts';
import { query } from '../../app/queries.ts';
import { useFormat } from '../../ui/use-format.ts';
import { connectionLooks, useConnectionAdvice, useConnectionText } from './connection.ts';
import { goToSection } from './Section.tsx';
import { SyncProgress } from './SyncProgress.tsx';
import classes from './Sync.module.css';
import { useCountdown } from './use-countdown.ts';

const one = { offset: 0, limit: 1 };

/** The state in words: what it means, what to do, and the numbers that matter. */
export function StatePanel({ status }: { status: SyncStatus }) {
  const { t } = useTranslation();
  const format = useFormat();
  const connectionText = useConnectionText();
  const advice = useConnectionAdvice();
  const countdown = useCountdown();
  const history = useQuery(query('sync.history', one)).data;
  const { Icon, tone } = connectionLooks[status.state];
  const stopped = status.error?.code === 'SYNC_CANCELLED';

  return (
    <section className={classes['panel']} aria-label={t('sync.facts.label')}>
      <div className={classes['state']} data-tone={tone}>
        <Icon size={28} aria-hidden className={classes['stateIcon']} />
        <div className={classes['stateText']}>
          <h2 className={classes['stateTitle']}>{stopped ? t('sync.stopped') : connectionText(status)}</h2>
          {advice(status).map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
          {countdown !== null && <p className={classes['muted']}>{t('sync.retryIn', { when: format.inMilliseconds(countdown) })}</p>}
        </div>
      </div>
      <SyncProgress status={status} />
      <div className={classes['figures']}>
        <Summary status={status} />
        <dl className={classes['facts']}>
          <dt>{t('sync.facts.lastSuccess')}</dt>
          <dd>{status.lastSyncAt ? format.dateTime(status.lastSyncAt) : t('sync.facts.never')}</dd>
          <dt>{t('sync.facts.lastCheck')}</dt>
          <dd>{history?.lastCheck ? checkText(history.lastCheck) : t('sync.facts.never')}</dd>
        </dl>
      </div>
    </section>
  );

  function checkText({ finished_at, problems }: HistoryEntry): string {
    const when = format.dateTime(finished_at);
    return problems > 0 ? t('sync.facts.checkedRepaired', { when, count: problems }) : t('sync.facts.checkedGood', { when });
  }
}

/** Four numbers for who has time for one look; each leads to its list. */
function Summary({ status }: { status: SyncStatus }) {
  const { t } = useTranslation();
  const format = useFormat();
  const conflicts = useQuery(query('sync.conflicts', one)).data?.total ?? 0;
  const setAside = useQuery(query('sync.setAside', one)).data?.total ?? 0;
  const figures = [
    { name: 'attention', count: status.attention, tone: 'danger' },
    { name: 'conflicts', count: conflicts, tone: 'warning' },
    { name: 'waiting', count: status.pending, tone: 'working' },
    { name: 'setAside', count: setAside, tone: 'warning' },
  ] as const;
  return (
    <ul className={classes['summary']} aria-label={t('sync.summary.label')}>
      {figures.map(({ name, count, tone }) => (
        <li key={name}>
          <button type="button" className={classes['figure']} data-tone={count > 0 ? tone : undefined} onClick={() => goToSection(name)}>
            <span className={classes['number']}>{format.number(count)}</span>
            <span>{t(`sync.summary.${name}`)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
