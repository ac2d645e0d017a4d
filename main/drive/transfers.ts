import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { DriveCopies, DriveFile, DriveReference, DriveTransfer } from '../../shared/api/drive.ts';
import type { TakenInFile } from '../../shared/api/documents.ts';
import { AppError, toFailure, type ErrorCode } from '../../shared/errors.ts';
import type { Log } from '../logging.ts';
import type { DriveCopy } from '../worker/protocol.ts';
import type { Waiting } from './back-off.ts';
import type { Connection } from './connection.ts';
import { bytesOf, demandCopyable } from './download.ts';
import { describeFiles } from './drive-items.ts';
import { toDriveError } from './failures.ts';
import type { KeptTransfer } from './kept.ts';
import { LooseTransfers } from './loose-transfers.ts';
import { fetchCopy, send, type Course } from './transfer-work.ts';
import type { TransfersFile } from './transfers-file.ts';
import { abandonUpload, upload, type UploadSource } from './upload.ts';

/** So often a screen hears how far a transfer has come. */
const TELL_MS = 200;
/** The line to Google and the worker's thread are shared with everything else. */
const MOST_AT_ONCE = 3;
/** After a failure that passes by itself; then twice as long each time. */
const FIRST_REST_MS = 5_000;
const LONGEST_REST_MS = 5 * 60_000;

/** What passes by itself: Google, the centre or the worker is out of reach. All else waits for the person. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'DRIVE_UNREACHABLE', 'DRIVE_BUSY', 'WORKER_STOPPED', 'SESSION_REQUIRED', 'INTAKE_NOT_OPEN', 'FILE_NOT_HERE', 'FILE_NOT_AT_CENTRE',
]);

/** What a new connection with Google puts right. */
const ofConnection: ReadonlySet<ErrorCode> = new Set(['DRIVE_RECONNECT', 'DRIVE_NOT_CONNECTED', 'DRIVE_SCOPE_MISSING']);

/** After these nothing that Google holds of an upload is of use. */
const spoiled: ReadonlySet<ErrorCode> = new Set(['DRIVE_DAMAGED', 'DRIVE_FILE_CHANGED', 'DRIVE_NOT_FOUND']);

/** The worker's store of contents, as far as main needs it. */
export interface ContentStore {
  /** Takes bytes in; of a source that fails nothing stays. */
  takeIn(name: string, size: number, bytes: AsyncIterable<Uint8Array>): Promise<TakenInFile>;
  /** The content of a document or of one of its versions, fetched first where it is not on this machine. */
  source(documentId: string, sha256: string): Promise<UploadSource>;
  /** Makes a document of a content that was taken in; once for an id, however often it is asked. */
  keepCopy(copy: DriveCopy): Promise<void>;
}

export interface TransfersParts {
  personId: string;
  connection(): Promise<Connection>;
  store: ContentStore;
  file: TransfersFile;
  waiting: Waiting;
  log: Log;
  tell(transfers: DriveTransfer[]): void;
}

interface Entry {
  kept: KeptTransfer;
  /** Ends the attempt that is under way. */
  running: AbortController | null;
  /** Ends the rest before the next attempt. */
  resting: AbortController | null;
  attempts: number;
  /** The content that is sent: handed out, and noted in the access log, once in a session. */
  source: UploadSource | null;
  /** The person wants no more of it; Google is told when the attempt that is under way has ended. */
  givenUp: boolean;
  outcome: Outcome;
}

/** What whoever asked for a transfer waits for: the file that was put into Drive, or nothing for a copy. */
class Outcome {
  resolve: (file: DriveFile | null) => void = () => undefined;
  reject: (error: unknown) => void = () => undefined;
  readonly settled: Promise<DriveFile | null>;

  constructor() {
    this.settled = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // After a restart nobody waits.
    this.settled.catch(() => undefined);
  }
}

/**
 * One person's files on their way between Drive and this machine, a few at a time. They are kept: what was under way when the
 * application ended, in whatever way, is under way again at the person's next session.
 */
