import { useTranslation } from 'react-i18next';
import type { HistoryRow } from '../../../../shared/api/projects.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { WaitingMark } from './edit/FieldNote.tsx';
import classes from './Page.module.css';
import { Panel } from './Panel.tsx';

/** Every change of stage in the order in which it happened, with how long the project stood in the stage before. */
export function StageHistory({ history }: { history: readonly HistoryRow[] }) {
  const { t } = useTranslation();
  return (
    <Panel heading={t('projects.history.title')}>
      {history.length === 0 && <p className={classes['none']}>{t('projects.history.empty')}</p>}
      <ol className={classes['timeline']}>
        {history.map((row) => (
          <HistoryEntry key={row.id} row={row} />
        ))}
      </ol>
    </Panel>
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
