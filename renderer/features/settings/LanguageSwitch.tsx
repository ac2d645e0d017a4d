import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { languages } from '../../../shared/api/app.ts';
import { useSettings } from './use-settings.ts';

export function LanguageSwitch({ fullWidth = false }: { fullWidth?: boolean }) {
  const { t } = useTranslation();
  const { settings, change } = useSettings();
  return (
    <SegmentedControl
      aria-label={t('settings.language')}
      fullWidth={fullWidth}
      value={settings?.language ?? 'vi'}
      data={languages.map((value) => ({ value, label: t(`settings.languages.${value}`) }))}
      onChange={(language) => change({ language })}
    />
  );
}
