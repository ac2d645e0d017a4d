import { Button } from '@mantine/core';
import { IconDoorOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Notice } from '../ui/Notice.tsx';
import { useReadOnly, useSession } from './app-store.ts';

/** A page that exists, but has nothing for people of this role, or is none of those that show an earlier state. */
export function NotForYouPage() {
  const { t } = useTranslation();
  const { role } = useSession().person;
  const readOnly = useReadOnly();
  return (
    <Notice
      page
      icon={IconDoorOff}
      title={t(readOnly ? 'past.notHere.title' : 'shell.notForYou.title')}
      text={readOnly ? t('past.notHere.text') : t('shell.notForYou.text', { role: t(`values.role.${role}`) })}
    >
      <Button component={Link} to="/">
        {t('shell.notForYou.action')}
      </Button>
    </Notice>
  );
}
