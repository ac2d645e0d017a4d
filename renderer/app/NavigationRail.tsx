import { IconLayoutKanban, IconTable } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { SettingsMenu } from '../features/settings/SettingsMenu.tsx';
import { Mark } from '../ui/Mark.tsx';
import { paths } from './paths.ts';
import classes from './Shell.module.css';

const links = [
  { to: paths.board, key: 'app.navigation.board', Icon: IconLayoutKanban },
  { to: paths.projects, key: 'app.navigation.projects', Icon: IconTable },
] as const;

export function NavigationRail() {
  const { t } = useTranslation();
  return (
    <nav className={classes['rail']} aria-label={t('app.navigation.label')}>
      <div className={classes['mark']}>
        <Mark size={28} />
      </div>
      <ul className={classes['links']}>
        {links.map(({ to, key, Icon }) => (
          <li key={to}>
            <NavLink to={to} className={classes['link']}>
              <Icon size={22} stroke={1.6} aria-hidden />
              {t(key)}
            </NavLink>
          </li>
        ))}
      </ul>
      <SettingsMenu className={classes['link']} />
    </nav>
  );
}
