import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { effectiveSettings, setDamagedAside } from './settings-file.ts';

const presets = { locale: 'vi-VN', serverUrl: '', demo: false };

describe('settings', () => {
  it.each([
    ['vi-VN', 'vi'],
    ['en-GB', 'en'],
    ['EN', 'en'],
    ['de-DE', 'vi'],
    ['', 'vi'],
  ])('begin in a language for the system locale %j: %s', (locale, language) => {
    expect(effectiveSettings({ ...presets, locale }, {}).settings.language).toBe(language);
  });

  it('take the preset server address until the person sets one', () => {
    const preset = { ...presets, serverUrl: 'postgres://preset.example/fp' };
    expect(effectiveSettings(preset, {}).settings.serverUrl).toBe('postgres://preset.example/fp');
    const own = { serverUrl: 'postgres://own.example/fp' };
    expect(effectiveSettings(preset, own).settings.serverUrl).toBe('postgres://own.example/fp');
  });

  it('take the address of the demo over a stored one, because its port differs from start to start', () => {
    const demo = { ...presets, serverUrl: 'postgres://127.0.0.1:50001/fp', demo: true };
    const stored = { serverUrl: 'postgres://127.0.0.1:40001/fp', theme: 'dark' };
    expect(effectiveSettings(demo, stored).settings).toMatchObject({ serverUrl: demo.serverUrl, theme: 'dark' });
  });

  it('keep what is right when a value is not, and say which one was left out', () => {
    const { settings, refused } = effectiveSettings(presets, { theme: 'neon', density: 'shop-floor', unknown: 1 });
    expect(settings).toMatchObject({ theme: 'system', density: 'shop-floor' });
    expect(refused).toEqual(['theme']);
  });
});

describe('a damaged settings file', () => {
  let dir: string;
  let file: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'fp-settings-'));
    file = join(dir, 'settings.json');
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it.each(['{"theme":"da', '', '[]', 'null', '\0\0\0\0'])('is set aside with its content: %j', async (content) => {
    await writeFile(file, content);
    const aside = setDamagedAside(file, new Date('2025-01-27T08:00:00.000Z'));
    expect(aside).toBe(join(dir, 'settings.damaged-2025-01-27T08-00-00-000Z.json'));
    expect(await readdir(dir)).toEqual(['settings.damaged-2025-01-27T08-00-00-000Z.json']);
    expect(await readFile(aside ?? '', 'utf8')).toBe(content);
  });

  it('is only taken for one when it is: a good or missing file stays as it is', async () => {
    expect(setDamagedAside(file, new Date())).toBeNull();
    await writeFile(file, '{"theme":"dark"}');
    expect(setDamagedAside(file, new Date())).toBeNull();
    expect(await readdir(dir)).toEqual(['settings.json']);
  });
});
