import type { Client } from 'pg';
import type { TransferProgress } from '../../../shared/api/files.ts';
import { AppError, toFailure, type ErrorCode } from '../../../shared/errors.ts';
import { parseTimestamp } from '../../../shared/domain/timestamps.ts';
import type { Log } from '../log.ts';
import type { Changes } from '../replica/changes.ts';
import { toStorageError, type Replica } from '../replica/database.ts';
import type { Meta } from '../replica/meta.ts';
import { Backoff } from '../sync/backoff.ts';
import { cutLink, disconnect, toConnectionError } from '../sync/connection.ts';
import { Bucket } from './bucket.ts';
import { centralBytes, type CentralBytes } from './central-bytes.ts';
import { makeRoom } from './disk-budget.ts';
import { download } from './download.ts';
import { followChoices } from './offline-choices.ts';
import { Pace, sleep } from './pace.ts';
import { readFileSettings } from './settings.ts';
import type { ContentStore } from './store.ts';
import { TransferRows, type Transfer } from './transfer-rows.ts';
import { upload, type Course } from './upload.ts';

/** A connection without work is given back after this time. */
const IDLE_MS = 20_000;
/** A piece that has not arrived by then never will. */
const STALL_MS = 60_000;
/** Progress is told so often. */
const TELL_MS = 250;
/** Who waits for a content is told that it does not come after so many links that failed one after the other. */
const PATIENCE = 4;
/** Changes that come together are looked at together. */
const SETTLE_MS = 300;

export interface TransferParts {
  replica: Replica;
  meta: Meta;
  store: ContentStore;
  changes: Changes;
  log: Log;
  /** Opens a connection of the person's own, beside that of sync. */
  connect: (signal: AbortSignal) => Promise<Client>;
  /** The own certificate authority that the server's address names; null for the public ones. */
  ca: string | null;
  onProgress: (progress: TransferProgress[]) => void;
}

/** What is tried again by itself, and what waits for the person. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'ROW_NOT_VISIBLE', 'FILE_NOT_AT_CENTRE', 'FILE_DAMAGED', 'FILE_TRANSFER_UNKNOWN', 'DISK_FULL', 'STORAGE_FAILED', 'SERVER_ERROR', 'FILE_BUDGET_FULL',
  'FILE_BUCKET_UNREACHABLE', 'FILE_BUCKET_REFUSED', 'FILE_BUCKET_CLOCK', 'FILE_BUCKET_BUSY', 'FILE_BUCKET_KEY_MISSING',
]);

/** A content that somebody waits for right now. */
interface Asked {
  transfer: Transfer;
  resolve: () => void;
  reject: (error: AppError) => void;
}

/** The connection of the files, and what is carried over it. */
interface Link {
  client: Client;
  bytes: CentralBytes;
}

/** The transfer was paused, or its choice taken back, while it ran. */
class Stopped extends Error {}

/**
 * Carries contents between the store and the centre, one after the other, over a connection of its own: on that of sync a
 * piece would wait for pulls, and pulls for pieces (docs/decisions/files-have-their-own-connection.md). What is cut off goes
 * on where it stopped.
 */
export class Transfers {
  readonly rows: TransferRows;
  readonly #parts: TransferParts;
  readonly #closing = new AbortController();
  readonly #bucket: Bucket;
  readonly #backoff = new Backoff();
  readonly #pace = new Pace();
  #asked: Asked[] = [];
  #online = false;
  #link: Link | null = null;
  #running: Transfer | null = null;
  #bytes = 0;
  #toldAt = 0;
  #wake: (() => void) | null = null;
  #wanted = true;
  #choicesChanged = true;
  #failures = 0;
  /** Ends the pause after a failed link: sync has just found that the centre is in reach. */
  #recovery = new AbortController();
  #announcing: NodeJS.Timeout | null = null;
  #loop: Promise<void> = Promise.resolve();
  #unsubscribe: () => void = () => undefined;

  constructor(parts: TransferParts) {
    this.#parts = parts;
    this.rows = new TransferRows(parts.replica);
    this.#bucket = new Bucket(parts.ca, this.#closing.signal);
  }

