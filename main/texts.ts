import type { Language } from '../shared/api/app.ts';
import en from '../shared/locales/main.en.json';
import vi from '../shared/locales/main.vi.json';

/** The few texts that main shows itself: menu and native dialogs. */
export type Texts = typeof vi;

const byLanguage: Record<Language, Texts> = { vi, en };

export const textsIn = (language: Language): Texts => byLanguage[language];

/** Puts values in place of `{name}`. */
export const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
