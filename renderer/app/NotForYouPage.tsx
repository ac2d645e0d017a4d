import { Button } from '@mantine/core';
import { IconDoorOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Notice } from '../ui/Notice.tsx';
import { useSession } from './app-store.ts';

/** A page that exists, but has nothing for people of this role. */
export function NotForYouPage() {
  const { t } = useTranslation();
  const { role } = useSession().person;
  return (
    <Notice page icon={IconDoorOff} title={t('shell.notForYou.title')} text={t('shell.notForYou.text', { role: t(`values.role.${role}`) })}>
      <Button component={Link} to="/">
        {t('shell.notForYou.action')}
      </Button>
    </Notice>
  );
}
