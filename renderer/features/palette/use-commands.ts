import {
  IconAppWindow, IconKeyboard, IconLanguage, IconLock, IconLogout, IconMoon, IconPrinter, IconRefresh, IconRulerMeasure, type Icon,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { languages } from '../../../shared/api/app.ts';
import { foldText } from '../../../shared/domain/fold-text.ts';
import { shortcuts } from '../../../shared/shortcuts.ts';
import { useReadOnly } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { useDestinations } from '../../app/destinations.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyFailure } from '../../ui/notify.tsx';
import { printPage } from '../print/print-page.ts';
import { useSignOut } from '../session/use-sign-out.ts';
import { useSettings } from '../settings/use-settings.ts';
import { useSyncNow } from '../sync/use-sync-now.ts';
import { openShortcuts } from '../shortcuts/shortcuts-store.ts';

export interface Command {
  id: string;
  label: string;
  Icon: Icon;
  shortcut: string | null;
  run: () => void;
}

/** Everything that the palette can do besides opening records. */
export function useCommands(): Command[] {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const destinations = useDestinations();
  const { settings, change } = useSettings();
  const signOut = useSignOut();
  const { mutate } = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onError: (error) => notifyFailure(t('shell.palette.failed'), errorText(error)),
  });
  const act = (work: () => Promise<unknown>) => () => mutate(work);
  const syncNow = useSyncNow();
  const readOnly = useReadOnly();
  return [
    ...destinations.map(({ id, path, Icon, shortcut }) => ({
      id: `go ${id}`,
      label: t('shell.palette.go', { page: t(`app.navigation.${id}`) }),
      Icon,
      shortcut,
      run: () => void navigate(path),
    })),
    ...(readOnly
      ? []
      : [
          { id: 'sync', label: t('shell.palette.syncNow'), Icon: IconRefresh, shortcut: shortcuts.syncNow, run: syncNow },
          { id: 'window', label: t('shell.palette.newWindow'), Icon: IconAppWindow, shortcut: shortcuts.newWindow, run: act(() => call('window.open', { path: pathname })) },
        ]),
    { id: 'print', label: t('shell.palette.print'), Icon: IconPrinter, shortcut: shortcuts.print, run: act(printPage) },
    { id: 'lock', label: t('lock.lockNow'), Icon: IconLock, shortcut: shortcuts.lock, run: act(() => call('lock.now')) },
    { id: 'shortcuts', label: t('shell.shortcuts.title'), Icon: IconKeyboard, shortcut: shortcuts.shortcuts, run: openShortcuts },
    ...languages
      .filter((language) => language !== settings?.language)
      .map((language) => ({
        id: `language ${language}`,
        label: `${t('settings.language')}: ${t(`settings.languages.${language}`)}`,
        Icon: IconLanguage,
        shortcut: null,
        run: () => change({ language }),
      })),
    ...(['system', 'light', 'dark'] as const)
      .filter((theme) => theme !== settings?.theme)
      .map((theme) => ({
        id: `theme ${theme}`,
        label: `${t('settings.theme')}: ${t(`settings.themes.${theme}`)}`,
        Icon: IconMoon,
        shortcut: null,
        run: () => change({ theme }),
      })),
    ...(['office', 'shop-floor'] as const)
      .filter((density) => density !== settings?.density)
      .map((density) => ({
        id: `density ${density}`,
        label: `${t('settings.density')}: ${t(`settings.densities.${density}`)}`,
        Icon: IconRulerMeasure,
        shortcut: null,
        run: () => change({ density }),
      })),
    { id: 'sign-out', label: t('settings.signOut'), Icon: IconLogout, shortcut: null, run: signOut.ask },
  ];
}

/** Commands in whose name every word begins a word. */
export function matchingCommands(commands: readonly Command[], text: string): Command[] {
  const wordsOf = (of: string): string[] => foldText(of).match(/[\p{L}\p{N}]+/gu) ?? [];
  const words = wordsOf(text);
  if (words.length === 0) return [];
  return commands.filter(({ label }) => {
    const parts = wordsOf(label);
    return words.every((word) => parts.some((part) => part.startsWith(word)));
  });
}
