import type { Client } from 'pg';
import type { ConnectionState, SyncStatus, SyncStep } from '../../../shared/api/sync.ts';
import { formatTimestamp, parseTimestamp } from '../../../shared/domain/timestamps.ts';
import { AppError, toFailure, type ErrorCode, type ErrorDetails } from '../../../shared/errors.ts';
import type { Changes } from '../replica/changes.ts';
import { durably, toStorageError, type Replica } from '../replica/database.ts';
import type { Meta } from '../replica/meta.ts';
import { prepared } from '../replica/prepared.ts';
import type { Overlay } from '../replica/overlay.ts';
import type { Log } from '../log.ts';
import { Backoff } from './backoff.ts';
import { readCentralColumns, type CentralColumns } from './central-rows.ts';
import { cutLink, cutWhenSilent, disconnect, toConnectionError } from './connection.ts';
import { isCentreChange, CentreChanged } from './centre-changed.ts';
import { firstLoad, isLoading } from './first-load.ts';
import { askWakePause, type Hello } from './hello.ts';
import { SyncHistory, type HistoryLine, type StepResult } from './history.ts';
import { distrustLostIds } from './lost-ids.ts';
import type { Outbox } from './outbox.ts';
import { ProgressMeter } from './progress.ts';
import { beginPull, continues, readDifference, type PullContext, type PullState } from './pull.ts';
import { readPushReply, unanswered } from './push-reply.ts';
import { allSetAside, askAgain, countSetAside, waitingFor } from './quarantine.ts';
import { readFullDifference } from './reconcile.ts';
import { emptyStaging, Staging } from './staging.ts';
import { columnsDigest, SelfCheck } from './self-check.ts';
import { storeDifference } from './store-difference.ts';
import { untilPoll, WakeUps } from './wake-up.ts';

/** So long a start without a connection leaves the thread to the first screen's questions. */
const FIRST_SCREEN_MS = 300;
/** So often a connected desktop introduces itself again, so that both sides learn what changed about the other. */
const INTRODUCE_MS = 5 * 60_000;
/** What the centre sends along with a wake-up where every desktop is to introduce itself again. */
const HELLO_WANTED = 'hello';
/** So long after the last comparison of everything the next one is due; a quarter more at most, by chance. */
const CHECK_MS = 24 * 3_600_000;
/** A comparison that nobody asked for begins within this time, by chance, so that not all desktops do it at once. */
const CHECK_DELAY_MS = 60_000;
/** After a comparison that failed the next one waits. */
const CHECK_AGAIN_MS = 3_600_000;
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
  /** Introduces it again over an open connection, in step with the centre. */
  introduceAgain: (client: Client) => Promise<Hello>;
  onStatus: (status: SyncStatus) => void;
  /** The centre confirmed who the person is, perhaps with another role or name than before. */
  onHello: (hello: Hello) => void;
}

/** States that only the person can end: trying again would not help. */
const finalStates: Partial<Record<ErrorCode, ConnectionState>> = {
  WRONG_CREDENTIALS: 'auth-required',
  ACCOUNT_EXPIRED: 'auth-required',
  ACCOUNT_INACTIVE: 'auth-required',
  DEVICE_REVOKED: 'auth-required',
  PASSWORD_CHANGE_REQUIRED: 'auth-required',
  SERVER_OTHER_INSTANCE: 'auth-required',
  UPDATE_REQUIRED: 'update-required',
  SYNC_CANCELLED: 'offline',
};

/** Heard in the middle of a conversation, these are asked about anew: what follows from them is the hello's to say. */
const askedAnew: ReadonlySet<ErrorCode> = new Set(['ACCOUNT_INACTIVE', 'DEVICE_REVOKED']);

