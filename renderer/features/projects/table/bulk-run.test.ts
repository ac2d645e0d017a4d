import { describe, expect, it } from 'vitest';
import { runSlices, stopBulk, useBulkRun } from './bulk-run.ts';

const changed = (slice: string[]) => slice.map((id) => ({ id, before: { priority_level: 'low' as const }, after: { priority_level: 'high' as const } }));

const ids = Array.from({ length: 120 }, (_, index) => String(index));

describe('a change of many projects', () => {
  it('goes slice by slice and adds up what became of them, by reason', async () => {
    const slices: number[] = [];
    const seen: number[] = [];
    const outcome = await runSlices(ids, async (slice) => {
      slices.push(slice.length);
      seen.push(useBulkRun.getState().run?.done ?? -1);
      return Promise.resolve({
        changed: changed(slice.slice(2)),
        unchanged: 1,
        refused: [{ id: slice[0] ?? '', project_id: `P-${slice[0]}`, code: 'EDIT_NOT_ALLOWED' as const }],
      });
    });
    expect(slices).toEqual([50, 50, 20]);
    expect(seen).toEqual([0, 50, 100]);
    expect(outcome.changed.map(({ id }) => id)).toEqual(ids.filter((id) => !['0', '1', '50', '51', '100', '101'].includes(id)));
    expect(outcome).toMatchObject({ unchanged: 3, left: 0, refused: [{ code: 'EDIT_NOT_ALLOWED', projects: ['P-0', 'P-50', 'P-100'] }] });
    expect(useBulkRun.getState().run).toBeNull();
  });

  it('stops between two slices and says how many it left', async () => {
    const outcome = await runSlices(ids, (slice) => {
      stopBulk();
      return Promise.resolve({ changed: changed(slice), unchanged: 0, refused: [] });
    });
    expect(outcome.changed).toHaveLength(50);
    expect(outcome.left).toBe(70);
  });

  it('leaves nothing running behind a failure', async () => {
    await expect(runSlices(ids, () => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
    expect(useBulkRun.getState().run).toBeNull();
  });
});
