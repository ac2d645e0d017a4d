import { Button } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { mayAccess } from '../../../shared/domain/access-rules.ts';
import { useSession } from '../../app/app-store.ts';
import { paths } from '../../app/paths.ts';

/** The way to the first project, for whoever may begin one. */
export function TakeInButton() {
  const { t } = useTranslation();
  const { role } = useSession().person;
  if (!mayAccess(role, 'insert', 'projects')) return null;
  return (
    <Button component={Link} to={paths.intake} leftSection={<IconInbox size={16} aria-hidden />}>
      {t('projects.takeIn')}
    </Button>
  );
}
