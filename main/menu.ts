import type { MenuItemConstructorOptions } from 'electron';
import type { Texts } from './texts.ts';

export interface MenuOptions {
  platform: NodeJS.Platform;
  texts: Texts['menu'];
  appName: string;
  /** Adds reload and the developer tools. */
  development: boolean;
  openLogFolder(): void;
  lock(): void;
}

type Items = MenuItemConstructorOptions[];

const separator: MenuItemConstructorOptions = { type: 'separator' };

/** The native menu as each platform expects it. On Windows and Linux it appears with the Alt key. */
export function menuTemplate({ platform, texts, appName, development, openLogFolder, lock }: MenuOptions): Items {
  const mac = platform === 'darwin';
  const lockItem: MenuItemConstructorOptions = { label: texts.lock, accelerator: 'CommandOrControl+L', click: lock };
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
  const file: Items = mac ? [{ role: 'close', label: texts.close }] : [lockItem, separator, { role: 'quit', label: texts.quit }];
  const edit: Items = [
    { role: 'undo', label: texts.undo },
    { role: 'redo', label: texts.redo },
    separator,
    { role: 'cut', label: texts.cut },
    { role: 'copy', label: texts.copy },
    { role: 'paste', label: texts.paste },
    { role: 'pasteAndMatchStyle', label: texts.pasteAsText },
    { role: 'selectAll', label: texts.selectAll },
  ];
  const view: Items = [
    { role: 'zoomIn', label: texts.zoomIn },
    // The plus sign needs Shift on most keyboards; the key beside it works without.
    {
      role: 'zoomIn',
      label: texts.zoomIn,
      accelerator: 'CommandOrControl+=',
      visible: false,
      acceleratorWorksWhenHidden: true,
    },
    { role: 'zoomOut', label: texts.zoomOut },
    { role: 'resetZoom', label: texts.actualSize },
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
  const help: Items = [{ label: texts.openLogFolder, click: openLogFolder }];
  if (!mac) help.push(separator, { role: 'about', label: texts.about });

  return [
    ...(mac ? [application] : []),
    { label: texts.file, submenu: file },
    { label: texts.edit, submenu: edit },
    { label: texts.view, submenu: development ? [...view, ...developer] : view },
    { role: 'window', label: texts.window, submenu: windowItems },
    { role: 'help', label: texts.help, submenu: help },
  ];
}
