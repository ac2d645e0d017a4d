import { toFailure, type AppError, type Envelope } from '../shared/errors.ts';

/** Requests that wait for a reply, by id. Every one of them is answered exactly once. */
export class PendingRequests {
  #lastId = 0;
  readonly #waiting = new Map<number, (envelope: Envelope<unknown>) => void>();

  get size(): number {
    return this.#waiting.size;
  }

  open(): { id: number; reply: Promise<Envelope<unknown>> } {
    this.#lastId += 1;
    const id = this.#lastId;
    const reply = new Promise<Envelope<unknown>>((resolve) => {
      this.#waiting.set(id, resolve);
    });
    return { id, reply };
  }

  /** Returns false where nobody waits for this id (any more). */
  answer(id: number, envelope: Envelope<unknown>): boolean {
    const resolve = this.#waiting.get(id);
    if (resolve === undefined) return false;
    this.#waiting.delete(id);
    resolve(envelope);
    return true;
  }

  /** Answers all that wait with one error. */
  failAll(error: AppError): void {
    for (const id of [...this.#waiting.keys()]) this.answer(id, toFailure(error));
  }
}
