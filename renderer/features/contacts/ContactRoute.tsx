import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { isInternal } from '../../../shared/domain/roles.ts';
import { AppError } from '../../../shared/errors.ts';
import { useSession } from '../../app/app-store.ts';
import { NotFoundPage } from '../../app/NotFoundPage.tsx';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { ContactView } from './ContactView.tsx';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function ContactRoute() {
  const { id = '' } = useParams();
  const { role } = useSession().person;
  return UUID.test(id) && isInternal(role) ? <LoadedContact key={id} id={id} /> : <NotFoundPage />;
}

function LoadedContact({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(query('contacts.get', { id }));
  if (error instanceof AppError && error.code === 'NOT_FOUND') {
    return (
      <Notice page icon={IconMapOff} title={t('app.notFound.title')} text={t('errors.NOT_FOUND')}>
        <Button component={Link} to={paths.contacts}>
          {t('contacts.back')}
        </Button>
      </Notice>
    );
  }
  if (data) return <ContactView page={data} />;
  return error ? <LoadFailure page error={error} retry={() => void refetch()} /> : null;
}
