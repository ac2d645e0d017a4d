/** What decides when an unattended screen locks. */
export interface IdleParts {
  /** Seconds since the last input of the person, anywhere on this machine. */
  idleSeconds(): number;
  /** Null while there is nothing to lock. */
  limitMinutes(): number | null;
  lock(): void;
}

const checkEveryMs = 5_000;

/** Looks at the limit once: locks where nobody has touched the machine for longer. */
export function lockWhenIdle({ idleSeconds, limitMinutes, lock }: IdleParts): void {
  const limit = limitMinutes();
  if (limit !== null && idleSeconds() >= limit * 60) lock();
}

/** Looks again and again, for as long as the application runs. */
export function watchIdle(parts: IdleParts): void {
  setInterval(() => lockWhenIdle(parts), checkEveryMs).unref();
}
