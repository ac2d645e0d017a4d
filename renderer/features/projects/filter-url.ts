import { projectFilter, type ProjectFilter } from '../../../shared/api/lists.ts';
import { emptyFilter } from './filters.ts';

/** What each filter is called in the window's address. */
const names = {
  search: 'q',
  customers: 'customer',
  owners: 'owner',
  priorities: 'priority',
  due: 'due',
  code: 'code',
  title: 'title',
  stages: 'stage',
  statuses: 'status',
  tags: 'tag',
  due_from: 'due_from',
  due_to: 'due_to',
  value_from: 'value_from',
  value_to: 'value_to',
} as const satisfies Record<keyof ProjectFilter, string>;

const fields = Object.keys(names) as (keyof ProjectFilter)[];

export function filterToUrl(filter: Partial<ProjectFilter>): URLSearchParams {
  const address = new URLSearchParams();
  for (const field of fields) {
    const value = filter[field];
    for (const one of Array.isArray(value) ? value : [value]) if (one) address.append(names[field], one);
  }
  return address;
}

/** The filters of an address; what makes no sense there asks for nothing. */
export function urlToFilter(address: URLSearchParams): ProjectFilter {
  const read = fields.map((field) => {
    const all = address.getAll(names[field]);
    const given = Array.isArray(emptyFilter[field]) ? all : all[0];
    const parsed = projectFilter.shape[field].safeParse(given);
    return [field, parsed.success ? parsed.data : emptyFilter[field]] as const;
  });
  return Object.fromEntries(read) as unknown as ProjectFilter;
}

export const hasFilters = (address: URLSearchParams): boolean => Object.values(names).some((name) => address.has(name));
