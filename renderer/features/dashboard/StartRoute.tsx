import { Navigate } from 'react-router';
import { isInternal } from '../../../shared/domain/roles.ts';
import { homeOf } from '../../../shared/navigation.ts';
import { useSession } from '../../app/app-store.ts';
import { DashboardPage } from './DashboardPage.tsx';

export function StartRoute() {
  const { person } = useSession();
  return isInternal(person.role) ? <DashboardPage /> : <Navigate to={homeOf(person.role)} replace />;
}
