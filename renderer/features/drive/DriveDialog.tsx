import { Button } from '@mantine/core';
import { IconFolderSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/Dialog.tsx';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { Connection } from './Connection.tsx';
import { DriveTransfers } from './DriveTransfers.tsx';
import classes from './Drive.module.css';
import { Troubles } from './Troubles.tsx';
import { useDriveState } from './use-drive-state.ts';

interface Props {
  close: () => void;
  /** Opens the window in which files are looked for and picked. */
  browse: () => void;
}

/** A person's own Google Drive: connect, look, disconnect. */
export function DriveDialog({ close, browse }: Props) {
  const { t } = useTranslation();
  const { state, error } = useDriveState();
  return (
    <Dialog onClose={close} title={t('drive.title')} size="lg">
      <div className={classes['dialog']}>
        <p className={classes['muted']}>{t('drive.lead')}</p>
        {error && <LoadFailure error={error} retry={close} />}
        {state && <Connection state={state} />}
        <DriveTransfers />
        {state?.status === 'connected' && (
          <>
            <div>
              <Button variant="default" leftSection={<IconFolderSearch size={16} aria-hidden />} onClick={browse}>
                {t('drive.browse')}
              </Button>
            </div>
            <Troubles />
          </>
        )}
      </div>
    </Dialog>
  );
}
