import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSettings } from './use-settings.ts';

const densities = ['office', 'shop-floor'] as const;

export function DensitySwitch() {
  const { t } = useTranslation();
  const { settings, change } = useSettings();
  return (
    <SegmentedControl
      aria-label={t('settings.density')}
      fullWidth
      value={settings?.density ?? 'office'}
      data={densities.map((value) => ({ value, label: t(`settings.densities.${value}`) }))}
      onChange={(density) => change({ density })}
    />
  );
}
