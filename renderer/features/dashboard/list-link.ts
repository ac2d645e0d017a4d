import type { ProjectStatus } from '../../../shared/domain/workflow.ts';
import { paths } from '../../app/paths.ts';

/** What the list of projects is asked to show, by the names of its filters in the address. */
export interface ListFilter {
  /** The id of a stage. */
  stage?: string;
  status?: readonly ProjectStatus[];
  due?: 'overdue';
  /** The id of a person. */
  owner?: string;
  /** The id of a contact. */
  customer?: string;
}

/** The list behind a figure. */
export function listLink(filter: ListFilter): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter) as [string, string | readonly string[]][]) {
    for (const one of typeof value === 'string' ? [value] : value) query.append(name, one);
  }
  return `${paths.projects}?${query.toString()}`;
}

/** Of projects that are under way. */
export const openStatuses = ['active', 'on_hold'] as const satisfies ProjectStatus[];
