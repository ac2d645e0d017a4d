import { VisuallyHidden } from '@mantine/core';
import { IconCalendarMonth, IconHistory, IconLayoutKanban, IconRefresh, IconShieldLock, IconTable, IconTimeline, IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { mayAccess } from '../../shared/domain/access-rules.ts';
import { isInternal, mayReadAudit, type Role } from '../../shared/domain/roles.ts';
import { mayEditSecurity } from '../../shared/domain/security-settings.ts';
import { useHandedIn } from '../features/people/use-handed-in.ts';
import { SettingsMenu } from '../features/settings/SettingsMenu.tsx';
import { Mark } from '../ui/Mark.tsx';
import { useAppStore, useSession } from './app-store.ts';
import { paths } from './paths.ts';
import classes from './Shell.module.css';

/** A supplier has none, and so no deliveries. */
const hasProjects = (role: Role): boolean => mayAccess(role, 'read', 'projects', { company: true });

const links = [
  { to: paths.board, key: 'app.navigation.board', Icon: IconLayoutKanban, mayOpen: () => true },
  { to: paths.projects, key: 'app.navigation.projects', Icon: IconTable, mayOpen: () => true },
  { to: paths.calendar, key: 'app.navigation.calendar', Icon: IconCalendarMonth, mayOpen: hasProjects },
  { to: paths.timeline, key: 'app.navigation.timeline', Icon: IconTimeline, mayOpen: isInternal },
  { to: paths.audit, key: 'app.navigation.audit', Icon: IconHistory, mayOpen: mayReadAudit },
] as const;

export function NavigationRail() {
  const { t } = useTranslation();
  const { person } = useSession();
  return (
    <nav className={classes['rail']} aria-label={t('app.navigation.label')}>
      <div className={classes['mark']}>
        <Mark size={28} />
      </div>
      <ul className={classes['links']}>
        {links.filter(({ mayOpen }) => mayOpen(person.role)).map(({ to, key, Icon }) => (
          <li key={to}>
            <NavLink to={to} className={classes['link']}>
              <Icon size={22} stroke={1.6} aria-hidden />
              {t(key)}
            </NavLink>
          </li>
        ))}
        {person.role === 'admin' && (
          <li>
            <PeopleLink />
          </li>
        )}
        <li>
          <SyncLink />
        </li>
        {mayEditSecurity(person) && (
          <li>
            <NavLink to={paths.security} className={classes['link']}>
              <IconShieldLock size={22} stroke={1.6} aria-hidden />
              {t('app.navigation.security')}
            </NavLink>
          </li>
        )}
      </ul>
      <SettingsMenu className={classes['link']} />
    </nav>
  );
}

/** Carries the number of handed-in changes that wait for an administrator. */
function PeopleLink() {
  const { t } = useTranslation();
  const count = useHandedIn().data?.length ?? 0;
  return (
    <NavLink to={paths.people} className={classes['link']}>
      <span className={classes['badged']} aria-hidden>
        <IconUsers size={22} stroke={1.6} />
        {count > 0 && <span className={classes['badge']}>{count > 99 ? '99+' : count}</span>}
      </span>
      {t('app.navigation.people')}
      {count > 0 && <VisuallyHidden>{t('people.handedIn.badge', { count })}</VisuallyHidden>}
    </NavLink>
  );
}

/** Carries the number of changes that wait for a decision of the person. */
function SyncLink() {
  const { t } = useTranslation();
  const count = useAppStore((state) => state.syncStatus?.attention ?? 0);
  return (
    <NavLink to={paths.sync} className={classes['link']}>
      <span className={classes['badged']} aria-hidden>
        <IconRefresh size={22} stroke={1.6} />
        {count > 0 && <span className={classes['badge']}>{count > 99 ? '99+' : count}</span>}
      </span>
      {t('app.navigation.sync')}
      {count > 0 && <VisuallyHidden>{t('sync.badge', { count })}</VisuallyHidden>}
    </NavLink>
  );
}
