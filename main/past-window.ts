import type { BrowserWindow } from 'electron';
import { pastOperations } from '../shared/api/past.ts';
import { AppError, toFailure, type Envelope } from '../shared/errors.ts';
import { answerCall, type AnswerParts } from './ipc/answer-call.ts';
import type { Control } from './worker-host.ts';

export interface PastWindowParts {
  control: Control;
  /** Opens a window that hears of nothing but how to look and the lock. */
  openApart(closed: () => void): BrowserWindow;
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
    if (!(pastOperations as ReadonlySet<unknown>).has(name)) return toFailure(new AppError('PAST_READ_ONLY', 'an earlier state is only looked at'));
    const { control } = this.#parts;
    return answerCall(
      {
        ...parts,
        handlers: { ...parts.handlers, 'session.current': () => control('worker.pastSession', undefined) },
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
