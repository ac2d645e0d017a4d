import { Button } from '@mantine/core';
import { IconDeviceFloppy, IconExternalLink } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyFailure } from '../../ui/notify.tsx';

interface Props {
  documentId: string;
  sha256: string;
}

/** Ways out of the preview: the system's program, and a copy where the person wants it. */
export function FileActions({ documentId, sha256 }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const content = { document_id: documentId, sha256 };
  const open = useMutation({
    mutationFn: () => call('files.open', content),
    onError: (error) => notifyFailure(t('preview.notOpened'), errorText(error)),
  });
  const save = useMutation({
    mutationFn: () => call('files.saveAs', content),
    onError: (error) => notifyFailure(t('preview.notSaved'), errorText(error)),
  });
  return (
    <>
      <Button variant="default" loading={open.isPending} leftSection={<IconExternalLink size={17} stroke={1.6} aria-hidden />} onClick={() => open.mutate()}>
        {t('preview.open')}
      </Button>
      <Button variant="default" loading={save.isPending} leftSection={<IconDeviceFloppy size={17} stroke={1.6} aria-hidden />} onClick={() => save.mutate()}>
        {t('preview.save')}
      </Button>
    </>
  );
}
