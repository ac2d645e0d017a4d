import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Notice } from '../ui/Notice.tsx';
import { paths } from './paths.ts';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Notice page icon={IconMapOff} title={t('app.notFound.title')} text={t('app.notFound.text')}>
      <Button component={Link} to={paths.board}>
        {t('app.notFound.action')}
      </Button>
    </Notice>
  );
}
