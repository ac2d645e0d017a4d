import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../../shared/api/app.ts';
import type { en } from '../locales/en.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    // English has every plural form that a key can need; a test holds Vietnamese against it.
    resources: { translation: typeof en };
  }
}

export type Texts = typeof en;

export const i18n = i18next.createInstance();

void i18n.use(initReactI18next).init({
  lng: 'vi',
  fallbackLng: false,
  supportedLngs: ['vi', 'en'],
  initAsync: false,
  resources: {},
  react: { useSuspense: false },
  // React escapes what it renders.
  interpolation: { escapeValue: false },
});

/** Both languages are part of the program; a window reads the one that it speaks. */
const reads: Record<Language, () => Promise<object>> = {
  vi: async () => (await import('../locales/vi.ts')).vi,
  en: async () => (await import('../locales/en.ts')).en,
};

/** Reads the texts of a language into memory, once. */
export async function learn(language: Language): Promise<void> {
  if (!i18n.hasResourceBundle(language, 'translation')) i18n.addResourceBundle(language, 'translation', await reads[language]());
}

/** From now on everything is said in this language. */
export async function speak(language: Language): Promise<void> {
  await learn(language);
  await i18n.changeLanguage(language);
}

/** All texts of the language that is spoken. */
export const texts = (): Texts => i18n.getResourceBundle(i18n.language, 'translation') as Texts;
