import { z } from 'zod';
import type { Person } from './roles.ts';

/** From how many to how many. */
export const OFFLINE_DAYS = { min: 1, max: 365 } as const;
export const LOCK_MINUTES = { min: 1, max: 240 } as const;
export const withoutKeyringRules = ['sign_in_each_time', 'plain'] as const;

/** What an organization decides about the machines of its people, from `organizations.settings -> 'security'`. */
export const securitySettingsSchema = z.object({
  /** So many days a person may sign in without contact to the centre. */
  offline_days: z.int().min(OFFLINE_DAYS.min).max(OFFLINE_DAYS.max),
  /** After so many minutes without input the screen locks. */
  lock_after_minutes: z.int().min(LOCK_MINUTES.min).max(LOCK_MINUTES.max),
  /** Whether a locked screen may be opened by something shorter than the password. */
  quick_unlock: z.boolean(),
  /** On a machine without a keyring: the password is asked for at every start, or remembered in plain text. */
  without_keyring: z.enum(withoutKeyringRules),
});

export type SecuritySettings = z.infer<typeof securitySettingsSchema>;

export const mayEditSecurity = ({ role }: Pick<Person, 'role'>): boolean => role === 'admin';

export const defaultSecuritySettings: SecuritySettings = {
  offline_days: 30,
  lock_after_minutes: 15,
  quick_unlock: true,
  without_keyring: 'sign_in_each_time',
};

const fallingBack = z.object({
  offline_days: securitySettingsSchema.shape.offline_days.catch(defaultSecuritySettings.offline_days),
  lock_after_minutes: securitySettingsSchema.shape.lock_after_minutes.catch(defaultSecuritySettings.lock_after_minutes),
  quick_unlock: securitySettingsSchema.shape.quick_unlock.catch(defaultSecuritySettings.quick_unlock),
  without_keyring: securitySettingsSchema.shape.without_keyring.catch(defaultSecuritySettings.without_keyring),
});

const inSettings = z.object({ security: fallingBack });

/** The rules in an organization's settings; each value that is missing or out of its bounds counts as its default. */
export function securitySettingsOf(settings: unknown): SecuritySettings {
  const read = inSettings.safeParse(settings);
  return read.success ? read.data.security : defaultSecuritySettings;
}
