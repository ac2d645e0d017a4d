import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import type { Role } from '../shared/domain/roles.ts';
import { menuTemplate } from './menu.ts';
import { fill, textsIn } from './texts.ts';

const build = (platform: NodeJS.Platform, development = false, language: 'vi' | 'en' = 'vi', role: Role | null = 'admin') =>
  menuTemplate({
    platform,
    texts: textsIn(language).menu,
    appName: 'Factory Pulse',
    development,
    openLogFolder: () => undefined,
    lock: () => undefined,
    role,
    command: () => undefined,
    newWindow: () => undefined,
    zoom: () => undefined,
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

describe('the menu of a person', () => {
  const labels = (role: Role | null) => flat(build('win32', false, 'en', role)).map(({ label }) => label);

  it('goes to the pages that the person has, and to none before sign-in', () => {
    expect(labels('admin')).toEqual(expect.arrayContaining(['Board', 'People', 'Security']));
    expect(labels('production')).toContain('Board');
    expect(labels('production')).not.toContain('People');
    expect(labels('supplier')).not.toContain('Board');
    expect(labels(null)).not.toContain('Board');
  });

  it('has nothing to press before sign-in but what needs nobody', () => {
    const usable = flat(build('linux', false, 'en', null)).filter(({ click, enabled }) => click && enabled !== false);
    expect(new Set(usable.map(({ label }) => label))).toEqual(new Set(['Zoom In', 'Zoom Out', 'Actual Size', 'Open Log Folder']));
  });

  it.each(['win32', 'darwin', 'linux'] as const)('gives no two of its items on %s the same keys', (platform) => {
    const keys = flat(build(platform)).flatMap(({ accelerator }) => (accelerator ? [accelerator] : []));
    expect(keys.length).toBeGreaterThan(8);
    expect(new Set(keys).size).toBe(keys.length);
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
