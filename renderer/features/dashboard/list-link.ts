import { paths } from '../../app/paths.ts';

/** What the list of projects is asked to show, by the names of its filters in the address. */
export interface ListFilter {
  /** The id of a stage. */
  stage?: string;
  status?: 'active' | 'on_hold' | 'completed';
  due?: 'overdue';
  /** The id of a person. */
  owner?: string;
  /** The id of a contact. */
  customer?: string;
}

/** The list behind a figure. */
export function listLink(filter: ListFilter = {}): string {
  const query = new URLSearchParams(Object.entries(filter) as [string, string][]).toString();
  return query === '' ? paths.projects : `${paths.projects}?${query}`;
}
