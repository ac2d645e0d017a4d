import type { BrowserWindow } from 'electron';
import { isOperation } from '../shared/api/index.ts';
import { pastOperations } from '../shared/api/past.ts';
import { AppError, toFailure, type Envelope } from '../shared/errors.ts';
import type { contentHandlers } from './files.ts';
import { answerCall, type AnswerParts } from './ipc/answer-call.ts';
import type { Control } from './worker-host.ts';

export interface PastWindowParts {
  control: Control;
  /** Opens a window that hears of nothing but how to look and the lock. */
  openApart(closed: () => void): BrowserWindow;
  /** Give the contents of the earlier state to the person. */
  contents: ReturnType<typeof contentHandlers>;
}

/** The one window in which an earlier state is looked at; the state lives no longer than the window. */
export class PastWindow {
  readonly #parts: PastWindowParts;
  #window: BrowserWindow | null = null;

  constructor(parts: PastWindowParts) {
    this.#parts = parts;
  }

  readonly isPast = (webContentsId: number): boolean => this.#window?.webContents.id === webContentsId;

  async open(passphrase: string | null): Promise<null> {
    this.close();
    await this.#parts.control('worker.openPast', { passphrase });
    // The worker holds the last one that was asked for, and another window may have asked meanwhile.
    this.close();
    const window = this.#parts.openApart(() => {
      if (this.#window !== window) return;
      this.#window = null;
      // A worker that is gone has kept nothing, and the next one clears away what lies there.
      void this.#parts.control('worker.closePast', undefined).catch(() => undefined);
    });
    this.#window = window;
    return null;
  }

  close(): void {
    const window = this.#window;
    this.#window = null;
    window?.destroy();
  }

  /** Answers the window's page: by the earlier state, and only what is looked at. */
  async answer(parts: AnswerParts, name: unknown, input: unknown): Promise<Envelope<unknown>> {
    if (!(pastOperations as ReadonlySet<unknown>).has(name)) {
      parts.log.info('past.refused', { operation: isOperation(name) ? name : 'unknown', code: 'PAST_READ_ONLY' });
      return toFailure(new AppError('PAST_READ_ONLY', 'an earlier state is only looked at'));
    }
    const { control, contents } = this.#parts;
    return answerCall(
      {
        ...parts,
        handlers: { ...parts.handlers, ...contents, 'session.current': () => control('worker.pastSession', undefined) },
        forward: async (asked, given) => {
          try {
            return { ok: true, value: await control('worker.askPast', { name: asked, input: given }) };
          } catch (error) {
            return toFailure(error);
          }
        },
      },
      name,
      input,
    );
  }
}
