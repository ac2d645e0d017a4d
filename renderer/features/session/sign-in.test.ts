import { describe, expect, it } from 'vitest';
import { replacesPassword } from './sign-in.ts';

describe('a one-time password', () => {
  it('is replaced before anything else', () => {
    expect(replacesPassword('PASSWORD_CHANGE_REQUIRED', false)).toBe('open');
  });

  it('still has to be replaced where the centre was not reached', () => {
    expect(replacesPassword('SERVER_UNREACHABLE', true)).toBe('open');
  });

  it('is gone where only this machine failed afterwards', () => {
    expect(replacesPassword('REPLICA_KEY_MISMATCH', true)).toBe('replaced');
    expect(replacesPassword('DISK_FULL', true)).toBe('replaced');
  });

  it('is asked for again where it no longer holds', () => {
    expect(replacesPassword('WRONG_CREDENTIALS', true)).toBe('unknown');
    expect(replacesPassword('WRONG_CREDENTIALS', false)).toBe('unknown');
  });
});
