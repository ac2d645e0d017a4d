import { useEffect, type ComponentType } from 'react';
import { createHashRouter, Outlet, useLocation } from 'react-router';
import { StartRoute } from '../features/dashboard/StartRoute.tsx';
import { askProject } from '../features/projects/page/ask-project.ts';
import { BoardPage } from '../features/projects/board/BoardPage.tsx';
import { CrashPage } from './CrashPage.tsx';
import { useMayOpen } from './destinations.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { NotFoundPage } from './NotFoundPage.tsx';
import { NotForYouPage } from './NotForYouPage.tsx';
import { paths } from './paths.ts';
import { Shell } from './Shell.tsx';

/** What locks the screen is read first: it has to be there at once. */
const loads: (() => Promise<unknown>)[] = [() => import('../features/session/entrance.ts')];

/** A page in a file of its own: the window shows its first one before it has read all others. Those on which people begin are read with the window. */
function page<Name extends string>(load: () => Promise<Record<Name, ComponentType>>, name: Name) {
  loads.push(load);
  return async () => ({ Component: (await load())[name] });
}

const START_MS = 3_000;

/** Reads the others when the first one is long there, one in each idle moment, so that no later page waits for its file. */
function useAllPages(): void {
  useEffect(() => {
    const rest = [...loads];
    let idle = 0;
    const next = (): void => {
      void rest.shift()?.();
      if (rest.length > 0) idle = requestIdleCallback(next);
    };
    const timer = setTimeout(next, START_MS);
    return () => {
      clearTimeout(timer);
      cancelIdleCallback(idle);
    };
  }, []);
}

function ShellRoute() {
  const { pathname } = useLocation();
  const mayOpen = useMayOpen();
  useAllPages();
  return (
    <Shell>
      {/* Another page is another chance: a crash of one screen does not outlive it. */}
      <ErrorBoundary key={pathname}>
        {mayOpen(pathname) ? <Outlet /> : <NotForYouPage />}
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
      { path: paths.start, element: <StartRoute /> },
      { path: paths.link(':code'), lazy: page(() => import('../features/links/LinkPage.tsx'), 'LinkPage') },
      { path: paths.unreadableLink, lazy: page(() => import('../features/links/LinkPage.tsx'), 'LinkPage') },
      { path: paths.board, element: <BoardPage /> },
      { path: paths.projects, lazy: page(() => import('../features/projects/table/ProjectsTablePage.tsx'), 'ProjectsTablePage') },
      { path: paths.project(':id'), loader: askProject, lazy: page(() => import('../features/projects/page/ProjectRoute.tsx'), 'ProjectRoute') },
      { path: paths.intake, lazy: page(() => import('../features/intake/IntakePage.tsx'), 'IntakePage') },
      { path: paths.contacts, lazy: page(() => import('../features/contacts/ContactsPage.tsx'), 'ContactsPage') },
      { path: paths.contactImport, lazy: page(() => import('../features/contacts/import/ImportPage.tsx'), 'ImportPage') },
      { path: paths.contact(':id'), lazy: page(() => import('../features/contacts/ContactRoute.tsx'), 'ContactRoute') },
      { path: paths.documents, lazy: page(() => import('../features/documents/DocumentsPage.tsx'), 'DocumentsPage') },
      { path: paths.documentAccess, lazy: page(() => import('../features/documents/AccessPage.tsx'), 'AccessRoute') },
      { path: paths.document(':id'), lazy: page(() => import('../features/documents/DocumentRoute.tsx'), 'DocumentRoute') },
      { path: paths.preview(':id', ':sha256'), lazy: page(() => import('../features/preview/PreviewRoute.tsx'), 'PreviewRoute') },
      { path: paths.calendar, lazy: page(() => import('../features/calendar/CalendarPage.tsx'), 'CalendarPage') },
      { path: paths.timeline, lazy: page(() => import('../features/timeline/TimelinePage.tsx'), 'TimelinePage') },
      { path: paths.people, lazy: page(() => import('../features/people/PeoplePage.tsx'), 'PeoplePage') },
      { path: paths.audit, lazy: page(() => import('../features/audit/AuditRoute.tsx'), 'AuditRoute') },
      { path: paths.rates, lazy: page(() => import('../features/rates/RatesPage.tsx'), 'RatesPage') },
      { path: paths.workflow, lazy: page(() => import('../features/workflow/WorkflowPage.tsx'), 'WorkflowPage') },
      { path: paths.help, lazy: page(() => import('../features/help/HelpPage.tsx'), 'HelpPage') },
      { path: paths.sync, lazy: page(() => import('../features/sync/SyncPage.tsx'), 'SyncPage') },
      { path: paths.files, lazy: page(() => import('../features/files/FilesPage.tsx'), 'FilesPage') },
      { path: paths.drive, lazy: page(() => import('../features/drive/DriveAdminPage.tsx'), 'DriveAdminPage') },
      { path: paths.backups, lazy: page(() => import('../features/backups/BackupsPage.tsx'), 'BackupsPage') },
      { path: paths.security, lazy: page(() => import('../features/security/SecurityPage.tsx'), 'SecurityPage') },
      { path: '*', element: <NotFoundPage /> },
    ],
  },
]);
