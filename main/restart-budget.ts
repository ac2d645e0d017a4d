export interface RestartLimits {
  /** Restarts allowed within the window. */
  most: number;
  windowMs: number;
  firstDelayMs: number;
  maxDelayMs: number;
}

/** Decides how long to wait before a restart, and when restarting has become pointless. */
export class RestartBudget {
  readonly #limits: RestartLimits;
  #deaths: number[] = [];

  constructor(limits: RestartLimits) {
    this.#limits = limits;
  }

  /** Notes a death at `now` (ms) and returns the delay before the restart, or null when too many came too fast. */
  delayAfterDeath(now: number): number | null {
    const { most, windowMs, firstDelayMs, maxDelayMs } = this.#limits;
    this.#deaths = [...this.#deaths.filter((at) => now - at < windowMs), now];
    const recent = this.#deaths.length;
    return recent > most ? null : Math.min(firstDelayMs * 2 ** (recent - 1), maxDelayMs);
  }

  /** May a new attempt begin although restarting was given up? True once the window has passed. */
  mayTryAgain(now: number): boolean {
    const last = this.#deaths.at(-1);
    return last === undefined || now - last >= this.#limits.windowMs;
  }
}
