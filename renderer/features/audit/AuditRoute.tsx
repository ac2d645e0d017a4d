import { mayReadAudit } from '../../../shared/domain/roles.ts';
import { useSession } from '../../app/app-store.ts';
import { NotFoundPage } from '../../app/NotFoundPage.tsx';
import { AuditPage } from './AuditPage.tsx';

/** For others there is no such page; the worker would refuse them anyway. */
export function AuditRoute() {
  const { role } = useSession().person;
  return mayReadAudit(role) ? <AuditPage /> : <NotFoundPage />;
}
