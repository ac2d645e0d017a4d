import type { LookedInto } from '../../../shared/domain/content.ts';
import { AppError } from '../../../shared/errors.ts';
import type { FileService } from '../files/service.ts';
import type { Log } from '../log.ts';
import type { Changes } from '../replica/changes.ts';
import { durably, longWork, nextTurn, toStorageError, type Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import { ContentThread } from './content-thread.ts';
import type { Content } from './look.ts';

/** Larger files are refused, but for those of which the beginning says enough. */
const MAX_BYTES = 100 * 1024 * 1024;
const MAX_TEXT_BYTES = 16 * 1024 * 1024;

/** Up to where a file is read, and whether that may be less than all of it. */
function readingOf(name: string): { limit: number; inPart: boolean } {
  if (/\.(txt|md|log|csv|tsv|json|xml|ini|nc|gcode|tap|html?|svg)$/i.test(name)) return { limit: MAX_TEXT_BYTES, inPart: true };
  return { limit: MAX_BYTES, inPart: /\.(stp|step|p21|dxf)$/i.test(name) };
}

/** Somebody waits for a preview; for what can be searched nobody does. */
const PREVIEW_LIMIT_MS = 30_000;
const TEXT_LIMIT_MS = 120_000;

export interface ContentsParts {
  replica: Replica;
  files: FileService;
  changes: Changes;
  log: Log;
}

/** Looks into the files of an open session, and brings the words in them into the search index, one file after the other. */
export class Contents {
  readonly #parts: ContentsParts;
  readonly #previews = new ContentThread({ limitMs: PREVIEW_LIMIT_MS });
  readonly #texts = new ContentThread({ limitMs: TEXT_LIMIT_MS });
  readonly #closing = new AbortController();
  #unsubscribe: (() => void) | null = null;
  #running: Promise<void> | null = null;
  /** Something was stored since the queue was last looked at. */
  #more = false;

  constructor(parts: ContentsParts) {
    this.#parts = parts;
  }

  /** What a preview shows. Fails as looking into a file does, and with FILE_NOT_HERE or FILE_DAMAGED. */
  async look(sha256: string, name: string): Promise<LookedInto> {
    return await this.#previews.ask('view', await this.#contentOf(sha256, name), this.#closing.signal);
  }

  /** Begins to read what is here and was not read yet, and goes on with whatever arrives. */
  start(): void {
    if (this.#unsubscribe) return;
    this.#unsubscribe = this.#parts.files.onStored(() => this.#wake());
    this.#wake();
  }

  async close(): Promise<void> {
    this.#unsubscribe?.();
    this.#closing.abort(new AppError('SESSION_REQUIRED', 'the session is closed'));
    await Promise.all([this.#running, this.#previews.close(), this.#texts.close()]);
  }

  /** Resolves when nothing waits to be read. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  #wake(): void {
    this.#more = true;
    this.#running ??= this.#readAll().finally(() => {
      this.#running = null;
    });
  }

  async #readAll(): Promise<void> {
    const { replica, log } = this.#parts;
    try {
      while (this.#more && !this.#closed()) {
        this.#more = false;
        await this.#whenFree(() => {
          prepared(replica.write, 'insert or ignore into document_texts (sha256) select sha256 from stored_files').run();
          // Begun before, and the whole application ended with it: once is enough.
          prepared(replica.write, "update document_texts set state = 'failed' where state = 'pending' and error_code is not null").run();
        });
        for (let sha256 = this.#next(); sha256 !== null && !this.#closed(); sha256 = this.#next()) await this.#read(sha256);
      }
    } catch (error) {
      if (!this.#closed()) log('warn', 'content.not-read', { message: (toStorageError(error) as Error).message });
    }
  }

  #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  #next(): string | null {
    const next = prepared(this.#parts.replica.write, "select sha256 from document_texts where state = 'pending' limit 1").pluck().get();
    return (next as string | undefined) ?? null;
  }

  async #read(sha256: string): Promise<void> {
    const { changes, log } = this.#parts;
    const begun = performance.now();
    await this.#note(sha256, { state: 'pending', kind: null, text: null, error_code: 'CONTENT_DAMAGED' });
    try {
      const { kind, text } = await this.#texts.ask('text', await this.#contentOf(sha256, nameOf(this.#parts.replica, sha256)), this.#closing.signal);
      await this.#note(sha256, { state: text === null ? 'unsupported' : 'done', kind, text, error_code: null });
      log('debug', 'content.read', { kind, characters: text?.length ?? 0, ms: Math.round(performance.now() - begun) });
    } catch (error) {
      if (this.#closed()) {
        await this.#note(sha256, { state: 'pending', kind: null, text: null, error_code: null });
        throw error;
      }
      if (!(error instanceof AppError)) throw error;
      await this.#note(sha256, { state: 'failed', kind: null, text: null, error_code: error.code });
      log('info', 'content.not-read', { code: error.code });
    }
    changes.announce(['document_texts']);
  }

  #note(sha256: string, row: { state: string; kind: string | null; text: string | null; error_code: string | null }): Promise<void> {
    const update = 'update document_texts set state = :state, kind = :kind, text = :text, error_code = :error_code where sha256 = :sha256';
    return this.#whenFree(() => void prepared(this.#parts.replica.write, update).run({ sha256, ...row }));
  }

  /** A short transaction would have a long one begin again. */
  async #whenFree(work: () => void): Promise<void> {
    const { write } = this.#parts.replica;
    await nextTurn();
    for (let long = longWork(write); long !== null && !this.#closed(); long = longWork(write)) await long;
    durably(write, 'NORMAL', work);
  }

  async #contentOf(sha256: string, name: string): Promise<Content> {
    const { limit, inPart } = readingOf(name);
    const size = prepared(this.#parts.replica.write, 'select size from stored_files where sha256 = ?').pluck().get(sha256) as number | undefined;
    if (size === undefined) throw new AppError('FILE_NOT_HERE', 'the content is not on this machine');
    if (size > limit && !inPart) throw new AppError('CONTENT_TOO_LARGE', 'the file is too large to be looked into');
    const bytes = new Uint8Array(Math.min(size, limit));
    let length = 0;
    for await (const part of this.#parts.files.store.read(sha256)) {
      this.#closing.signal.throwIfAborted();
      bytes.set(part.subarray(0, bytes.length - length), length);
      length += Math.min(part.length, bytes.length - length);
      if (length === bytes.length) break;
    }
    return { bytes, name, cut: size > limit };
  }
}

/** What a content is called in the newest version that has it; empty where no row names it yet. */
function nameOf({ read }: Replica, sha256: string): string {
  const named = prepared(
    read,
    `select file_name from documents where content_sha256 = :sha256 and file_name is not null
     union all select file_name from document_versions where content_sha256 = :sha256 and file_name is not null limit 1`,
  );
  return (named.pluck().get({ sha256 }) as string | undefined) ?? '';
}
