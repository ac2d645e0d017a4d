import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toWindowState, type WindowState } from './window-state.ts';

/** `main` is the first window's place, `others` those of further ones by their number; the zoom is all windows' own. */
interface Kept {
  main?: unknown;
  others?: Record<string, unknown>;
  zoom?: unknown;
}

const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * How the windows were left, in `window-state.json`. Read by hand and in one step: the first window waits for it, and for no
 * library. Where a window stood is not worth a question to anybody: a damaged file begins anew.
 */
export class KeptWindows {
  readonly #file: string;
  #kept: Kept;

  /** @param dir the user's data folder */
  constructor(dir: string) {
    this.#file = join(dir, 'window-state.json');
    this.#kept = this.#read();
  }

  /** The place of a window by its number, from one. */
  placeOf(number: number): WindowState | null {
    const others = isFields(this.#kept.others) ? this.#kept.others : {};
    return toWindowState(number === 1 ? this.#kept.main : others[number]);
  }

  keepPlace(number: number, state: WindowState): void {
    this.#write(number === 1 ? { main: state } : { others: { ...this.#kept.others, [number]: state } });
  }

  get zoom(): number | null {
    const { zoom } = this.#kept;
    return typeof zoom === 'number' ? zoom : null;
  }

  keepZoom(level: number): void {
    this.#write({ zoom: level });
  }

  #read(): Kept {
    try {
      const content: unknown = JSON.parse(readFileSync(this.#file, 'utf8'));
      return isFields(content) ? content : {};
    } catch {
      // Absent at the first start; else damaged.
      return {};
    }
  }

  #write(change: Kept): void {
    this.#kept = { ...this.#kept, ...change };
    const draft = `${this.#file}.tmp`;
    writeFileSync(draft, JSON.stringify(this.#kept), { mode: 0o600 });
    renameSync(draft, this.#file);
  }
}
