import { randomUUID } from 'node:crypto';
import { INTAKE_PART_BYTES, type TakenFile } from '../../../shared/api/files.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ContentStore, Stored } from './store.ts';
import { takenFileOf } from './take-in.ts';

/** One that no part comes for any more is given up. */
const FORGOTTEN_MS = 5 * 60_000;
const MOST_OPEN = 20;

interface Intake {
  name: string;
  size: number;
  received: number;
  parts: number;
  feed: Feed;
  stored: Promise<Stored>;
  timer: NodeJS.Timeout;
}

/** Files whose bytes come from the window, part by part. */
export class Intakes {
  readonly #store: ContentStore;
  readonly #open = new Map<string, Intake>();

  constructor(store: ContentStore) {
    this.#store = store;
  }

  begin(name: string, size: number, maxBytes: number): string {
    if (size > maxBytes) throw new AppError('FILE_TOO_BIG', 'the file is larger than the limit', { size, limit: maxBytes });
    if (this.#open.size >= MOST_OPEN) throw new AppError('NOT_ALLOWED', 'too many files are being taken in at once');
    const id = randomUUID();
    const feed = new Feed();
    const stored = this.#store.put(feed);
    // Heard where it is awaited.
    stored.catch(() => undefined);
    this.#open.set(id, { name, size, received: 0, parts: 0, feed, stored, timer: this.#forgetLater(id) });
    return id;
  }

  async write(id: string, number: number, bytes: Buffer): Promise<void> {
    const intake = this.#find(id);
    const last = intake.received + bytes.length === intake.size;
    if (number !== intake.parts || intake.received + bytes.length > intake.size || (!last && bytes.length !== INTAKE_PART_BYTES)) {
      this.cancel(id);
      throw new AppError('INPUT_INVALID', 'a part of a file came out of turn');
    }
    clearTimeout(intake.timer);
    intake.timer = this.#forgetLater(id);
    intake.parts += 1;
    intake.received += bytes.length;
    // Whatever the store fails with is told at once, and not at the end.
    await Promise.race([intake.feed.write(bytes), intake.stored]);
  }

  async end(id: string): Promise<TakenFile> {
    const intake = this.#find(id);
    if (intake.received !== intake.size) {
      this.cancel(id);
      throw new AppError('FILE_CHANGED', 'fewer bytes came than the file had');
    }
    this.#close(id);
    intake.feed.end();
    const { sha256, size } = await intake.stored;
    return takenFileOf(intake.name, sha256, size);
  }

  cancel(id: string): void {
    const intake = this.#open.get(id);
    if (!intake) return;
    this.#close(id);
    intake.feed.fail(new AppError('INTAKE_NOT_OPEN', 'taking in was given up'));
  }

  /** Gives up all; resolves when nothing is written any more. */
  async stop(): Promise<void> {
    const open = [...this.#open];
    for (const [id] of open) this.cancel(id);
    await Promise.allSettled(open.map(([, { stored }]) => stored));
  }

  #find(id: string): Intake {
    const intake = this.#open.get(id);
    if (!intake) throw new AppError('INTAKE_NOT_OPEN', 'no such file is being taken in');
    return intake;
  }

  #close(id: string): void {
    clearTimeout(this.#open.get(id)?.timer);
    this.#open.delete(id);
  }

  #forgetLater(id: string): NodeJS.Timeout {
    return setTimeout(() => this.cancel(id), FORGOTTEN_MS).unref();
  }
}

/** Hands over parts one at a time: a part counts as written when the next one is asked for. */
class Feed implements AsyncIterable<Uint8Array> {
  #part: Uint8Array | null = null;
  #taken: (() => void) | null = null;
  #wake: (() => void) | null = null;
  #ended = false;
  #failure: Error | null = null;

  write(part: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#part = part;
      this.#taken = resolve;
      this.#wake?.();
    });
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  fail(failure: Error): void {
    this.#failure = failure;
    this.#wake?.();
    this.#taken?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      const part = this.#part;
      if (part) {
        this.#part = null;
        yield part;
        this.#taken?.();
        this.#taken = null;
      } else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
