import { Worker } from 'node:worker_threads';
import type { OperationName } from '../shared/api/index.ts';
import { AppError, toFailure, type Envelope } from '../shared/errors.ts';
import type { Log } from './logging.ts';
import { PendingRequests } from './pending-requests.ts';
import { RestartBudget, type RestartLimits } from './restart-budget.ts';
import {
  workerLimits,
  type ControlName,
  type ControlRequests,
  type WorkerData,
  type WorkerEvent,
  type WorkerLog,
  type WorkerMessage,
  type WorkerRequest,
} from './worker/protocol.ts';

export type Control = <Name extends ControlName>(
  name: Name,
  input: ControlRequests[Name]['input'],
) => Promise<ControlRequests[Name]['output']>;

export interface WorkerHostParts {
  /** The worker's bundle. */
  file: string;
  data: WorkerData;
  log: Log;
  onEvent(event: WorkerEvent): void;
  onLog(line: WorkerLog): void;
  /** Called after a restart and before any waiting request goes out: opens the session again. */
  onRestart(control: Control): Promise<void>;
  limits?: RestartLimits;
  /** Milliseconds; the system's clock unless a test has its own. */
  now?(): number;
}

const defaultLimits: RestartLimits = { most: 5, windowMs: 60_000, firstDelayMs: 250, maxDelayMs: 4_000 };

const stopped = (why: string) => new AppError('WORKER_STOPPED', why);

/**
 * Owns the sync worker's thread. When the thread dies, open requests fail with WORKER_STOPPED, it is started again
 * and new requests wait for it. Nothing is lost with it: every accepted change is in the replica's outbox.
 */
export class WorkerHost {
  readonly #parts: WorkerHostParts;
  readonly #budget: RestartBudget;
  readonly #pending = new PendingRequests();
  readonly #now: () => number;
  #thread: Worker | null = null;
  /** Settles when requests may go out; rejects when the thread will not come back. */
  #open: Promise<void> = Promise.resolve();
  #gaveUp = false;
  #ending = false;

  constructor(parts: WorkerHostParts) {
    this.#parts = parts;
    this.#budget = new RestartBudget(parts.limits ?? defaultLimits);
    this.#now = parts.now ?? Date.now;
  }

  start(): void {
    if (this.#thread !== null || this.#ending) return;
    const thread = new Worker(this.#parts.file, { workerData: this.#parts.data, name: 'sync-worker', resourceLimits: workerLimits });
    this.#thread = thread;
    thread.on('message', (message: WorkerMessage) => this.#receive(message));
    thread.on('messageerror', (error) => this.#parts.log.error('worker.message-unreadable', { error }));
    thread.on('error', (error) => this.#parts.log.error('worker.failed', { error }));
    thread.on('exit', (exitCode) => this.#exited(thread, exitCode));
  }

  /** Sends an operation and returns the worker's answer; never rejects. */
  async request(name: OperationName, input: unknown): Promise<Envelope<unknown>> {
    try {
      await this.#whenOpen();
      return await this.#send(name, input);
    } catch (error) {
      return toFailure(error);
    }
  }

  /** Sends one of main's own requests. Fails with the worker's error code. */
  readonly control: Control = async (name, input) => {
    await this.#whenOpen();
    return await this.#sendControl(name, input);
  };

  /** Kills the thread as a crash would, so that a test can watch what follows. */
  async terminate(): Promise<void> {
    await this.#thread?.terminate();
  }

  /** Lets the worker close the replica; after `limitMs` the thread is ended. No request is accepted any more. */
  async stop(limitMs: number): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    const thread = this.#thread;
    if (thread === null) return;
    const exited = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<'expired'>((resolve) => {
      timer = setTimeout(() => resolve('expired'), limitMs);
    });
    void this.#send('worker.stop', undefined).then((envelope) => {
      // Without a reply the thread has ended, which is what was asked for.
      if (envelope.ok || envelope.error.code === 'WORKER_STOPPED') return;
      this.#parts.log.warn('worker.stop-failed', { code: envelope.error.code });
    });
    if ((await Promise.race([exited, expired])) === 'expired') {
      this.#parts.log.warn('worker.stop-expired', { limitMs });
      await thread.terminate();
    }
    clearTimeout(timer);
  }

  async #whenOpen(): Promise<void> {
    if (this.#ending) throw stopped('the application is closing');
    if (this.#gaveUp && this.#budget.mayTryAgain(this.#now())) this.#restartAfter(0);
    // A worker that dies while its session is being opened again leaves a newer promise behind.
    for (let opening: Promise<void> | null = null; opening !== this.#open; ) {
      opening = this.#open;
      await opening;
    }
  }

  #send(name: WorkerRequest['name'], input: unknown): Promise<Envelope<unknown>> {
    const thread = this.#thread;
    if (thread === null) return Promise.resolve(toFailure(stopped('the worker is not running')));
    const { id, reply } = this.#pending.open();
    try {
      thread.postMessage({ kind: 'request', id, name, input } satisfies WorkerRequest);
    } catch (error) {
      this.#pending.answer(id, toFailure(error));
    }
    return reply;
  }

  async #sendControl<Name extends ControlName>(
    name: Name,
    input: ControlRequests[Name]['input'],
  ): Promise<ControlRequests[Name]['output']> {
    const envelope = await this.#send(name, input);
    if (!envelope.ok) throw new AppError(envelope.error.code, envelope.error.message, envelope.error.details);
    // The protocol states the output of each control request; the worker's handlers are checked against it.
    return envelope.value;
  }

  #receive(message: WorkerMessage): void {
    switch (message.kind) {
      case 'reply':
        if (!this.#pending.answer(message.id, message.envelope)) {
          this.#parts.log.warn('worker.reply-unknown', { id: message.id });
        }
        break;
      case 'event':
        this.#parts.onEvent(message);
        break;
      case 'log':
        this.#parts.onLog(message);
        break;
    }
  }

  #exited(thread: Worker, exitCode: number): void {
    if (this.#thread !== thread) return;
    this.#thread = null;
    const openRequests = this.#pending.size;
    this.#pending.failAll(stopped('the worker stopped before it answered'));
    if (this.#ending) return;
    const delayMs = this.#budget.delayAfterDeath(this.#now());
    this.#parts.log.error('worker.exited', { exitCode, openRequests, restartInMs: delayMs });
    if (delayMs === null) {
      this.#gaveUp = true;
      this.#open = Promise.reject(stopped('the worker stopped too often'));
      // Whoever asks later gets this failure; until then it only must not count as unhandled.
      this.#open.catch(() => undefined);
      return;
    }
    this.#restartAfter(delayMs);
  }

  #restartAfter(delayMs: number): void {
    this.#gaveUp = false;
    this.#open = this.#restart(delayMs);
    // Whoever waits gets the failure; here it only must not count as unhandled.
    this.#open.catch(() => undefined);
  }

  async #restart(delayMs: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (this.#ending) throw stopped('the application is closing');
    this.start();
    try {
      await this.#parts.onRestart((name, input) => this.#sendControl(name, input));
    } catch (error) {
      this.#parts.log.error('worker.session-not-resumed', { error });
    }
  }
}
