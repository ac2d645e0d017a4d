import { listColumns, projectFilter, tableView, type ListColumn, type ProjectFilter, type TableView } from '../../../../shared/api/lists.ts';
import type { SavedView } from '../../../../shared/api/views.ts';
import { emptyFilter, useProjectList, usualLayout } from '../filters.ts';

type Stored = Record<string, unknown>;

/** What a view keeps of the table as it is now. */
export function presentView(isDefault = false): Stored {
  const { filter, columns, widths, sort, group_by } = useProjectList.getState();
  const set = Object.entries(filter).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(emptyFilter[name as keyof ProjectFilter]));
  return { filter: Object.fromEntries(set), columns, widths, sort, group_by, is_default: isDefault };
}

const known = new Set<string>(listColumns);

/** A stored view as this version reads it: what it does not know, or what makes no sense, asks for nothing. */
export function readView(stored: Stored): TableView {
  const read = <Field extends keyof TableView>(field: Field, value: unknown): TableView[Field] => {
    const schema = tableView.shape[field];
    const parsed = schema.safeParse(value);
    return (parsed.success ? parsed.data : schema.parse(undefined)) as TableView[Field];
  };
  const given = (stored['filter'] ?? {}) as Stored;
  const fields = Object.entries(projectFilter.shape).flatMap(([name, schema]) => {
    const parsed = Object.hasOwn(given, name) ? schema.safeParse(given[name]) : null;
    return parsed?.success ? [[name, parsed.data] as const] : [];
  });
  const columns = Array.isArray(stored['columns']) ? stored['columns'].filter((column): column is ListColumn => known.has(String(column))) : null;
  return {
    filter: Object.fromEntries(fields),
    columns: columns && columns.length > 0 ? [...new Set<ListColumn>(['project_id', ...columns])] : null,
    widths: read('widths', stored['widths']),
    sort: read('sort', stored['sort']),
    group_by: read('group_by', stored['group_by']),
    is_default: stored['is_default'] === true,
  };
}

/** Arranges the table as the view says; null arranges it as it is without one. */
export function applyView(view: Pick<SavedView, 'id' | 'definition'> | null): void {
  if (!view) {
    useProjectList.setState({ ...usualLayout, filter: emptyFilter, view: null });
    return;
  }
  const { filter, columns, widths, sort, group_by } = readView(view.definition);
  useProjectList.setState({ filter: { ...emptyFilter, ...filter }, columns: columns ?? usualLayout.columns, widths, sort, group_by, view: view.id });
}

const comparable = (stored: Stored): string => {
  const { is_default: _which, ...rest } = readView(stored);
  return JSON.stringify({ ...rest, filter: { ...emptyFilter, ...rest.filter }, columns: rest.columns ?? usualLayout.columns });
};

/** Whether the table is arranged otherwise than the view says. */
export const differs = (view: Pick<SavedView, 'definition'>): boolean => comparable(view.definition) !== comparable(presentView());
