import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Backoff } from './backoff.ts';

const ceilings = (backoff: Backoff, count: number): number[] => Array.from({ length: count }, () => backoff.next());

describe('the wait before another attempt', () => {
  it('has a ceiling that doubles up to a minute and stays there', () => {
    expect(ceilings(new Backoff(() => 1), 10)).toEqual([
      500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ]);
    expect(ceilings(new Backoff(() => 1), 2000).at(-1)).toBe(60_000);
  });

  it('begins anew after a reset', () => {
    const backoff = new Backoff(() => 1);
    ceilings(backoff, 5);
    backoff.reset();
    expect(backoff.next()).toBe(500);
  });

  it('lies anywhere between nothing and the ceiling, so that desktops spread', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (random) => {
        const [first, second] = ceilings(new Backoff(() => random), 2);
        expect(first).toBe(Math.round(random * 500));
        expect(second).toBe(Math.round(random * 1000));
      }),
    );
  });
});
