import { describe, expect, it } from 'vitest';
import { pinProblem } from './pin.ts';

describe('a PIN', () => {
  it.each(['2580', '19472', '11223344', '9071'])('may be %s', (pin) => {
    expect(pinProblem(pin)).toBeNull();
  });

  it.each([
    ['', 'digits'],
    ['123', 'digits'],
    ['123456789', 'digits'],
    ['12a4', 'digits'],
    ['１２３５', 'digits'],
    ['0000', 'same'],
    ['99999999', 'same'],
    ['1234', 'row'],
    ['8765', 'row'],
  ])('may not be "%s": %s', (pin, problem) => {
    expect(pinProblem(pin)).toBe(problem);
  });
});
