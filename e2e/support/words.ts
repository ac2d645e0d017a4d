import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import i18next from 'i18next';
import { projectRoot } from '../../scripts/lib/paths.mjs';
import type { Language } from '../../shared/api/app.ts';

/** A text of the screens by its key, as the person in front of them reads it. */
export type Words = (key: string, values?: Record<string, unknown>) => string;

const locales = join(projectRoot, 'renderer', 'locales');

function textsOf(language: Language): Record<string, unknown> {
  const files = readdirSync(join(locales, language)).filter((name) => name.endsWith('.json'));
  return Object.fromEntries(
    files.map((name) => [name.slice(0, -'.json'.length), JSON.parse(readFileSync(join(locales, language, name), 'utf8'))]),
  );
}

/** The texts of one language. Asking for a key that does not exist fails, so that no test waits for it in vain. */
export function words(language: Language): Words {
  const i18n = i18next.createInstance();
  void i18n.init({
    lng: language,
    initAsync: false,
    resources: { [language]: { translation: textsOf(language) } },
    interpolation: { escapeValue: false },
  });
  return (key, values = {}) => {
    if (!i18n.exists(key, values)) throw new Error(`there is no text ${key} in ${language}`);
    return i18n.t(key, values);
  };
}
