import { create } from 'zustand';
import { BULK_SLICE, type BulkAction, type BulkResult } from '../../../../shared/api/lists.ts';
import type { ErrorCode } from '../../../../shared/errors.ts';
import { call } from '../../../app/bridge.ts';

export interface BulkOutcome {
  changed: number;
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

type Change = (ids: string[], action: BulkAction) => Promise<BulkResult>;

const ask: Change = (ids, action) => call('lists.bulk', { ids, action });

/** Changes projects slice by slice; each slice is durable, and between two of them it can be stopped. */
export async function changeMany(ids: readonly string[], action: BulkAction, change: Change = ask): Promise<BulkOutcome> {
  const refused = new Map<ErrorCode, string[]>();
  const outcome: BulkOutcome = { changed: 0, unchanged: 0, refused: [], left: 0 };
  useBulkRun.setState({ run: { done: 0, total: ids.length, stopped: false } });
  try {
    for (let done = 0; done < ids.length; done += BULK_SLICE) {
      if (useBulkRun.getState().run?.stopped) {
        outcome.left = ids.length - done;
        break;
      }
      const slice = ids.slice(done, done + BULK_SLICE);
      const result = await change(slice, action);
      outcome.changed += result.changed;
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
