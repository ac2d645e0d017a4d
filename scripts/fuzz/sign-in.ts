import { parseTimestamp } from '../../shared/domain/timestamps.ts';
import { AppError } from '../../shared/errors.ts';
import { shiftClock } from './clock.ts';
import type { Node } from './world.ts';

/** Signing in may meet a cut link or a full disk like anything else; the person simply tries again. */
export async function signInThrough(node: Node): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await node.desktop.signIn(node.email, {}, true);
      return;
    } catch (error) {
      if (attempt === 20) throw error;
      if (error instanceof AppError) setClockAsAsked(error);
    }
  }
}

/** CLOCK_WRONG and OFFLINE_TOO_LONG tell a time at which the person may work without the centre. */
function setClockAsAsked({ details }: AppError): void {
  const asked = details['latest'] ?? details['contact'];
  if (typeof asked !== 'string') return;
  shiftClock(0);
  shiftClock(parseTimestamp(asked).getTime() - Date.now());
}
