import type { Client } from 'pg';
import type { ConnectionState, SyncStatus, SyncStep } from '../../../shared/api/sync.ts';
import { AppError, toFailure, type ErrorCode, type ErrorDetails } from '../../../shared/errors.ts';
import type { Changes } from '../replica/changes.ts';
import { durably, toStorageError, type Replica } from '../replica/database.ts';
import type { Meta } from '../replica/meta.ts';
import { prepared } from '../replica/prepared.ts';
import type { Overlay } from '../replica/overlay.ts';
import type { Log } from '../log.ts';
import { Backoff } from './backoff.ts';
import { readCentralColumns } from './central-rows.ts';
import { cutLink, cutWhenSilent, disconnect, toConnectionError } from './connection.ts';
import { firstLoad, isLoading } from './first-load.ts';
import type { Hello } from './hello.ts';
import { SyncHistory, type HistoryLine, type StepResult } from './history.ts';
import type { MutationResult, Outbox } from './outbox.ts';
import { ProgressMeter } from './progress.ts';
import { beginPull, readDifference, type PullContext, type PullState } from './pull.ts';
import { readFullDifference } from './reconcile.ts';
import { storeDifference } from './store-difference.ts';

/** Without a wake-up the centre is asked this often; it also proves that the link is alive. */
const POLL_MS = 10_000;
/** Mutations per round trip. */
const BATCH_SIZE = 250;

export interface Connected {
  client: Client;
  hello: Hello;
}

export interface EngineParts {
  replica: Replica;
  meta: Meta;
  overlay: Overlay;
  outbox: Outbox;
  changes: Changes;
  log: Log;
  /** Opens a connection and introduces this installation. */
  connect: () => Promise<Connected>;
  onStatus: (status: SyncStatus) => void;
  /** The centre confirmed who the person is, perhaps with another role or name than before. */
  onHello: (hello: Hello) => void;
}

/** States that only the person can end: trying again would not help. */
const finalStates: Partial<Record<ErrorCode, ConnectionState>> = {
  WRONG_CREDENTIALS: 'auth-required',
  ACCOUNT_EXPIRED: 'auth-required',
  ACCOUNT_INACTIVE: 'auth-required',
  PASSWORD_CHANGE_REQUIRED: 'auth-required',
  UPDATE_REQUIRED: 'update-required',
  SYNC_CANCELLED: 'offline',
};

/**
 * Keeps one replica and the centre in step: connects, pushes what waits, pulls what changed, listens for wake-ups,
 * and begins again with back-off whenever the link fails. One loop, one connection; nothing else talks to the centre.
 */
