import { useHotkeys } from '@mantine/hooks';
import { useCallback, useEffect } from 'react';
import { useNavigate } from 'react-router';
import type { ShellCommand } from '../../shared/api/windows.ts';
import { shortcuts } from '../../shared/shortcuts.ts';
import { openPalette } from '../features/palette/palette-store.ts';
import { printPage } from '../features/print/print-page.ts';
import { openShortcuts } from '../features/shortcuts/shortcuts-store.ts';
import { useSyncNow } from '../features/sync/use-sync-now.ts';
import { contentId } from '../ui/theme.ts';
import { useAppStore, useReadOnly } from './app-store.ts';
import { call, subscribe } from './bridge.ts';
import { useDestinations } from './destinations.ts';
import { historyStep } from './history-keys.ts';
import { paths } from './paths.ts';
import { ScannedCode } from './scanned-code.ts';

/** A question that is open has to be answered first. */
const isAsking = (): boolean => document.querySelector('[role="dialog"][aria-modal="true"]') !== null;

/** The field by which the page's own list is searched; where it has none, everything is. */
function find(): void {
  const field = document.getElementById(contentId)?.querySelector<HTMLInputElement>('[role="searchbox"], input[type="search"]');
  if (!field) openPalette();
  else {
    field.focus();
    field.select();
  }
}

/** Does what the menu asks of this window, what the keys and a scanner stand for, and where a link from outside leads. */
export function useShellKeys(): void {
  const navigate = useNavigate();
  const platform = useAppStore((state) => state.info?.platform);
  const syncNow = useSyncNow();
  const readOnly = useReadOnly();

  const followLink = useCallback(async () => {
    // Links from outside are the ordinary windows'.
    if (readOnly) return;
    const link = await call('link.take');
    if (link?.kind === 'project') void navigate(paths.link(link.code));
    else if (link) void navigate(paths.unreadableLink);
  }, [navigate, readOnly]);

  const obey = useCallback(
    (command: ShellCommand) => {
      if (command.type === 'link') void followLink();
      else if (command.type === 'shortcuts') openShortcuts();
      else if (command.type === 'print') void printPage();
      else if (command.type === 'sync') {
        if (!readOnly) syncNow();
      } else if (isAsking()) return;
      else if (command.type === 'go') void navigate(command.path);
      else if (command.type === 'find') find();
      else openPalette();
    },
    [followLink, navigate, readOnly, syncNow],
  );

  useEffect(() => subscribe('shell.command', obey), [obey]);
  // What was opened before anybody had signed in.
  useEffect(() => void followLink(), [followLink]);

  useHotkeys(
    [
      [shortcuts.palette, () => obey({ type: 'palette' })],
      [shortcuts.find, () => obey({ type: 'find' })],
      [shortcuts.syncNow, () => obey({ type: 'sync' })],
      [shortcuts.shortcuts, () => obey({ type: 'shortcuts' })],
      ...useDestinations().flatMap(({ path, shortcut }): [string, () => void][] =>
        shortcut === null ? [] : [[shortcut, () => obey({ type: 'go', path })]],
      ),
    ],
    [],
  );

  // Before anybody else hears of the Enter: it would press whatever has the focus.
  useEffect(() => {
    const scanned = new ScannedCode();
    const onKeyDown = (event: KeyboardEvent) => {
      // A key that is held down comes as fast as a scanner's.
      if (readOnly || event.repeat || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target) || isAsking()) {
        scanned.forget();
        return;
      }
      const code = scanned.press(event.key, event.timeStamp);
      if (code === null) return;
      event.preventDefault();
      event.stopPropagation();
      void navigate(paths.link(code));
    };
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, [navigate, readOnly]);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const step = historyStep(event, platform);
      if (step !== null) {
        event.preventDefault();
        void navigate(step);
      } else if (event.key === '?' && !isTyping(event.target) && !isAsking()) openShortcuts();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [navigate, platform]);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input:not([type="checkbox"], [type="radio"]), textarea, select'));
