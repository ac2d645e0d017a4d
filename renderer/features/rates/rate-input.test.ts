import { describe, expect, it } from 'vitest';
import { readRate } from './rate-input.ts';

describe('a typed rate', () => {
  it.each([
    ['25400', '25400'],
    ['25 400,5', '25400.5'],
    ['25.400,5', '25400.5'],
    ['25,400.5', '25400.5'],
    ['1.025.400', '1025400'],
    ['0,0425', '0.0425'],
    ['0.0000000001', '0.0000000001'],
    ['171.25', '171.25'],
  ])('%s is %s', (typed, rate) => {
    expect(readRate(typed)).toBe(rate);
  });

  it.each(['', '0', '0,00', '-5', '1e5', '25.400', '25,400', '2.54.00,1', '1.2.3', 'abc', '123456789012345', '0.00000000001'])(
    '%s is refused: no rate, or one that could be read both ways',
    (typed) => {
      expect(readRate(typed)).toBeNull();
    },
  );
});
