import { contactSortColumns, contactStates, contactTypes } from '../../../shared/api/contacts.ts';

export interface ContactFilters {
  search: string;
  type: (typeof contactTypes)[number] | null;
  state: (typeof contactStates)[number];
  sort: (typeof contactSortColumns)[number];
  descending: boolean;
}

const oneOf = <Value extends string>(values: readonly Value[], text: string | null): Value | null =>
  values.find((value) => value === text) ?? null;

/** The filters stand in the address, so that the way back from a contact leads to the same list. */
export const readFilters = (parameters: URLSearchParams): ContactFilters => ({
  search: parameters.get('search') ?? '',
  type: oneOf(contactTypes, parameters.get('type')),
  state: oneOf(contactStates, parameters.get('state')) ?? 'active',
  sort: oneOf(contactSortColumns, parameters.get('sort')) ?? 'company_name',
  descending: parameters.get('order') === 'descending',
});

export function writeFilters({ search, type, state, sort, descending }: ContactFilters): URLSearchParams {
  const parameters = new URLSearchParams();
  if (search !== '') parameters.set('search', search);
  if (type !== null) parameters.set('type', type);
  if (state !== 'active') parameters.set('state', state);
  if (sort !== 'company_name') parameters.set('sort', sort);
  if (descending) parameters.set('order', 'descending');
  return parameters;
}
