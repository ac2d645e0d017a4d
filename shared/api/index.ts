import type { z } from 'zod';
import { appApi, type Settings } from './app.ts';
import { auditApi, auditFileApi, type ExportProgress } from './audit.ts';
import { dashboardApi } from './dashboard.ts';
import { driveApi, driveConfigApi, type DriveState, type DriveTransfer } from './drive.ts';
import { filesApi, filesMainApi, type TransferProgress } from './files.ts';
import { helpApi } from './help.ts';
import { calendarApi } from './calendar.ts';
import { peopleApi } from './people.ts';
import { contactImportApi, contactImportFileApi } from './contact-import.ts';
import { contactsApi } from './contacts.ts';
import { intakeApi } from './intake.ts';
import { documentFilesApi, documentsApi } from './documents.ts';
import { lockApi, type LockState } from './lock.ts';
import { ratesApi } from './rates.ts';
import { securityApi } from './security.ts';
import { listFilesApi, listsApi } from './lists.ts';
import { previewApi } from './preview.ts';
import { projectPageApi } from './project-page.ts';
import { backupApi, backupFilesApi, type BackupProgress } from './backup.ts';
import { projectsApi } from './projects.ts';
import { searchApi } from './search.ts';
import { sessionApi, type Session, type SessionEnd } from './session.ts';
import { timelineApi } from './timeline.ts';
import { syncApi, type SyncStatus } from './sync.ts';
import { windowsApi, type ShellCommand } from './windows.ts';
import { viewsApi } from './views.ts';
import { workflowApi } from './workflow.ts';

/** The whole contract between renderer, main and worker, by operation name. */
export const api = {
  ...appApi,
  ...sessionApi,
  ...lockApi,
  ...securityApi,
  ...syncApi,
  ...projectsApi,
  ...projectPageApi,
  ...calendarApi,
  ...timelineApi,
  ...peopleApi,
  ...dashboardApi,
  ...ratesApi,
  ...helpApi,
  ...workflowApi,
  ...auditApi,
  ...contactsApi,
  ...contactImportApi,
  ...contactImportFileApi,
  ...intakeApi,
  ...auditFileApi,
  ...searchApi,
  ...windowsApi,
  ...listsApi,
  ...listFilesApi,
  ...viewsApi,
  ...documentsApi,
  ...documentFilesApi,
  ...previewApi,
  ...driveApi,
  ...driveConfigApi,
  ...filesApi,
  ...filesMainApi,
  ...backupApi,
  ...backupFilesApi,
};

type Api = typeof api;
export type OperationName = keyof Api;

/** What a caller passes (before defaults and transforms). */
export type Input<Name extends OperationName> = z.input<Api[Name]['input']>;
/** What a handler receives (validated, defaults filled in). */
export type ParsedInput<Name extends OperationName> = z.output<Api[Name]['input']>;
export type Output<Name extends OperationName> = Api[Name]['output'];

export const isOperation = (name: unknown): name is OperationName =>
  typeof name === 'string' && Object.hasOwn(api, name);

/** What main and worker announce; a topic states what happened, the screen decides what to do. */
export interface Topics {
  /** Rows of these tables changed in a commit of the replica. */
  'data.changed': { tables: string[] };
  'sync.status': SyncStatus;
  /** Another session, or none. */
  'session.changed': Session | null;
  /** The session ended because the centre will not have it; what this machine held of it is gone. */
  'session.ended': SessionEnd;
  'settings.changed': Settings;
  'lock.changed': LockState;
  /** How far the export that runs has come. */
  'audit.exporting': ExportProgress;
  /** To one window alone. */
  'shell.command': ShellCommand;
  'lists.exporting': ExportProgress;
  'documents.exporting': ExportProgress;
  'drive.changed': DriveState;
  /** What is on its way between Drive and this machine; none when all has arrived. */
  'drive.transferring': DriveTransfer[];
  /** How far the transfers have come that run. */
  'files.progress': TransferProgress[];
  /** How far the backup, check or restore that runs has come; null at its end. */
  'backup.progress': BackupProgress | null;
  /** A backup waits on this machine to be sent to Drive. */
  'backup.waiting': null;
  /** Something became of a backup on its way to Drive, or in it. */
  'backup.changed': null;
}

export type Topic = keyof Topics;
export const topics = [
  'data.changed',
  'sync.status',
  'session.changed',
  'session.ended',
  'settings.changed',
  'lock.changed',
  'audit.exporting',
  'shell.command',
  'lists.exporting',
  'documents.exporting',
  'drive.changed',
  'drive.transferring',
  'files.progress',
  'backup.progress',
  'backup.waiting',
  'backup.changed',
] as const satisfies Topic[];

/** What the preload script puts on `window.factoryPulse`. */
export interface Bridge {
  call<Name extends OperationName>(
    name: Name,
    ...input: undefined extends Input<Name> ? [input?: Input<Name>] : [input: Input<Name>]
  ): Promise<import('../errors.ts').Envelope<Output<Name>>>;
  /** Subscribes to a topic; returns the function that ends the subscription. */
  on<Name extends Topic>(topic: Name, listener: (payload: Topics[Name]) => void): () => void;
}