export class Transfers {
  readonly #parts: TransfersParts;
  readonly #entries = new Map<string, Entry>();
  readonly #loose = new LooseTransfers((now) => this.#tell(now));
  readonly #loaded: Promise<void>;
  #ended = false;
  #told = 0;

  constructor(parts: TransfersParts) {
    this.#parts = parts;
    this.#loaded = this.#load();
  }

  async list(): Promise<DriveTransfer[]> {
    await this.#loaded;
    return this.#list();
  }

  /** Makes documents of files in Drive. */
  async download(files: readonly DriveReference[], projectId: string | null): Promise<DriveCopies> {
    const described = await describeFiles(await this.#parts.connection(), files);
    // Before anything is begun it is told what may not be copied.
    for (const file of described) demandCopyable(file);
    const entries = await this.#add(
      described.map(({ id, resource_key, name, size }) => ({
        id: randomUUID(),
        name,
        size,
        bytes: 0,
        state: 'waiting',
        error_code: null,
        direction: 'download',
        file: { id, resource_key },
        project_id: projectId,
      })),
    );
    const copies: DriveCopies = { copied: [], failure: null };
    for (const [place, { outcome }] of entries.entries()) {
      try {
        await outcome.settled;
        copies.copied.push(files[place]?.id ?? '');
      } catch (error) {
        copies.failure ??= codeOf(error);
      }
    }
    return copies;
  }

