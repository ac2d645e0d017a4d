import type { Formatter } from '../../ui/format.ts';

const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** A size in the largest unit of which there is at least one, as files are sized in the system's own windows. */
export function sizeText(bytes: number, format: Pick<Formatter, 'number'>): string {
  let unit = 0;
  let size = bytes;
  for (; size >= 1024 && unit < units.length - 1; unit += 1) size /= 1024;
  return `${format.number(size < 10 && unit > 0 ? Math.round(size * 10) / 10 : Math.round(size))} ${units[unit] ?? ''}`;
}
