import { Button, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { DriveFile, DriveItem } from '../../../shared/api/drive.ts';
import { call } from '../../app/bridge.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import { Notice } from '../../ui/Notice.tsx';
import classes from './Drive.module.css';
import { DriveList } from './DriveList.tsx';
import { DrivePath } from './DrivePath.tsx';
import { DriveTransfers } from './DriveTransfers.tsx';
import { PlaceTabs } from './PlaceTabs.tsx';
import { useDrivePath } from './use-drive-path.ts';
import { useDriveState } from './use-drive-state.ts';

const places = ['mine', 'recent', 'shared', 'drives'] as const;
/** As many as are described in one request. */
const MOST_PICKED = 50;

interface Props {
  close: () => void;
  /** What the button says that takes the picked files, for how many. */
  label: (count: number) => string;
  /** What becomes of the picked files; what it fails with is shown here. */
  onPick: (files: DriveFile[]) => Promise<void>;
  /** How many may be picked at most; one that is picked takes the place of a single other. */
  most?: number;
  /** Where they go, chosen by the person. */
  children?: ReactNode;
}

/** Looks through a person's Drive and picks files and folders; what they are picked for is the caller's. */
export function DrivePicker({ close, label, onPick, most = MOST_PICKED, children }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { state } = useDriveState();
  const { path, here, tab, goTo, search, open, backTo } = useDrivePath();
  const [typed, setTyped] = useState('');
  const [picked, setPicked] = useState<ReadonlyMap<string, DriveItem>>(new Map());

  const take = useMutation({
    mutationFn: async () => {
      const references = [...picked.values()].map(({ id, resource_key }) => ({ id, resource_key }));
      await onPick(await call('drive.describe', { files: references }));
    },
    onSuccess: close,
  });
  const onSearch = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = typed.trim();
    if (text !== '') search(text);
  };
  const toggle = (item: DriveItem) => {
    const next = new Map(most === 1 && !picked.has(item.id) ? [] : picked);
    if (!next.delete(item.id) && next.size < most) next.set(item.id, item);
    setPicked(next);
  };

  return (
    <Dialog onClose={close} title={t('drive.picker.title')} size="60rem">
      {state && state.status !== 'connected' ? (
        <Notice icon={IconSearch} title={t('drive.picker.notConnected')} text={t('drive.picker.notConnectedText')} />
      ) : (
        <div className={classes['picker']}>
          {state && !state.browsing && (
            <p className={classes['muted']}>{t(state.browsing_allowed ? 'drive.picker.narrow' : 'drive.picker.narrowForAll')}</p>
          )}
          <form onSubmit={onSearch} role="search" className={classes['search']}>
            <TextInput
              aria-label={t('drive.picker.search')}
              placeholder={t('drive.picker.search')}
              leftSection={<IconSearch size={16} aria-hidden />}
              maxLength={200}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              data-autofocus
            />
            <Button type="submit" variant="default">
              {t('drive.picker.find')}
            </Button>
          </form>
          <PlaceTabs places={places} tab={tab} goTo={goTo} />
          {(path.length > 1 || tab === null) && <DrivePath path={path} backTo={backTo} />}
          <DriveList key={JSON.stringify(here)} place={here} picked={picked} open={open} toggle={toggle} />
          <DriveTransfers awaited={take.isPending} />
          {take.error && (
            <p role="alert" className={classes['problem']}>
              {errorText(take.error)}
            </p>
          )}
          <div className={classes['end']}>
            {children}
            <div className={classes['actions']}>
              <Button disabled={picked.size === 0} loading={take.isPending} onClick={() => take.mutate()}>
                {label(picked.size)}
              </Button>
              <Button variant="default" onClick={close}>
                {t(take.isPending ? 'app.actions.close' : 'app.actions.cancel')}
              </Button>
            </div>
          </div>
        </div>
      )}
    </Dialog>
  );
}
