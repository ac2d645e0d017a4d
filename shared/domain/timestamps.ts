/*
 * Timestamps travel in the text form in which PostgreSQL prints a timestamptz in UTC: `2025-01-27 08:00:00.12+00`.
 * That form sorts by time as plain text, and replica and centre hold the same bytes.
 */

const FORM = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(\.\d{1,6})?\+00$/;

/** Formats an instant as PostgreSQL prints it in UTC (milliseconds, trailing zeros dropped). */
export function formatTimestamp(instant: Date): string {
  const iso = instant.toISOString();
  const fraction = iso.slice(19, 23).replace(/\.?0+$/, '');
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction}+00`;
}

/** Parses that form. Throws a RangeError on any other text. */
export function parseTimestamp(text: string): Date {
  const match = FORM.exec(text);
  const instant = new Date(match ? `${match[1]}T${match[2]}${(match[3] ?? '').slice(0, 4)}Z` : Number.NaN);
  if (Number.isNaN(instant.getTime())) throw new RangeError(`not a timestamp of the replica: ${text}`);
  return instant;
}
