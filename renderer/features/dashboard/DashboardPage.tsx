import { Skeleton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { DashboardFigures, MyWork } from '../../../shared/api/dashboard.ts';
import type { Role } from '../../../shared/domain/roles.ts';
import { useSession } from '../../app/app-store.ts';
import { query, queryClient } from '../../app/queries.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { useNow } from '../../ui/use-now.ts';
import classes from './Dashboard.module.css';
import { Delivery } from './Delivery.tsx';
import { listLink } from './list-link.ts';
import { MyTasks } from './MyTasks.tsx';
import { PipelineCard } from './PipelineCard.tsx';
import { RecentActivity } from './RecentActivity.tsx';
import { StageTable } from './StageTable.tsx';
import { StageTimes } from './StageTimes.tsx';
import { Urgent } from './Urgent.tsx';
import { WaitingApprovals } from './WaitingApprovals.tsx';

/** Who answers for the whole sees the factory first; who works on steps sees their own work first. */
const wholeFirst: ReadonlySet<Role> = new Set(['admin', 'management', 'sales']);
/** Who deals with what projects are worth. */
const seesPipeline: ReadonlySet<Role> = new Set(['admin', 'management', 'sales', 'procurement']);

/** The start page of the staff: where the factory stands, and what waits for the person. */
export function DashboardPage() {
  const { t } = useTranslation();
  const { person } = useSession();
  const format = useFormat();
  const figures = useQuery(query('dashboard.figures'));
  const mine = useQuery(query('dashboard.mine'));
  const failed = figures.error ?? mine.error;
  const today = format.today(useNow());
  // Nothing changes at midnight but what is overdue.
  useEffect(() => {
    const reckoned = queryClient.getQueryData(query('dashboard.figures').queryKey)?.today;
    if (reckoned === undefined || reckoned === today) return;
    for (const name of ['dashboard.figures', 'dashboard.urgent', 'dashboard.mine'] as const) {
      void queryClient.invalidateQueries({ queryKey: [name] });
    }
  }, [today]);
  return (
    <>
      <header className={classes['header']}>
        <h1 className={classes['title']}>{t('dashboard.title')}</h1>
        {figures.data && <span className={classes['muted']}>{t('dashboard.asOf', { day: format.date(figures.data.today) })}</span>}
      </header>
      <div className={classes['scroller']}>
        {failed && <LoadFailure error={failed} retry={() => void Promise.all([figures.refetch(), mine.refetch()])} />}
        {!failed && (!figures.data || !mine.data) && <Skeleton height={240} radius="md" />}
        {figures.data && mine.data && <Overview role={person.role} figures={figures.data} mine={mine.data} />}
      </div>
    </>
  );
}

function Overview({ role, figures, mine }: { role: Role; figures: DashboardFigures; mine: MyWork }) {
  const { t } = useTranslation();
  const sum = (of: (stage: DashboardFigures['stages'][number]) => number): number => figures.stages.reduce((total, stage) => total + of(stage), 0);
  const open = sum(({ active, on_hold }) => active + on_hold);
  const stages = <StageTable stages={figures.stages} />;
  const tasks = <MyTasks work={mine} />;
  const first = wholeFirst.has(role);
  const nothingYet = open === 0 && figures.months.every((month) => month.on_time + month.late + month.undated === 0);
  return (
    <>
      <ul className={classes['tiles']} aria-label={t('dashboard.tiles.label')}>
        <Tile to={listLink({ status: ['active'] })} name={t('dashboard.tiles.active')} count={sum(({ active }) => active)} />
        <Tile to={listLink({ due: 'overdue' })} name={t('dashboard.tiles.overdue')} count={sum(({ overdue }) => overdue)} tone="late" />
        <Tile name={t('dashboard.tiles.atRisk')} count={sum(({ at_risk }) => at_risk)} tone="risk" />
        <Tile name={t('dashboard.tiles.tasks')} count={mine.tasks_total} />
        <Tile name={t('dashboard.tiles.approvals')} count={mine.approvals_total} />
      </ul>
      {nothingYet && <Notice icon={IconPlus} title={t('dashboard.empty.title')} text={t('dashboard.empty.text')} />}
      <div className={classes['grid']}>
        <div className={classes['column']}>
          {first ? stages : tasks}
          {first ? null : stages}
          {seesPipeline.has(role) && <PipelineCard pipeline={figures.pipeline} stages={figures.stages} />}
          <StageTimes stages={figures.stages} />
        </div>
        <div className={classes['column']}>
          {first && <Urgent />}
          {first && tasks}
          <WaitingApprovals work={mine} />
          {!first && <Urgent />}
          <Delivery months={figures.months} />
          <RecentActivity />
        </div>
      </div>
    </>
  );
}

function Tile({ name, count, to, tone }: { name: string; count: number; to?: string; tone?: 'late' | 'risk' }) {
  const format = useFormat();
  const content = (
    <>
      <span className={classes['tileCount']} data-tone={count > 0 ? tone : undefined}>
        {format.number(count)}
      </span>
      <span className={classes['tileName']}>{name}</span>
    </>
  );
  return (
    <li>
      {to ? (
        <Link to={to} className={classes['tile']}>
          {content}
        </Link>
      ) : (
        <div className={classes['tile']}>{content}</div>
      )}
    </li>
  );
}
