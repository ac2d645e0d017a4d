const FIRST_MS = 500;
const LONGEST_MS = 60_000;

/**
 * Full-jitter back-off: each wait is random between nothing and a ceiling that doubles up to a minute, so that a
 * returning server is not met by all desktops in one moment.
 */
export class Backoff {
  #attempt = 0;

  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#attempt);
    this.#attempt += 1;
    return Math.round(this.#random() * ceiling);
  }

  reset(): void {
    this.#attempt = 0;
  }
}
