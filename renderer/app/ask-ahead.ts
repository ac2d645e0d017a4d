import { isInternal, type Role } from '../../shared/domain/roles.ts';
import { boardPart, useProjectList } from '../features/projects/filters.ts';
import { paths } from './paths.ts';
import { query, queryClient } from './queries.ts';

/** What fails is asked again by the screen, which then tells why. */
const told = (): undefined => undefined;

function askOverview(): void {
  queryClient.query(query('dashboard.figures')).catch(told);
  queryClient.query(query('dashboard.mine')).catch(told);
}

function askBoard(): void {
  queryClient.query(query('lists.choices')).catch(told);
  queryClient.query(query('lists.board', { filter: boardPart(useProjectList.getState().filter) })).catch(told);
}

/** Asks what the screens on which people begin need first before they are drawn, so that the worker answers while their texts are read. */
export function askAhead(role: Role): void {
  const [path] = window.location.hash.slice(1).split('?');
  if (path === paths.board) askBoard();
  // People outside have no overview and go on from there.
  else if ((path === '' || path === paths.start) && isInternal(role)) askOverview();
}
