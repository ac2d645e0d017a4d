import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { AppError } from '../../../shared/errors.ts';
import { call } from '../../app/bridge.ts';
import { NotFoundPage } from '../../app/NotFoundPage.tsx';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { DocumentView } from './DocumentView.tsx';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function DocumentRoute() {
  const { id = '' } = useParams();
  return UUID.test(id) ? <LoadedDocument key={id} id={id} /> : <NotFoundPage />;
}

function LoadedDocument({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(query('documents.get', { id }));
  const isThere = data !== undefined;
  useEffect(() => {
    // What was opened last is offered by the palette; that it could not be noted is no one's trouble.
    if (isThere) void call('search.opened', { kind: 'document', id }).catch(() => undefined);
  }, [isThere, id]);
  if (error instanceof AppError && error.code === 'NOT_FOUND') {
    return (
      <Notice page icon={IconMapOff} title={t('app.notFound.title')} text={t('errors.NOT_FOUND')}>
        <Button component={Link} to={paths.documents}>
          {t('documents.back')}
        </Button>
      </Notice>
    );
  }
  if (data) return <DocumentView page={data} />;
  return error ? <LoadFailure page error={error} retry={() => void refetch()} /> : null;
}
