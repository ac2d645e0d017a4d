import type { LoaderFunctionArgs } from 'react-router';
import { mayAccess } from '../../../../shared/domain/access-rules.ts';
import { isInternal } from '../../../../shared/domain/roles.ts';
import { useAppStore } from '../../../app/app-store.ts';
import { query, queryClient } from '../../../app/queries.ts';

/** Longer than that nobody is kept on the page before; the project's own page then shows that it waits. */
const MOST_MS = 150;

/**
 * Asks all that a project's page shows when somebody goes there, and keeps the page before until it is answered: the project's page
 * is then drawn once and whole, not anew with each answer. What fails is asked again by the page, which then tells why.
 */
export async function askProject({ params: { id = '' } }: Pick<LoaderFunctionArgs, 'params'>): Promise<null> {
  const { session } = useAppStore.getState();
  if (!session) return null;
  const { person: { role }, past } = session;
  const answers: Promise<unknown>[] = [
    queryClient.query(query('projects.get', { id })),
    queryClient.query(query('project.related', { id })),
    queryClient.query(query('documents.mayAdd', { project_id: id })),
  ];
  if (isInternal(role)) answers.push(queryClient.query(query('project.team', { id })));
  if (!past) {
    answers.push(queryClient.query(query('files.offline')));
    if (mayAccess(role, 'insert', 'project_assignments')) answers.push(queryClient.query(query('project.people')));
  }
  const late = new Promise((resolve) => setTimeout(resolve, MOST_MS));
  await Promise.race([Promise.allSettled(answers), late]);
  return null;
}
