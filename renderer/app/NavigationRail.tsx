import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { shortcuts } from '../../shared/shortcuts.ts';
import { openPalette } from '../features/palette/palette-store.ts';
import { SettingsMenu } from '../features/settings/SettingsMenu.tsx';
import { Mark } from '../ui/Mark.tsx';
import { ShortcutTooltip } from '../ui/ShortcutTooltip.tsx';
import { useAppStore } from './app-store.ts';
import { AdministrationMenu } from './AdministrationMenu.tsx';
import { useDestinations, type Destination } from './destinations.ts';
import classes from './Shell.module.css';

export function NavigationRail() {
  const { t } = useTranslation();
  const destinations = useDestinations();
  const [work, admin] = (['work', 'admin'] as const).map((group) => destinations.filter((one) => one.group === group)) as [
    Destination[],
    Destination[],
  ];
  return (
    <nav className={classes['rail']} aria-label={t('app.navigation.label')}>
      <div className={classes['mark']}>
        <Mark size={28} />
      </div>
      <ShortcutTooltip label={t('shell.palette.open')} shortcut={shortcuts.palette}>
        <UnstyledButton className={classes['link']} aria-haspopup="dialog" onClick={() => openPalette()}>
          <IconSearch size={22} stroke={1.6} aria-hidden />
          {t('shell.palette.title')}
        </UnstyledButton>
      </ShortcutTooltip>
      <ul className={classes['links']}>
        {work.map((destination) => (
          <li key={destination.id}>
            <DestinationLink destination={destination} />
          </li>
        ))}
        {admin.length > 0 && (
          <li>
            <AdministrationMenu destinations={admin} />
          </li>
        )}
      </ul>
      <SettingsMenu className={classes['link']} />
    </nav>
  );
}

function DestinationLink({ destination }: { destination: Destination }) {
  return destination.id === 'sync' ? <SyncLink destination={destination} /> : <PlainLink destination={destination} />;
}

/** Carries the number of changes that wait for a decision of the person. */
function SyncLink({ destination }: { destination: Destination }) {
  const { t } = useTranslation();
  const count = useAppStore((state) => state.syncStatus?.attention ?? 0);
  return <PlainLink destination={destination} count={count} says={t('sync.badge', { count })} />;
}

interface Props {
  destination: Destination;
  /** What waits there, and the same in words. */
  count?: number;
  says?: string;
}

function PlainLink({ destination: { id, path, Icon, shortcut }, count = 0, says }: Props) {
  const { t } = useTranslation();
  const label = t(`app.navigation.${id}`);
  return (
    <ShortcutTooltip label={label} shortcut={shortcut}>
      <NavLink to={path} className={classes['link']}>
        <span className={classes['badged']} aria-hidden>
          <Icon size={22} stroke={1.6} />
          {count > 0 && <span className={classes['badge']}>{count > 99 ? '99+' : count}</span>}
        </span>
        {label}
        {count > 0 && <VisuallyHidden>{says}</VisuallyHidden>}
      </NavLink>
    </ShortcutTooltip>
  );
}
