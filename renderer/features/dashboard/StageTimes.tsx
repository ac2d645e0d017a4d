import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { StageFigures } from '../../../shared/api/dashboard.ts';
import { useFormat } from '../../ui/use-format.ts';
import { StageDot } from '../projects/parts/StageDot.tsx';
import { Card } from './Card.tsx';
import classes from './Dashboard.module.css';
import { listLink } from './list-link.ts';

/** How long stages took, and take now, beside what was estimated for them. */
export function StageTimes({ stages }: { stages: readonly StageFigures[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const longest = Math.max(
    1,
    ...stages.flatMap((stage) => [stage.estimated_duration_days ?? 0, stage.average_passage_days ?? 0, stage.average_age_days ?? 0]),
  );
  const share = (days: number): string => `${(100 * days) / longest}%`;
  const days = (value: number | null) => (value === null ? '–' : format.number(Math.round(value * 10) / 10));
  return (
    <Card title={t('dashboard.times.title')} lead={t('dashboard.times.lead')}>
      <div className={classes['tableBox']} role="group" aria-label={t('dashboard.times.title')} tabIndex={0}>
        <table className={classes['table']}>
          <thead>
            <tr>
              <th scope="col">{t('dashboard.stages.stage')}</th>
              <th scope="col" className={classes['right']}>
                {t('dashboard.times.estimate')}
              </th>
              <th scope="col" className={classes['barColumn']}>
                {t('dashboard.times.passed')}
              </th>
              <th scope="col" className={classes['right']}>
                {t('dashboard.times.now')}
              </th>
              <th scope="col" className={classes['right']}>
                {t('dashboard.times.over')}
              </th>
            </tr>
          </thead>
          <tbody>
            {stages.map((stage) => {
              const estimate = stage.estimated_duration_days;
              const passed = stage.average_passage_days;
              const slow = estimate !== null && passed !== null && passed > estimate;
              return (
                <tr key={stage.id}>
                  <th scope="row">
                    <Link to={listLink({ stage: stage.id, status: ['active'] })} className={classes['stage']}>
                      <StageDot color={stage.color} />
                      {stage.name}
                    </Link>
                  </th>
                  <td className={classes['right']}>{days(estimate)}</td>
                  <td>
                    <span className={classes['barCell']}>
                      <span className={classes['bar']} aria-hidden>
                        <span data-tone={slow ? 'risk' : 'calm'} style={{ width: share(passed ?? 0) }} />
                        {estimate !== null && <i className={classes['target']} style={{ left: share(estimate) }} />}
                      </span>
                      <span className={classes['barNumber']}>{days(passed)}</span>
                    </span>
                  </td>
                  <td className={classes['right']}>{days(stage.average_age_days)}</td>
                  <td className={classes['right']}>
                    <span className={classes[stage.over_estimate === 0 ? 'zero' : 'figure']} data-tone="risk">
                      {format.number(stage.over_estimate)}
                    </span>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
