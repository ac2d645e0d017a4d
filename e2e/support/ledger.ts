import type { Random } from '../../scripts/fuzz/random.ts';
import type { ProjectPatch } from '../../shared/api/projects.ts';

/** One cell that the writing script edits: a text of a project, or why one of its sub-stages is blocked. */
export interface Field {
  project: string;
  column: 'title' | 'description' | 'notes' | 'blocked_reason';
  /** Of `blocked_reason` alone. */
  subStage: string | null;
}

/** An edit as the bridge takes it. */
export type EditCall =
  | { name: 'projects.update'; input: { id: string; patch: ProjectPatch } }
  | { name: 'projects.setProgress'; input: { id: string; sub_stage_id: string; status: 'blocked'; blocked_reason: string } };

export const keyOf = ({ project, column }: { project: string; column: string }): string => `${project} ${column}`;

const textOf = (serial: number): string => `Sửa lần ${serial}`;

/** Which edit a text comes from; null where no edit of the script wrote it. */
export const serialOf = (text: unknown): number | null => {
  const found = typeof text === 'string' ? /^Sửa lần (\d+)$/.exec(text) : null;
  return found ? Number(found[1]) : null;
};

/**
 * The books of a script that writes one edit after the other: what it was told is stored, and the one edit that was
 * under way when its process ended. Every text is written once, so that a cell tells which edit it comes from.
 */
export class Ledger {
  /** The edits that were acknowledged, or seen after a restart, by the cell that they went to. */
  readonly accepted = new Map<string, number[]>();
  acknowledged = 0;
  /** Edits that were stored although their process ended before it could say so. */
  storedUnanswered = 0;
  readonly #random: Random;
  #serial = 0;
  #underWay: { key: string; serial: number } | null = null;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Begins the next edit. */
  next(fields: readonly Field[]): EditCall {
    const field = this.#random.pick(fields);
    this.#serial += 1;
    this.#underWay = { key: keyOf(field), serial: this.#serial };
    const text = textOf(this.#serial);
    return field.subStage === null
      ? { name: 'projects.update', input: { id: field.project, patch: { [field.column]: text } } }
      : {
          name: 'projects.setProgress',
          input: { id: field.project, sub_stage_id: field.subStage, status: 'blocked', blocked_reason: text },
        };
  }

  /** The script was told that the edit under way is stored. */
  acknowledge(): void {
    this.acknowledged += 1;
    this.#accept();
  }

  /** Holds what a restarted application shows against the books; returns the acknowledged edits that are gone. */
  lost(shown: ReadonlyMap<string, unknown>): string[] {
    const underWay = this.#underWay;
    if (underWay && serialOf(shown.get(underWay.key)) === underWay.serial) {
      this.storedUnanswered += 1;
      this.#accept();
    }
    this.#underWay = null;
    return [...this.accepted]
      .filter(([key, serials]) => serialOf(shown.get(key)) !== serials.at(-1))
      .map(([key, serials]) => `${key}: edit ${serials.at(-1)} was acknowledged, shown is ${String(shown.get(key))}`);
  }

  #accept(): void {
    if (!this.#underWay) throw new Error('no edit is under way');
    const { key, serial } = this.#underWay;
    this.#underWay = null;
    const serials = this.accepted.get(key);
    if (serials) serials.push(serial);
    else this.accepted.set(key, [serial]);
  }
}
