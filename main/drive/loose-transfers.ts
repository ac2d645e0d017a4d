import { randomUUID } from 'node:crypto';
import type { DriveTransfer } from '../../shared/api/drive.ts';
import { AppError } from '../../shared/errors.ts';
import type { TransferOptions } from './download.ts';

interface Loose {
  told: DriveTransfer;
  cancel: AbortController;
}

/**
 * Transfers that whoever asks for them begins again by themselves: they are shown and can be given up, but are neither kept nor
 * paused.
 */
export class LooseTransfers {
  readonly #running = new Map<string, Loose>();
  readonly #tell: (now: boolean) => void;

  constructor(tell: (now: boolean) => void) {
    this.#tell = tell;
  }

  async run<T>(direction: DriveTransfer['direction'], name: string, size: number | null, work: (options: TransferOptions) => Promise<T>): Promise<T> {
    const told: DriveTransfer = { id: randomUUID(), direction, name, bytes: 0, size, state: 'running', error_code: null, can_pause: false };
    const cancel = new AbortController();
    this.#running.set(told.id, { told, cancel });
    this.#tell(true);
    try {
      return await work({
        signal: cancel.signal,
        onProgress: (bytes) => {
          told.bytes = bytes;
          this.#tell(false);
        },
      });
    } catch (error) {
      // Why it was given up, whatever that broke.
      throw cancel.signal.aborted ? cancel.signal.reason : error;
    } finally {
      this.#running.delete(told.id);
      this.#tell(true);
    }
  }

  list(): DriveTransfer[] {
    return [...this.#running.values()].map(({ told }) => ({ ...told }));
  }

  /** Whether it is one of these. */
  cancel(id: string): boolean {
    const found = this.#running.get(id);
    found?.cancel.abort(new AppError('DRIVE_CANCELLED', 'cancelled'));
    return found !== undefined;
  }

  cancelAll(why: AppError): void {
    for (const { cancel } of this.#running.values()) cancel.abort(why);
  }
}
