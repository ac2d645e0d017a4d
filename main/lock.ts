import { existsSync, rmSync, writeFileSync } from 'node:fs';
import type { LockState, PinChoice, QuickPerson, Unlocking } from '../shared/api/lock.ts';
import type { Session } from '../shared/api/session.ts';
import { normalizeEmail } from '../shared/domain/login-role.ts';
import { pinProblem } from '../shared/domain/pin.ts';
import { AppError } from '../shared/errors.ts';
import type { Log } from './logging.ts';
import { pinMatches, pinVerifier } from './pin.ts';

const PIN_TRIES = 5;
const PASSWORD_TRIES = 5;

/** What the lock asks of the session. */
export interface LockedSession {
  readonly current: Session | null;
  /** Whether this is the present person's password. */
  knowsPassword(password: string): boolean;
  /** Opens the session of somebody who signed in before, without asking the centre. */
  reopen(email: string): Promise<void>;
  signOut(): Promise<null>;
}

export interface LockParts {
  session: LockedSession;
  /** Keeps the present person's PIN in their encrypted replica; null removes it. */
  storePin(verifier: string | null): Promise<void>;
  /** Exists while the screen is locked, so that a restart does not open it. */
  markFile: string;
  announce(state: LockState): void;
  log: Log;
  /** The system's clock unless a test has its own. */
  now?(): Date;
}

/** Somebody who signed in fully since the application started, or today according to their replica. */
interface Known {
  name: string;
  pin: string | null;
  /** The last full sign-in, as far as this machine knows. */
  signedInAt: Date | null;
  wrongPins: number;
}

const dayIn = (date: Date, timeZone: string): string => new Intl.DateTimeFormat('en-CA', { timeZone }).format(date);

/**
 * The lock of the screen. Behind it the session stays open and sync goes on; no operation is answered but those that open
 * it. A PIN opens it only after a full sign-in of the same day, so that it never stands for the password alone.
 */
export class ScreenLock {
  readonly #parts: LockParts;
  readonly #now: () => Date;
  readonly #known = new Map<string, Known>();
  #locked: boolean;
  #wrongPasswords = 0;

  constructor(parts: LockParts) {
    this.#parts = parts;
    this.#now = parts.now ?? (() => new Date());
    this.#locked = existsSync(parts.markFile);
  }

  get isLocked(): boolean {
    return this.#locked && this.#parts.session.current !== null;
  }

