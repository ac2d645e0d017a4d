import { Button, Modal, Tabs, TextInput } from '@mantine/core';
import { IconChevronRight, IconSearch } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { DriveFile, DriveItem, DriveListing } from '../../../shared/api/drive.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { Notice } from '../../ui/Notice.tsx';
import classes from './Drive.module.css';
import { DriveList } from './DriveList.tsx';
import { useDriveState } from './use-drive-state.ts';

type Place = DriveListing['place'];

/** A step on the way down: a place, or a folder in it. */
interface Step {
  name: string;
  place: Place;
}

const places = ['mine', 'recent', 'shared', 'drives'] as const;
type PlaceName = (typeof places)[number];

interface Props {
  close: () => void;
  /** What the button says that takes the picked files, for how many. */
  label: (count: number) => string;
  /** What becomes of the picked files; what it fails with is shown here. */
  onPick: (files: DriveFile[]) => Promise<void>;
  /** Where they go, chosen by the person. */
  children?: ReactNode;
}

/** Looks through a person's Drive and picks files and folders; where they are picked for is the caller's. */
export function DrivePicker({ close, label, onPick, children }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { state } = useDriveState();
  const [tab, setTab] = useState<PlaceName | 'search'>('mine');
  const [typed, setTyped] = useState('');
  const [path, setPath] = useState<Step[]>([{ name: '', place: { kind: 'mine' } }]);
  const [picked, setPicked] = useState<ReadonlyMap<string, DriveItem>>(new Map());
  const here = path.at(-1)?.place ?? { kind: 'mine' };

  const take = useMutation({
    mutationFn: async () => {
      const references = [...picked.values()].map(({ id, resource_key }) => ({ id, resource_key }));
      await onPick(await call('drive.describe', { files: references }));
    },
    onSuccess: close,
  });

  const goTo = (name: PlaceName) => {
    setTab(name);
    setPath([{ name: t(`drive.place.${name}`), place: { kind: name } }]);
  };
  const search = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = typed.trim();
    if (text === '') return;
    setTab('search');
    setPath([{ name: t('drive.place.search', { text }), place: { kind: 'search', text } }]);
  };
  const open = (item: DriveItem) => {
    const drive = item.kind === 'drive' ? item.id : here.kind === 'folder' ? here.drive : null;
    setPath([...path, { name: item.name, place: { kind: 'folder', folder: { id: item.id, resource_key: item.resource_key }, drive } }]);
  };
  const toggle = (item: DriveItem) => {
    const next = new Map(picked);
    if (!next.delete(item.id)) next.set(item.id, item);
    setPicked(next);
  };

  return (
    <Modal opened onClose={close} title={t('drive.picker.title')} size="60rem" closeButtonProps={{ 'aria-label': t('app.actions.close') }}>
      {state && state.status !== 'connected' ? (
        <Notice icon={IconSearch} title={t('drive.picker.notConnected')} text={t('drive.picker.notConnectedText')} />
      ) : (
        <div className={classes['picker']}>
          {state && !state.browsing && (
            <p className={classes['muted']}>{t(state.browsing_allowed ? 'drive.picker.narrow' : 'drive.picker.narrowForAll')}</p>
          )}
          <form onSubmit={search} role="search" className={classes['search']}>
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
          <Tabs value={tab === 'search' ? null : tab} onChange={(value) => goTo((value ?? 'mine') as PlaceName)}>
            <Tabs.List aria-label={t('drive.picker.places')}>
              {places.map((name) => (
                <Tabs.Tab key={name} value={name}>
                  {t(`drive.place.${name}`)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
          </Tabs>
          {(path.length > 1 || tab === 'search') && (
            <nav aria-label={t('drive.picker.path')} className={classes['path']}>
              {path.map((step, depth) => (
                <span key={depth} className={classes['step']}>
                  {depth > 0 && <IconChevronRight size={14} aria-hidden />}
                  {depth < path.length - 1 ? (
                    <Button variant="subtle" onClick={() => setPath(path.slice(0, depth + 1))}>
                      {step.name || t('drive.place.mine')}
                    </Button>
                  ) : (
                    <span aria-current="location">{step.name}</span>
                  )}
                </span>
              ))}
            </nav>
          )}
          <DriveList key={JSON.stringify(here)} place={here} picked={picked} open={open} toggle={toggle} />
          {children}
          {take.error && (
            <p role="alert" className={classes['problem']}>
              {errorText(take.error)}
            </p>
          )}
          <div className={classes['actions']}>
            <Button disabled={picked.size === 0} loading={take.isPending} onClick={() => take.mutate()}>
              {label(picked.size)}
            </Button>
            <Button variant="default" onClick={close}>
              {t('app.actions.cancel')}
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}
