import type { AppInfo } from '../../shared/api/app.ts';
import type { driveApi, DriveReference } from '../../shared/api/drive.ts';
import type { Output, ParsedInput } from '../../shared/api/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { DeepLinks } from '../deep-links.ts';
import { filesMainHandlers, type FilesParts } from '../files.ts';
import type { ScreenLock } from '../lock.ts';
import type { SessionKeeper } from '../session.ts';
import type { SettingsStore } from '../settings.ts';
import type { MainHandlers } from './answer-call.ts';

export interface MainHandlerParts {
  info(): AppInfo;
  /** Opens a folder in the system's file manager; resolves to what went wrong, empty where nothing did. */
  openFolder(path: string): Promise<string>;
  logDir: string;
  copyText(text: string): Promise<void>;
  settings: SettingsStore;
  sessions: SessionKeeper;
  screen: ScreenLock;
  exportAudit(request: ParsedInput<'audit.export'>): Promise<Output<'audit.export'>>;
  openWindow(path: string): void;
  print(): void;
  links: DeepLinks;
  exportList(request: ParsedInput<'lists.export'>): Promise<Output<'lists.export'>>;
  openDocumentLink(id: string): Promise<null>;
  exportAccess(request: ParsedInput<'documents.exportAccess'>): Promise<Output<'documents.exportAccess'>>;
  openImport(): Promise<Output<'contacts.openImport'>>;
  saveFailedRows(request: ParsedInput<'contacts.saveFailedRows'>): Promise<Output<'contacts.saveFailedRows'>>;
  drive: Pick<MainHandlers, keyof typeof driveApi>;
  files: FilesParts;
  addBackupDestination(): Promise<Output<'backup.addDestination'>>;
  openBackup(): Promise<Output<'backup.open'>>;
  openBackupFromDrive(file: DriveReference): Promise<Output<'backup.openFromDrive'>>;
  sendBackups(): void;
  openPast(passphrase: string | null): Promise<null>;
  restoreSnapshot(passphrase: string | null): Promise<Output<'backup.restoreSnapshot'>>;
}

/** Everything that main answers itself. */
export const mainHandlers = ({
  info,
  openFolder,
  logDir,
  copyText,
  settings,
  sessions,
  screen,
  exportAudit,
  openWindow,
  print,
  links,
  exportList,
  openDocumentLink,
  exportAccess,
  openImport,
  saveFailedRows,
  drive,
  files,
  addBackupDestination,
  openBackup,
  openBackupFromDrive,
  sendBackups,
  openPast,
  restoreSnapshot,
}: MainHandlerParts): MainHandlers => ({
  'app.info': info,
  'app.openLogFolder': async () => {
    const problem = await openFolder(logDir);
    if (problem !== '') throw new AppError('STORAGE_FAILED', `the log folder cannot be opened: ${problem}`);
    return null;
  },
  'app.copyText': async (text) => {
    await copyText(text);
    return null;
  },
  'settings.get': () => settings.get(),
  'settings.set': (patch) => settings.set(patch),
  'session.current': () => sessions.current(),
  'session.signIn': (credentials) => sessions.signIn(credentials),
  'session.signOut': () => sessions.signOut(),
  'session.changePassword': (change) => sessions.changePassword(change),
  'session.people': () => sessions.people(),
  'session.removePerson': (removal) => sessions.removePerson(removal),
  'lock.state': async () => {
    // While the remembered person's session is being opened, nobody's screen is locked yet.
    await sessions.current().catch(() => null);
    return screen.state();
  },
  'lock.now': () => {
    screen.lock('person');
    return null;
  },
  'lock.open': async (unlocking) => {
    await screen.open(unlocking);
    return null;
  },
  'lock.setPin': async (choice) => {
    await screen.setPin(choice);
    return null;
  },
  'lock.removePin': async () => {
    await screen.removePin();
    return null;
  },
  'audit.export': exportAudit,
  'window.open': ({ path }) => {
    openWindow(path);
    return null;
  },
  'window.print': () => {
    print();
    return null;
  },
  'link.take': () => links.take(),
  'lists.export': exportList,
  'documents.openLink': ({ id }) => openDocumentLink(id),
  'documents.exportAccess': exportAccess,
  'contacts.openImport': openImport,
  'contacts.saveFailedRows': saveFailedRows,
  ...drive,
  ...filesMainHandlers(files),
  'backup.addDestination': addBackupDestination,
  'backup.open': openBackup,
  'backup.openFromDrive': ({ file }) => openBackupFromDrive(file),
  'backup.sendWaiting': () => {
    sendBackups();
    return null;
  },
  'backup.restoreSnapshot': ({ passphrase }) => restoreSnapshot(passphrase),
  'backup.openPast': ({ passphrase }) => openPast(passphrase),
});
