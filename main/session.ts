import type { Settings } from '../shared/api/app.ts';
import type { Credentials, Session } from '../shared/api/session.ts';
import { AppError } from '../shared/errors.ts';
import type { Log } from './logging.ts';
import type { RememberedPassword } from './remembered-password.ts';
import { serverAddress } from './server-address.ts';
import type { PasswordChange } from './worker/protocol.ts';
import type { Control } from './worker-host.ts';

export interface SessionParts {
  control: Control;
  settings: { get(): Pick<Settings, 'serverUrl' | 'caFile'> };
  remembered: RememberedPassword;
  announce(session: Session | null): void;
  log: Log;
}

type Held = Pick<Credentials, 'email' | 'password'> & Pick<Settings, 'serverUrl' | 'caFile'>;

const codeOf = (error: unknown): string => (error instanceof AppError ? error.code : 'INTERNAL');

/**
 * The one session of this installation. Signing in, resuming and signing out follow one another, never overlap.
 * The password is held in memory while the session lasts, so that a restarted worker can open the replica again.
 */
export class SessionKeeper {
  readonly #parts: SessionParts;
  #session: Session | null = null;
  #held: Held | null = null;
  #resumed: Promise<void> | null = null;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#session !== null;
  }

  /** The open session; the first call opens that of the remembered person. Null where somebody has to sign in. */
  async current(): Promise<Session | null> {
    this.#resumed ??= this.#inTurn(() => this.#resumeRemembered());
    await this.#resumed;
    return this.#session;
  }

  /** Fails with the codes of signing in; an open session stays as it was then. */
  signIn(credentials: Credentials): Promise<Session> {
    return this.#inTurn(async () => {
      const { serverUrl, caFile } = this.#parts.settings.get();
      const server = await serverAddress({ serverUrl, caFile });
      const session = await this.#parts.control('worker.signIn', { credentials, server, resume: false }).catch(async (error: unknown) => {
        // The centre has shut the person out, and what this machine held of them is gone.
        if (error instanceof AppError && error.details['erased'] === true) await this.#parts.remembered.forget();
        throw error;
      });
      const { email } = credentials;
      // From now on the one-time password opens nothing any more.
      const password = credentials.newPassword ?? credentials.password;
      this.#held = { email, password, serverUrl, caFile };
      this.adopt(session);
      await this.#remember({ email, password, serverUrl: server.url });
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
        this.#held = null;
        this.adopt(null);
      }
      return null;
    });
  }

  /** Replaces the password of the open session; from then on it is the one that is held and remembered. */
  changePassword(change: PasswordChange): Promise<null> {
    return this.#inTurn(async () => {
      await this.#parts.control('worker.changePassword', change);
      if (this.#held === null) return null;
      const { email, serverUrl, caFile } = (this.#held = { ...this.#held, password: change.newPassword });
      const server = await serverAddress({ serverUrl, caFile });
      await this.#remember({ email, password: change.newPassword, serverUrl: server.url });
      return null;
    });
  }

  /** The worker has closed and erased the session because the centre will not have it. */
  ended(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#parts.remembered.forget();
      this.#held = null;
      this.adopt(null);
    });
  }

  /** Takes over what the worker says about the session and announces it where it is news. */
  adopt(session: Session | null): void {
    if (JSON.stringify(session) === JSON.stringify(this.#session)) return;
    this.#session = session;
    this.#parts.announce(session);
  }

  /** Opens the session again in a restarted worker; where that fails, somebody has to sign in. */
  async resumeAfterRestart(control: Control): Promise<void> {
    if (this.#session === null) return;
    const held = this.#held;
    try {
      if (held === null) throw new AppError('SESSION_REQUIRED', 'no password is held for the session');
      this.adopt(await this.#resumeWith(control, held));
    } catch (error) {
      this.#parts.log.warn('session.not-resumed', { code: codeOf(error) });
      // A worker that died once more is started again, and the session is tried again with it.
      if (codeOf(error) === 'WORKER_STOPPED') return;
      this.#held = null;
      this.adopt(null);
    }
  }

  async #resumeRemembered(): Promise<void> {
    const remembered = await this.#parts.remembered.load();
    if (remembered === null || this.#session !== null) return;
    const { serverUrl, caFile } = this.#parts.settings.get();
    try {
      // The password belongs to one server and is never offered to another.
      if ((await serverAddress({ serverUrl, caFile })).url !== remembered.serverUrl) return;
      const held = { email: remembered.email, password: remembered.password, serverUrl, caFile };
      const session = await this.#resumeWith(this.#parts.control, held);
      this.#held = held;
      this.adopt(session);
    } catch (error) {
      // Signing in by hand meets the same failure and shows it with the way on.
      this.#parts.log.warn('session.not-resumed', { code: codeOf(error) });
    }
  }

  async #resumeWith(control: Control, held: Held): Promise<Session> {
    const { email, password, serverUrl, caFile } = held;
    const server = await serverAddress({ serverUrl, caFile });
    return await control('worker.signIn', { credentials: { email, password }, server, resume: true });
  }

  async #remember(remembered: Parameters<RememberedPassword['save']>[0]): Promise<void> {
    try {
      await this.#parts.remembered.save(remembered);
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
