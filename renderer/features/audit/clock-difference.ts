import type { AuditRow } from '../../../shared/api/audit.ts';
import { parseTimestamp } from '../../../shared/domain/timestamps.ts';

/** Below that, a difference says nothing: clocks drift, and sending takes its time. */
const TOLD_FROM_MS = 5 * 60_000;

export interface ClockDifference {
  /** The desktop's clock was ahead of the server's, which nothing but a wrong clock explains; or behind it. */
  kind: 'ahead' | 'behind';
  ms: number;
}

/** How far the clocks of desktop and server lie apart, where that is worth telling. */
export function clockDifference({ created_at, client_time }: Pick<AuditRow, 'created_at' | 'client_time'>): ClockDifference | null {
  if (client_time === null) return null;
  const difference = parseTimestamp(client_time).getTime() - parseTimestamp(created_at).getTime();
  if (Math.abs(difference) <= TOLD_FROM_MS) return null;
  return { kind: difference > 0 ? 'ahead' : 'behind', ms: Math.abs(difference) };
}
