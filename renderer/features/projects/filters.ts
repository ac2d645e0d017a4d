import { create } from 'zustand';
import type { projectSortColumns } from '../../../shared/api/projects.ts';
import type { ProjectStatus } from '../../../shared/domain/workflow.ts';

export type SortColumn = (typeof projectSortColumns)[number];

export interface ProjectFilters {
  search: string;
  status: ProjectStatus | null;
  sort: SortColumn;
  descending: boolean;
}

export const initialFilters: ProjectFilters = { search: '', status: null, sort: 'updated_at', descending: true };

/** Board and table look through one set of filters, and keep it while the person visits a project. */
export const useProjectFilters = create<ProjectFilters>()(() => initialFilters);

export const setSearch = (search: string): void => useProjectFilters.setState({ search: search.slice(0, 200) });

export const setStatus = (status: ProjectStatus | null): void => useProjectFilters.setState({ status });

export const clearFilters = (): void => useProjectFilters.setState({ search: '', status: null });

/** Columns whose largest or latest values are what people look for first. */
const descendingFirst: ReadonlySet<SortColumn> = new Set(['updated_at', 'estimated_value', 'priority_level']);

/** A first press sorts by the column, the next one turns the order around. */
export const toggleSort = (column: SortColumn): void =>
  useProjectFilters.setState(({ sort, descending }) =>
    sort === column ? { descending: !descending } : { sort: column, descending: descendingFirst.has(column) },
  );
