import { documentSortColumns, documentSources, type DocumentFilter, type DocumentSort } from '../../../shared/api/documents.ts';
import { accessLevels } from '../../../shared/domain/access-rules.ts';

export interface DocumentFilters extends DocumentFilter {
  sort: DocumentSort;
  descending: boolean;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const oneOf = <Value extends string>(values: readonly Value[], text: string | null): Value | null =>
  values.find((value) => value === text) ?? null;

const words = (text: string | null, most: number): string | null => (text !== null && text !== '' && text.length <= most ? text : null);

/** The filters stand in the address, so that the way back from a document leads to the same list. */
export function readFilters(address: URLSearchParams): DocumentFilters {
  const project = address.get('project');
  const sort = oneOf(documentSortColumns, address.get('sort')) ?? 'updated_at';
  return {
    search: words(address.get('search'), 200) ?? '',
    project_id: project !== null && UUID.test(project) ? project : null,
    category: words(address.get('category'), 100),
    tag: words(address.get('tag'), 100),
    access_level: oneOf(accessLevels, address.get('level')),
    source: oneOf(documentSources, address.get('source')),
    mine: address.get('mine') === '1',
    checked_out: address.get('out') === '1',
    sort,
    descending: address.has('order') ? address.get('order') === 'descending' : sort === 'updated_at',
  };
}

export function writeFilters({ search, project_id, category, tag, access_level, source, mine, checked_out, sort, descending }: DocumentFilters): URLSearchParams {
  const address = new URLSearchParams();
  const set = (name: string, value: string | null) => {
    if (value !== null && value !== '') address.set(name, value);
  };
  set('search', search);
  set('project', project_id);
  set('category', category);
  set('tag', tag);
  set('level', access_level);
  set('source', source);
  set('mine', mine ? '1' : null);
  set('out', checked_out ? '1' : null);
  if (sort !== 'updated_at') address.set('sort', sort);
  if (descending !== (sort === 'updated_at')) address.set('order', descending ? 'descending' : 'ascending');
  return address;
}

export const isFiltered = (filters: DocumentFilters): boolean =>
  filters.search !== '' ||
  filters.mine ||
  filters.checked_out ||
  [filters.project_id, filters.category, filters.tag, filters.access_level, filters.source].some((value) => value !== null);
