import { Badge, Menu } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { DrawnAlready } from '../ui/DrawnAlready.tsx';
import type { ListProps } from './AdministrationMenu.tsx';

/** What opens beside the entry of administration. */
export function AdministrationList({ id, button, destinations, waiting, opened, onChange }: ListProps) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return (
    <Menu id={id} opened={opened} onChange={onChange} position="right-start" width={220} shadow="md">
      <Menu.Target>
        <DrawnAlready element={button} />
      </Menu.Target>
      <Menu.Dropdown>
        {destinations.map(({ id: page, path, Icon }) => (
          <Menu.Item
            key={page}
            component={Link}
            to={path}
            leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
            {...(pathname === path && { 'aria-current': 'page' as const })}
            rightSection={page === 'people' && waiting > 0 ? <Badge size="sm">{waiting}</Badge> : null}
          >
            {t(`app.navigation.${page}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
