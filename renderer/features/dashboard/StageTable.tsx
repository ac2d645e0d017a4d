import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { StageFigures } from '../../../shared/api/dashboard.ts';
import { useFormat } from '../../ui/use-format.ts';
import { StageDot } from '../projects/parts/StageDot.tsx';
import { Card } from './Card.tsx';
import classes from './Dashboard.module.css';
import { listLink, openStatuses } from './list-link.ts';

/** Work in progress by stage. A bar says at a glance what the numbers beside it say exactly. */
export function StageTable({ stages }: { stages: readonly StageFigures[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const most = Math.max(1, ...stages.map(({ active, on_hold }) => active + on_hold));
  const share = (count: number): string => `${(100 * count) / most}%`;
  const number = (count: number, filter: Parameters<typeof listLink>[0] | undefined, tone?: 'late' | 'risk') =>
    count === 0 ? (
      <span className={classes['zero']}>{format.number(0)}</span>
    ) : filter ? (
      <Link to={listLink(filter)} className={classes['figure']} data-tone={tone}>
        {format.number(count)}
      </Link>
    ) : (
      <span className={classes['figure']} data-tone={tone}>
        {format.number(count)}
      </span>
    );
  return (
    <Card title={t('dashboard.stages.title')} lead={t('dashboard.stages.lead')}>
      <ul className={classes['legend']} aria-hidden>
        {(['calm', 'risk', 'late'] as const).map((tone) => (
          <li key={tone}>
            <span className={classes['swatch']} data-tone={tone} />
            {t(`dashboard.stages.legend.${tone}`)}
          </li>
        ))}
      </ul>
      <div className={classes['tableBox']} role="group" aria-label={t('dashboard.stages.title')} tabIndex={0}>
        <table className={classes['table']}>
          <thead>
            <tr>
              <th scope="col">{t('dashboard.stages.stage')}</th>
              <th scope="col" className={classes['barColumn']}>
                {t('dashboard.stages.open')}
              </th>
              <th scope="col" className={classes['right']}>
                {t('dashboard.stages.atRisk')}
              </th>
              <th scope="col" className={classes['right']}>
                {t('dashboard.stages.overdue')}
              </th>
              <th scope="col" className={classes['right']}>
                {t('dashboard.stages.onHold')}
              </th>
            </tr>
          </thead>
          <tbody>
            {stages.map((stage) => {
              const open = stage.active + stage.on_hold;
              return (
                <tr key={stage.id}>
                  <th scope="row">
                    <Link to={listLink({ stage: stage.id, status: openStatuses })} className={classes['stage']}>
                      <StageDot color={stage.color} />
                      {stage.name}
                    </Link>
                    {!stage.is_active && <span className={classes['note']}>{t('dashboard.stages.inactive')}</span>}
                  </th>
                  <td>
                    <span className={classes['barCell']}>
                      <span className={classes['bar']} aria-hidden>
                        <span data-tone="calm" style={{ width: share(open - stage.overdue - stage.at_risk) }} />
                        <span data-tone="risk" style={{ width: share(stage.at_risk) }} />
                        <span data-tone="late" style={{ width: share(stage.overdue) }} />
                      </span>
                      <span className={classes['barNumber']}>{format.number(open)}</span>
                    </span>
                  </td>
                  <td className={classes['right']}>{number(stage.at_risk, undefined, 'risk')}</td>
                  <td className={classes['right']}>{number(stage.overdue, { stage: stage.id, due: 'overdue' }, 'late')}</td>
                  <td className={classes['right']}>{number(stage.on_hold, { stage: stage.id, status: ['on_hold'] })}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
