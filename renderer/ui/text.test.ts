import { describe, expect, it } from 'vitest';
import { foldText } from '../../shared/domain/fold-text.ts';
import { initials } from './initials.ts';
import { shorten } from './shorten.ts';

describe('text of names', () => {
  it('is found without Vietnamese diacritics', () => {
    expect(foldText('Đỗ Quốc Khánh')).toBe('do quoc khanh');
    expect(foldText('Động cơ').includes(foldText('dong co'))).toBe(true);
  });

  it('is abbreviated by its first and last word', () => {
    expect(initials('Đỗ Quốc Khánh')).toBe('ĐK');
    expect(initials('Ánh')).toBe('Á');
    expect(initials('  ')).toBe('');
  });
});

describe('a text of any length', () => {
  it('is shown as it is where it fits, and else to its first letters', () => {
    expect(shorten('Động cơ', 7)).toBe('Động cơ');
    expect(shorten('Động cơ điện', 7)).toBe('Động cơ…');
    expect(shorten('x'.repeat(10_000), 300)).toHaveLength(301);
  });

  it('is not cut within an emoji', () => {
    expect(shorten('ab😀😀', 3)).toBe('ab😀…');
    expect(shorten('😀😀😀', 3)).toBe('😀😀😀');
  });
});
