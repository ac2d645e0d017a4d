import { Worker } from 'node:worker_threads';
import type { LookedInto } from '../../../shared/domain/content.ts';
import { AppError, type Envelope } from '../../../shared/errors.ts';
import type { Content, textOf } from './look.ts';

export interface ContentJob {
  want: keyof Answers;
  content: Content;
}

export interface ContentReply {
  envelope: Envelope<Answers[keyof Answers]>;
}

interface Answers {
  text: Awaited<ReturnType<typeof textOf>>;
  view: LookedInto;
}

/** What a parser may use. A file that needs more ends its thread, not the worker's. */
const MEMORY_MB = 768;

/** Idle for so long it ends: it holds the parsers' code and what they left behind. */
const IDLE_MS = 30_000;

export interface ContentThreadOptions {
  /** A file that takes longer is given up. */
  limitMs: number;
  /** Of the parsers' heap; so that a test does not have to fill it. */
  memoryMb?: number;
  /** The thread's program; the built one lies beside the worker's. */
  file?: string | URL;
}

/** Built, this module is part of the worker's bundle; under Node, it stands beside the thread's source. */
const threadFile = (): URL => new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './content.cjs', import.meta.url);

/**
 * Looks into one file after the other, in a thread of its own: parsers of foreign formats may hang, run out of memory or
 * overflow the stack, and nobody else is to notice. What the thread can do to this side is answer.
 */
export class ContentThread {
  readonly #options: ContentThreadOptions;
  #thread: Worker | null = null;
  #idle: NodeJS.Timeout | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: ContentThreadOptions) {
    this.#options = options;
  }

  /**
   * The bytes go over to the thread and are gone here. Fails with CONTENT_DAMAGED, CONTENT_PROTECTED, CONTENT_TOO_LARGE or
   * CONTENT_TOO_SLOW, or as the signal says.
   */
  ask<Want extends keyof Answers>(want: Want, content: Content, signal?: AbortSignal): Promise<Answers[Want]> {
    const answer = this.#queue.then(() => this.#run({ want, content }, signal));
    // The next in turn starts whatever became of this one; its own caller gets the failure.
    this.#queue = answer.catch(() => undefined);
    // The thread answers in the form of what was asked.
    return answer as Promise<Answers[Want]>;
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = null;
    await thread?.terminate();
  }

  async #run(job: ContentJob, signal: AbortSignal | undefined): Promise<unknown> {
    signal?.throwIfAborted();
    clearTimeout(this.#idle);
    const thread = (this.#thread ??= this.#start());
    let envelope: ContentReply['envelope'] | null = null;
    try {
      envelope = await answerOf(thread, job, this.#options.limitMs, signal);
    } finally {
      // What hangs does not listen, and what has died is not asked again.
      if (envelope === null) await this.#end(thread);
      else this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref();
    }
    if (envelope.ok) return envelope.value;
    const { code, message } = envelope.error;
    throw new AppError(code, message);
  }

  #start(): Worker {
    const { memoryMb = MEMORY_MB, file = threadFile() } = this.#options;
    const resourceLimits = { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 };
    const thread = new Worker(file, { name: 'content', resourceLimits, stdout: true, stderr: true, env: {}, argv: [] });
    // Parsers tell their warnings to nobody, and nobody is to wait for them.
    thread.stdout.resume();
    thread.stderr.resume();
    // One that is ended between two files may still say why.
    thread.on('error', () => undefined);
    thread.unref();
    return thread;
  }

  async #end(thread: Worker): Promise<void> {
    if (this.#thread === thread) this.#thread = null;
    await thread.terminate();
  }
}

async function answerOf(thread: Worker, job: ContentJob, limitMs: number, signal?: AbortSignal): Promise<ContentReply['envelope']> {
  const listening = new AbortController();
  let limit: NodeJS.Timeout | undefined;
  let stopListening = (): void => undefined;
  try {
    const { envelope } = await new Promise<ContentReply>((resolve, reject) => {
      const stop = (): void => reject(signal?.reason as Error);
      const died = (error: NodeJS.ErrnoException): void => reject(diedOf(error));
      const ended = (): void => reject(new AppError('CONTENT_DAMAGED', 'the file ended the thread that looked into it'));
      signal?.addEventListener('abort', stop, { signal: listening.signal });
      limit = setTimeout(() => reject(new AppError('CONTENT_TOO_SLOW', 'the file took too long')), limitMs);
      thread.on('message', resolve).on('error', died).on('exit', ended);
      // These alone: whoever ends the thread at the same time waits for its 'exit' too.
      stopListening = () => void thread.off('message', resolve).off('error', died).off('exit', ended);
      // Of a buffer that is shared with others a copy goes.
      const { buffer, byteLength } = job.content.bytes;
      thread.postMessage(job, buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []);
    });
    return envelope;
  } finally {
    listening.abort();
    clearTimeout(limit);
    stopListening();
  }
}

const diedOf = (error: NodeJS.ErrnoException): AppError =>
  error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new AppError('CONTENT_TOO_LARGE', 'the file needs too much memory', {}, { cause: error })
    : new AppError('CONTENT_DAMAGED', `the thread ended: ${error.message}`, {}, { cause: error });
