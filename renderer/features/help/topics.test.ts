import { describe, expect, it } from 'vitest';
import { en } from '../../locales/en.ts';
import { vi } from '../../locales/vi.ts';
import { tells, topics } from './topics.ts';

describe('the help page', () => {
  it('tells what to do in at least fifteen situations, each in both languages', () => {
    const keys = topics.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThanOrEqual(15);
    for (const language of [vi, en]) expect(Object.keys(language.help.topics).sort()).toEqual([...keys].sort());
  });

  it('is found by words without their diacritics, in any order', () => {
    expect(tells('Quên mật khẩu', 'mat khau QUEN')).toBe(true);
    expect(tells('Đổi máy', 'doi')).toBe(true);
    expect(tells('Quên mật khẩu', 'may')).toBe(false);
    expect(tells('Quên mật khẩu', '  ')).toBe(true);
  });
});
