import { createHashRouter, Outlet, useLocation } from 'react-router';
import { AuditRoute } from '../features/audit/AuditRoute.tsx';
import { BackupsPage } from '../features/backups/BackupsPage.tsx';
import { LinkPage } from '../features/links/LinkPage.tsx';
import { ImportPage } from '../features/contacts/import/ImportPage.tsx';
import { ContactRoute } from '../features/contacts/ContactRoute.tsx';
import { AccessRoute } from '../features/documents/AccessPage.tsx';
import { DocumentRoute } from '../features/documents/DocumentRoute.tsx';
import { DocumentsPage } from '../features/documents/DocumentsPage.tsx';
import { ContactsPage } from '../features/contacts/ContactsPage.tsx';
import { IntakePage } from '../features/intake/IntakePage.tsx';
import { CalendarPage } from '../features/calendar/CalendarPage.tsx';
import { BoardPage } from '../features/projects/board/BoardPage.tsx';
import { DriveAdminPage } from '../features/drive/DriveAdminPage.tsx';
import { StartRoute } from '../features/dashboard/StartRoute.tsx';
import { RatesPage } from '../features/rates/RatesPage.tsx';
import { FilesPage } from '../features/files/FilesPage.tsx';
import { HelpPage } from '../features/help/HelpPage.tsx';
import { PeoplePage } from '../features/people/PeoplePage.tsx';
import { PreviewRoute } from '../features/preview/PreviewRoute.tsx';
import { ProjectRoute } from '../features/projects/page/ProjectRoute.tsx';
import { ProjectsTablePage } from '../features/projects/table/ProjectsTablePage.tsx';
import { SecurityPage } from '../features/security/SecurityPage.tsx';
import { SyncPage } from '../features/sync/SyncPage.tsx';
import { mayOpen } from '../../shared/navigation.ts';
import { useSession } from './app-store.ts';
import { WorkflowPage } from '../features/workflow/WorkflowPage.tsx';
import { TimelinePage } from '../features/timeline/TimelinePage.tsx';
import { CrashPage } from './CrashPage.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { NotFoundPage } from './NotFoundPage.tsx';
import { NotForYouPage } from './NotForYouPage.tsx';
import { paths } from './paths.ts';
import { Shell } from './Shell.tsx';

function ShellRoute() {
  const { pathname } = useLocation();
  const { role } = useSession().person;
  return (
    <Shell>
      {/* Another page is another chance: a crash of one screen does not outlive it. */}
      <ErrorBoundary key={pathname}>
        {mayOpen(role, pathname) ? <Outlet /> : <NotForYouPage />}
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
      { path: paths.link(':code'), element: <LinkPage /> },
      { path: paths.unreadableLink, element: <LinkPage /> },
      { path: paths.board, element: <BoardPage /> },
      { path: paths.projects, element: <ProjectsTablePage /> },
      { path: paths.project(':id'), element: <ProjectRoute /> },
      { path: paths.intake, element: <IntakePage /> },
      { path: paths.contacts, element: <ContactsPage /> },
      { path: paths.contactImport, element: <ImportPage /> },
      { path: paths.contact(':id'), element: <ContactRoute /> },
      { path: paths.documents, element: <DocumentsPage /> },
      { path: paths.documentAccess, element: <AccessRoute /> },
      { path: paths.document(':id'), element: <DocumentRoute /> },
      { path: paths.preview(':id', ':sha256'), element: <PreviewRoute /> },
      { path: paths.calendar, element: <CalendarPage /> },
      { path: paths.timeline, element: <TimelinePage /> },
      { path: paths.people, element: <PeoplePage /> },
      { path: paths.audit, element: <AuditRoute /> },
      { path: paths.rates, element: <RatesPage /> },
      { path: paths.workflow, element: <WorkflowPage /> },
      { path: paths.help, element: <HelpPage /> },
      { path: paths.sync, element: <SyncPage /> },
      { path: paths.files, element: <FilesPage /> },
      { path: paths.drive, element: <DriveAdminPage /> },
      { path: paths.backups, element: <BackupsPage /> },
      { path: paths.security, element: <SecurityPage /> },
      { path: '*', element: <NotFoundPage /> },
    ],
  },
]);
