import type { SyncProgress, SyncStep } from '../../../shared/api/sync.ts';

/** So often at most a screen is told how far a step has come. */
const TELL_MS = 100;

/** How far the step under way has come, and how fast it goes. */
export class ProgressMeter {
  readonly #tell: () => void;
  #current: SyncProgress | null = null;
  #begunAt = 0;
  #begunWith = 0;
  #toldAt = 0;

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  get current(): SyncProgress | null {
    return this.#current;
  }

  /** Rows that an earlier, interrupted attempt has stored count as done, not as speed. */
  advance(step: SyncStep, rows: number, total: number | null, table: string | null): void {
    const now = performance.now();
    // Fewer rows than before: what was read is being stored, or storing began again.
    if (this.#current?.step !== step || rows < this.#current.rows) {
      this.#begunAt = now;
      this.#begunWith = rows;
      this.#toldAt = 0;
    }
    const seconds = (now - this.#begunAt) / 1000;
    this.#current = {
      step,
      rows,
      total,
      table,
      rowsPerSecond: seconds > 0 ? Math.round((rows - this.#begunWith) / seconds) : 0,
    };
    if (now - this.#toldAt < TELL_MS) return;
    this.#toldAt = now;
    this.#tell();
  }

  end(): void {
    if (this.#current === null) return;
    this.#current = null;
    this.#tell();
  }
}
