import { mayAccess, type AccessAction, type AccessFacts } from '../../shared/domain/access-rules.ts';
import { useReadOnly, useSession } from './app-store.ts';

/** What the signed-in person may do with rows of which table in this window. */
export function useMayAccess(): (action: AccessAction, table: string, facts?: AccessFacts) => boolean {
  const { role } = useSession().person;
  const readOnly = useReadOnly();
  return (action, table, facts) => (action === 'read' || !readOnly) && mayAccess(role, action, table, facts);
}
