import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** Puts a number of bytes into words: `1.4 MB`. */
export function useSizeText(): (bytes: number) => string {
  const { i18n } = useTranslation();
  return useMemo(() => {
    const locale = i18n.language === 'en' ? 'en-GB' : 'vi-VN';
    return (bytes) => {
      const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log(bytes) / Math.log(1024)));
      const options = { style: 'unit', unit: units[power] ?? 'byte', unitDisplay: 'short', maximumSignificantDigits: 3 } as const;
      return new Intl.NumberFormat(locale, options).format(bytes / 1024 ** power);
    };
  }, [i18n.language]);
}
