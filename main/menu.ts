import type { MenuItemConstructorOptions } from 'electron';
import type { ShellCommand } from '../shared/api/windows.ts';
import type { Role } from '../shared/domain/roles.ts';
import { destinationsOf } from '../shared/navigation.ts';
import { acceleratorOf, goShortcut, shortcuts } from '../shared/shortcuts.ts';
import type { Texts } from './texts.ts';

export interface MenuOptions {
  platform: NodeJS.Platform;
  texts: Texts['menu'];
  appName: string;
  /** Adds reload and the developer tools. */
  development: boolean;
  openLogFolder(): void;
  lock(): void;
  /** Whose session is open on an unlocked screen; without one there is nothing to go to. */
  role: Role | null;
  /** Asks the window in front. */
  command(command: ShellCommand): void;
  newWindow(): void;
  zoom(step: number | 'reset'): void;
}

type Items = MenuItemConstructorOptions[];

const separator: MenuItemConstructorOptions = { type: 'separator' };

/** The native menu as each platform expects it. On Windows and Linux it appears with the Alt key. */
export function menuTemplate(options: MenuOptions): Items {
  const { platform, texts, appName, development, openLogFolder, lock, role, command, newWindow, zoom } = options;
  const mac = platform === 'darwin';
  const working = role !== null;
  const lockItem: MenuItemConstructorOptions = { label: texts.lock, accelerator: acceleratorOf(shortcuts.lock), enabled: working, click: lock };
  /** The page itself hears these keys, where the focus decides what they mean; the menu shows them and serves the mouse. */
  const ofPage = (label: string, shortcut: string | null, asked: ShellCommand): MenuItemConstructorOptions => ({
    label,
    ...(shortcut === null ? {} : { accelerator: acceleratorOf(shortcut), registerAccelerator: false }),
    enabled: working,
    click: () => command(asked),
  });
  const windowItem: MenuItemConstructorOptions = {
    label: texts.newWindow,
    accelerator: acceleratorOf(shortcuts.newWindow),
    enabled: working,
    click: newWindow,
  };
  /** The page is asked: it may have more to print than it shows. */
  const printItem: MenuItemConstructorOptions = { label: texts.print, accelerator: acceleratorOf(shortcuts.print), enabled: working, click: () => command({ type: 'print' }) };
  const application: MenuItemConstructorOptions = {
    label: appName,
    submenu: [
      { role: 'about', label: texts.about },
      separator,
      { role: 'services', label: texts.services },
      separator,
      { role: 'hide', label: texts.hide },
      { role: 'hideOthers', label: texts.hideOthers },
      { role: 'unhide', label: texts.showAll },
      separator,
      lockItem,
      { role: 'quit', label: texts.quit },
    ],
  };
  const file: Items = [
    windowItem,
    separator,
    ofPage(texts.syncNow, shortcuts.syncNow, { type: 'sync' }),
    printItem,
    separator,
    ...(mac ? [{ role: 'close', label: texts.close } as const] : [lockItem, separator, { role: 'quit', label: texts.quit } as const]),
  ];
  const edit: Items = [
    { role: 'undo', label: texts.undo },
    { role: 'redo', label: texts.redo },
    separator,
    { role: 'cut', label: texts.cut },
    { role: 'copy', label: texts.copy },
    { role: 'paste', label: texts.paste },
    { role: 'pasteAndMatchStyle', label: texts.pasteAsText },
    { role: 'selectAll', label: texts.selectAll },
    separator,
    ofPage(texts.find, shortcuts.find, { type: 'find' }),
  ];
  const go: Items = [
    ofPage(texts.palette, shortcuts.palette, { type: 'palette' }),
    separator,
    ...(role === null ? [] : destinationsOf(role)).map(({ id, path }, position) =>
      ofPage(texts.pages[id], goShortcut(position), { type: 'go', path }),
    ),
  ];
  const zoomItem = (label: string, accelerator: string, step: number | 'reset'): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: () => zoom(step),
  });
  const view: Items = [
    zoomItem(texts.zoomIn, 'CommandOrControl+Plus', 0.5),
    // The plus sign needs Shift on most keyboards; the key beside it works without.
    { ...zoomItem(texts.zoomIn, 'CommandOrControl+=', 0.5), visible: false, acceleratorWorksWhenHidden: true },
    zoomItem(texts.zoomOut, 'CommandOrControl+-', -0.5),
    zoomItem(texts.actualSize, 'CommandOrControl+0', 'reset'),
    separator,
    { role: 'togglefullscreen', label: texts.fullScreen },
  ];
  const developer: Items = [
    separator,
    { role: 'reload', label: texts.reload },
    { role: 'toggleDevTools', label: texts.developerTools },
  ];
  const windowItems: Items = mac
    ? [
        { role: 'minimize', label: texts.minimize },
        { role: 'zoom', label: texts.zoomWindow },
        separator,
        { role: 'front', label: texts.bringAllToFront },
      ]
    : [
        { role: 'minimize', label: texts.minimize },
        { role: 'close', label: texts.close },
      ];
  const help: Items = [
    ofPage(texts.shortcuts, shortcuts.shortcuts, { type: 'shortcuts' }),
    { label: texts.openLogFolder, click: openLogFolder },
  ];
  if (!mac) help.push(separator, { role: 'about', label: texts.about });

  return [
    ...(mac ? [application] : []),
    { label: texts.file, submenu: file },
    { label: texts.edit, submenu: edit },
    { label: texts.view, submenu: development ? [...view, ...developer] : view },
    { label: texts.go, submenu: go },
    { role: 'window', label: texts.window, submenu: windowItems },
    { role: 'help', label: texts.help, submenu: help },
  ];
}
