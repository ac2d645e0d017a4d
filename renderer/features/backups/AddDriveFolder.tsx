import { useTranslation } from 'react-i18next';
import { call } from '../../app/bridge.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { Connection } from '../drive/Connection.tsx';
import { FolderPicker } from '../drive/FolderPicker.tsx';
import { useDriveState } from '../drive/use-drive-state.ts';
import classes from './Backups.module.css';
import { askAgain } from './use-backups.ts';

interface Props {
  /** Called with the name under which the folder stands among the destinations. */
  added(folder: string): void;
  close(): void;
}

/** Picks a folder of the person's Drive for backups; whoever is not connected yet connects first. */
export function AddDriveFolder({ added, close }: Props) {
  const { t } = useTranslation();
  const { state, error } = useDriveState();
  if (state?.status === 'connected') {
    return (
      <FolderPicker
        title={t('backups.drive.title')}
        label={(folder) => t('backups.drive.take', { folder })}
        onPick={async (folder, name) => {
          const destination = await call('backup.addDriveDestination', { folder, name });
          await askAgain();
          added(destination.folder);
        }}
        close={close}
      />
    );
  }
  return (
    <Dialog onClose={close} title={t('backups.drive.title')} size="lg">
      <div className={classes['look']}>
        <p>{t('backups.drive.connectFirst')}</p>
        {error && <LoadFailure error={error} retry={close} />}
        {state && <Connection state={state} />}
      </div>
    </Dialog>
  );
}
