import { createHashRouter, Navigate, Outlet, useLocation } from 'react-router';
import { AuditRoute } from '../features/audit/AuditRoute.tsx';
import { CalendarPage } from '../features/calendar/CalendarPage.tsx';
import { BoardPage } from '../features/projects/board/BoardPage.tsx';
import { PeoplePage } from '../features/people/PeoplePage.tsx';
import { ProjectRoute } from '../features/projects/page/ProjectRoute.tsx';
import { ProjectsTablePage } from '../features/projects/table/ProjectsTablePage.tsx';
import { SecurityPage } from '../features/security/SecurityPage.tsx';
import { SyncPage } from '../features/sync/SyncPage.tsx';
import { TimelinePage } from '../features/timeline/TimelinePage.tsx';
import { CrashPage } from './CrashPage.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { NotFoundPage } from './NotFoundPage.tsx';
import { paths } from './paths.ts';
import { Shell } from './Shell.tsx';

function ShellRoute() {
  const { pathname } = useLocation();
  return (
    <Shell>
      {/* Another page is another chance: a crash of one screen does not outlive it. */}
      <ErrorBoundary key={pathname}>
        <Outlet />
      </ErrorBoundary>
    </Shell>
  );
}

/** Hash routes work the same from the app's own protocol and from the development server. */
export const router = createHashRouter([
  {
    element: <ShellRoute />,
    errorElement: <CrashPage />,
    children: [
      { path: '/', element: <Navigate to={paths.board} replace /> },
      { path: paths.board, element: <BoardPage /> },
      { path: paths.projects, element: <ProjectsTablePage /> },
      { path: paths.project(':id'), element: <ProjectRoute /> },
      { path: paths.calendar, element: <CalendarPage /> },
      { path: paths.timeline, element: <TimelinePage /> },
      { path: paths.people, element: <PeoplePage /> },
      { path: paths.audit, element: <AuditRoute /> },
      { path: paths.sync, element: <SyncPage /> },
      { path: paths.security, element: <SecurityPage /> },
      { path: '*', element: <NotFoundPage /> },
    ],
  },
]);
