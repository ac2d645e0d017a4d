import { create } from 'zustand';
import { BULK_SLICE, type BulkAction, type BulkChange, type BulkResult } from '../../../../shared/api/lists.ts';
import type { ErrorCode } from '../../../../shared/errors.ts';
import { call } from '../../../app/bridge.ts';

export interface BulkOutcome {
  /** With what each had before, so that it can be taken back. */
  changed: BulkChange[];
  unchanged: number;
  /** Projects that were not changed, by the reason. */
  refused: { code: ErrorCode; projects: string[] }[];
  /** How many were not looked at, because the person stopped it. */
  left: number;
}

interface BulkRun {
  done: number;
  total: number;
  stopped: boolean;
}

/** The one change of many projects that this window carries out. */
export const useBulkRun = create<{ run: BulkRun | null }>()(() => ({ run: null }));

export const stopBulk = (): void => useBulkRun.setState(({ run }) => ({ run: run && { ...run, stopped: true } }));

export const changeMany = (ids: readonly string[], action: BulkAction): Promise<BulkOutcome> =>
  runSlices(ids, (slice) => call('lists.bulk', { ids: slice, action }));

export const undoMany = (changes: readonly BulkChange[]): Promise<BulkOutcome> =>
  runSlices(changes, (slice) => call('lists.undoBulk', { changes: slice }));

/** Changes projects slice by slice; each slice is durable, and between two of them it can be stopped. */
export async function runSlices<Item>(items: readonly Item[], change: (slice: Item[]) => Promise<BulkResult>): Promise<BulkOutcome> {
  const refused = new Map<ErrorCode, string[]>();
  const outcome: BulkOutcome = { changed: [], unchanged: 0, refused: [], left: 0 };
  useBulkRun.setState({ run: { done: 0, total: items.length, stopped: false } });
  try {
    for (let done = 0; done < items.length; done += BULK_SLICE) {
      if (useBulkRun.getState().run?.stopped) {
        outcome.left = items.length - done;
        break;
      }
      const slice = items.slice(done, done + BULK_SLICE);
      const result = await change(slice);
      outcome.changed.push(...result.changed);
      outcome.unchanged += result.unchanged;
      for (const { code, project_id, id } of result.refused) refused.set(code, [...(refused.get(code) ?? []), project_id ?? id]);
      useBulkRun.setState(({ run }) => ({ run: run && { ...run, done: done + slice.length } }));
    }
  } finally {
    useBulkRun.setState({ run: null });
  }
  outcome.refused = [...refused].map(([code, projects]) => ({ code, projects }));
  return outcome;
}
