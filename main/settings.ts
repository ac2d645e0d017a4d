import { join } from 'node:path';
import type ElectronStore from 'electron-store';
import type { Settings } from '../shared/api/app.ts';
import type { Log } from './logging.ts';
import { parseServerUrl } from './server-address.ts';
import { effectiveSettings, readSettings, setDamagedAside, type SettingsPresets } from './settings-file.ts';

export interface SettingsStore {
  get(): Settings;
  /**
   * Stores the given settings and announces the result. An address that is not empty must be a server address,
   * else it fails with SERVER_ADDRESS_INVALID and nothing is stored.
   */
  set(patch: Partial<Settings>): Promise<Settings>;
  onChange(listener: (settings: Settings, before: Settings) => void): void;
  /** Where a damaged settings file was put at this start, or null. */
  readonly setAside: string | null;
}

export interface SettingsParts {
  dir: string;
  presets: SettingsPresets;
  log: Log;
}

/** Opens `settings.json`. Only what a person has set is written; defaults and presets stay out of the file. */
export function openSettings({ dir, presets, log }: SettingsParts): SettingsStore {
  const file = join(dir, 'settings.json');
  const setAside = setDamagedAside(file, new Date());
  if (setAside !== null) log.error('settings.damaged', { code: 'SETTINGS_DAMAGED', setAside });

  const { settings, refused } = effectiveSettings(presets, readSettings(file));
  if (refused.length > 0) log.warn('settings.values-refused', { keys: refused });

  const listeners: ((settings: Settings, before: Settings) => void)[] = [];
  let current = settings;
  // Larger than all the rest that a start reads, and needed by nobody who changes nothing.
  const openStore = async (): Promise<ElectronStore<Partial<Settings>>> => {
    const { default: Store } = await import('electron-store');
    return new Store<Partial<Settings>>({ cwd: dir, name: 'settings', configFileMode: 0o600 });
  };
  return {
    setAside,
    get: () => current,
    async set(patch) {
      // A key without a value asks for nothing.
      const entries = Object.entries(patch) as [keyof Settings, string | undefined][];
      const checked: Partial<Settings> = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
      if (checked.serverUrl !== undefined) {
        checked.serverUrl = checked.serverUrl.trim() === '' ? '' : parseServerUrl(checked.serverUrl);
      }
      (await openStore()).set(checked);
      const before = current;
      current = { ...current, ...checked };
      for (const listener of listeners) listener(current, before);
      return current;
    },
    onChange(listener) {
      listeners.push(listener);
    },
  };
}
