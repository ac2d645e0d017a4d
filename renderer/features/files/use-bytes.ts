import { useTranslation } from 'react-i18next';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const STEP = 1024;

/** A number of bytes in its largest unit. */
export function useBytes(): (bytes: number) => string {
  const { i18n } = useTranslation();
  const locale = i18n.language === 'vi' ? 'vi-VN' : 'en-GB';
  return (bytes) => {
    const place = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log(bytes) / Math.log(STEP)));
    const value = bytes / STEP ** place;
    const maximumFractionDigits = place === 0 || value >= 100 ? 0 : 1;
    return new Intl.NumberFormat(locale, { style: 'unit', unit: units[place] ?? 'byte', unitDisplay: place === 0 ? 'long' : 'short', maximumFractionDigits }).format(value);
  };
}
