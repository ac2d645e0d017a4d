import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { DriveReference } from '../../../shared/api/drive.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import classes from './Drive.module.css';
import { DriveList } from './DriveList.tsx';
import { DrivePath } from './DrivePath.tsx';
import { DriveTransfers } from './DriveTransfers.tsx';
import { PlaceTabs } from './PlaceTabs.tsx';
import { useDrivePath } from './use-drive-path.ts';
import { useDriveState } from './use-drive-state.ts';

const places = ['mine', 'shared', 'drives'] as const;

interface Props {
  title: string;
  /** What the button says that takes the folder of this name. */
  label: (name: string) => string;
  /** What becomes of the folder, null for the root; what it fails with is shown here. */
  onPick: (folder: DriveReference | null, name: string) => Promise<void>;
  /** Whether what it is picked for goes on after the dialog is closed. */
  goesOn?: boolean;
  close: () => void;
}

/** Looks through a person's Drive for a folder; what it is picked for is the caller's. */
export function FolderPicker({ title, label, onPick, goesOn = false, close }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { state } = useDriveState();
  const { path, here, name, tab, goTo, open, backTo } = useDrivePath();
  /** A list of folders is no folder itself. */
  const isFolder = here.kind === 'mine' || here.kind === 'folder';
  const pick = useMutation({ mutationFn: () => onPick(here.kind === 'folder' ? here.folder : null, name), onSuccess: close });
  return (
    <Dialog onClose={close} title={title} size="lg">
      <div className={classes['picker']}>
        {state && !state.browsing && <p className={classes['muted']}>{t(state.browsing_allowed ? 'drive.folders.narrow' : 'drive.folders.narrowForAll')}</p>}
        <PlaceTabs places={places} tab={tab} goTo={goTo} />
        <DrivePath path={path} backTo={backTo} />
        <DriveList key={JSON.stringify(here)} place={here} onlyFolders open={open} />
        <DriveTransfers awaited={goesOn && pick.isPending} />
        {pick.error && (
          <p role="alert" className={classes['problem']}>
            {errorText(pick.error)}
          </p>
        )}
        <div className={classes['actions']}>
          <Button disabled={!isFolder} loading={pick.isPending} onClick={() => pick.mutate()}>
            {isFolder ? label(name) : t('drive.send.choose')}
          </Button>
          <Button variant="default" onClick={close}>
            {t(goesOn && pick.isPending ? 'app.actions.close' : 'app.actions.cancel')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
