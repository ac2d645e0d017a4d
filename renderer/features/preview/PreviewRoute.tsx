import { IconMapOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { AppError } from '../../../shared/errors.ts';
import { NotFoundPage } from '../../app/NotFoundPage.tsx';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import { useWindowTitle } from '../../app/use-window-title.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { DocumentPreview } from './DocumentPreview.tsx';
import classes from './Preview.module.css';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const HASH = /^[0-9a-f]{64}$/;

/** One version of a document with the whole page to itself, for a second screen or a window of its own. */
export function PreviewRoute() {
  const { id = '', sha256 = '' } = useParams();
  return UUID.test(id) && HASH.test(sha256) ? <PreviewPage key={sha256} id={id} sha256={sha256} /> : <NotFoundPage />;
}

function PreviewPage({ id, sha256 }: { id: string; sha256: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = useQuery(query('preview.version', { document_id: id, sha256 }));
  useWindowTitle(data?.title ?? null);
  if (error instanceof AppError && error.code === 'NOT_FOUND') return <Notice page icon={IconMapOff} title={t('app.notFound.title')} text={t('errors.NOT_FOUND')} />;
  if (!data) return error ? <LoadFailure page error={error} retry={() => void refetch()} /> : null;
  return (
    <div className={classes['pageBox']}>
      <header className={classes['head']}>
        <h1 className={classes['pageTitle']}>
          <Link to={paths.document(id)}>{data.title}</Link>
        </h1>
        <span className={classes['size']}>{t('preview.version', { version: format.number(data.version) })}</span>
      </header>
      <DocumentPreview documentId={id} sha256={sha256} isCurrent={data.is_current} />
    </div>
  );
}
