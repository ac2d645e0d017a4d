import { readFileSync, renameSync } from 'node:fs';
import { settingsSchema, type Settings } from '../shared/api/app.ts';

export interface SettingsPresets {
  /** Locale of the operating system, e.g. `en-GB`. */
  locale: string;
  /** Server address preset by an installer or the demo; empty for none. */
  serverUrl: string;
  /** Started as a demo: the preset address wins over the stored one. */
  demo: boolean;
}

/** Settings of a fresh installation. Vietnamese is the default; English only where the system speaks it. */
export const defaultSettings = ({ locale, serverUrl }: SettingsPresets): Settings => ({
  language: locale.toLowerCase().startsWith('en') ? 'en' : 'vi',
  theme: 'system',
  density: 'office',
  serverUrl,
  caFile: '',
});

const keys = Object.keys(settingsSchema.shape) as (keyof Settings)[];

/**
 * Settings as they count now: what was stored over the defaults. A value that this version does not accept is left
 * out and named in `refused`; it does not spoil the others.
 */
export function effectiveSettings(
  presets: SettingsPresets,
  stored: Readonly<Record<string, unknown>>,
): { settings: Settings; refused: string[] } {
  const settings = defaultSettings(presets);
  const refused: string[] = [];
  for (const key of keys) {
    if (!Object.hasOwn(stored, key)) continue;
    const parsed = settingsSchema.shape[key].safeParse(stored[key]);
    if (parsed.success) Object.assign(settings, { [key]: parsed.data });
    else refused.push(key);
  }
  if (presets.demo && presets.serverUrl !== '') settings.serverUrl = presets.serverUrl;
  return { settings, refused };
}

/** What a settings file holds, or null where it is not a JSON object. */
function parseSettings(text: string): Record<string, unknown> | null {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null && !Array.isArray(content) ? (content as Record<string, unknown>) : null;
  } catch {
    // Whatever JSON.parse objects to: it is not a settings file.
    return null;
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** What was stored; nothing where there is no file. */
export const readSettings = (file: string): Readonly<Record<string, unknown>> => parseSettings(readText(file) ?? '{}') ?? {};

/**
 * Renames a settings file that is not a JSON object, so that the application can start with defaults and nothing is
 * lost. Returns the new name, or null where the file is in order or absent.
 */
export function setDamagedAside(file: string, now: Date): string | null {
  const text = readText(file);
  if (text === null || parseSettings(text) !== null) return null;
  const aside = file.replace(/\.json$/, `.damaged-${now.toISOString().replace(/[:.]/g, '-')}.json`);
  renameSync(file, aside);
  return aside;
}
