import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { menuTemplate } from './menu.ts';
import { fill, textsIn } from './texts.ts';

const build = (platform: NodeJS.Platform, development = false, language: 'vi' | 'en' = 'vi') =>
  menuTemplate({
    platform,
    texts: textsIn(language).menu,
    appName: 'Factory Pulse',
    development,
    openLogFolder: () => undefined,
    lock: () => undefined,
  });

const flat = (items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);

const keysOf = (texts: object, path = ''): string[] =>
  Object.entries(texts).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null ? keysOf(value, `${path}${key}.`) : [`${path}${key}`],
  );

describe('the menu', () => {
  it.each(['win32', 'darwin', 'linux'] as const)('on %s has a way to quit, and a text for every item', (platform) => {
    const items = flat(build(platform));
    expect(items.filter(({ role }) => role === 'quit')).toHaveLength(1);
    for (const item of items) expect(item.type === 'separator' || (item.label ?? '') !== '').toBe(true);
  });

  it('speaks the chosen language', () => {
    expect(build('linux')[0]?.label).toBe('Tệp');
    expect(build('linux', false, 'en')[0]?.label).toBe('File');
  });

  it('offers developer tools in development alone', () => {
    const roles = (development: boolean) => flat(build('win32', development)).map(({ role }) => role);
    expect(roles(true)).toEqual(expect.arrayContaining(['toggleDevTools', 'reload']));
    expect(roles(false)).not.toContain('toggleDevTools');
    expect(roles(false)).not.toContain('reload');
  });
});

describe('the texts of main', () => {
  it('exist in both languages under the same keys', () => {
    expect(keysOf(textsIn('en'))).toEqual(keysOf(textsIn('vi')));
  });

  it('take values in place of names', () => {
    expect(fill('a {file} b {other}', { file: '/x' })).toBe('a /x b {other}');
  });
});
