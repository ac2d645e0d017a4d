/** Without a wake-up the centre is asked this often at the latest; it also proves that the link is alive. */
export const POLL_MS = 10_000;

/** However large the fleet, or whoever else writes into the channel's settings: waiting longer is worse than polling. */
const LONGEST_PAUSE_MS = POLL_MS / 2;

/** The time until the next poll; desktops that one wake-up has brought into step do not stay so for ever. */
export const untilPoll = (random: () => number = Math.random): number => Math.round(POLL_MS * (0.75 + random() / 4));

/**
 * Turns wake-ups into pulls. Every commit wakes every desktop of its organization, so a pull for each would cost the
 * centre commits × desktops. The first wake-up after a quiet time is served at once; after a pull come the next ones
 * no sooner than the pause that the centre asks for, all of them by one pull. The pause is random around that value,
 * so that desktops which pulled in the same moment spread out.
 */
export class WakeUps {
  readonly #pauseMs: number;
  readonly #pull: () => void;
  readonly #random: () => number;
  #restUntil = 0;
  /** A wake-up has come that no pull has begun for. */
  #heard = false;
  #pulling = false;
  #timer: NodeJS.Timeout | null = null;

  /** @param pull has a pull made; it is told of by `pullBegins` and `pullEnded`, as are those that nobody asked for here */
  constructor(pauseMs: number, pull: () => void, random: () => number = Math.random) {
    this.#pauseMs = Math.min(pauseMs, LONGEST_PAUSE_MS);
    this.#pull = pull;
    this.#random = random;
  }

  hear(): void {
    this.#heard = true;
    this.#plan();
  }

  /** From here on the centre's answer covers what was heard so far. */
  pullBegins(): void {
    this.#pulling = true;
    this.#heard = false;
    this.#clear();
  }

  /** The pause counts from here, so that a slow centre is not asked without end. */
  pullEnded(): void {
    this.#pulling = false;
    this.#restUntil = performance.now() + this.#pauseMs * (0.75 + this.#random() / 2);
    if (this.#heard) this.#plan();
  }

  /** The connection ended. */
  stop(): void {
    this.#clear();
  }

  #plan(): void {
    if (this.#pulling || this.#timer) return;
    const wait = this.#restUntil - performance.now();
    if (wait <= 0) {
      this.#pull();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#pull();
    }, wait);
  }

  #clear(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
