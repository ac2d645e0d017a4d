import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { checksumOf } from './checksum.ts';
import { replaceDurably } from './durable-file.ts';

const MINUTE_MS = 60_000;
/** So many wrong passwords cost nothing: people mistype. */
const FREE = 5;
/** What each further one has to wait for; the last holds for all that follow. */
const DELAYS_MS = [MINUTE_MS / 2, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 60 * MINUTE_MS];
const MOST = FREE + DELAYS_MS.length - 1;

const fields = z.object({
  version: z.literal(1),
  failures: z.int().min(0),
  /** Milliseconds of this machine's clock. */
  last_at: z.number(),
});
const guessesFile = fields.extend({ checksum: z.string() });

type Counted = Pick<z.infer<typeof fields>, 'failures' | 'last_at'>;

/**
 * Wrong passwords that the centre did not hear of, counted in a file so that a restart does not begin anew. A file that
 * is missing or damaged counts as the longest wait from the moment when that is noticed.
 */
export class Guesses {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** How long the next guess has to wait. */
  waitMs(now: number): number {
    const counted = this.#read() ?? this.#write({ failures: MOST, last_at: now });
    const delay = delayAfter(counted.failures);
    if (delay === 0) return 0;
    // A clock that was set back would make the wait as long as it was set back.
    const { last_at: since } = counted.last_at > now ? this.#write({ ...counted, last_at: now }) : counted;
    return Math.max(0, since + delay - now);
  }

  /** Counts a guess before it is made, so that ending the process during one gains nothing. Returns what takes it back. */
  count(now: number): () => void {
    const before = this.#read() ?? { failures: MOST, last_at: now };
    this.#write({ failures: Math.min(MOST, before.failures + 1), last_at: now });
    return () => void this.#write(before);
  }

  /** The password was right. */
  reset(): void {
    if (this.#read()?.failures !== 0) this.#write({ failures: 0, last_at: 0 });
  }

  #read(): Counted | null {
    let content: unknown;
    try {
      content = JSON.parse(readFileSync(this.#file, 'utf8'));
    } catch {
      return null;
    }
    const { data } = guessesFile.safeParse(content);
    if (!data) return null;
    const { checksum, ...rest } = data;
    return checksum === checksumOf(rest) ? rest : null;
  }

  #write(counted: Counted): Counted {
    const content = fields.parse({ version: 1, ...counted });
    replaceDurably(this.#file, JSON.stringify({ ...content, checksum: checksumOf(content) }));
    return counted;
  }
}

const delayAfter = (failures: number): number =>
  failures < FREE ? 0 : (DELAYS_MS[Math.min(failures - FREE, DELAYS_MS.length - 1)] ?? 0);
