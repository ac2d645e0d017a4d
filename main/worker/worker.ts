import { isOperation, type OperationName } from '../../shared/api/index.ts';
import { AppError, toFailure, type Envelope } from '../../shared/errors.ts';
import type { Session } from '../../shared/api/session.ts';
import { auditHandlers, demandReader } from './domains/audit.ts';
import { exportAudit } from './domains/audit-export.ts';
import type { Handler } from './domains/context.ts';
import { projectHandlers } from './domains/projects.ts';
import { syncHandlers } from './domains/sync.ts';
import type { ControlName, ExportRequest, SignInRequest } from './protocol.ts';
import { toStorageError, whenWritable } from './replica/database.ts';
import { signIn, type OpenSession, type SessionHost } from './session.ts';

type Handled = keyof typeof projectHandlers | keyof typeof syncHandlers | keyof typeof auditHandlers;

const handlers: { readonly [Name in Handled]: Handler<Name> } = {
  ...projectHandlers,
  ...syncHandlers,
  ...auditHandlers,
};

/** The sync worker without its thread: answers requests over one open session at a time. */
export class SyncWorker {
  readonly #host: SessionHost;
  #session: OpenSession | null = null;

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
      case 'worker.wake':
        this.#session?.engine.retryNow();
        return null;
      case 'worker.exportAudit':
        return this.#exportAudit(input as ExportRequest);
      default:
        return this.#operate(name, input);
    }
  }

  async #signIn(request: SignInRequest): Promise<Session> {
    await this.#close();
    this.#session = await signIn(this.#host, request);
    return this.#session.current();
  }

  #exportAudit(request: ExportRequest): Promise<{ rows: number }> {
    const session = this.#openSession();
    demandReader(session);
    return exportAudit(session, request, (progress) => this.#host.emit('audit.exporting', progress));
  }

  #openSession(): OpenSession {
    if (!this.#session) throw new AppError('SESSION_REQUIRED', 'nobody is signed in');
    return this.#session;
  }

  async #operate(name: OperationName, input: unknown): Promise<unknown> {
    if (!isOperation(name) || !Object.hasOwn(handlers, name)) {
      throw new AppError('INTERNAL', `the worker has no handler for ${name}`);
    }
    const handler = handlers[name as keyof typeof handlers] as Handler<OperationName>;
    return whenWritable(() => handler(this.#openSession(), input as never));
  }

  async #close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.close();
  }
}
