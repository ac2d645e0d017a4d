import { describe, expect, it } from 'vitest';
import { clockDifference } from './clock-difference.ts';

const at = '2026-01-01 08:00:00+00';

describe('the difference between the clocks of desktop and server', () => {
  it('is told from more than five minutes on, and in which direction', () => {
    const of = (client_time: string | null) => clockDifference({ created_at: at, client_time });
    expect(of('2026-01-01 08:05:00+00')).toBe(null);
    expect(of('2026-01-01 07:55:00+00')).toBe(null);
    expect(of('2026-01-01 08:05:00.5+00')).toEqual({ kind: 'ahead', ms: 300_500 });
    expect(of('2026-01-01 02:00:00+00')).toEqual({ kind: 'behind', ms: 6 * 3_600_000 });
    expect(of(null)).toBe(null);
  });
});
