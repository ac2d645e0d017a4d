import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loginRoleName } from './login-role.ts';

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('loginRoleName', () => {
  it('is the same for every way to type an address', () => {
    const name = loginRoleName('factory_pulse', 'Hoa.Nguyễn@nhà-máy.vn', sha256Hex);
    expect(loginRoleName('factory_pulse', '  hoa.nguyễn@NHÀ-MÁY.vn\n', sha256Hex)).toBe(name);
    expect(loginRoleName('factory_pulse', 'Hoa.Nguyễn@nhà-máy.vn'.normalize('NFD'), sha256Hex)).toBe(name);
  });

  it('differs between databases of one cluster', () => {
    expect(loginRoleName('a', 'hoa@example.vn', sha256Hex)).not.toBe(loginRoleName('b', 'hoa@example.vn', sha256Hex));
  });

  it('is fp_ and forty hexadecimal digits', () => {
    expect(loginRoleName('factory_pulse', 'admin@factorypulse.local', sha256Hex)).toMatch(/^fp_[0-9a-f]{40}$/);
  });
});
