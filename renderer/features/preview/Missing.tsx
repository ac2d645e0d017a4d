import { Button, Loader } from '@mantine/core';
import { IconCloudDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { Notice } from '../../ui/Notice.tsx';
import { FileButtons } from '../documents/FileButtons.tsx';
import classes from './Preview.module.css';

interface Props {
  documentId: string;
  sha256: string;
  arrived(): void;
}

/** The bytes are at the centre: the person decides whether to fetch them now. */
export function Missing({ documentId, sha256, arrived }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const content = { document_id: documentId, sha256 };
  const download = useMutation({ mutationFn: () => call('preview.download', content), onSuccess: arrived });
  return (
    <Notice
      icon={IconCloudDownload}
      title={t('preview.missing.title')}
      text={download.isPending ? t('preview.missing.downloading') : download.error ? errorText(download.error) : t('preview.missing.text')}
    >
      {download.isPending ? (
        <>
          <Loader size="sm" role="status" aria-label={t('preview.missing.downloading')} />
          <Button variant="default" onClick={() => void call('preview.stopDownload', content)}>
            {t('preview.stop')}
          </Button>
        </>
      ) : (
        <div className={classes['toolbar']}>
          <Button onClick={() => download.mutate()}>{t('preview.missing.download')}</Button>
          <FileButtons documentId={documentId} sha256={sha256} />
        </div>
      )}
    </Notice>
  );
}
