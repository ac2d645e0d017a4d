import { describe, expect, it } from 'vitest';
import { RestartBudget } from './restart-budget.ts';

const limits = { most: 3, windowMs: 60_000, firstDelayMs: 250, maxDelayMs: 600 };

describe('restarts', () => {
  it('wait longer each time, up to a limit, and end when too many came too fast', () => {
    const budget = new RestartBudget(limits);
    expect([0, 1, 2, 3].map((now) => budget.delayAfterDeath(now))).toEqual([250, 500, 600, null]);
  });

  it('begin anew once the window has passed', () => {
    const budget = new RestartBudget(limits);
    for (const now of [0, 1, 2, 3]) budget.delayAfterDeath(now);
    expect(budget.mayTryAgain(60_002)).toBe(false);
    expect(budget.mayTryAgain(60_003)).toBe(true);
    expect(budget.delayAfterDeath(60_003)).toBe(250);
  });
});
