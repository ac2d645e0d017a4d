import { Modal } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { shortcuts } from '../../../shared/shortcuts.ts';
import { useAppStore, useReadOnly } from '../../app/app-store.ts';
import { useDestinations } from '../../app/destinations.ts';
import { ShortcutKeys } from '../../ui/ShortcutKeys.tsx';
import { closeShortcuts, useShortcutsDialog } from './shortcuts-store.ts';
import classes from './Shortcuts.module.css';

const everywhere = ['palette', 'find', 'newWindow', 'print', 'lock', 'syncNow', 'shortcuts'] as const;

/** What an earlier state has no use for. */
const ofPresent: readonly string[] = ['newWindow', 'syncNow'];

/** What a card on the board answers to. */
const onBoard = [
  { keys: 'arrows', shortcut: '←+→+↑+↓' },
  { keys: 'move', shortcut: 'shift+→' },
  { keys: 'moveBack', shortcut: 'shift+←' },
] as const;

export function ShortcutsDialog() {
  const { t } = useTranslation();
  const opened = useShortcutsDialog((state) => state.opened);
  useEffect(() => closeShortcuts, []);
  return (
    <Modal
      opened={opened}
      onClose={closeShortcuts}
      title={t('shell.shortcuts.title')}
      transitionProps={{ duration: 0 }}
      size="lg"
      closeButtonProps={{ 'aria-label': t('app.actions.close') }}
    >
      <ShortcutLists />
    </Modal>
  );
}

function ShortcutLists() {
  const { t } = useTranslation();
  const mac = useAppStore((state) => state.info?.platform) === 'darwin';
  const readOnly = useReadOnly();
  const pages = useDestinations().flatMap(({ id, shortcut }) => (shortcut ? [{ label: t(`app.navigation.${id}`), shortcut }] : []));
  return (
    <div className={classes['lists']}>
      <ShortcutList
        title={t('shell.shortcuts.everywhere')}
        entries={[
          ...everywhere.filter((name) => !readOnly || !ofPresent.includes(name)).map((name) => ({ label: t(`shell.shortcuts.names.${name}`), shortcut: shortcuts[name] })),
          { label: t('shell.shortcuts.names.back'), shortcut: mac ? 'mod+[' : 'alt+←' },
          { label: t('shell.shortcuts.names.forward'), shortcut: mac ? 'mod+]' : 'alt+→' },
          { label: t('shell.shortcuts.names.zoomIn'), shortcut: 'mod+=' },
          { label: t('shell.shortcuts.names.zoomOut'), shortcut: 'mod+-' },
          { label: t('shell.shortcuts.names.zoomReset'), shortcut: 'mod+0' },
        ]}
      />
      <ShortcutList title={t('shell.shortcuts.pages')} entries={pages} />
      <ShortcutList
        title={t('shell.shortcuts.board')}
        entries={onBoard.filter(({ keys }) => !readOnly || keys === 'arrows').map(({ keys, shortcut }) => ({ label: t(`shell.shortcuts.names.${keys}`), shortcut }))}
      />
    </div>
  );
}

function ShortcutList({ title, entries }: { title: string; entries: { label: string; shortcut: string }[] }) {
  if (entries.length === 0) return null;
  return (
    <section>
      <h3 className={classes['title']}>{title}</h3>
      <dl className={classes['list']}>
        {entries.map(({ label, shortcut }) => (
          <div key={label} className={classes['entry']}>
            <dt>{label}</dt>
            <dd>
              <ShortcutKeys shortcut={shortcut} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
