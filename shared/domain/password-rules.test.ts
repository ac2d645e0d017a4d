import { describe, expect, it } from 'vitest';
import { commonPasswords } from './common-passwords.ts';
import { brokenPasswordRule, PASSWORD_MAX } from './password-rules.ts';

const owner = { email: 'lan.nguyen@xuong.vn', name: 'Nguyễn Thị Hương Lan' };

describe('a new password', () => {
  it.each([
    ['ngắn quá', 'too-short'],
    ['🔧🔧🔧🔧🔧🔧🔧🔧🔧', 'too-short'],
    ['x'.repeat(PASSWORD_MAX + 1), 'too-long'],
    ['matkhau123', 'common'],
    ['Mật Khẩu 2026!', 'common'],
    ['MATKHAUMATKHAU', 'common'],
    ['anhyeuem1234', 'common'],
    ['Anh yêu em nhiều 1', 'common'],
    ['P@ssword'.padEnd(12, '1').replace('@', 'a'), 'common'],
    ['FactoryPulse@2026', 'common'],
    ['qwertyuiop', 'common'],
    ['123qwertyuiop', 'common'],
    ['Vietnam@123', 'common'],
    ['1234567890', 'pattern'],
    ['9876543210', 'pattern'],
    ['abcdefghijklm', 'pattern'],
    ['aaaaaaaaaaaa', 'pattern'],
    ['121212121212', 'pattern'],
    ['lan.nguyen123', 'personal'],
    ['NguyenThiHuongLan1990', 'personal'],
    ['Hương Lan Nguyễn 99', 'personal'],
    ['nguyennguyen1', 'common'],
  ] as const)('%s is refused', (password, rule) => {
    expect(brokenPasswordRule(password, owner)).toBe(rule);
  });

  it.each([
    'con trâu đi ngoài bờ sông',
    'Nguyễn mua bốn máy tiện',
    'bảy lưỡi cưa xanh',
    'kZ4-pw9Rt.q',
    'không có mật khẩu nào giống',
    '0384176205',
    'correct horse battery',
    'máy tiện matkhau xưởng hai',
  ])('%s may be used', (password) => {
    expect(brokenPasswordRule(password, owner)).toBeNull();
  });

  it('is another than the present one, in whatever Unicode form', () => {
    const present = 'bảy lưỡi cưa xanh';
    expect(brokenPasswordRule(present.normalize('NFD'), owner, present.normalize('NFC'))).toBe('same');
  });

  it('may be chosen where nobody’s name is known', () => {
    expect(brokenPasswordRule('máy phay số bảy', { email: '' })).toBeNull();
  });
});

describe('the list of common passwords', () => {
  it('is written as it is compared', () => {
    expect(commonPasswords.size).toBeGreaterThan(400);
    expect([...commonPasswords].filter((word) => !/^[a-z]+$/.test(word))).toEqual([]);
  });
});
