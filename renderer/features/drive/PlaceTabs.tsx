import { Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Place, PlaceName } from './use-drive-path.ts';

interface Props {
  places: readonly PlaceName[];
  tab: Place['kind'] | null;
  goTo: (place: PlaceName) => void;
}

/** Where to begin to look. */
export function PlaceTabs({ places, tab, goTo }: Props) {
  const { t } = useTranslation();
  return (
    <Tabs value={tab} onChange={(value) => goTo((value ?? 'mine') as PlaceName)}>
      <Tabs.List aria-label={t('drive.picker.places')}>
        {places.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {t(`drive.place.${name}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  );
}
