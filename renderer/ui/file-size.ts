import { useAppStore } from '../app/app-store.ts';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** How large a file is, as file managers say it. */
export function useFileSize(): (bytes: number) => string {
  const language = useAppStore((state) => state.settings?.language ?? 'vi');
  return (bytes) => {
    const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log(bytes) / Math.log(1000)));
    return new Intl.NumberFormat(language === 'vi' ? 'vi-VN' : 'en-GB', {
      style: 'unit',
      unit: units[power] ?? 'byte',
      unitDisplay: power === 0 ? 'long' : 'short',
      maximumFractionDigits: power === 0 ? 0 : 1,
    }).format(bytes / 1000 ** power);
  };
}
