import { Navigate } from 'react-router';
import { isInternal } from '../../../shared/domain/roles.ts';
import { useSession } from '../../app/app-store.ts';
import { paths } from '../../app/paths.ts';
import { DashboardPage } from './DashboardPage.tsx';

export function StartRoute() {
  const { person } = useSession();
  return isInternal(person.role) ? <DashboardPage /> : <Navigate to={paths.board} replace />;
}
