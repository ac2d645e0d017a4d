import { Button } from '@mantine/core';
import { IconAppWindow, IconDeviceFloppy } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '../../app/bridge.ts';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import { useDocumentErrorText } from './document-words.ts';
import classes from './Documents.module.css';

/** The file in its own program, or as a file of one's own. */
export function FileButtons({ documentId, sha256 }: { documentId: string; sha256: string }) {
  const { t } = useTranslation();
  const errorText = useDocumentErrorText();
  const content = { document_id: documentId, sha256 };
  const open = useMutation({
    mutationFn: () => call('files.open', content),
    onError: (error) => notifyFailure(t('documents.file.notOpened'), errorText(error)),
  });
  const save = useMutation({
    mutationFn: () => call('files.saveAs', content),
    onSuccess: (done) => {
      if (done) notifyDone(t('documents.file.saved', { file: done.file }));
    },
    onError: (error) => notifyFailure(t('documents.file.notSaved'), errorText(error)),
  });
  return (
    <div className={classes['buttons']}>
      <Button variant="default" loading={open.isPending} leftSection={<IconAppWindow size={16} aria-hidden />} onClick={() => open.mutate()}>
        {t('documents.file.open')}
      </Button>
      <Button variant="default" loading={save.isPending} leftSection={<IconDeviceFloppy size={16} aria-hidden />} onClick={() => save.mutate()}>
        {t('documents.file.saveAs')}
      </Button>
    </div>
  );
}
