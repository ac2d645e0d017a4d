import { Button } from '@mantine/core';
import { IconBrandGoogleDrive } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DriveReference } from '../../../shared/api/drive.ts';
import { call } from '../../app/bridge.ts';
import { notifyDone } from '../../ui/notify.tsx';
import { FolderPicker } from './FolderPicker.tsx';
import { useDriveState, useMayUseDrive } from './use-drive-state.ts';

interface Props {
  documentId: string;
  sha256: string;
}

/** Puts a content into Google Drive; nothing for whoever has no Drive here. */
export function SendToDrive({ documentId, sha256 }: Props) {
  const mayUse = useMayUseDrive();
  return mayUse ? <Offer documentId={documentId} sha256={sha256} /> : null;
}

function Offer({ documentId, sha256 }: Props) {
  const { t } = useTranslation();
  const { state } = useDriveState();
  const [opened, setOpened] = useState(false);
  const send = async (folder: DriveReference | null, name: string) => {
    const file = await call('drive.upload', { document_id: documentId, sha256, folder });
    notifyDone(t('drive.send.done', { name: file.name, folder: name }));
  };
  if (state?.status !== 'connected') return null;
  return (
    <>
      <div>
        <Button variant="default" leftSection={<IconBrandGoogleDrive size={16} aria-hidden />} onClick={() => setOpened(true)}>
          {t('drive.send.open')}
        </Button>
      </div>
      {opened && (
        <FolderPicker
          title={t('drive.send.title')}
          label={(folder) => t('drive.send.here', { folder })}
          onPick={send}
          goesOn
          close={() => setOpened(false)}
        />
      )}
    </>
  );
}
