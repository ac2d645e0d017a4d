import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Guesses } from './guesses.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const start = Date.UTC(2026, 0, 5, 8);

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fp-guesses-'));
  file = join(folder, 'guesses.json');
  new Guesses(file).reset();
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** As after a restart of the application each time. */
const counted = (): Guesses => new Guesses(file);

function guessWrongly(times: number, now = start): void {
  for (let made = 0; made < times; made += 1) counted().count(now);
}

describe('wrong passwords', () => {
  it('cost nothing four times, then more each time, over every restart', () => {
    guessWrongly(4);
    expect(counted().waitMs(start)).toBe(0);
    for (const wait of [30 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, HOUR, HOUR]) {
      guessWrongly(1);
      expect(counted().waitMs(start)).toBe(wait);
      expect(counted().waitMs(start + wait - 1)).toBe(1);
      expect(counted().waitMs(start + wait)).toBe(0);
    }
  });

  it('are forgotten with the right one', () => {
    guessWrongly(9);
    counted().reset();
    guessWrongly(4);
    expect(counted().waitMs(start)).toBe(0);
  });

  it('are no guesses where something else was in the way', () => {
    guessWrongly(4);
    for (let again = 0; again < 3; again += 1) counted().count(start)();
    expect(counted().waitMs(start)).toBe(0);
  });

  it.each<[string, (path: string) => void]>([
    ['is deleted', (path) => rmSync(path)],
    ['is emptied', (path) => writeFileSync(path, '')],
    ['says another number', (path) => writeFileSync(path, readFileSync(path, 'utf8').replace('"failures":7', '"failures":0'))],
  ])('count as many where their file %s, for an hour and not for ever', (_, spoil) => {
    guessWrongly(7);
    spoil(file);
    expect(counted().waitMs(start)).toBe(HOUR);
    expect(counted().waitMs(start + 40 * MINUTE)).toBe(20 * MINUTE);
    expect(counted().waitMs(start + HOUR)).toBe(0);
    guessWrongly(1, start + HOUR);
    expect(counted().waitMs(start + HOUR)).toBe(HOUR);
  });

  it('wait no longer than their time where the clock was set back', () => {
    guessWrongly(5);
    const yearBefore = start - 365 * 24 * HOUR;
    expect(counted().waitMs(yearBefore)).toBe(30 * SECOND);
    expect(counted().waitMs(yearBefore + 30 * SECOND)).toBe(0);
  });
});
