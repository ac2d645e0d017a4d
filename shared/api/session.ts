import { z } from 'zod';
import type { Person } from '../domain/roles.ts';
import type { ErrorCode } from '../errors.ts';
import { NEW_PASSWORD_MIN, PASSWORD_MAX } from '../domain/password-rules.ts';
import { operation } from './operation.ts';

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
  /** True where nobody has asked the centre yet: signed in with what this machine knows. */
  offline: boolean;
  /** True while the very first load has not finished: screens show its progress. */
  loading: boolean;
}

/** Why a session ended without the person: the centre shut them or this machine out. */
export interface SessionEnd {
  code: Extract<ErrorCode, 'ACCOUNT_INACTIVE' | 'DEVICE_REVOKED'>;
  /** Unsent changes that the centre keeps for an administrator. */
  handedIn: number;
}

export const sessionApi = {
  /** The session of the remembered person, opened at start where the machine's keyring holds the password. */
  'session.current': operation<Session | null>()(z.void(), { handledBy: 'main', session: 'none' }),
  /** Opens the person's replica; asks the centre when it is in reach, else checks against this machine. */
  'session.signIn': operation<Session>()(credentials, { handledBy: 'main', session: 'none' }),
  /** Closes the replica (it stays, encrypted) and forgets the remembered password. */
  'session.signOut': operation<null>()(z.void(), { handledBy: 'main' }),
  /** Replaces the person's password; needs the centre. Fails with WRONG_CREDENTIALS for another present one. */
  'session.changePassword': operation<null>()(z.strictObject({ password, newPassword }), { handledBy: 'main' }),
};
