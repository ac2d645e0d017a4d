import { create } from 'zustand';

/** The marked projects, whether in sight or not. */
export const useSelection = create<{ ids: ReadonlySet<string> }>()(() => ({ ids: new Set() }));

export const select = (ids: Iterable<string>): void => useSelection.setState({ ids: new Set(ids) });

export const clearSelection = (): void => select([]);

export function toggleSelected(id: string): void {
  const next = new Set(useSelection.getState().ids);
  if (!next.delete(id)) next.add(id);
  select(next);
}
