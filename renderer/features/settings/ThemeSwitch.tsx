import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSettings } from './use-settings.ts';

const themes = ['system', 'light', 'dark'] as const;

export function ThemeSwitch({ fullWidth = false }: { fullWidth?: boolean }) {
  const { t } = useTranslation();
  const { settings, change } = useSettings();
  return (
    <SegmentedControl
      aria-label={t('settings.theme')}
      fullWidth={fullWidth}
      value={settings?.theme ?? 'system'}
      data={themes.map((value) => ({ value, label: t(`settings.themes.${value}`) }))}
      onChange={(theme) => change({ theme })}
    />
  );
}