  state(): LockState {
    const session = this.#parts.session.current;
    const pinAllowed = session?.security.quick_unlock ?? false;
    const present = session && this.#known.get(normalizeEmail(session.person.email));
    return { locked: this.isLocked, pinAllowed, pinSet: Boolean(present?.pin), quick: this.#quick() };
  }

  /** Locks the screen; without a session there is nothing to lock. */
  lock(reason: 'person' | 'idle' | 'system'): void {
    if (this.#parts.session.current === null || this.#locked) return;
    this.#locked = true;
    writeFileSync(this.#parts.markFile, '', { mode: 0o600 });
    this.#parts.log.info('screen.locked', { reason });
    this.#tell();
  }

  /**
   * Somebody's session is open now. `fullSignIn` is when they last entered their password, as far as this machine knows;
   * `entered` says that it was just now, which also opens the screen.
   */
  personArrived(session: Session, pin: string | null, fullSignIn: Date | null, entered: boolean): void {
    const { email, name } = session.person;
    this.#known.set(normalizeEmail(email), { name, pin, signedInAt: fullSignIn, wrongPins: 0 });
    if (entered) this.#open();
    this.#tell();
  }

  /** Signing out forgets the person; the screen of nobody is not locked. */
  personLeft(email: string): void {
    this.#known.delete(normalizeEmail(email));
    this.#open();
    this.#tell();
  }

  async open({ email, by, secret }: Unlocking): Promise<void> {
    const session = this.#parts.session.current;
    if (session === null) throw new AppError('SESSION_REQUIRED', 'nobody is signed in');
    if (by === 'password') await this.#openByPassword(session, email, secret);
    else await this.#openByPin(session, email, secret);
    this.#parts.log.info('screen.opened', { by });
    this.#open();
    this.#tell();
  }

  async setPin({ password, pin }: PinChoice): Promise<void> {
    const session = this.#parts.session.current;
    const known = session && this.#known.get(normalizeEmail(session.person.email));
    if (!session || !known) throw new AppError('SESSION_REQUIRED', 'nobody is signed in');
    if (!session.security.quick_unlock) throw new AppError('PIN_NOT_ACCEPTED', 'the organization allows no PIN');
    if (pinProblem(pin) !== null) throw new AppError('INPUT_INVALID', 'the PIN is too simple', { issues: [{ path: 'pin', code: pinProblem(pin) }] });
    if (!this.#parts.session.knowsPassword(password)) throw new AppError('WRONG_CREDENTIALS', 'the password is another one', { offline: true });
    const verifier = await pinVerifier(pin);
    await this.#parts.storePin(verifier);
    known.pin = verifier;
    // The password was entered: that is a full sign-in of today.
    known.signedInAt = this.#now();
    known.wrongPins = 0;
    this.#tell();
  }

  async removePin(): Promise<void> {
    const session = this.#parts.session.current;
    await this.#parts.storePin(null);
    const known = session && this.#known.get(normalizeEmail(session.person.email));
    if (known) known.pin = null;
    this.#tell();
  }

  async #openByPassword({ person }: Session, email: string, password: string): Promise<void> {
    if (normalizeEmail(email) !== normalizeEmail(person.email)) throw new AppError('NOT_ALLOWED', 'the screen belongs to somebody else');
    if (!this.#parts.session.knowsPassword(password)) {
      this.#wrongPasswords += 1;
      this.#parts.log.warn('screen.wrong-password', { tries: this.#wrongPasswords });
      if (this.#wrongPasswords >= PASSWORD_TRIES) await this.#parts.session.signOut();
      throw new AppError('WRONG_CREDENTIALS', 'the password is another one', { offline: true });
    }
    const known = this.#known.get(normalizeEmail(email));
    if (known) {
      known.signedInAt = this.#now();
      known.wrongPins = 0;
    }
  }

  async #openByPin(session: Session, email: string, pin: string): Promise<void> {
    const known = this.#known.get(normalizeEmail(email));
    const notAccepted = () => new AppError('PIN_NOT_ACCEPTED', 'the password is asked for');
    if (!known?.pin || !this.#accepts(known, session)) throw notAccepted();
    // Counted before it is checked, so that many tries at once are no way around.
    known.wrongPins += 1;
    if (!(await pinMatches(known.pin, pin))) {
      this.#parts.log.warn('screen.wrong-pin', { tries: known.wrongPins });
      this.#tell();
      if (known.wrongPins >= PIN_TRIES) throw notAccepted();
      throw new AppError('PIN_WRONG', 'the PIN is another one', { left: PIN_TRIES - known.wrongPins });
    }
    known.wrongPins = 0;
    if (normalizeEmail(email) !== normalizeEmail(session.person.email)) await this.#parts.session.reopen(email);
  }

  #accepts({ pin, signedInAt, wrongPins }: Known, { security, organization }: Session): boolean {
    if (!security.quick_unlock || pin === null || signedInAt === null || wrongPins >= PIN_TRIES) return false;
    return dayIn(signedInAt, organization.timezone) === dayIn(this.#now(), organization.timezone);
  }

  #quick(): QuickPerson[] {
    const session = this.#parts.session.current;
    if (session === null) return [];
    const present = normalizeEmail(session.person.email);
    return [...this.#known]
      .filter(([, known]) => this.#accepts(known, session))
      .sort(([a], [b]) => Number(b === present) - Number(a === present) || (a < b ? -1 : 1))
      .map(([email, { name }]) => ({ email, name }));
  }

  #open(): void {
    this.#locked = false;
    this.#wrongPasswords = 0;
    rmSync(this.#parts.markFile, { force: true });
  }

  #tell(): void {
    this.#parts.announce(this.state());
  }
}
