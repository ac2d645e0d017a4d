/** Every shortcut of the shell, as `@mantine/hooks` writes them; `mod` is Command on a Mac and Ctrl elsewhere. */
export const shortcuts = {
  palette: 'mod+K',
  find: 'mod+F',
  newWindow: 'mod+shift+N',
  print: 'mod+P',
  lock: 'mod+L',
  syncNow: 'F5',
  shortcuts: 'F1',
} as const;

export type ShortcutName = keyof typeof shortcuts;

/** The n-th page of the navigation. */
export const goShortcut = (position: number): string | null => (position < 9 ? `mod+${position + 1}` : null);

/** As Electron writes it. */
export const acceleratorOf = (shortcut: string): string => shortcut.replace('mod', 'CommandOrControl').replace('shift', 'Shift');

const macKeys: Readonly<Record<string, string>> = { mod: '⌘', shift: '⇧', alt: '⌥' };
const pcKeys: Readonly<Record<string, string>> = { mod: 'Ctrl', shift: 'Shift', alt: 'Alt' };

/** The keys of a shortcut as they stand on the keyboard. */
export const keysOf = (shortcut: string, platform: string | undefined): string[] =>
  shortcut.split('+').map((key) => (platform === 'darwin' ? macKeys : pcKeys)[key] ?? key);
