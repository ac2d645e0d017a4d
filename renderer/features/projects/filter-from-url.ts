import { projectFilter, type ProjectFilter } from '../../../shared/api/lists.ts';
import { filterFields, filterNames } from './filter-url.ts';
import { emptyFilter } from './filters.ts';

/** The filters of an address; what makes no sense there asks for nothing. */
export function urlToFilter(address: URLSearchParams): ProjectFilter {
  const read = filterFields.map((field) => {
    const all = address.getAll(filterNames[field]);
    const given = Array.isArray(emptyFilter[field]) ? all : all[0];
    const parsed = projectFilter.shape[field].safeParse(given);
    return [field, parsed.success ? parsed.data : emptyFilter[field]] as const;
  });
  return Object.fromEntries(read) as unknown as ProjectFilter;
}
