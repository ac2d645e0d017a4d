import { useTranslation } from 'react-i18next';
import type { HistoryRow, ProjectPage } from '../../../../shared/api/projects.ts';
import { parseTimestamp } from '../../../../shared/domain/timestamps.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { useNow } from '../../../ui/use-now.ts';
import { WaitingMark } from './edit/FieldNote.tsx';
import classes from './Page.module.css';
import { Panel } from './Panel.tsx';

/** Every change of stage in the order in which it happened, with how long the project stood in the stage before and was meant to. */
export function StageHistory({ page }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const { history } = page;
  return (
    <Panel heading={t('projects.history.title')}>
      {history.length === 0 && <p className={classes['none']}>{t('projects.history.empty')}</p>}
      <ol className={classes['timeline']}>
        {history.map((row) => (
          <HistoryEntry key={row.id} row={row} />
        ))}
        <PresentStage page={page} />
      </ol>
    </Panel>
  );
}

const DAY = 24 * 60 * 60;

function AgainstEstimate({ seconds, days }: { seconds: number; days: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (days === null) return null;
  return (
    <>
      {' · '}
      {t('project.history.estimated', { days: format.duration(days * DAY) })}
      {seconds > days * DAY && <strong className={classes['over']}> · {t('project.history.over')}</strong>}
    </>
  );
}

/** How long the project has been in the stage where it stands. */
function PresentStage({ page: { project, stages } }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const stage = stages.find(({ id }) => id === project.current_stage_id);
  if (!stage || !project.stage_entered_at || project.status === 'completed' || project.status === 'cancelled') return null;
  const seconds = Math.max(0, (now.getTime() - parseTimestamp(project.stage_entered_at).getTime()) / 1000);
  return (
    <li className={classes['moment']}>
      <span className={classes['what']}>{t('project.history.present', { stage: stage.name })}</span>
      <span className={classes['who']}>
        {t('project.history.soFar', { duration: format.duration(seconds) })}
        <AgainstEstimate seconds={seconds} days={stage.estimated_duration_days} />
      </span>
    </li>
  );
}

function HistoryEntry({ row }: { row: HistoryRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const when = format.dateTime(row.moved_at);
  return (
    <li className={classes['moment']} data-kind={row.kind}>
      <span className={classes['what']}>
        {stagesText()}
        {(row.kind === 'back' || row.kind === 'skip') && (
          <span className={classes['kind']}>{t(`values.move.${row.kind}`)}</span>
        )}
        {row.pending && <WaitingMark />}
      </span>
      <span className={classes['who']}>
        {row.moved_by_name ? t('projects.history.by', { name: row.moved_by_name, when }) : when}
      </span>
      {row.duration_seconds !== null && (
        <span className={classes['who']}>
          {t('projects.history.lasted', { duration: format.duration(row.duration_seconds) })}
          <AgainstEstimate seconds={row.duration_seconds} days={row.estimated_days} />
        </span>
      )}
      {row.reason && <span className={classes['reason']}>{t('projects.history.reason', { reason: row.reason })}</span>}
    </li>
  );

  function stagesText(): string {
    const from = row.from_stage_name ?? t('projects.noStage');
    const to = row.to_stage_name ?? t('projects.noStage');
    if (row.kind === 'leave') return t('projects.history.left', { from });
    if (!row.from_stage_name) return t('projects.history.entered', { to });
    return t('projects.history.from', { from, to });
  }
}
