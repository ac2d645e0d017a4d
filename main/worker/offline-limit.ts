import { formatTimestamp, parseTimestamp } from '../../shared/domain/timestamps.ts';
import type { SecuritySettings } from '../../shared/domain/security-settings.ts';
import { AppError } from '../../shared/errors.ts';
import type { Meta } from './replica/meta.ts';

const DAY_MS = 24 * 3_600_000;
/** A clock may be corrected by so much without a word; zones and summer time do not count, being no part of it. */
const SET_BACK_MS = DAY_MS;

/*
 * How long a person may work without the centre. Both times are in the encrypted replica, so that nobody changes them who
 * cannot open it. Contact with the centre sets them to the machine's clock, whatever it says: a clock that was wrong once
 * costs a connection and never more.
 */

/** The centre has let this person in. */
export const afterContact = (now: Date): { last_contact_at: string; latest_clock: string } => ({
  last_contact_at: formatTimestamp(now),
  latest_clock: formatTimestamp(now),
});

/** Work goes on: the clock may be no earlier at the next sign-in. */
export function noteClock(meta: Meta, now: Date): void {
  const latest = meta.get('latest_clock');
  if (latest === null || parseTimestamp(latest) < now) meta.set({ latest_clock: formatTimestamp(now) });
  // A replica from before there was a limit has its first day now.
  if (lastContact(meta) === null) meta.set({ last_contact_at: formatTimestamp(now) });
}

const lastContact = (meta: Meta): string | null => meta.get('last_contact_at') ?? meta.get('last_sync_at');

/** Why nobody may sign in without the centre now: OFFLINE_TOO_LONG or CLOCK_WRONG; null where nothing is against it. */
export function offlineRefusal(meta: Meta, { offline_days }: SecuritySettings, now: Date): AppError | null {
  const latest = meta.get('latest_clock');
  const clock = formatTimestamp(now);
  if (latest !== null && parseTimestamp(latest).getTime() - now.getTime() > SET_BACK_MS) {
    return new AppError('CLOCK_WRONG', 'the clock is behind the time that this replica has seen', { clock, latest });
  }
  const contact = lastContact(meta);
  if (contact === null) return null;
  const until = Math.max(now.getTime(), latest === null ? 0 : parseTimestamp(latest).getTime());
  if (until - parseTimestamp(contact).getTime() <= offline_days * DAY_MS) return null;
  return new AppError('OFFLINE_TOO_LONG', `no contact with the centre for more than ${offline_days} days`, {
    days: offline_days,
    contact,
    clock,
  });
}
