import { isOperation, type OperationName } from '../../shared/api/index.ts';
import { AppError, toFailure, type Envelope } from '../../shared/errors.ts';
import type { Session, SessionEnd } from '../../shared/api/session.ts';
import type { Handler } from './domains/context.ts';
import { peopleHandlers } from './domains/people.ts';
import { projectHandlers } from './domains/projects.ts';
import { syncHandlers } from './domains/sync.ts';
import type { ControlName, PasswordChange, SignInRequest } from './protocol.ts';
import { toStorageError, whenWritable } from './replica/database.ts';
import { signIn, type OpenSession, type SessionHost } from './session.ts';

type Handled = keyof typeof peopleHandlers | keyof typeof projectHandlers | keyof typeof syncHandlers;

const handlers: { readonly [Name in Handled]: Handler<Name> } = {
  ...peopleHandlers,
  ...projectHandlers,
  ...syncHandlers,
};

/** The sync worker without its thread: answers requests over one open session at a time. */
export class SyncWorker {
  readonly #host: SessionHost;
  #session: OpenSession | null = null;
  /** A session that the centre has shut out, until nothing is left of it. */
  #ending: Promise<void> = Promise.resolve();

  constructor(host: SessionHost) {
    this.#host = host;
  }

  /** Answers one request; whatever is thrown becomes the failed half of the envelope and a line of the log. */
  async answer(name: OperationName | ControlName, input: unknown): Promise<Envelope<unknown>> {
    try {
      return { ok: true, value: await this.#dispatch(name, input) };
    } catch (error) {
      const failure = toFailure(toStorageError(error));
      this.#host.log(failure.error.code === 'INTERNAL' ? 'error' : 'warn', 'request.failed', {
        name,
        code: failure.error.code,
        message: failure.error.message,
        ...(failure.error.code === 'INTERNAL' && error instanceof Error ? { stack: error.stack } : {}),
      });
      return failure;
    }
  }

  async #dispatch(name: OperationName | ControlName, input: unknown): Promise<unknown> {
    switch (name) {
      case 'worker.signIn':
        return this.#signIn(input as SignInRequest);
      case 'worker.signOut':
      case 'worker.stop':
        await this.#close();
        return null;
      case 'worker.changePassword':
        await this.#open().changePassword(input as PasswordChange);
        return null;
      case 'worker.wake':
        this.#session?.engine.retryNow();
        return null;
      default:
        return this.#operate(name, input);
    }
  }

  async #signIn(request: SignInRequest): Promise<Session> {
    await this.#close();
    const session = await signIn(this.#host, request);
    this.#session = session;
    void session.shutOut.then((end) => {
      this.#ending = this.#end(session, end);
    });
    return session.current();
  }

  async #operate(name: OperationName, input: unknown): Promise<unknown> {
    if (!isOperation(name) || !Object.hasOwn(handlers, name)) {
      throw new AppError('INTERNAL', `the worker has no handler for ${name}`);
    }
    const handler = handlers[name as keyof typeof handlers] as Handler<OperationName>;
    return whenWritable(() => handler(this.#open(), input as never));
  }

  #open(): OpenSession {
    if (!this.#session) throw new AppError('SESSION_REQUIRED', 'nobody is signed in');
    return this.#session;
  }

  /** Erases what a person who is shut out has here; the centre keeps what they had not sent. */
  async #end(session: OpenSession, end: SessionEnd): Promise<void> {
    // Signed out meanwhile: the next sign-in meets the same refusal.
    if (this.#session !== session) return;
    this.#session = null;
    try {
      await session.close();
      session.wipe();
      this.#host.log('warn', 'profile.erased', { ...end });
    } catch (error) {
      const { error: failure } = toFailure(toStorageError(error));
      this.#host.log('error', 'profile.not-erased', { code: failure.code, message: failure.message });
      // Nothing is said to be gone that is not: the next sign-in tells the reason and erases.
      this.#host.emit('session.changed', null);
      return;
    }
    this.#host.emit('session.ended', end);
  }

  async #close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.close();
    await this.#ending;
  }
}
