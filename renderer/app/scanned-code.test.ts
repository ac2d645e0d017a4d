import { describe, expect, it } from 'vitest';
import { ScannedCode } from './scanned-code.ts';

/** The answers to keys that follow each other as fast as a scanner types. */
function scan(keys: readonly string[], scanner = new ScannedCode(), from = 0): (string | null)[] {
  return keys.map((key, place) => scanner.press(key, from + place * 5));
}

describe('a scanned code', () => {
  it.each(['P-25012703', 'P-250127·K7Q'])('is known by its form and its Enter: %s', (code) => {
    expect(scan([...code.split(''), 'Enter']).at(-1)).toBe(code);
  });

  it('may come with the Shift of its capital, and small', () => {
    expect(scan(['Shift', 'p', '-', ...'25012703'.split(''), 'Enter']).at(-1)).toBe('P-25012703');
  });

  it('is nothing else: no other word, no part of a code, no Enter alone', () => {
    for (const typed of ['', 'P-', 'P-2501', 'xP-25012703', 'P-25012703 x', 'quoted']) {
      expect(scan([...typed.split(''), 'Enter'])).not.toContainEqual(expect.any(String));
    }
  });

  it('does not begin with what a hand typed before', () => {
    const scanner = new ScannedCode();
    scan(['j', 'k'], scanner);
    expect(scan([...'P-25012703'.split(''), 'Enter'], scanner, 5_000).at(-1)).toBe('P-25012703');
  });

  it('is told once', () => {
    const scanner = new ScannedCode();
    scan([...'P-25012703'.split(''), 'Enter'], scanner);
    expect(scanner.press('Enter', 100)).toBeNull();
  });
});
