import { createHash } from 'node:crypto';

/**
 * A demo row by column, as JSON: timestamps and dates as ISO text, decimals as text, lists as arrays. Rows of one
 * table have the same columns. `jsonb_populate_recordset(null::public.<table>, …)` turns them into rows of the centre.
 */
export type DemoValue = string | number | boolean | null | readonly DemoValue[] | { readonly [key: string]: DemoValue };
export type DemoRow = { readonly [column: string]: DemoValue };

/** The same name always gives the same id (a UUID version 8 made of a digest). */
export function demoId(kind: string, name: string | number): string {
  const bytes = createHash('sha256').update(`factory-pulse-demo:${kind}:${name}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export const mainOrganizationId = demoId('organization', 'factory-pulse-vietnam');

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Vietnam keeps UTC+7 all year. */
const zoneMs = 7 * hourMs;

/** Instants and days counted back from `now`, on the clock of the factory. */
export class DemoClock {
  readonly now: Date;
  private readonly midnight: number;

  constructor(now: Date) {
    this.now = now;
    this.midnight = Math.floor((now.getTime() + zoneMs) / dayMs) * dayMs - zoneMs;
  }

  /** `daysAgo` ≥ 1, so that nothing lies in the future; `hour` of the factory's day, fractions allowed. */
  at(daysAgo: number, hour = 9): Date {
    return new Date(this.midnight - daysAgo * dayMs + hour * hourMs);
  }

  /** A day in the factory, `daysAhead` of today or (negative) before it, as `2025-01-27`. */
  day(daysAhead: number): string {
    return dayOf(new Date(this.midnight + daysAhead * dayMs));
  }
}

/** The day on which an instant falls in the factory. */
export const dayOf = (instant: Date): string => new Date(instant.getTime() + zoneMs).toISOString().slice(0, 10);

/** The columns with which every row begins. */
export const base = (id: string, created: Date, updated: Date = created): DemoRow => ({
  id,
  organization_id: mainOrganizationId,
  created_at: created.toISOString(),
  updated_at: updated.toISOString(),
});
