import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import { driveFailure, toDriveError } from './failures.ts';

const TRIES = 5;
const FIRST_WAIT_MS = 1000;
/** Whoever waits in front of a screen hears after this long that Google is busy. */
const LONGEST_WAIT_MS = 32_000;

export interface Waiting {
  /** Waits so long, or fails when the signal comes. */
  wait(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** From 0 to 1: spreads out desktops that were refused at the same moment. */
  random(): number;
}

export const realWaiting: Waiting = {
  wait: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}),
  random: Math.random,
};

/**
 * Makes a request again where its failure passes, each time after a longer wait, or after the one that Google asks for.
 * Fails with a code of the application.
 */
export async function withBackOff<T>(waiting: Waiting, attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      signal?.throwIfAborted();
      return await attempt();
    } catch (error) {
      if (signal?.aborted === true) throw new AppError('DRIVE_CANCELLED', 'cancelled');
      const failure = driveFailure(error);
      if (failure === null || !failure.passing || tried === TRIES) throw toDriveError(error);
      const waitMs = Math.max(failure.retryAfterMs ?? 0, FIRST_WAIT_MS * 2 ** (tried - 1)) + waiting.random() * FIRST_WAIT_MS;
      if (waitMs > LONGEST_WAIT_MS) throw toDriveError(error);
      await waiting.wait(waitMs, signal).catch(() => {
        throw new AppError('DRIVE_CANCELLED', 'cancelled');
      });
    }
  }
}
