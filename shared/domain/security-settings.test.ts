import { describe, expect, it } from 'vitest';
import { defaultSecuritySettings, securitySettingsOf, type SecuritySettings } from './security-settings.ts';

const strict: SecuritySettings = { offline_days: 1, lock_after_minutes: 240, quick_unlock: false, without_keyring: 'plain' };

describe('the rules of an organization', () => {
  it('are what its settings say', () => {
    expect(securitySettingsOf({ security: strict, theme: 'dark' })).toEqual(strict);
  });

  it.each([undefined, null, [], 'text', {}, { security: null }, { security: [] }, { security: {} }])(
    'are the defaults where nothing is said: %j',
    (settings) => {
      expect(securitySettingsOf(settings)).toEqual(defaultSecuritySettings);
    },
  );

  it.each<[keyof SecuritySettings, unknown]>([
    ['offline_days', 0],
    ['offline_days', 366],
    ['offline_days', 2.5],
    ['offline_days', '30'],
    ['lock_after_minutes', 0],
    ['lock_after_minutes', 241],
    ['quick_unlock', 'yes'],
    ['without_keyring', 'keep'],
  ])('fall back to the default of %s alone for %j', (field, value) => {
    expect(securitySettingsOf({ security: { ...strict, [field]: value } })).toEqual({
      ...strict,
      [field]: defaultSecuritySettings[field],
    });
  });
});
