/** Keeps a stream of bytes to a rate. */
export class Pace {
  #begun = 0;
  #bytes = 0;
  #rate: number | null = null;

  /** Waits until `bytes` more are due; at once where there is no limit. */
  async after(bytes: number, bytesPerSecond: number | null, signal: AbortSignal): Promise<void> {
    const now = performance.now();
    const due = this.#begun + (this.#bytes / (bytesPerSecond ?? 1)) * 1000;
    // Another limit, or a pause: what was not used of the rate is not made up for.
    if (bytesPerSecond !== this.#rate || due < now - 1_000) {
      this.#rate = bytesPerSecond;
      this.#begun = now;
      this.#bytes = 0;
    }
    this.#bytes += bytes;
    if (bytesPerSecond === null) return;
    const wait = this.#begun + (this.#bytes / bytesPerSecond) * 1000 - performance.now();
    if (wait > 0) await sleep(wait, signal);
  }
}

/** Ends early, without failing, when one of the signals comes. */
export function sleep(milliseconds: number, ...signals: AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    for (const signal of signals) signal.addEventListener('abort', end);
    if (signals.some(({ aborted }) => aborted)) end();
  });
}
