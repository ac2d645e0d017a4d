import { BarChart } from '@mantine/charts';
import '@mantine/charts/styles.layer.css';
import { useTranslation } from 'react-i18next';
import type { MonthFigures } from '../../../shared/api/dashboard.ts';

interface Props {
  months: readonly (MonthFigures & { label: string })[];
  open: () => void;
}

/** For the eye only: the table beside it says the same, and is what the keyboard reaches. */
export default function DeliveryChart({ months, open }: Props) {
  const { t } = useTranslation();
  return (
    <BarChart
      h={180}
      data={[...months]}
      dataKey="label"
      type="stacked"
      withLegend
      gridAxis="x"
      tickLine="none"
      yAxisProps={{ allowDecimals: false, width: 32 }}
      // The darkest part is what went wrong, so that the parts differ without their hues, too.
      series={[
        { name: 'on_time', label: t('dashboard.delivery.on_time'), color: 'var(--fp-chart-calm)' },
        { name: 'undated', label: t('dashboard.delivery.undated'), color: 'var(--fp-chart-neutral)' },
        { name: 'late', label: t('dashboard.delivery.late'), color: 'var(--fp-chart-late)' },
      ]}
      barProps={{ isAnimationActive: false, cursor: 'pointer' }}
      barChartProps={{ accessibilityLayer: false, onClick: open }}
    />
  );
}
