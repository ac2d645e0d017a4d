import { appendFileSync } from 'node:fs';
import { DatabaseError } from 'pg';
import { expect } from 'vitest';

export interface Attempt<Answer> {
  name: string;
  act: () => Promise<Answer>;
  /** The right answers beside doing nothing: SQLSTATEs, and of refusals by our own rules (FP001) their codes. */
  refused: readonly string[] | ((code: string) => boolean);
  /** Whether an answer without an error did harm, or told something; a text says what. */
  harm: (answer: Answer) => boolean | string | null | Promise<boolean | string | null>;
  /** What an error may not tell either. */
  leak?: (text: string) => string | null;
}

/** Everything that an error says to whoever caused it. */
const wordsOf = (error: DatabaseError): string =>
  JSON.stringify([
    error.message,
    error.detail,
    error.hint,
    error.where,
    error.internalQuery,
    error.constraint,
    error.column,
  ]);

/**
 * Roles and what they own belong to the whole cluster, which other test files use at the same time: PostgreSQL then ends the
 * statement without having done anything. It is made again, so that the answer is that of the attack.
 */
async function undisturbed<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      const disturbed = error instanceof DatabaseError && error.code === 'XX000' && /^tuple concurrently (deleted|updated)$/.test(error.message);
      if (!disturbed || tries === 5) throw error;
    }
  }
}

/**
 * Counts attacks. A test that makes them ends with `verify`, so that one hole does not hide the next. An error that nobody
 * expected, such as that of a misspelt table, is a broken test and no attack that was repelled.
 */
export class Attempts {
  private made = 0;
  private succeeded = 0;
  private holes: string[] = [];
  private broken: string[] = [];

  async attempt<Answer>({ name, act, refused, harm, leak }: Attempt<Answer>): Promise<void> {
    this.made += 1;
    let answer: Answer;
    try {
      answer = await undisturbed(act);
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      const code = error.code === 'FP001' ? error.message : (error.code ?? '');
      const told = leak?.(wordsOf(error));
      if (told) this.hole(name, `the error tells ${told}`);
      else if (!(typeof refused === 'function' ? refused(code) : refused.includes(code)))
        this.broken.push(`${name}: ${error.code ?? ''} ${error.message}`);
      return;
    }
    const done = await harm(answer);
    if (done !== false && done !== null) this.hole(name, done === true ? 'was let through' : done);
  }

  private hole(name: string, what: string): void {
    this.succeeded += 1;
    this.holes.push(`${name}: ${what}`);
  }

  /** Fails where an attack since the last call succeeded or was no attack. */
  verify(): void {
    const found = { holes: this.holes, broken: this.broken };
    this.holes = [];
    this.broken = [];
    expect(found).toEqual({ holes: [], broken: [] });
  }

  /** Adds the counts of a file to those of the run (scripts/lib/attack-tally.mjs). */
  report(): void {
    expect(this.made).toBeGreaterThan(0);
    const tally = process.env['FP_ATTACK_TALLY'];
    if (tally) appendFileSync(tally, `${this.made} ${this.succeeded}\n`);
  }
}
