import { describe, expect, it } from 'vitest';
import { problemOf } from './plain-input.ts';

describe('the input of a call', () => {
  it('may be all that screens send', () => {
    for (const input of [undefined, null, '', 'Đồ gá', 0, -1.5, true, [], {}, { a: [{ b: null, c: undefined }] }, 'x'.repeat(1_000_000)]) {
      expect(problemOf(input)).toBe(null);
    }
  });

  it('is refused where it is none of what JSON knows', () => {
    const odd: unknown[] = [
      new Map(), new Set(), new Date(), /x/, new Error('x'), new Uint8Array(3), new ArrayBuffer(3), 1n, Symbol('x'), () => 1,
      Number.NaN, Number.POSITIVE_INFINITY, Object.create(null) as object, Object.create({ inherited: 1 }) as object,
    ];
    for (const value of odd) {
      expect(problemOf(value)).toBe('not_plain');
      expect(problemOf({ deep: [value] })).toBe('not_plain');
    }
  });

  it('is refused where it is too large, in one text, in many values, in names or in holes', () => {
    expect(problemOf('x'.repeat(4_000_001))).toBe('too_large');
    expect(problemOf(Array.from({ length: 100 }, () => 'x'.repeat(50_000)))).toBe('too_large');
    expect(problemOf(Array.from({ length: 4_000_001 }, () => 0))).toBe('too_large');
    expect(problemOf({ ['n'.repeat(4_000_001)]: 1 })).toBe('too_large');
    expect(problemOf(new Array(4_000_001))).toBe('too_large');
  });

  it('is refused where it is endless', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(problemOf(cycle)).toBe('too_deep');
    const list: unknown[] = [];
    list.push(list);
    expect(problemOf(list)).toBe('too_deep');
  });
});