  /** Puts a content of the store into a folder of Drive. */
  async upload({ document_id, sha256, folder }: { document_id: string; sha256: string; folder: DriveReference | null }): Promise<DriveFile> {
    await this.#parts.connection();
    this.#demandSession();
    const source = await this.#parts.store.source(document_id, sha256);
    const { name, size } = source;
    const [entry] = await this.#add([
      { id: randomUUID(), name, size, bytes: 0, state: 'waiting', error_code: null, direction: 'upload', document_id, sha256, folder, place: null },
    ]);
    if (entry) entry.source ??= source;
    const file = await entry?.outcome.settled;
    if (!file) throw new AppError('INTERNAL', 'an upload ended without a file');
    return file;
  }

  /** Puts a file that is in no store into a folder of Drive; answers its id there. */
  async send(source: UploadSource, folder: DriveReference | null, shownName: string): Promise<string> {
    const connection = await this.#parts.connection();
    this.#demandSession();
    return this.#loose.run('upload', shownName, source.size, (options) => upload(connection, source, folder, options));
  }

  /** Writes a file of Drive to this machine's disk; what is cut off stays to the caller. */
  async save(file: DriveFile, target: string): Promise<void> {
    const connection = await this.#parts.connection();
    this.#demandSession();
    await this.#loose.run('download', file.name, file.size, (options) =>
      pipeline(bytesOf(connection, file, options), createWriteStream(target, { flags: 'wx', mode: 0o600 })),
    );
  }

  async pause(id: string): Promise<void> {
    const entry = await this.#find(id);
    if (!entry || entry.kept.state === 'failed') return;
    entry.kept.state = 'paused';
    entry.kept.error_code = null;
    this.#interrupt(entry);
    await this.#changed();
  }

  async resume(id: string): Promise<void> {
    const entry = await this.#find(id);
    if (!entry) return;
    this.#beginAgain(entry);
    await this.#changed();
    this.#next();
  }

  async cancel(id: string): Promise<void> {
    if (this.#loose.cancel(id)) return;
    const entry = await this.#find(id);
    if (!entry) return;
    this.#entries.delete(id);
    entry.outcome.reject(new AppError('DRIVE_CANCELLED', 'cancelled'));
    entry.givenUp = true;
    if (entry.running) this.#interrupt(entry);
    else this.#abandon(entry);
    await this.#changed();
  }

  /** Whatever waits for its next attempt makes it now. */
  tryNow(): void {
    for (const { resting } of this.#entries.values()) resting?.abort();
  }

  /** The person has connected anew. With another account, what Google holds of uploads is out of reach. */
  async connected(isSameAccount: boolean): Promise<void> {
    await this.#loaded;
    for (const entry of this.#entries.values()) {
      if (!isSameAccount && entry.kept.direction === 'upload') entry.kept.place = null;
      if (entry.kept.error_code !== null && ofConnection.has(entry.kept.error_code)) this.#beginAgain(entry);
    }
    await this.#changed();
    this.#next();
  }

  /** The session is over. What is kept is continued in the person's next one, which may read it when this resolves. */
  suspend(): Promise<void> {
    const written = this.#parts.file.close();
    this.#drop(sessionEnded());
    this.#ended = true;
    return written;
  }

  /** Gives up all of it: nothing is left on this machine, and Google is told where it is in reach. */
  async forget(connection: Connection | null): Promise<void> {
    await this.#loaded;
    const addresses = [...this.#entries.values()].map(({ kept }) => addressOf(kept)).filter((address) => address !== null);
    this.#drop(new AppError('DRIVE_NOT_CONNECTED', 'the connection was given up'));
    await this.#parts.file.forget();
    if (connection) await Promise.allSettled(addresses.map((address) => abandonUpload(connection, address)));
  }

  #drop(why: AppError): void {
    this.#loose.cancelAll(why);
    for (const entry of this.#entries.values()) {
      this.#interrupt(entry);
      entry.outcome.reject(why);
    }
    this.#entries.clear();
    this.#tell(true);
  }

  async #load(): Promise<void> {
    const kept = await this.#parts.file.load();
    if (this.#ended) return;
    for (const one of kept) this.#entries.set(one.id, newEntry(one));
    if (kept.length === 0) return;
    this.#parts.log.info('drive.transfers-continued', { transfers: kept.length });
    this.#tell(true);
    this.#next();
  }

  async #find(id: string): Promise<Entry | null> {
    await this.#loaded;
    return this.#entries.get(id) ?? null;
  }

  /** What was asked for in time may come to its turn only when the session is over. */
  #demandSession(): void {
    if (this.#ended) throw sessionEnded();
  }

  /** Whatever is asked for a second time while it is on its way stays one. */
  async #add(wanted: KeptTransfer[]): Promise<Entry[]> {
    await this.#loaded;
    this.#demandSession();
    const entries = wanted.map((kept) => {
      const same = [...this.#entries.values()].find((entry) => sameGoal(entry.kept, kept));
      const entry = same ?? newEntry(kept);
      if (same) this.#beginAgain(same);
      this.#entries.set(entry.kept.id, entry);
      return entry;
    });
    await this.#changed();
    // The caller adds what it has at hand before the first attempt begins.
    queueMicrotask(() => this.#next());
    return entries;
  }

  #beginAgain(entry: Entry): void {
    if (entry.kept.state === 'failed') entry.outcome = new Outcome();
    entry.kept.state = 'waiting';
    entry.kept.error_code = null;
    entry.attempts = 0;
    entry.resting?.abort();
  }

  #interrupt({ running, resting }: Entry): void {
    running?.abort();
    resting?.abort();
  }

  #next(): void {
    if (this.#ended) return;
    for (const entry of this.#entries.values()) {
      if ([...this.#entries.values()].filter(({ running }) => running).length >= MOST_AT_ONCE) return;
      if (entry.kept.state === 'waiting' && !entry.running && !entry.resting) void this.#run(entry);
    }
  }

  async #run(entry: Entry): Promise<void> {
    const running = new AbortController();
    entry.running = running;
    entry.kept.error_code = null;
    this.#tell(true);
    const { outcome } = entry;
    let settle = (): void => undefined;
    try {
      const file = await this.#attempt(entry, this.#course(entry, running.signal));
      this.#entries.delete(entry.kept.id);
      settle = () => outcome.resolve(file);
    } catch (error) {
      if (!running.signal.aborted) {
        const told = toDriveError(error);
        if (this.#failed(entry, told)) settle = () => outcome.reject(told);
      } else if (entry.givenUp) {
        this.#abandon(entry);
      }
    }
    entry.running = null;
    // Told when it is kept: what somebody has heard of is not forgotten by a crash.
    await this.#changed();
    settle();
    this.#next();
  }

  async #attempt(entry: Entry, course: Course): Promise<DriveFile | null> {
    const { store } = this.#parts;
    const { kept } = entry;
    const connection = await this.#parts.connection();
    course.signal.throwIfAborted();
    if (kept.direction === 'download') return fetchCopy(connection, store, kept, this.#parts.personId, course);
    entry.source ??= await store.source(kept.document_id, kept.sha256);
    return send(connection, entry.source, kept, course);
  }

  #course(entry: Entry, signal: AbortSignal): Course {
    return {
      signal,
      onProgress: (bytes) => {
        entry.kept.bytes = bytes;
        this.#tell(false);
      },
      keep: async (place) => {
        if (entry.kept.direction !== 'upload') return;
        entry.kept.place = place;
        await this.#save();
      },
    };
  }

  /** Whether it is over until the person tries again. */
  #failed(entry: Entry, error: unknown): boolean {
    const code = codeOf(error);
    const { kept } = entry;
    kept.error_code = code;
    // What is not on this machine any more has to be fetched anew; to whatever else is in the way it was handed out already.
    if (!code.startsWith('DRIVE_')) entry.source = null;
    // What is no failure in our words may quote an address.
    this.#parts.log.warn('drive.transfer-failed', { direction: kept.direction, code, reason: error instanceof AppError ? error.message : (error as Error).name });
    if (passing.has(code)) {
      entry.attempts += 1;
      void this.#rest(entry);
      return false;
    }
    kept.state = 'failed';
    if (spoiled.has(code)) {
      this.#abandon(entry);
      if (kept.direction === 'upload') kept.place = null;
    }
    return true;
  }

  async #rest(entry: Entry): Promise<void> {
    const resting = new AbortController();
    entry.resting = resting;
    const ms = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (entry.attempts - 1));
    await this.#parts.waiting.wait(ms, resting.signal).catch(() => undefined);
    entry.resting = null;
    this.#next();
  }

  /** Google forgets it by itself as well, a week later. */
  #abandon({ kept }: Entry): void {
    const address = addressOf(kept);
    if (address === null) return;
    void this.#parts
      .connection()
      .then((connection) => abandonUpload(connection, address))
      .catch((error: unknown) => this.#parts.log.info('drive.upload-not-abandoned', { code: codeOf(error) }));
  }

  async #changed(): Promise<void> {
    this.#tell(true);
    await this.#save();
  }

  #save(): Promise<void> {
    return this.#parts.file.save([...this.#entries.values()].map(({ kept }) => ({ ...kept })));
  }

  #list(): DriveTransfer[] {
    const kept = [...this.#entries.values()].map(({ kept: { id, direction, name, bytes, size, state, error_code }, running }): DriveTransfer => ({
      id,
      direction,
      name,
      bytes,
      size,
      state: state === 'waiting' && running ? 'running' : state,
      error_code,
      can_pause: true,
    }));
    return [...kept, ...this.#loose.list()];
  }

  /** Whoever is signed in hears of their own transfers only. */
  #tell(now: boolean): void {
    if (this.#ended) return;
    const time = performance.now();
    if (!now && time - this.#told < TELL_MS) return;
    this.#told = time;
    this.#parts.tell(this.#list());
  }
}

const newEntry = (kept: KeptTransfer): Entry => ({ kept, running: null, resting: null, attempts: 0, source: null, givenUp: false, outcome: new Outcome() });

const sessionEnded = (): AppError => new AppError('SESSION_REQUIRED', 'the session ended');

const addressOf = (kept: KeptTransfer): string | null => (kept.direction === 'upload' ? (kept.place?.address ?? null) : null);

const codeOf = (error: unknown): ErrorCode => toFailure(toDriveError(error)).error.code;

function sameGoal(one: KeptTransfer, other: KeptTransfer): boolean {
  if (one.direction === 'download') return other.direction === 'download' && one.file.id === other.file.id && one.project_id === other.project_id;
  if (other.direction === 'download') return false;
  return one.document_id === other.document_id && one.sha256 === other.sha256 && one.folder?.id === other.folder?.id;
}
