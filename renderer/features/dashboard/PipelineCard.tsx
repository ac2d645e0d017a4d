import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Pipeline, StageFigures } from '../../../shared/api/dashboard.ts';
import { isManager } from '../../../shared/domain/roles.ts';
import { useReadOnly, useSession } from '../../app/app-store.ts';
import { paths } from '../../app/paths.ts';
import { useFormat } from '../../ui/use-format.ts';
import { StageDot } from '../projects/parts/StageDot.tsx';
import { Card } from './Card.tsx';
import classes from './Dashboard.module.css';
import { listLink, openStatuses } from './list-link.ts';

/** What the open projects are worth, by stage, in the organization's currency. */
export function PipelineCard({ pipeline, stages }: { pipeline: Pipeline; stages: readonly StageFigures[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { person } = useSession();
  const readOnly = useReadOnly();
  const amounts = new Map(pipeline.stages.map((row) => [row.stage_id, row]));
  // Only the length of a bar: what is written is the exact amount.
  const most = Math.max(1, ...pipeline.stages.map(({ amount }) => Number(amount)));
  return (
    <Card title={t('dashboard.pipeline.title')} aside={<strong className={classes['total']}>{format.money(pipeline.total, pipeline.currency)}</strong>}>
      <table className={classes['table']}>
        <thead>
          <tr>
            <th scope="col">{t('dashboard.stages.stage')}</th>
            <th scope="col" className={classes['barColumn']}>
              {t('dashboard.pipeline.projects')}
            </th>
            <th scope="col" className={classes['right']}>
              {t('dashboard.pipeline.amount')}
            </th>
          </tr>
        </thead>
        <tbody>
          {stages.map((stage) => {
            const sum = amounts.get(stage.id);
            return (
              <tr key={stage.id}>
                <th scope="row">
                  <Link to={listLink({ stage: stage.id, status: openStatuses })} className={classes['stage']}>
                    <StageDot color={stage.color} />
                    {stage.name}
                  </Link>
                </th>
                <td>
                  <span className={classes['barCell']}>
                    <span className={classes['bar']} aria-hidden>
                      <span data-tone="calm" style={{ width: `${(100 * Number(sum?.amount ?? 0)) / most}%` }} />
                    </span>
                    <span className={classes['barNumber']}>{format.number(sum?.projects ?? 0)}</span>
                  </span>
                </td>
                <td className={classes['right']}>{sum ? format.money(sum.amount, pipeline.currency) : '–'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {pipeline.converted.map((row) => (
        <p key={row.currency} className={classes['muted']}>
          {t('dashboard.pipeline.converted', {
            count: row.projects,
            amount: format.money(row.amount, row.currency),
            rate: format.money(row.rate, pipeline.currency),
            currency: row.currency,
            day: format.date(row.valid_from),
          })}
        </p>
      ))}
      {pipeline.without_rate.map((row) => (
        <p key={row.currency} className={classes['warning']}>
          {t('dashboard.pipeline.withoutRate', {
            count: row.projects,
            amount: format.money(row.amount, row.currency),
            currency: row.currency,
          })}
        </p>
      ))}
      {pipeline.without_rate.length > 0 &&
        !readOnly &&
        (isManager(person.role) ? (
          <Link to={paths.rates} className={classes['more']}>
            {t('dashboard.pipeline.enterRate')}
          </Link>
        ) : (
          <p className={classes['muted']}>{t('dashboard.pipeline.askRate')}</p>
        ))}
      {pipeline.without_value > 0 && <p className={classes['muted']}>{t('dashboard.pipeline.withoutValue', { count: pipeline.without_value })}</p>}
    </Card>
  );
}
