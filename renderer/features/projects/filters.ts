import { create } from 'zustand';
import type { BoardFilter, ProjectFilter, ProjectSort } from '../../../shared/api/lists.ts';
import { listColumns, type GroupColumn, type ListColumn, type SortableColumn } from '../../../shared/domain/lists.ts';
import { useAppStore } from '../../app/app-store.ts';

export type ColumnWidths = Partial<Record<ListColumn, number>>;

/** How the table is arranged: which columns in which order and width, sorted and grouped by what. */
export interface TableLayout {
  columns: ListColumn[];
  widths: ColumnWidths;
  sort: ProjectSort;
  group_by: GroupColumn | null;
}

interface ListState extends TableLayout {
  filter: ProjectFilter;
  /** The saved view from which the present state began. */
  view: string | null;
}

/** Holds nothing back. Written out: the first screen is drawn without all that the schema needs. */
export const emptyFilter: ProjectFilter = {
  search: '',
  customers: [],
  owners: [],
  priorities: [],
  due: null,
  code: '',
  title: '',
  stages: [],
  statuses: [],
  tags: [],
  due_from: null,
  due_to: null,
  value_from: null,
  value_to: null,
};

const hiddenAtFirst: readonly ListColumn[] = ['tags', 'updated_at'];

export const usualLayout: TableLayout = {
  columns: listColumns.filter((column) => !hiddenAtFirst.includes(column)),
  widths: {},
  sort: [],
  group_by: null,
};

export const initialList: ListState = { filter: emptyFilter, view: null, ...usualLayout };

/** Board and table look through one set of filters, and keep it while the person visits a project. */
export const useProjectList = create<ListState>()(() => initialList);

// Whoever signs in next begins with nothing of what the person before looked for.
useAppStore.subscribe(({ session }, before) => {
  if (session?.person.id !== before.session?.person.id) useProjectList.setState(initialList);
});

const textLimit = 200;

export function changeFilter(changed: Partial<ProjectFilter>): void {
  const texts = (['search', 'code', 'title'] as const).filter((name) => changed[name] !== undefined);
  const cut = Object.fromEntries(texts.map((name) => [name, changed[name]?.slice(0, textLimit)]));
  useProjectList.setState(({ filter }) => ({ filter: { ...filter, ...changed, ...cut } }));
}

export const setSearch = (search: string): void => changeFilter({ search });

export const clearFilters = (): void => useProjectList.setState({ filter: emptyFilter });

const isSet = (value: ProjectFilter[keyof ProjectFilter]): boolean => value !== null && value.length > 0;

/** How many filters hold something back; of the board only those that it knows. */
export const countFilters = (filter: BoardFilter | ProjectFilter): number =>
  Object.values<ProjectFilter[keyof ProjectFilter]>(filter).filter(isSet).length;

export const boardPart = ({ search, customers, owners, priorities, due }: ProjectFilter): BoardFilter => ({
  search,
  customers,
  owners,
  priorities,
  due,
});

/** Columns whose largest or latest values are what people look for first. */
const descendingFirst: ReadonlySet<SortableColumn> = new Set(['updated_at', 'estimated_value', 'priority_level']);

const MOST_KEYS = 4;

/**
 * A first press sorts by the column alone, the next one turns the order around, the third gives it up. With `more` the
 * column joins those that sort already.
 */
export function toggleSort(column: SortableColumn, more = false): void {
  useProjectList.setState(({ sort }) => {
    const first = descendingFirst.has(column);
    const present = sort.find((key) => key.column === column);
    const others = more ? sort : sort.filter((key) => key.column === column);
    if (!present) return { sort: [...(more ? sort : []), { column, descending: first }].slice(-MOST_KEYS) };
    if (present.descending !== first) return { sort: others.filter((key) => key !== present) };
    return { sort: others.map((key) => (key === present ? { column, descending: !first } : key)) };
  });
}

export const groupBy = (group_by: GroupColumn | null): void => useProjectList.setState({ group_by });

/** The code stays first: it leads to the project. */
export function showColumn(column: ListColumn, shown: boolean): void {
  if (column === 'project_id') return;
  useProjectList.setState(({ columns }) => ({
    columns: shown ? [...columns.filter((one) => one !== column), column] : columns.filter((one) => one !== column),
  }));
}

export function moveColumn(column: ListColumn, step: 1 | -1): void {
  useProjectList.setState(({ columns }) => {
    const from = columns.indexOf(column);
    const to = from + step;
    if (from < 1 || to < 1 || to >= columns.length) return {};
    const next = columns.filter((one) => one !== column);
    next.splice(to, 0, column);
    return { columns: next };
  });
}

const [narrowest, widest] = [48, 1200];

export const resizeColumn = (column: ListColumn, width: number | null): void =>
  useProjectList.setState(({ widths: { [column]: _before, ...others } }) => ({
    widths: width === null ? others : { ...others, [column]: Math.round(Math.min(widest, Math.max(narrowest, width))) },
  }));
