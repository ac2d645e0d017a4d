import type { ProjectFilter } from '../../../shared/api/lists.ts';

/** What each filter is called in the window's address. */
export const filterNames = {
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

export const filterFields = Object.keys(filterNames) as (keyof ProjectFilter)[];

export function filterToUrl(filter: Partial<ProjectFilter>): URLSearchParams {
  const address = new URLSearchParams();
  for (const field of filterFields) {
    const value = filter[field];
    for (const one of Array.isArray(value) ? value : [value]) if (one) address.append(filterNames[field], one);
  }
  return address;
}

export const hasFilters = (address: URLSearchParams): boolean => Object.values(filterNames).some((name) => address.has(name));
