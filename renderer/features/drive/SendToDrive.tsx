import { Button, Modal } from '@mantine/core';
import { IconBrandGoogleDrive } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone } from '../../ui/notify.tsx';
import classes from './Drive.module.css';
import { DriveList } from './DriveList.tsx';
import { DrivePath } from './DrivePath.tsx';
import { DriveTransfers } from './DriveTransfers.tsx';
import { PlaceTabs } from './PlaceTabs.tsx';
import { useDrivePath } from './use-drive-path.ts';
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

function Offer(content: Props) {
  const { t } = useTranslation();
  const { state } = useDriveState();
  const [opened, setOpened] = useState(false);
  if (state?.status !== 'connected') return null;
  return (
    <>
      <div>
        <Button variant="default" leftSection={<IconBrandGoogleDrive size={16} aria-hidden />} onClick={() => setOpened(true)}>
          {t('drive.send.open')}
        </Button>
      </div>
      {opened && <FolderDialog {...content} close={() => setOpened(false)} />}
    </>
  );
}

const places = ['mine', 'shared', 'drives'] as const;

function FolderDialog({ documentId, sha256, close }: Props & { close: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { path, here, name, tab, goTo, open, backTo } = useDrivePath();
  /** A list of folders is no folder itself. */
  const isFolder = here.kind === 'mine' || here.kind === 'folder';
  const send = useMutation({
    mutationFn: () => call('drive.upload', { document_id: documentId, sha256, folder: here.kind === 'folder' ? here.folder : null }),
    onSuccess: (file) => {
      notifyDone(t('drive.send.done', { name: file.name, folder: name }));
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={t('drive.send.title')} size="lg" closeButtonProps={{ 'aria-label': t('app.actions.close') }}>
      <div className={classes['picker']}>
        <PlaceTabs places={places} tab={tab} goTo={goTo} />
        <DrivePath path={path} backTo={backTo} />
        <DriveList key={JSON.stringify(here)} place={here} onlyFolders open={open} />
        <DriveTransfers awaited={send.isPending} />
        {send.error && (
          <p role="alert" className={classes['problem']}>
            {errorText(send.error)}
          </p>
        )}
        <div className={classes['actions']}>
          <Button disabled={!isFolder} loading={send.isPending} onClick={() => send.mutate()}>
            {isFolder ? t('drive.send.here', { folder: name }) : t('drive.send.choose')}
          </Button>
          <Button variant="default" onClick={close}>
            {t(send.isPending ? 'app.actions.close' : 'app.actions.cancel')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
