import { createHash, timingSafeEqual } from 'node:crypto';
import type { Settings } from '../shared/api/app.ts';
import type { Credentials, KnownPerson, Removal, Session } from '../shared/api/session.ts';
import { normalizeEmail } from '../shared/domain/login-role.ts';
import { AppError, toFailure } from '../shared/errors.ts';
import type { Log } from './logging.ts';
import type { RememberedPassword } from './remembered-password.ts';
import { serverAddress } from './server-address.ts';
import type { PasswordChange } from './worker/protocol.ts';
import type { Control } from './worker-host.ts';
import type { MachineSecret, SignedIn } from './worker/protocol.ts';

export interface SessionParts {
  control: Control;
  settings: { get(): Pick<Settings, 'serverUrl' | 'caFile'> };
  remembered: RememberedPassword;
  /** What the keyring gives out, the present secret last. */
  machineSecrets(): Promise<MachineSecret[]>;
  announce(session: Session | null): void;
  /** Somebody's session was opened: by the password that they entered, or by one that was held or remembered. */
  arrived(signedIn: SignedIn, entered: boolean): void;
  left(email: string): void;
  log: Log;
}

/** `url` is the address in the form in which a remembered password is bound to it. */
type Held = Pick<Credentials, 'email' | 'password'> &
  Pick<Settings, 'serverUrl' | 'caFile'> &
  Pick<SignedIn, 'stretchedPassword'> & { url: string };

const codeOf = (error: unknown): string => (error instanceof AppError ? error.code : 'INTERNAL');

/** The reason with whose session it was about, so that the sign-in screen can begin with that person. */
function withEmail(error: unknown, email: string): AppError {
  const { code, message, details } = toFailure(error).error;
  return new AppError(code, message, { ...details, email }, { cause: error });
}

/**
 * The one session of this installation. Signing in, resuming and signing out follow one another, never overlap.
 * The password is held in memory while the session lasts, so that a restarted worker can open the replica again.
 */
