import { Button, VisuallyHidden } from '@mantine/core';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { MonthFigures } from '../../../shared/api/dashboard.ts';
import { useAppStore } from '../../app/app-store.ts';
import { useFormat } from '../../ui/use-format.ts';
import { Card } from './Card.tsx';
import classes from './Dashboard.module.css';
import { listLink } from './list-link.ts';

/** The chart library is a third of the window's code; it comes when there is a chart to draw. */
const DeliveryChart = lazy(() => import('./DeliveryChart.tsx'));

/** Of the projects completed in each of the last twelve months, how many came on their day. */
export function Delivery({ months }: { months: readonly MonthFigures[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const [asTable, setAsTable] = useState(false);
  const language = useAppStore((state) => state.settings?.language ?? 'vi');
  const label = (month: string): string =>
    new Intl.DateTimeFormat(language, { month: 'numeric', year: '2-digit', timeZone: 'UTC' }).format(new Date(`${month}-01T00:00:00Z`));
  const dated = months.reduce((sum, { on_time, late }) => sum + on_time + late, 0);
  const onTime = months.reduce((sum, { on_time }) => sum + on_time, 0);
  const completed = listLink({ status: ['completed'] });
  const table = (
    <table className={classes['table']}>
      <thead>
        <tr>
          <th scope="col">{t('dashboard.delivery.month')}</th>
          {(['on_time', 'late', 'undated'] as const).map((outcome) => (
            <th key={outcome} scope="col" className={classes['right']}>
              {t(`dashboard.delivery.${outcome}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {months.map((month) => (
          <tr key={month.month}>
            <th scope="row">{label(month.month)}</th>
            <td className={classes['right']}>{format.number(month.on_time)}</td>
            <td className={classes['right']}>{format.number(month.late)}</td>
            <td className={classes['right']}>{format.number(month.undated)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
  return (
    <Card
      title={t('dashboard.delivery.title')}
      lead={
        dated === 0
          ? t('dashboard.delivery.none')
          : t('dashboard.delivery.lead', { percent: format.percent(onTime / dated), onTime: format.number(onTime), dated: format.number(dated) })
      }
      aside={
        <Button
          variant="subtle"
          leftSection={asTable ? <IconChartBar size={16} aria-hidden /> : <IconTable size={16} aria-hidden />}
          onClick={() => setAsTable(!asTable)}
        >
          {t(asTable ? 'dashboard.asChart' : 'dashboard.asTable')}
        </Button>
      }
    >
      {asTable ? (
        table
      ) : (
        <>
          <VisuallyHidden>{table}</VisuallyHidden>
          <div aria-hidden className={classes['chart']}>
            <Suspense>
              <DeliveryChart months={months.map((month) => ({ ...month, label: label(month.month) }))} open={() => void navigate(completed)} />
            </Suspense>
          </div>
        </>
      )}
      <Link to={completed} className={classes['more']}>
        {t('dashboard.delivery.open')}
      </Link>
    </Card>
  );
}