export class SyncEngine {
  readonly #parts: EngineParts;
  readonly #backoff = new Backoff();
  #state: ConnectionState = 'offline';
  #error: { code: ErrorCode; details: ErrorDetails } | null = null;
  /** When the next attempt begins, on the clock of `performance.now`. */
  #retryAt: number | null = null;
  readonly #history: SyncHistory;
  readonly #progress = new ProgressMeter(() => this.announceStatus());
  /** Ends what runs on the present connection. */
  #cancellation = new AbortController();
  /** What is being done, for the history of a failure. */
  #step: HistoryLine['kind'] = 'connect';
  #client: Client | null = null;
  #stopped = false;
  #running: Promise<void> | null = null;
  #wake: (() => void) | null = null;
  #wanted = false;
  #lastStatus = '';

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#history = new SyncHistory(parts.replica.write);
  }

  /** Begins to sync, over an open connection where there is one already. */
  start(connected: Connected | null): void {
    this.#running = this.#run(connected);
  }

  /** Ends the loop and the connection; resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.nudge();
    await this.#disconnect();
    await this.#running;
  }

  /** Something may be there to push or pull: look at once, whatever the back-off says. */
  nudge(): void {
    this.#wanted = true;
    this.#wake?.();
  }

  /** The network came back or the person asks: try at once and begin the back-off anew. */
  retryNow(): void {
    this.#backoff.reset();
    this.nudge();
  }

  /** The person asks whether replica and centre agree. */
  checkNow(): void {
    this.retryNow();
  }

  /** Stops what runs, as if the link had broken, and waits for the person. */
  cancel(): void {
    if (this.#client === null) return;
    this.#cancellation.abort(new AppError('SYNC_CANCELLED', 'the person stopped the sync'));
    cutLink(this.#client);
  }

  status(): SyncStatus {
    const { n: attention } = prepared(this.#parts.replica.read, 'select count(*) as n from attention').get() as { n: number };
    return {
      state: this.#state,
      pending: this.#parts.outbox.unconfirmed(),
      attention,
      lastSyncAt: this.#parts.meta.get('last_sync_at'),
      error: this.#error,
      retryInMs: this.#retryAt === null ? null : Math.max(0, Math.round(this.#retryAt - performance.now())),
      progress: this.#progress.current,
    };
  }

  /**
   * Tells listeners the status if it changed. A disk that cannot be read at this moment is logged and costs the news,
   * never the change that the news would have been about, nor the sync itself.
   */
  announceStatus(): void {
    let status: SyncStatus;
    try {
      status = this.status();
    } catch (error) {
      const { error: failure } = toFailure(toStorageError(error));
      this.#parts.log('error', 'sync.status.unreadable', { code: failure.code, message: failure.message });
      return;
    }
    const text = JSON.stringify(status);
    if (text === this.#lastStatus) return;
    this.#lastStatus = text;
    this.#parts.onStatus(status);
  }

  async #run(first: Connected | null): Promise<void> {
    let connected = first;
    while (!this.#stopped) {
      this.#cancellation = new AbortController();
      const startedAt = new Date();
      try {
        if (!connected) {
          this.#step = 'connect';
          this.#become('connecting', this.#error);
          connected = await this.#parts.connect();
        }
        await this.#serve(connected);
      } catch (error) {
        await this.#fail(this.#cancellation.signal.aborted ? this.#cancellation.signal.reason : error, startedAt);
      }
      connected = null;
      await this.#disconnect();
    }
  }

  /** One connection's life: until it fails or the engine stops. */
  async #serve({ client, hello }: Connected): Promise<void> {
    this.#client = client;
    client.on('error', (error) => this.#parts.log('warn', 'sync.connection.lost', { message: error.message }));
    client.on('end', () => this.nudge());
    cutWhenSilent(client);
    if (this.#stopped) return;
    this.#become('syncing', null);
    this.#parts.onHello(hello);
    const { replica, meta, overlay, outbox, changes } = this.#parts;
    const context: PullContext = {
      client,
      replica,
      meta,
      overlay,
      outbox,
      changes,
      columns: await readCentralColumns(client),
      signal: this.#cancellation.signal,
      progress: (rows, total, table) => {
        if (this.#step !== 'connect') this.#progress.advance(this.#step, rows, total, table);
      },
    };
    client.on('notification', () => this.nudge());
    if (hello.channel !== null) await client.query(`listen "${hello.channel}"`);

    if (isLoading(replica.write, meta.get('cursor'))) {
      await this.#recorded('first-load', async () => ({ rows: await firstLoad(context), problems: 0 }));
    }
    this.#backoff.reset();
    while (this.#serves(client)) {
      this.#wanted = false;
      await this.#push(context);
      await this.#pull(context);
      if (this.#hasMore()) continue;
      this.#become('online', null);
      await this.#sleep(POLL_MS);
    }
  }

  /** False once the engine stopped or the link ended. */
  #serves(client: Client): boolean {
    return !this.#stopped && this.#client === client;
  }

  /** Something came up while the last round was under way. */
  #hasMore(): boolean {
    return this.#wanted || this.#parts.outbox.unconfirmed() > 0;
  }

  async #push(context: PullContext): Promise<void> {
    const waiting = this.#parts.outbox.unconfirmed();
    if (waiting === 0) return;
    this.#become('syncing', null);
    await this.#recorded('push', () => this.#pushAll(context, waiting));
  }

  async #pushAll({ client, meta, progress, signal }: PullContext, waiting: number): Promise<StepResult> {
    const { outbox, changes } = this.#parts;
    const done: StepResult = { rows: 0, problems: 0 };
    let mutations = outbox.take(BATCH_SIZE);
    while (mutations.length > 0 && !this.#stopped) {
      const { rows } = await client.query<{ results: string }>('select sync.push($1::jsonb) as results', [
        JSON.stringify(mutations),
      ]);
      const results = JSON.parse(rows[0]?.results ?? '[]') as MutationResult[];
      changes.announce(outbox.settle(results, meta.get('cursor')));
      for (const result of results) {
        if (result.status === 'skipped') continue;
        done.rows += 1;
        if (result.status !== 'refused') continue;
        done.problems += 1;
        this.#parts.log('warn', 'sync.mutation.refused', { id: result.id, code: result.code, details: result.details });
      }
      progress(done.rows, Math.max(waiting, done.rows), null);
      this.announceStatus();
      signal.throwIfAborted();
      // Where nothing was settled, the same batch would come again: leave it to the next round.
      if (!results.some((result) => result.status !== 'skipped')) break;
      mutations = outbox.take(BATCH_SIZE);
    }
    return done;
  }

  async #pull(context: PullContext): Promise<void> {
    const { meta } = this.#parts;
    const cursor = meta.get('cursor');
    const state = await beginPull(context.client, cursor);
    const sameInstance = state.instance_epoch === meta.get('instance_epoch');
    const sameAccess = String(state.access_epoch) === meta.get('access_epoch');
    if (cursor !== null && sameInstance && sameAccess && state.complete) {
      await this.#recorded('pull', async () => {
        const difference = await readDifference(context, cursor, state);
        await context.client.query('commit');
        if (difference.rows.length > 0 || difference.gone.length > 0) this.#become('syncing', null);
        return storeDifference(context, difference);
      });
    } else {
      this.#become('syncing', null);
      this.#parts.log('info', 'sync.reconcile', { sameInstance, sameAccess, complete: state.complete });
      await this.#recorded('reconcile', () => this.#reconcile(context, state, sameInstance));
    }
    this.announceStatus();
  }

  async #reconcile(context: PullContext, state: PullState, sameInstance: boolean): Promise<StepResult> {
    const { outbox, replica } = this.#parts;
    const difference = await readFullDifference(context, state, sameInstance);
    await context.client.query('commit');
    if (!sameInstance) durably(replica.write, 'FULL', () => outbox.forgetAcknowledgements());
    return storeDifference(context, difference, {
      instance_epoch: state.instance_epoch,
      access_epoch: String(state.access_epoch),
    });
  }

  async #fail(error: unknown, startedAt: Date): Promise<void> {
    if (this.#stopped) return;
    const storage = toStorageError(error);
    const { error: failure } = toFailure(storage === error ? toConnectionError(error) : storage);
    this.#parts.log('warn', 'sync.failed', { step: this.#step, code: failure.code, message: failure.message, details: failure.details });
    this.#progress.end();
    this.#remember({ kind: this.#step, startedAt, rows: 0, problems: 0, errorCode: failure.code });
    const final = finalStates[failure.code];
    const wait = final ? null : this.#backoff.next();
    this.#retryAt = wait === null ? null : performance.now() + wait;
    this.#wanted = false;
    this.#become(final ?? 'offline', { code: failure.code, details: failure.details });
    await this.#sleep(wait);
    this.#retryAt = null;
  }

  /** Does one step and writes into the history what it did; a step that found nothing to do leaves no line. */
  async #recorded(step: SyncStep, work: () => Promise<StepResult>): Promise<void> {
    const startedAt = new Date();
    this.#step = step;
    const { rows, problems } = await work();
    this.#progress.end();
    if (rows === 0 && problems === 0 && (step === 'pull' || step === 'push')) return;
    this.#history.record({ kind: step, startedAt, rows, problems, errorCode: null });
    this.#parts.changes.announce(['sync_history']);
    if (step !== 'pull' && step !== 'push') this.#parts.log('info', 'sync.finished', { kind: step, rows, problems });
  }

  /** The line of a failed attempt; where the disk fails as well, the log alone has it. */
  #remember(line: HistoryLine): void {
    try {
      this.#history.record(line);
    } catch (error) {
      const { error: failure } = toFailure(error);
      this.#parts.log('error', 'sync.history.unwritable', { code: failure.code, message: failure.message });
      return;
    }
    this.#parts.changes.announce(['sync_history']);
  }

  #become(state: ConnectionState, error: { code: ErrorCode; details: ErrorDetails } | null): void {
    this.#state = state;
    this.#error = error;
    this.announceStatus();
  }

  /** Waits until woken or until the time is over; null waits for a wake-up alone. */
  #sleep(milliseconds: number | null): Promise<void> {
    if (this.#wanted || this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = milliseconds === null ? undefined : setTimeout(() => this.#wake?.(), milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
    });
  }

  async #disconnect(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    if (client) await disconnect(client);
  }
}