export class SessionKeeper {
  readonly #parts: SessionParts;
  #session: Session | null = null;
  #held: Held | null = null;
  /** Everybody who entered their password since the application started, by address: a locked screen may change hands. */
  readonly #entered = new Map<string, Held>();
  #resumed: Promise<void> | null = null;
  /** Why the remembered person was not signed in, until somebody is. */
  #resumeFailure: Error | null = null;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#session !== null;
  }

  /** The open session as it is now. */
  get present(): Session | null {
    return this.#session;
  }

  /** Whether this is the password of the open session; compared in constant time. */
  knowsPassword(password: string): boolean {
    const digest = (text: string) => createHash('sha256').update(text.normalize('NFKC')).digest();
    return this.#held !== null && timingSafeEqual(digest(this.#held.password), digest(password));
  }

  /** Opens the session of somebody who entered their password here before, without asking the centre first. */
  reopen(email: string): Promise<void> {
    return this.#inTurn(async () => {
      const held = this.#entered.get(normalizeEmail(email));
      if (!held) throw new AppError('SESSION_REQUIRED', 'this person has to sign in');
      const signedIn = await this.#resumeWith(this.#parts.control, held);
      this.#held = { ...held, stretchedPassword: signedIn.stretchedPassword };
      this.adopt(signedIn.session);
      this.#parts.arrived(signedIn, false);
      await this.#remember(signedIn.session);
    });
  }

  /**
   * The open session; the first call opens that of the remembered person. Null where somebody has to sign in; fails with
   * the reason where the remembered person could not be.
   */
  async current(): Promise<Session | null> {
    this.#resumed ??= this.#openRemembered();
    await this.#resumed;
    if (this.#session === null && this.#resumeFailure !== null) throw this.#resumeFailure;
    return this.#session;
  }

  /** Fails with the codes of signing in; an open session stays as it was then. */
  signIn(credentials: Credentials): Promise<Session> {
    return this.#inTurn(async () => {
      const { serverUrl, caFile } = this.#parts.settings.get();
      const server = await serverAddress({ serverUrl, caFile });
      const machine = await this.#parts.machineSecrets();
      const request = { credentials, stretchedPassword: null, server, machine, resume: false };
      const signedIn = await this.#parts.control('worker.signIn', request).catch(async (error: unknown) => {
        // The centre has shut the person out, and what this machine held of them is gone.
        if (error instanceof AppError && error.details['erased'] === true) await this.#parts.remembered.forget();
        throw error;
      });
      const { session, holds, stretchedPassword } = signedIn;
      const { email } = credentials;
      const password = credentials[holds] ?? credentials.password;
      this.#resumeFailure = null;
      this.#held = { email, password, stretchedPassword, serverUrl, caFile, url: server.url };
      this.#entered.set(normalizeEmail(email), this.#held);
      this.adopt(session);
      this.#parts.arrived(signedIn, true);
      await this.#remember(session);
      return session;
    });
  }

  signOut(): Promise<null> {
    return this.#inTurn(async () => {
      await this.#parts.remembered.forget();
      try {
        await this.#parts.control('worker.signOut', undefined);
      } catch (error) {
        // A worker that is gone holds no replica open.
        if (codeOf(error) !== 'WORKER_STOPPED') throw error;
      } finally {
        const email = this.#held?.email;
        this.#held = null;
        this.#resumeFailure = null;
        this.adopt(null);
        if (email !== undefined) this.#forgetEntered(email);
      }
      return null;
    });
  }

  /** Replaces the password of the open session; from then on it is the one that is held and remembered. */
  changePassword(change: PasswordChange): Promise<null> {
    return this.#inTurn(async () => {
      const { stretchedPassword } = await this.#parts.control('worker.changePassword', change);
      if (this.#held === null || this.#session === null) return null;
      this.#held = { ...this.#held, password: change.newPassword, stretchedPassword };
      this.#entered.set(normalizeEmail(this.#held.email), this.#held);
      await this.#remember(this.#session);
      return null;
    });
  }

  /** Who has worked on this machine. */
  people(): Promise<KnownPerson[]> {
    return this.#parts.control('worker.people', undefined);
  }

  /** Deletes a person's data from this machine, and their password where it is the remembered one. */
  removePerson(removal: Removal): Promise<null> {
    return this.#inTurn(async () => {
      const { email } = await this.#parts.control('worker.removePerson', removal);
      const remembered = await this.#parts.remembered.load();
      if (remembered && normalizeEmail(remembered.email) === email) await this.#parts.remembered.forget();
      this.#resumeFailure = null;
      return null;
    });
  }

  /** The worker has closed and erased the session because the centre will not have it. */
  ended(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#parts.remembered.forget();
      const email = this.#held?.email;
      this.#held = null;
      this.adopt(null);
      if (email !== undefined) this.#forgetEntered(email);
    });
  }

  #forgetEntered(email: string): void {
    this.#entered.delete(normalizeEmail(email));
    this.#parts.left(email);
  }

  /** Takes over what the worker says about the session and announces it where it is news. */
  adopt(session: Session | null): void {
    if (JSON.stringify(session) === JSON.stringify(this.#session)) return;
    const ruledBefore = this.#session?.security.without_keyring;
    this.#session = session;
    this.#parts.announce(session);
    // The organization's rule reaches this machine at any time, and counts from then on.
    if (session && ruledBefore !== undefined && ruledBefore !== session.security.without_keyring) this.#rememberNext();
  }

  /** Has the worker do something at the end of which it closes the session, and opens it again. */
  async reopenAfter<T>(work: () => Promise<T>): Promise<T> {
    const reopen = (): Promise<void> => this.#inTurn(() => this.resumeAfterRestart(this.#parts.control));
    try {
      const result = await work();
      await reopen();
      return result;
    } catch (error) {
      if (error instanceof AppError && error.details['closed'] === true) await reopen();
      throw error;
    }
  }

  /** Opens the session again in a restarted worker; where that fails, somebody has to sign in. */
  async resumeAfterRestart(control: Control): Promise<void> {
    if (this.#session === null) return;
    const held = this.#held;
    try {
      if (held === null) throw new AppError('SESSION_REQUIRED', 'no password is held for the session');
      this.adopt((await this.#resumeWith(control, held)).session);
    } catch (error) {
      this.#parts.log.warn('session.not-resumed', { code: codeOf(error) });
      // A worker that died once more is started again, and the session is tried again with it.
      if (codeOf(error) === 'WORKER_STOPPED') return;
      this.#held = null;
      this.adopt(null);
    }
  }

  #openRemembered(): Promise<void> {
    const opened = this.#inTurn(() => this.#resumeRemembered());
    this.#rememberNext();
    return opened;
  }

  /**
   * Storing has a turn of its own: nobody who waits for the session waits for the keyring and the disk as well, and what was begun
   * before somebody signed out does not outlast that.
   */
  #rememberNext(): void {
    void this.#inTurn(async () => {
      if (this.#session !== null) await this.#remember(this.#session);
    });
  }

  async #resumeRemembered(): Promise<void> {
    const remembered = await this.#parts.remembered.load();
    if (remembered === null || this.#session !== null) return;
    const { serverUrl, caFile } = this.#parts.settings.get();
    try {
      // The password belongs to one server and is never offered to another.
      const { url } = await serverAddress({ serverUrl, caFile });
      if (url !== remembered.serverUrl) return;
      const { email, password, stretchedPassword } = remembered;
      const held = { email, password, stretchedPassword, serverUrl, caFile, url };
      const signedIn = await this.#resumeWith(this.#parts.control, held);
      this.#held = { ...held, stretchedPassword: signedIn.stretchedPassword };
      this.adopt(signedIn.session);
      this.#parts.arrived(signedIn, false);
    } catch (error) {
      this.#parts.log.warn('session.not-resumed', { code: codeOf(error) });
      // A refused password is not offered again at every start.
      if (codeOf(error) === 'WRONG_CREDENTIALS') await this.#parts.remembered.forget();
      this.#resumeFailure = withEmail(error, remembered.email);
    }
  }

  async #resumeWith(control: Control, { email, password, stretchedPassword, serverUrl, caFile }: Held): Promise<SignedIn> {
    const server = await serverAddress({ serverUrl, caFile });
    const machine = await this.#parts.machineSecrets();
    return await control('worker.signIn', { credentials: { email, password }, stretchedPassword, server, machine, resume: true });
  }

  /** Stores the password as the organization's rule says. */
  async #remember({ security }: Session): Promise<void> {
    if (this.#held === null) return;
    const { email, password, stretchedPassword, url } = this.#held;
    try {
      await this.#parts.remembered.save({ email, password, stretchedPassword, serverUrl: url }, security.without_keyring);
    } catch (error) {
      const { code, name } = error as NodeJS.ErrnoException;
      this.#parts.log.warn('remembered-password.not-saved', { reason: code ?? name });
    }
  }

  #inTurn<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(action);
    // The next in turn starts whatever became of this one; its own caller gets the failure.
    this.#queue = result.catch(() => undefined);
    return result;
  }
}
