import { Button } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../app/paths.ts';
import { useMayAccess } from '../../app/use-may-access.ts';

/** The way to the first project, for whoever may begin one. */
export function TakeInButton() {
  const { t } = useTranslation();
  const mayAccess = useMayAccess();
  if (!mayAccess('insert', 'projects')) return null;
  return (
    <Button component={Link} to={paths.intake} leftSection={<IconInbox size={16} aria-hidden />}>
      {t('projects.takeIn')}
    </Button>
  );
}
