import { z } from 'zod';
import { wallClock } from './zoned-time.ts';

/** When backups are made by themselves, where they go, and how many stay. */
export const backupPlanSchema = z.strictObject({
  enabled: z.boolean(),
  kind: z.enum(['snapshot', 'complete']),
  /** Every day at this time of the organization's clock. */
  time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  on_quit: z.boolean(),
  /** With the passphrase that is kept in the encrypted replica. */
  encrypt: z.boolean(),
  /** Contents of documents, too; at the end of work only as far as there is time for them. */
  with_files: z.boolean().default(false),
  /** Those that only the centre has are fetched first. */
  fetch_files: z.boolean().default(false),
  /** Whether backups that are not encrypted may go to Drive all the same. */
  plain_to_drive: z.boolean().default(false),
  keep_last: z.number().int().min(1).max(100),
  keep_daily: z.number().int().min(0).max(100),
  keep_weekly: z.number().int().min(0).max(100),
  keep_monthly: z.number().int().min(0).max(100),
  /** A backup that is older is warned of. */
  warn_after_days: z.number().int().min(1).max(365),
});
export type BackupPlan = z.output<typeof backupPlanSchema>;

export const defaultPlan: BackupPlan = {
  enabled: false,
  kind: 'complete',
  time: '12:15',
  on_quit: false,
  encrypt: false,
  with_files: false,
  fetch_files: false,
  plain_to_drive: false,
  keep_last: 3,
  keep_daily: 7,
  keep_weekly: 4,
  keep_monthly: 6,
  warn_after_days: 3,
};

/** At the end of work five seconds are all there is: contents of documents go into a backup then up to so many bytes together. */
export const QUIT_CONTENTS_BYTES = 10_000_000;

const DAY_MS = 86_400_000;

/** The instant at which the clock of a zone shows a reading, given as the milliseconds of the same reading in UTC. */
function instantOf(reading: number, zone: string): Date {
  let instant = reading;
  for (let round = 0; round < 2; round += 1) instant += reading - wallClock(new Date(instant), zone);
  return new Date(instant);
}

/**
 * When the next backup of the plan is due: now, where one was missed while the machine slept or was off. A last run in the
 * future tells of a clock that was set back; it counts for nothing.
 * @param lastAttempt the last time that the plan was carried out, with whatever outcome
 */
export function nextRun(plan: Pick<BackupPlan, 'enabled' | 'time'>, lastAttempt: Date | null, now: Date, zone: string): Date | null {
  if (!plan.enabled) return null;
  const [hours = 0, minutes = 0] = plan.time.split(':').map(Number);
  const midnight = Math.floor(wallClock(now, zone) / DAY_MS) * DAY_MS;
  const today = instantOf(midnight + (hours * 60 + minutes) * 60_000, zone);
  const latest = today <= now ? today : instantOf(midnight - DAY_MS + (hours * 60 + minutes) * 60_000, zone);
  const isDone = lastAttempt !== null && lastAttempt >= latest && lastAttempt <= now;
  if (!isDone) return now;
  return today > now ? today : instantOf(midnight + DAY_MS + (hours * 60 + minutes) * 60_000, zone);
}

/** A backup as retention sees it. */
export interface KeptBackup {
  id: string;
  at: Date;
  verified: boolean;
}

type Keep = Pick<BackupPlan, 'keep_last' | 'keep_daily' | 'keep_weekly' | 'keep_monthly'>;

/**
 * Which backups of one destination may go: all but the last ones, the newest of each of the last days, weeks and months
 * that have one, and the newest that was verified. Where that is not known of any, none goes.
 */
export function expired(backups: readonly KeptBackup[], keep: Keep, zone: string): string[] {
  const newestFirst = [...backups].sort((a, b) => b.at.getTime() - a.at.getTime());
  const verified = newestFirst.find((backup) => backup.verified);
  if (!verified) return [];
  const kept = new Set([verified.id, ...newestFirst.slice(0, keep.keep_last).map(({ id }) => id)]);
  const dayOf = ({ at }: KeptBackup): number => Math.floor(wallClock(at, zone) / DAY_MS);
  // 1 January 1970 was a Thursday; weeks begin on Mondays.
  const periods: [number, (backup: KeptBackup) => string][] = [
    [keep.keep_daily, (backup) => String(dayOf(backup))],
    [keep.keep_weekly, (backup) => String(Math.floor((dayOf(backup) + 3) / 7))],
    [keep.keep_monthly, (backup) => new Date(wallClock(backup.at, zone)).toISOString().slice(0, 7)],
  ];
  for (const [count, periodOf] of periods) {
    const seen = new Set<string>();
    for (const backup of newestFirst) {
      if (seen.size === count) break;
      const period = periodOf(backup);
      if (!seen.has(period)) kept.add(backup.id);
      seen.add(period);
    }
  }
  return newestFirst.filter(({ id }) => !kept.has(id)).map(({ id }) => id);
}

export type BackupWarning = 'never' | 'old' | 'failed' | 'unverified' | 'waiting';

/** What an administrator has to be told of the backups so far; null where all is well. */
export function backupWarning(
  history: readonly { at: Date; outcome: 'done' | 'failed'; verified: boolean; waiting?: boolean }[],
  plan: Pick<BackupPlan, 'enabled' | 'warn_after_days'>,
  now: Date,
): BackupWarning | null {
  const newestFirst = [...history].sort((a, b) => b.at.getTime() - a.at.getTime());
  const good = newestFirst.find(({ outcome, verified }) => outcome === 'done' && verified);
  if (newestFirst[0]?.outcome === 'failed') return 'failed';
  // It is where it was made, and goes with that machine.
  if (newestFirst.some(({ waiting }) => waiting)) return 'waiting';
  if (!good) return newestFirst.some(({ outcome }) => outcome === 'done') ? 'unverified' : 'never';
  return now.getTime() - good.at.getTime() > plan.warn_after_days * DAY_MS ? 'old' : null;
}
