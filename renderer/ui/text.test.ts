import { describe, expect, it } from 'vitest';
import { foldText } from '../../shared/domain/fold-text.ts';
import { initials } from './initials.ts';

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
