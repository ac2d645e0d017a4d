import { z } from 'zod';
import type { Person } from '../domain/roles.ts';
import type { ErrorCode } from '../errors.ts';
import { NEW_PASSWORD_MIN, PASSWORD_MAX } from '../domain/password-rules.ts';
import type { SecuritySettings } from '../domain/security-settings.ts';
import { operation } from './operation.ts';
import type { Past } from './past.ts';

const password = z.string().min(1).max(PASSWORD_MAX);
/** Which other rules it has to keep is looked at where it is known whose it is (shared/domain/password-rules.ts). */
const newPassword = z.string().min(NEW_PASSWORD_MIN).max(PASSWORD_MAX);

export const credentials = z.strictObject({
  email: z.string().trim().min(3).max(320),
  password,
  /** Only where the replica is still locked with the password before the last change. */
  previousPassword: password.optional(),
  /** Replaces the one-time password that the person signed in with (after PASSWORD_CHANGE_REQUIRED). */
  newPassword: newPassword.optional(),
  /** Sets a damaged or foreign replica file aside (it is kept under another name) and loads anew. */
  setAside: z.boolean().optional(),
});

export type Credentials = z.infer<typeof credentials>;

export interface Session {
  person: Person;
  organization: { id: string; name: string; timezone: string; default_currency: string };
  /** The organization's rules for its machines, as this machine knows them. */
  security: SecuritySettings;
  /** True where nobody has asked the centre yet: signed in with what this machine knows. */
  offline: boolean;
  /** True while the very first load has not finished: screens show its progress. */
  loading: boolean;
  /** Where an earlier state is looked at: which. */
  past?: Past;
}

/** Why a session ended without the person: the centre shut them or this machine out. */
export interface SessionEnd {
  code: Extract<ErrorCode, 'ACCOUNT_INACTIVE' | 'DEVICE_REVOKED'>;
  /** Unsent changes that the centre keeps for an administrator. */
  handedIn: number;
}

/** Somebody whose data is on this machine, as its files tell without a password. */
export interface KnownPerson {
  /** Names the folder. */
  profile: string;
  email: string;
  /** `host:port/database` */
  server: string;
  name: string | null;
  last_used_at: string | null;
  /** Changes that only this machine has; null where that is not known. */
  unsent: number | null;
}

export const removal = z.strictObject({
  profile: z.string().regex(/^[0-9a-f]{32}$/),
  /** The person has read that changes may be there that only this machine has. */
  unsent_may_be_lost: z.boolean(),
});

export type Removal = z.infer<typeof removal>;

export const sessionApi = {
  /**
   * The session of the remembered person, opened at start where the password is remembered. Fails with the reason where it
   * could not be opened.
   */
  'session.current': operation<Session | null>()(z.void(), { handledBy: 'main', session: 'none' }),
  /** Opens the person's replica; asks the centre when it is in reach, else checks against this machine. */
  'session.signIn': operation<Session>()(credentials, { handledBy: 'main', session: 'none' }),
  /** Closes the replica (it stays, encrypted) and forgets the remembered password. */
  'session.signOut': operation<null>()(z.void(), { handledBy: 'main' }),
  /** Replaces the person's password; needs the centre. Fails with WRONG_CREDENTIALS for another present one. */
  'session.changePassword': operation<null>()(z.strictObject({ password, newPassword }), { handledBy: 'main' }),
  /** Who has worked on this machine, the last one first. */
  'session.people': operation<KnownPerson[]>()(z.void(), { handledBy: 'main', session: 'none' }),
  /** Deletes the data of one of them from this machine, while nobody is signed in. Fails with REPLICA_UNSENT. */
  'session.removePerson': operation<null>()(removal, { handledBy: 'main', session: 'none' }),
};
