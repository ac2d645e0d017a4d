import { describe, expect, it } from 'vitest';
import { ScannedCode } from './scanned-code.ts';

const SCANNER = 5;
const HAND = 90;

const keysOf = (code: string): string[] => [...code.split(''), 'Enter'];

/** The answers to keys that follow each other as fast as a scanner types, or a hand. */
function press(keys: readonly string[], pace: number, scanner = new ScannedCode(), from = 0): (string | null)[] {
  return keys.map((key, place) => scanner.press(key, from + place * pace));
}

const scan = (code: string, ...given: [ScannedCode?, number?]) => press(keysOf(code), SCANNER, ...given).at(-1);

describe('a scanned code', () => {
  it.each(['P-25012703', 'P-250127·K7Q'])('is known by its form and its Enter, however slow the scanner is: %s', (code) => {
    expect(press(keysOf(code), SCANNER).at(-1)).toBe(code);
    expect(press(keysOf(code), HAND).at(-1)).toBe(code);
  });

  it.each(['DA-2019/044', 'KM12', 'Khuôn.07', '2019004'])('of the organization’s own making is known by its speed: %s', (code) => {
    expect(scan(code)).toBe(code);
    expect(press(keysOf(code), HAND)).not.toContainEqual(expect.any(String));
  });

  it('may come with the Shift of its capital, and small', () => {
    expect(press(['Shift', ...keysOf('p-25012703')], SCANNER).at(-1)).toBe('P-25012703');
  });

  it('is no word that a hand types, no part of a code, no sign, no Enter alone', () => {
    for (const typed of ['', 'P-', 'P-2501', 'xP-25012703', 'P-25012703 x', 'quoted']) {
      expect(press(keysOf(typed), HAND)).not.toContainEqual(expect.any(String));
    }
    for (const typed of ['', 'P-', 'k', 'P-25012703 x', '---', '?']) expect(scan(typed)).toBeNull();
  });

  it('is none when a hand presses Enter after it', () => {
    const scanner = new ScannedCode();
    press('KM12'.split(''), SCANNER, scanner);
    expect(scanner.press('Enter', 500)).toBeNull();
  });

  it.each(['P-25012703', 'KM12'])('does not begin with what a hand typed before: %s', (code) => {
    const scanner = new ScannedCode();
    press(['j', 'k'], HAND, scanner);
    expect(scan(code, scanner, 400)).toBe(code);
  });

  it('is told once', () => {
    const scanner = new ScannedCode();
    scan('P-25012703', scanner);
    expect(scanner.press('Enter', 60)).toBeNull();
  });
});
