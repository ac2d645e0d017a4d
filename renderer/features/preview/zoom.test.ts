import { describe, expect, it } from 'vitest';
import { fitting, zoomed } from './zoom.ts';

describe('the zoom of a page', () => {
  it('goes from wherever it is to the next step', () => {
    expect(zoomed(1, 1)).toBe(1.25);
    expect(zoomed(1, -1)).toBe(0.75);
    expect(zoomed(0.83, 1)).toBe(1);
    expect(zoomed(0.83, -1)).toBe(0.75);
  });

  it('ends at the last step', () => {
    expect(zoomed(8, 1)).toBe(8);
    expect(zoomed(0.1, -1)).toBe(0.1);
  });

  it('fits the width without blowing up what is small', () => {
    expect(fitting(1_000, 502, 2)).toBe(0.5);
    expect(fitting(100, 1_000, 2)).toBe(2);
    expect(fitting(1e9, 500, 2)).toBe(0.02);
  });
});