  start(): void {
    this.#unsubscribe = this.#parts.changes.subscribe((tables) => {
      if (tables.some((table) => ['documents', 'projects', 'offline_choices'].includes(table))) this.#choicesChanged = true;
      if (tables.some((table) => ['documents', 'projects', 'offline_choices', 'outbox', 'file_transfers'].includes(table))) this.wake();
    });
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#closing.abort();
    this.#wake?.();
    if (this.#link) cutLink(this.#link.client);
    await this.#loop;
    this.#bucket.close();
    if (this.#announcing) clearTimeout(this.#announcing);
    for (const { reject } of this.#asked.splice(0)) reject(notHere());
  }

  /** Whether the centre is in reach, as sync has it. */
  setOnline(online: boolean): void {
    if (online === this.#online) return;
    this.#online = online;
    if (online) {
      this.#backoff.reset();
      this.#recovery.abort();
      this.wake();
    } else {
      for (const { reject } of this.#asked.splice(0)) reject(notHere());
    }
  }

  get connected(): boolean {
    return this.#online;
  }

  get running(): TransferProgress | null {
    return this.#running && { id: this.#running.id, bytes_done: this.#bytes, size: this.#running.size };
  }

  wake(): void {
    this.#wanted = true;
    this.#wake?.();
  }

  /** Brings a content here before everything else. */
  async fetch(documentId: string, sha256: string, size: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (!this.#mayCome(signal)) throw notHere();
    const transfer = await this.rows.addDownload(documentId, sha256, size);
    let giveUp = (): void => undefined;
    try {
      // While that was written, whoever asks may have gone, or the centre.
      if (!this.#mayCome(signal)) {
        this.#choicesChanged = true;
        throw notHere();
      }
      await new Promise<void>((resolve, reject) => {
        const asked: Asked = { transfer, resolve, reject };
        giveUp = () => {
          this.#asked = this.#asked.filter((one) => one !== asked);
          // Nobody waits for it any more, unless it is kept offline.
          this.#choicesChanged = true;
          reject(notHere());
        };
        signal?.addEventListener('abort', giveUp);
        this.#asked.push(asked);
        this.wake();
      });
    } finally {
      signal?.removeEventListener('abort', giveUp);
      this.wake();
    }
  }

  /** Whether somebody waits who can be given something. */
  #mayCome(signal: AbortSignal | undefined): boolean {
    return this.#online && !this.#closing.signal.aborted && signal?.aborted !== true;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      this.#wanted = false;
      try {
        await this.#work();
        this.#backoff.reset();
        this.#failures = 0;
        await this.#rest(this.#untilNextTry());
      } catch (error) {
        const { error: failure } = toFailure(toConnectionError(toStorageError(error)));
        if (!this.#closing.signal.aborted) this.#parts.log('warn', 'files.link-failed', { code: failure.code, message: failure.message });
        await this.#disconnect();
        this.#failures += 1;
        if (this.#failures >= PATIENCE) for (const { reject } of this.#asked.splice(0)) reject(notHere());
        this.#recovery = new AbortController();
        await sleep(this.#backoff.next(), signal, this.#recovery.signal);
      }
    }
    await this.#disconnect();
  }

  /** All that can be done now. */
  async #work(): Promise<void> {
    const { signal } = this.#closing;
    await this.#followChoices();
    while (this.#online && !signal.aborted) {
      const asked = this.#asked[0];
      const next = asked?.transfer ?? this.rows.next(readFileSettings(this.#parts.meta).paused);
      if (!next) return;
      await this.#transfer(next, asked);
      await this.#followChoices();
    }
  }

  async #followChoices(): Promise<void> {
    if (!this.#choicesChanged) return;
    this.#choicesChanged = false;
    const { replica, meta } = this.#parts;
    const asked = new Set(this.#asked.map(({ transfer }) => transfer.sha256));
    if (await followChoices(replica, this.rows, readFileSettings(meta).max_file_bytes, asked)) this.#announce();
  }

  /** One transfer, to its end or its failure; fails itself only where the link does. */
  async #transfer(transfer: Transfer, asked: Asked | undefined): Promise<void> {
    const { store, log } = this.#parts;
    const outer = { transfer: this.#running, bytes: this.#bytes };
    this.#running = transfer;
    this.#bytes = 0;
    this.#announce();
    try {
      if (transfer.kind === 'upload' || !store.has(transfer.sha256)) await this.#carry(transfer, asked);
      await this.rows.done(transfer);
      log('info', 'files.carried', { kind: transfer.kind, bytes: transfer.size });
      this.#settle(transfer, null);
    } catch (error) {
      if (error instanceof Stopped) return;
      const failure = linkOrCause(error);
      const { code } = failure;
      if (code === 'SERVER_UNREACHABLE' || this.#closing.signal.aborted) {
        if (this.#bytes > 0) await this.rows.reached(transfer.id, this.#bytes);
        throw failure;
      }
      log('warn', 'files.not-carried', { kind: transfer.kind, code, message: failure.message });
      await this.rows.failed(transfer, code, passing.has(code) ? new Date(Date.now() + waitFor(transfer.attempts)) : null);
      this.#settle(transfer, failure);
    } finally {
      this.#running = outer.transfer;
      this.#bytes = outer.bytes;
      this.#announce();
    }
  }

  async #carry(transfer: Transfer, asked: Asked | undefined): Promise<void> {
    const { replica, store, meta } = this.#parts;
    if (transfer.kind === 'download') {
      const room = await makeRoom(replica, store, transfer.size, readFileSettings(meta).budget_bytes, asked !== undefined);
      if (!room && !asked) throw new AppError('FILE_BUDGET_FULL', 'what is kept offline does not fit into the budget');
    }
    const { client, bytes: central } = await this.#connected();
    const course: Course = {
      passed: (bytes) => this.#pass(transfer, asked, bytes, true),
      found: (bytes) => this.#pass(transfer, asked, bytes, false),
    };
    const timer = setInterval(() => {
      if (performance.now() - this.#movedAt > STALL_MS) cutLink(client);
    }, 1_000);
    this.#movedAt = performance.now();
    try {
      if (transfer.kind === 'upload') await upload(central, store, transfer, course);
      else await download(central, store, transfer, course);
    } finally {
      clearInterval(timer);
    }
  }

  #movedAt = 0;

  /** Between two pieces: who waits for another content comes first, and who paused this one is heard. */
  async #pass(transfer: Transfer, asked: Asked | undefined, bytes: number, carried: boolean): Promise<void> {
    const { signal } = this.#closing;
    const moved = carried ? Math.max(0, bytes - this.#bytes) : 0;
    const first = this.#bytes === 0;
    this.#bytes = bytes;
    this.#tell();
    // Whoever waits for this very content has it when it ends: two at once would write into one file.
    const others = (): Asked | undefined => this.#asked.find(({ transfer: { sha256 } }) => sha256 !== transfer.sha256);
    for (let other = others(); !asked && other; other = others()) await this.#transfer(other.transfer, other);
    const settings = readFileSettings(this.#parts.meta);
    if (!asked && (settings.paused || this.rows.isPaused(transfer.id))) {
      await this.rows.reached(transfer.id, bytes);
      throw new Stopped();
    }
    if (!first) await this.#pace.after(moved, settings.bytes_per_second, signal);
    this.#movedAt = performance.now();
    if (signal.aborted) throw new AppError('SERVER_UNREACHABLE', 'the session ends');
  }

  /** Thousands of small files are not thousands of news. */
  #announce(): void {
    this.#announcing ??= setTimeout(() => {
      this.#announcing = null;
      if (!this.#closing.signal.aborted) this.#parts.changes.announce(['file_transfers', 'stored_files']);
    }, TELL_MS);
  }

  #tell(): void {
    const now = performance.now();
    if (now - this.#toldAt < TELL_MS || !this.running) return;
    this.#toldAt = now;
    this.#parts.onProgress([this.running]);
  }

  #settle(transfer: Transfer, failure: AppError | null): void {
    const waiting = this.#asked.filter(({ transfer: { sha256 } }) => transfer.kind === 'download' && sha256 === transfer.sha256);
    this.#asked = this.#asked.filter((one) => !waiting.includes(one));
    for (const { resolve, reject } of waiting) {
      if (failure) reject(failure);
      else resolve();
    }
  }

  async #connected(): Promise<Link> {
    if (this.#link) return this.#link;
    const client = await this.#parts.connect(this.#closing.signal).catch((error: unknown) => {
      // Whatever the reason, no single transfer is to blame; where it is the person's to act on, sync says so.
      throw new AppError('SERVER_UNREACHABLE', `no connection for files: ${toFailure(error).error.code}`, {}, { cause: error });
    });
    const link = { client, bytes: centralBytes(client, this.#bucket) };
    client.on('end', () => {
      if (this.#link === link) this.#link = null;
    });
    this.#link = link;
    return link;
  }

  async #disconnect(): Promise<void> {
    const link = this.#link;
    this.#link = null;
    if (link) await disconnect(link.client);
  }

  #untilNextTry(): number | null {
    const next = this.rows.nextTryAt();
    return next === null || !this.#online ? null : Math.max(1_000, parseTimestamp(next).getTime() - Date.now());
  }

  /** Waits for something to do; null for as long as it takes. The connection goes when nothing comes for a while. */
  async #rest(milliseconds: number | null): Promise<void> {
    const { signal } = this.#closing;
    const woken = (limit: number): Promise<void> =>
      this.#wanted || signal.aborted
        ? Promise.resolve()
        : new Promise((resolve) => {
            const timer = setTimeout(() => this.#wake?.(), limit);
            this.#wake = () => {
              clearTimeout(timer);
              this.#wake = null;
              resolve();
            };
          });
    if (this.#link) {
      await woken(Math.min(milliseconds ?? IDLE_MS, IDLE_MS));
      if (!this.#wanted) await this.#disconnect();
    }
    await woken(milliseconds ?? 2_147_483_647);
    // Who waits for a content does not wait for others to have settled.
    if (this.#asked.length === 0) await sleep(SETTLE_MS, signal);
  }
}

const notHere = (): AppError => new AppError('FILE_NOT_HERE', 'the centre is out of reach, and the content is not on this machine');

/** A failure of the disk stays one; everything that is not in the application's terms yet is the link's. */
function linkOrCause(error: unknown): AppError {
  const storage = toStorageError(error);
  return storage instanceof AppError ? storage : toConnectionError(error);
}

/** Five seconds, because bytes follow their document soon; then twice as long each time, an hour at most. */
const waitFor = (attempts: number): number => Math.min(3_600_000, 5_000 * 2 ** Math.min(attempts, 10));
