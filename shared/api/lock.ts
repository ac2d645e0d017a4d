import { z } from 'zod';
import { PIN_DIGITS } from '../domain/pin.ts';
import { operation } from './operation.ts';

/** Somebody who may open the locked screen with a PIN: signed in fully today, on this machine. */
export interface QuickPerson {
  email: string;
  name: string;
}

export interface LockState {
  locked: boolean;
  /** Whether the organization lets a PIN open the screen. */
  pinAllowed: boolean;
  /** Whether the present person has chosen a PIN. */
  pinSet: boolean;
  /** The present person first, where they are among them. */
  quick: QuickPerson[];
}

export const unlocking = z.strictObject({
  /** Whose screen to open: the present person's, or that of another who may do so with a PIN. */
  email: z.string().max(320),
  by: z.enum(['pin', 'password']),
  secret: z.string().min(1).max(1024),
});

export type Unlocking = z.infer<typeof unlocking>;

export const pinChoice = z.strictObject({
  password: z.string().min(1).max(1024),
  pin: z.string().max(PIN_DIGITS.max),
});

export type PinChoice = z.infer<typeof pinChoice>;

export const lockApi = {
  'lock.state': operation<LockState>()(z.void(), { handledBy: 'main', session: 'none' }),
  /** Locks the screen of this installation, in all its windows. Sync goes on behind it. */
  'lock.now': operation<null>()(z.void(), { handledBy: 'main' }),
  /** Fails with WRONG_CREDENTIALS, PIN_WRONG or PIN_NOT_ACCEPTED; after too many passwords the person is signed out. */
  'lock.open': operation<null>()(unlocking, { handledBy: 'main', session: 'none' }),
  /** Sets the present person's PIN. Fails with WRONG_CREDENTIALS or INPUT_INVALID. */
  'lock.setPin': operation<null>()(pinChoice, { handledBy: 'main' }),
  'lock.removePin': operation<null>()(z.void(), { handledBy: 'main' }),
};
