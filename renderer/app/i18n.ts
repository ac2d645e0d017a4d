import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en, vi } from './locales.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    // English has every plural form that a key can need; a test holds Vietnamese against it.
    resources: { translation: typeof en };
  }
}

/** Texts of both languages are part of the program, so switching never waits. */
export const i18n = i18next.createInstance();

void i18n.use(initReactI18next).init({
  lng: 'vi',
  fallbackLng: false,
  supportedLngs: ['vi', 'en'],
  initAsync: false,
  resources: { vi: { translation: vi }, en: { translation: en } },
  // React escapes what it renders.
  interpolation: { escapeValue: false },
});
