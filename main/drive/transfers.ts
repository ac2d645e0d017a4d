import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { DriveFile, DriveReference, DriveTransfer } from '../../shared/api/drive.ts';
import type { TakenInFile } from '../../shared/api/documents.ts';
import { AppError } from '../../shared/errors.ts';
import type { Connection } from './connection.ts';
import { bytesOf } from './download.ts';
import { describe } from './drive-items.ts';
import { upload, type UploadSource } from './upload.ts';

/** So often a screen hears how far a transfer has come. */
const TELL_MS = 200;
/** The line to Google and the worker's thread are shared with everything else. */
const MOST_AT_ONCE = 3;

/** The worker's store of contents, as far as main needs it. */
export interface ContentStore {
  /** Takes bytes in; of a source that fails nothing stays. */
  takeIn(name: string, size: number, bytes: AsyncIterable<Uint8Array>): Promise<TakenInFile>;
  /** The content of a document or of one of its versions, fetched first where it is not on this machine. */
  source(documentId: string, sha256: string): Promise<UploadSource>;
}

export interface TransfersParts {
  connection(): Promise<Connection>;
  store: ContentStore;
  tell(running: DriveTransfer[]): void;
}

interface Running {
  facts: DriveTransfer;
  cancel: AbortController;
}

/** Files on their way between Drive and this machine's store. They end with the session. */
export class Transfers {
  readonly #parts: TransfersParts;
  readonly #running = new Map<string, Running>();
  #told = 0;

  constructor(parts: TransfersParts) {
    this.#parts = parts;
  }

  get running(): DriveTransfer[] {
    return [...this.#running.values()].map(({ facts }) => facts);
  }

  /** Fetches a file of Drive into the store. */
  async download(reference: DriveReference): Promise<TakenInFile> {
    const connection = await this.#parts.connection();
    const file = await describe(connection, reference);
    return this.#run('download', file.name, file.size, async (signal, onProgress) => {
      const bytes = bytesOf(connection, file, { signal, onProgress });
      // Asked first, so that what may not be downloaded is told before anything is taken in.
      const first = await bytes.next();
      return this.#parts.store.takeIn(file.name, file.size ?? 0, onwards(first, bytes));
    });
  }

  /** Puts a content of the store into a folder of Drive. */
  async upload({ document_id, sha256, folder }: { document_id: string; sha256: string; folder: DriveReference | null }): Promise<DriveFile> {
    const connection = await this.#parts.connection();
    const source = await this.#parts.store.source(document_id, sha256);
    return this.#run('upload', source.name, source.size, async (signal, onProgress) => {
      const id = await upload(connection, source, folder, { signal, onProgress });
      return describe(connection, { id, resource_key: null });
    });
  }

  /** Puts a file that is in no store into a folder of Drive; answers its id there. */
  async send(source: UploadSource, folder: DriveReference | null, shownName: string): Promise<string> {
    const connection = await this.#parts.connection();
    return this.#run('upload', shownName, source.size, (signal, onProgress) => upload(connection, source, folder, { signal, onProgress }));
  }

  /** Writes a file of Drive to this machine's disk; what is cut off stays to the caller. */
  async save(file: DriveFile, target: string): Promise<void> {
    const connection = await this.#parts.connection();
    await this.#run('download', file.name, file.size, (signal, onProgress) =>
      pipeline(bytesOf(connection, file, { signal, onProgress }), createWriteStream(target, { flags: 'wx', mode: 0o600 })),
    );
  }

  cancel(id: string): void {
    this.#running.get(id)?.cancel.abort();
  }

  stop(): void {
    for (const { cancel } of this.#running.values()) cancel.abort();
  }

  async #run<T>(
    direction: DriveTransfer['direction'],
    name: string,
    size: number | null,
    work: (signal: AbortSignal, onProgress: (bytes: number) => void) => Promise<T>,
  ): Promise<T> {
    if (this.#running.size >= MOST_AT_ONCE) throw new AppError('DRIVE_TRANSFERS_FULL', `${MOST_AT_ONCE} transfers run already`);
    const id = randomUUID();
    const cancel = new AbortController();
    this.#running.set(id, { facts: { id, direction, name, bytes: 0, size }, cancel });
    this.#tell(true);
    try {
      return await work(cancel.signal, (bytes) => {
        const running = this.#running.get(id);
        if (running) running.facts = { ...running.facts, bytes };
        this.#tell(false);
      });
    } finally {
      this.#running.delete(id);
      this.#tell(true);
    }
  }

  #tell(now: boolean): void {
    const time = performance.now();
    if (!now && time - this.#told < TELL_MS) return;
    this.#told = time;
    this.#parts.tell(this.running);
  }
}

async function* onwards(first: IteratorResult<Uint8Array>, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}
