import { useTranslation } from 'react-i18next';
import type { DocumentPage } from '../../../shared/api/documents.ts';
import { useFileSize } from '../../ui/file-size.ts';
import { SendToDrive } from '../drive/SendToDrive.tsx';
import { KeepOffline } from '../files/KeepOffline.tsx';
import { DocumentPreview } from '../preview/DocumentPreview.tsx';
import { Panel } from '../projects/page/Panel.tsx';
import classes from './Documents.module.css';

/** What is in the current version, as far as it is known. */
export function FilePanel({ page: { document } }: { page: DocumentPage }) {
  const { t } = useTranslation();
  const fileSize = useFileSize();
  return (
    <Panel heading={t('documents.page.content')}>
      {document.content_sha256 === null ? (
        <>
          <p className={classes['fileName']}>{document.file_name ?? t('app.value.none')}</p>
          <p className={classes['muted']}>
            {[document.file_size !== null && fileSize(document.file_size), document.mime_type].filter(Boolean).join(' · ')}
          </p>
          <p className={classes['warning']}>{t('documents.page.noBytes')}</p>
        </>
      ) : (
        <>
          <KeepOffline kind="document" target_id={document.id} />
          <SendToDrive documentId={document.id} sha256={document.content_sha256} />
          <DocumentPreview key={document.content_sha256} documentId={document.id} sha256={document.content_sha256} isCurrent />
        </>
      )}
    </Panel>
  );
}
