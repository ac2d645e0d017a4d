import { Badge, Menu, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconSettingsCog } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { useHandedIn, useLookAgain } from '../features/people/use-handed-in.ts';
import type { Destination } from './destinations.ts';
import classes from './Shell.module.css';

/** The pages of administration behind one entry; it carries the number of handed-in changes that wait for an administrator. */
export function AdministrationMenu({ destinations }: { destinations: readonly Destination[] }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const waiting = useHandedIn(destinations.some(({ id }) => id === 'people')).data?.length ?? 0;
  useLookAgain(pathname);
  const inside = destinations.some(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
  return (
    <Menu position="right-start" width={220} shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes['link']} {...(inside && { 'data-inside': true })}>
          <span className={classes['badged']} aria-hidden>
            <IconSettingsCog size={22} stroke={1.6} />
            {waiting > 0 && <span className={classes['badge']}>{waiting > 99 ? '99+' : waiting}</span>}
          </span>
          {t('app.navigation.administration')}
          {waiting > 0 && <VisuallyHidden>{t('people.handedIn.badge', { count: waiting })}</VisuallyHidden>}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {destinations.map(({ id, path, Icon }) => (
          <Menu.Item
            key={id}
            component={Link}
            to={path}
            leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
            {...(pathname === path && { 'aria-current': 'page' as const })}
            rightSection={id === 'people' && waiting > 0 ? <Badge size="sm">{waiting}</Badge> : null}
          >
            {t(`app.navigation.${id}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
