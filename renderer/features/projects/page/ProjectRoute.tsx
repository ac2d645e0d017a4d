import { Button, Skeleton } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { AppError } from '../../../../shared/errors.ts';
import { NotFoundPage } from '../../../app/NotFoundPage.tsx';
import { paths } from '../../../app/paths.ts';
import { query } from '../../../app/queries.ts';
import { useWindowTitle } from '../../../app/use-window-title.ts';
import { Delayed } from '../../../ui/Delayed.tsx';
import { LoadFailure } from '../../../ui/LoadFailure.tsx';
import { Notice } from '../../../ui/Notice.tsx';
import { useNoteOpened } from '../../palette/use-note-opened.ts';
import { ProjectView } from './ProjectView.tsx';
import classes from './Page.module.css';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const isUuid = (text: string | undefined): text is string => text !== undefined && UUID.test(text);

export function ProjectRoute() {
  const { id } = useParams();
  return isUuid(id) ? <LoadedProject key={id} id={id} /> : <NotFoundPage />;
}

function LoadedProject({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(query('projects.get', { id }));
  useNoteOpened(data?.project.id);
  useWindowTitle(data ? `${data.project.project_id} ${data.project.title}` : null);
  if (error instanceof AppError && error.code === 'NOT_FOUND') return <GoneProject />;
  if (data) return <ProjectView page={data} />;
  if (error) return <LoadFailure page error={error} retry={() => void refetch()} />;
  return (
    <Delayed>
      <div className={classes['skeleton']} role="status" aria-label={t('app.loading')}>
        <Skeleton height={28} width="40%" />
        <Skeleton height={36} />
        <Skeleton height={360} />
      </div>
    </Delayed>
  );
}

function GoneProject() {
  const { t } = useTranslation();
  return (
    <Notice page icon={IconMapOff} title={t('app.notFound.title')} text={t('errors.NOT_FOUND')}>
      <Button component={Link} to={paths.board}>
        {t('app.notFound.action')}
      </Button>
    </Notice>
  );
}