/** A call on the engine's connection that waits for its turn. */
interface Question {
  run: (client: Client) => Promise<void>;
  fail: (error: AppError) => void;
}

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
  #stepStartedAt = new Date();
  #client: Client | null = null;
  #stopped = false;
  #running: Promise<void> | null = null;
  #wake: (() => void) | null = null;
  #wanted = false;
  #lastStatus = '';
  #introducedAt = -Infinity;
  #schemaStepMet = false;
  #shutOutMet = false;
  #questions: Question[] = [];
  /** The comparison under way, over reconnections to the same columns; the person wants one; no other begins before this. */
  #check: SelfCheck | null = null;
  #checkWanted = false;
  #checkNotBefore = Date.now() + Math.random() * CHECK_DELAY_MS;
  readonly #checkEvery = CHECK_MS * (1 + Math.random() / 4);

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#history = new SyncHistory(parts.replica.write);
  }

  /** Begins to sync, over an open connection where there is one already; else the first screen gets its answers before. */
  start(connected: Connected | null): void {
    this.#running = this.#run(connected);
  }

  /** Ends the loop and the connection; resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#goOn();
    await this.#disconnect();
    await this.#running;
  }

  /**
   * Something may be there to push or pull: look at once, whatever the back-off says. Where the centre has refused the
   * person, nothing but the person tries again: a refused password is not sent with every edit. Neither does anything go
   * on by itself that the person stopped, least of all because the stopped connection tells its end a moment later.
   */
  nudge(): void {
    if (this.#state !== 'auth-required' && this.#error?.code !== 'SYNC_CANCELLED') this.#goOn();
  }

  /** The network came back: try at once and begin the back-off anew. */
  networkIsBack(): void {
    this.#backoff.reset();
    this.nudge();
  }

  /** The person asks: try at once, whatever the centre said before. */
  retryNow(): void {
    this.#backoff.reset();
    this.#goOn();
  }

  #goOn(): void {
    this.#wanted = true;
    this.#wake?.();
  }

  /** The person wants all that this replica holds compared with the centre. */
  checkNow(): void {
    this.#checkWanted = true;
    this.retryNow();
  }

  /**
   * Runs a call of a person on the engine's connection, between two of its rounds and so never inside the transaction of a
   * pull; what the call changed comes with the pull after it. Fails with SERVER_UNREACHABLE where there is no connection,
   * with the centre's own code, or with what `call` throws.
   */
  ask<T>(call: (client: Client) => Promise<T>): Promise<T> {
    if (this.#client === null || this.#stopped) return Promise.reject(unreachable());
    return new Promise<T>((resolve, reject) => {
      this.#questions.push({
        run: (client) => call(client).then(resolve, (error: unknown) => reject(toConnectionError(error))),
        fail: reject,
      });
      this.nudge();
    });
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
      lastCheckAt: this.#parts.meta.get('last_check_at'),
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
    if (!connected) {
      this.#become('connecting', null);
      await this.#sleep(FIRST_SCREEN_MS);
    }
    while (!this.#stopped) {
      this.#cancellation = new AbortController();
      try {
        if (!connected) {
          this.#begin('connect');
          this.#become('connecting', this.#error);
          connected = await this.#parts.connect();
        }
        await this.#serve(connected);
      } catch (error) {
        if (!this.#goesOn(error)) await this.#fail(this.#cancellation.signal.aborted ? this.#cancellation.signal.reason : error);
      }
      connected = null;
      await this.#disconnect();
    }
  }

  /** A centre that was changed under the connection is met on a new one at once; on that one it would be a fault. */
  #goesOn(error: unknown): boolean {
    if (!this.#shutOutMet && this.#step !== 'connect' && error instanceof Error && askedAnew.has(toConnectionError(error).code)) {
      this.#shutOutMet = true;
      this.#progress.end();
      this.#become('connecting', null);
      return true;
    }
    if (this.#step === 'connect' || this.#schemaStepMet || !isCentreChange(error)) return false;
    this.#schemaStepMet = true;
    this.#progress.end();
    this.#become('connecting', null);
    this.#parts.log('info', 'sync.centre-changed', { step: this.#step, message: (error as Error).message });
    return true;
  }

  /** One connection's life: until it fails or the engine stops. */
  async #serve({ client, hello }: Connected): Promise<void> {
    this.#client = client;
    client.on('error', (error) => this.#parts.log('warn', 'sync.connection.lost', { message: error.message }));
    const link = { ended: false };
    client.on('end', () => {
      link.ended = true;
      this.nudge();
    });
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
    const wakeUps = new WakeUps(await askWakePause(client), () => this.nudge());
    client.on('notification', ({ payload }) => {
      if (payload === HELLO_WANTED) this.#introducedAt = -Infinity;
      wakeUps.hear();
    });
    client.on('end', () => wakeUps.stop());
    if (hello.channel !== null) await client.query(`listen "${hello.channel}"`);
    await distrustLostIds(context);

    await emptyStaging(replica);
    if (isLoading(replica.write, meta.get('cursor'))) {
      await this.#recorded('first-load', async () => ({ rows: await firstLoad(context), problems: countSetAside(replica.write) }));
    }
    this.#introducedAt = -Infinity;
    while (this.#serves(client)) {
      // A link that broke while nothing was under way is no failed pull.
      if (link.ended) {
        this.#begin('connect');
        throw new AppError('SERVER_UNREACHABLE', 'the connection ended');
      }
      for (let question = this.#questions.shift(); question; question = this.#questions.shift()) await question.run(client);
      this.#wanted = false;
      const unread = await this.#push(context);
      wakeUps.pullBegins();
      await this.#pull(context);
      wakeUps.pullEnded();
      // Only now: what came from the centre is none the worse for an answer that could not be read.
      if (unread) {
        this.#begin('push');
        throw unread;
      }
      this.#backoff.reset();
      this.#schemaStepMet = false;
      this.#shutOutMet = false;
      if (this.#hasMore()) continue;
      this.#become('online', null);
      if (performance.now() - this.#introducedAt > INTRODUCE_MS) await this.#introduceAgain(client, hello);
      else if (this.#checkIsDue(context.columns)) await this.#compare(context);
      else await this.#sleep(untilPoll());
    }
  }

  /** Tells the centre that this desktop is in step, and hears what it is by now. */
  async #introduceAgain(client: Client, hello: Hello): Promise<void> {
    // Before the answer: who is asked to do it once more meanwhile, does.
    this.#introducedAt = performance.now();
    const now = await this.#parts.introduceAgain(client);
    if (now.schema_version !== hello.schema_version || now.channel !== hello.channel) {
      throw new CentreChanged('the centre introduces itself as another version');
    }
    this.#parts.onHello(now);
  }

  #checkIsDue(columns: CentralColumns): boolean {
    if (this.#checkWanted || this.#check) return true;
    if (Date.now() < this.#checkNotBefore) return false;
    const { meta } = this.#parts;
    const last = meta.get('last_check_at');
    // Columns that came meanwhile have values that no transaction touched, so that no pull brings them.
    if (last === null || meta.get('checked_columns') !== columnsDigest(columns)) return true;
    return Date.now() - parseTimestamp(last).getTime() > this.#checkEvery;
  }

  /** One part of the comparison of everything; its end goes into the history. */
  async #compare(context: PullContext): Promise<void> {
    const { meta, log, changes } = this.#parts;
    this.#begin('check');
    const columns = columnsDigest(context.columns);
    // With columns that came since it began, the tables that it has behind it are to be compared as well.
    if (this.#check?.columns !== columns) this.#check = new SelfCheck(columns);
    const check = this.#check;
    const outcome = await check.step(context);
    if (outcome === 'more') return;
    this.#progress.end();
    if (outcome === 'later') {
      // The pull that follows compares by transaction ids; the check begins anew after it.
      this.#check = null;
      return;
    }
    this.#check = null;
    this.#checkWanted = false;
    const { repaired, report, startedAt } = check;
    meta.set({ last_check_at: formatTimestamp(new Date()), checked_columns: columns });
    this.#history.record({ kind: 'check', startedAt, rows: report.rows, problems: repaired, errorCode: null });
    changes.announce(['sync_history']);
    log(repaired > 0 ? 'warn' : 'info', 'sync.check', { ...report });
    this.announceStatus();
  }

  /** False once the engine stopped or the link ended. */
  #serves(client: Client): boolean {
    return !this.#stopped && this.#client === client;
  }

  /** Something came up while the last round was under way. */
  #hasMore(): boolean {
    return this.#wanted || this.#parts.outbox.unconfirmed() > 0;
  }

  /** Returns the failure where an answer, or a part of it, could not be read; the rest has been stored. */
  async #push(context: PullContext): Promise<AppError | null> {
    const waiting = this.#parts.outbox.unconfirmed();
    if (waiting === 0) return null;
    this.#become('syncing', null);
    try {
      await this.#recorded('push', () => this.#pushAll(context, waiting));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'SERVER_REPLY_INVALID') throw error;
      this.#progress.end();
      return error;
    }
    return null;
  }

  async #pushAll({ client, meta, progress, signal }: PullContext, waiting: number): Promise<StepResult> {
    const { outbox, changes } = this.#parts;
    const done: StepResult = { rows: 0, problems: 0 };
    while (!this.#stopped) {
      const { mutations, setAside } = outbox.take(BATCH_SIZE);
      changes.announce(setAside);
      if (mutations.length === 0) break;
      const { rows } = await client.query<{ results: string }>('select sync.push($1::jsonb) as results', [
        JSON.stringify(mutations),
      ]);
      const { results, faults } = readPushReply(rows[0]?.results, mutations.map(({ id }) => id));
      changes.announce(outbox.settle(results, meta.get('cursor')));
      for (const result of results) {
        if (result.status === 'skipped') continue;
        done.rows += 1;
        if (result.status !== 'refused') continue;
        done.problems += 1;
        this.#parts.log('warn', 'sync.mutation.refused', { id: result.id, code: result.code, details: result.details });
      }
      for (const fault of faults) this.#parts.log('warn', 'sync.answer.unreadable', fault);
      progress(done.rows, Math.max(waiting, done.rows), null);
      this.announceStatus();
      signal.throwIfAborted();
      if (results.length < mutations.length) throw unanswered(mutations.length - results.length);
      // Where nothing was settled, the same batch would come again: leave it to the next round.
      if (!results.some((result) => result.status !== 'skipped')) break;
    }
    return done;
  }

  async #pull(context: PullContext): Promise<void> {
    const { meta } = this.#parts;
    const cursor = meta.get('cursor');
    this.#begin('pull');
    const state = await beginPull(context.client, cursor);
    if (cursor !== null && continues(meta, state)) {
      await this.#recorded('pull', async () => {
        const difference = await readDifference(context, cursor, state, new Staging(context));
        await askAgain(context, difference, waitingFor(context.replica.write, state.tables));
        if (difference.rows.length + difference.gone.length + difference.staged.length > 0) this.#become('syncing', null);
        return endingTransaction(context, storeDifference(context, difference));
      });
    } else {
      this.#become('syncing', null);
      const sameInstance = state.instance_epoch === meta.get('instance_epoch');
      const sameAccess = String(state.access_epoch) === meta.get('access_epoch');
      const sameColumns = [columnsDigest(context.columns), null].includes(meta.get('read_columns'));
      this.#parts.log('info', 'sync.reconcile', { sameInstance, sameAccess, sameColumns, complete: state.complete });
      await this.#recorded('reconcile', () => this.#reconcile(context, state, { sameInstance, sameColumns }));
      // A full comparison trusts transaction ids; a check does not.
      meta.remove('checked_columns');
    }
    this.announceStatus();
  }

  async #reconcile(
    context: PullContext,
    state: PullState,
    { sameInstance, sameColumns }: { sameInstance: boolean; sameColumns: boolean },
  ): Promise<StepResult> {
    const { outbox, replica } = this.#parts;
    // Whoever may see other columns now keeps none of the others, though the rows did not change.
    const difference = await readFullDifference(context, state, sameInstance && sameColumns);
    await askAgain(context, difference, allSetAside(replica.write));
    if (!sameInstance) durably(replica.write, 'FULL', () => outbox.forgetAcknowledgements());
    const facts = {
      instance_epoch: state.instance_epoch,
      access_epoch: String(state.access_epoch),
      read_columns: columnsDigest(context.columns),
    };
    return endingTransaction(context, storeDifference(context, difference, facts));
  }

  async #fail(error: unknown): Promise<void> {
    if (this.#stopped) return;
    const storage = toStorageError(error);
    const { error: failure } = toFailure(storage === error ? this.#toSyncError(error) : storage);
    this.#parts.log('warn', 'sync.failed', { step: this.#step, code: failure.code, message: failure.message, details: failure.details });
    this.#progress.end();
    if (this.#step === 'check' && failure.code !== 'SERVER_UNREACHABLE') this.#postponeCheck();
    this.#remember({ kind: this.#step, startedAt: this.#stepStartedAt, rows: 0, problems: 0, errorCode: failure.code });
    const final = finalStates[failure.code];
    const wait = final ? null : this.#backoff.next();
    this.#retryAt = wait === null ? null : performance.now() + wait;
    this.#wanted = false;
    this.#become(final ?? 'offline', { code: failure.code, details: failure.details });
    await this.#sleep(wait);
    this.#retryAt = null;
  }

  /** Behind an introduction that went well, a missing table or function is a fault of the centre, not another server. */
  #toSyncError(error: unknown): AppError {
    if (this.#step === 'connect' || !isCentreChange(error)) return toConnectionError(error);
    const { message, code } = error as Error & { code?: string };
    return new AppError('SERVER_ERROR', message, { reason: code ?? message }, { cause: error });
  }

  /** A comparison that cannot be done must not end every connection. */
  #postponeCheck(): void {
    this.#check = null;
    this.#checkWanted = false;
    this.#checkNotBefore = Date.now() + CHECK_AGAIN_MS;
  }

  #begin(step: HistoryLine['kind']): void {
    this.#step = step;
    this.#stepStartedAt = new Date();
  }

  /** Does one step and writes into the history what it did; a step that found nothing to do leaves no line. */
  async #recorded(step: SyncStep, work: () => Promise<StepResult>): Promise<void> {
    this.#begin(step);
    const startedAt = this.#stepStartedAt;
    const { rows, problems } = await work();
    this.#progress.end();
    if (rows === 0 && problems === 0 && (step === 'pull' || step === 'push')) return;
    this.#history.record({ kind: step, startedAt, rows, problems, errorCode: null });
    this.#parts.changes.announce(['sync_history']);
    if (step !== 'pull' && step !== 'push') this.#parts.log('info', 'sync.finished', { kind: step, rows, problems });
  }

  /** The line of a failed attempt; where the disk fails as well, the log alone has it, and the loop goes on. */
  #remember(line: HistoryLine): void {
    try {
      this.#history.record(line);
      this.#parts.changes.announce(['sync_history']);
    } catch (error) {
      const { error: failure } = toFailure(toStorageError(error));
      this.#parts.log('error', 'sync.history.unwritable', { code: failure.code, message: failure.message });
    }
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
    for (const question of this.#questions.splice(0)) question.fail(unreachable());
    if (client) await disconnect(client);
  }
}

const unreachable = (): AppError => new AppError('SERVER_UNREACHABLE', 'there is no connection to ask on');

/** What was read stands by itself: the end of its transaction is not waited for before it is stored. */
async function endingTransaction({ client }: PullContext, storing: Promise<StepResult>): Promise<StepResult> {
  const [result] = await Promise.all([storing, client.query('commit')]);
  return result;
}
