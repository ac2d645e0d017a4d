import { join } from 'node:path';
import { app, type BrowserWindow, clipboard, Menu, nativeTheme, powerMonitor, shell } from 'electron';
import type { AppInfo, Language } from '../shared/api/app.ts';
import type { Session } from '../shared/api/session.ts';
import { parseTimestamp } from '../shared/domain/timestamps.ts';
import type { ExportFormat } from '../shared/api/audit.ts';
import type { SyncStatus } from '../shared/api/sync.ts';
import { AppError } from '../shared/errors.ts';
import { exportAudit } from './audit-export.ts';
import { addBackupDestination, openBackup, openFetchedBackup } from './backup-files.ts';
import { badgeOf } from './badge.ts';
import { openImport, saveFailedRows } from './contact-import.ts';
import { DeepLinks } from './deep-links.ts';
import {
  askAboutCrash,
  chooseBackupFile,
  chooseBackupFolder,
  chooseExportFile,
  chooseFailedRowsFile,
  chooseFiles,
  chooseFolder,
  chooseImportFile,
  chooseTargetOf,
  tellSettingsDamaged,
  type ExportTexts,
} from './dialogs.ts';
import { realWaiting } from './drive/back-off.ts';
import { DriveDesk } from './drive/drive-desk.ts';
import { driveHandlers } from './drive/drive-handlers.ts';
import { endPage } from './drive/end-page.ts';
import { google, googleAt, PERMISSIONS_PAGE } from './drive/endpoints.ts';
import { workerOutbox } from './drive/worker-outbox.ts';
import { workerStore } from './drive/worker-store.ts';
import type { StartOptions } from './environment.ts';
import { contentHandlers } from './files.ts';
import { firstPaint, writeScreenshot } from './first-paint.ts';
import { lockWhenIdle, watchIdle, type IdleParts } from './idle-watch.ts';
import { answerPage } from './ipc/answer-page.ts';
import type { AnswerPage } from './ipc/gate.ts';
import { mainHandlers } from './ipc/main-handlers.ts';
import { hasKeyring } from './keyring.ts';
import type { LogFile } from './logging.ts';
import { exportAccess } from './access-export.ts';
import { openDocumentLink } from './document-link.ts';
import { exportList } from './list-export.ts';
import { ScreenLock } from './lock.ts';
import { menuTemplate, type MenuOptions } from './menu.ts';
import { PastWindow } from './past-window.ts';
import type { SessionListener, SessionParts } from './session-parts.ts';
import { onScreenLock, onWake } from './system-events.ts';
import { openInBrowser } from './system-browser.ts';
import { textsIn } from './texts.ts';
import type { Windows } from './windows.ts';
import type { WorkerHost } from './worker-host.ts';
import type { SignedIn, WorkerEvent } from './worker/protocol.ts';

/** So long main leaves its thread to the first screen. */
const FIRST_SCREEN_MS = 400;
const workerStopLimitMs = 5_000;
/** Long enough to find a forgotten password; Google's own page lives about as long. */
const driveSignInLimitMs = 10 * 60_000;

export interface ApplicationParts extends SessionParts {
  options: StartOptions;
  userDataDir: string;
  logDir: string;
  log: LogFile;
  host: WorkerHost;
  windows: Windows;
  /** The window that was opened at the start. */
  first: BrowserWindow;
  pageUrl: string;
}

const platform = (): AppInfo['platform'] =>
  process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux';

/** Everything of the menu that the settings do not say. */
type MenuParts = Omit<MenuOptions, 'platform' | 'texts' | 'appName' | 'development'>;

function showMenu(language: Language, parts: MenuParts): void {
  const template = menuTemplate({
    platform: process.platform,
    texts: textsIn(language).menu,
    appName: app.name,
    development: !app.isPackaged,
    ...parts,
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

export interface Application extends SessionListener {
  links: DeepLinks;
  answer: AnswerPage;
  /** Passes on what the worker tells unasked. */
  relay(event: WorkerEvent): void;
}

/** Puts the parts together behind the first window. Call when Electron is ready. */
export function startApplication(parts: ApplicationParts): Application {
  const { options, userDataDir, logDir, log, host, windows, first, pageUrl, settings, keyring, sessions } = parts;
  const dialogTexts = () => textsIn(settings.get().language).dialogs;
  windows.onCrashedAgain((window) => void askAboutCrash(window, dialogTexts()));

  const handingOut = {
    control: host.control,
    chooseTarget: (name: string) => chooseTargetOf(windows.current(), dialogTexts().saveFile, name),
    openPath: (path: string) => shell.openPath(path),
  };
  const past: PastWindow = new PastWindow({
    control: host.control,
    openApart: (closed) => windows.openApart(closed),
    contents: contentHandlers(handingOut, 'past'),
  });
  const screen: ScreenLock = new ScreenLock({
    session: {
      get current() {
        return sessions.present;
      },
      knowsPassword: (password) => sessions.knowsPassword(password),
      reopen: (email) => sessions.reopen(email),
      signOut: () => sessions.signOut(),
    },
    storePin: async (verifier) => {
      await host.control('worker.storePin', verifier);
    },
    markFile: join(userDataDir, 'locked'),
    announce: (state) => {
      windows.broadcast('lock.changed', state);
      showMenuNow();
    },
    log,
  });
  const endpoints = options.testGoogle === null ? google : googleAt(options.testGoogle);
  const browse = (address: string, isListed: (url: URL) => boolean): Promise<void> => {
    if (options.testGoogle === null) return openInBrowser(address, isListed);
    const opened = (process as NodeJS.EventEmitter).emit('factory-pulse:browser', address);
    return opened ? Promise.resolve() : Promise.reject(new AppError('LINK_NOT_OPENED', 'nobody listens in the place of a browser'));
  };
  const drive: DriveDesk = new DriveDesk({
    endpoints,
    keyring,
    secretsFile: join(userDataDir, 'drive-client.json'),
    preset: options.googleClient,
    role: () => sessions.present?.person.role ?? null,
    config: () => host.control('worker.driveConfig', undefined),
    linked: () => host.control('worker.driveLinks', undefined),
    note: async (news) => {
      await host.control('worker.noteDriveNews', news);
    },
    openBrowser: (address) => browse(address, (url) => `${url.origin}${url.pathname}` === endpoints.authorize),
    copyText: (text) => clipboard.writeText(text),
    page: (outcome) => endPage(settings.get().language, textsIn(settings.get().language).drive[outcome]),
    announce: (state) => windows.broadcast('drive.changed', state),
    store: workerStore(host),
    backups: workerOutbox(host.control),
    tellTransfers: (transfers) => windows.broadcast('drive.transferring', transfers),
    waiting: realWaiting,
    signInLimitMs: driveSignInLimitMs,
  });
  let shownTo: string | undefined;
  function sessionChanged(session: Session | null): void {
    if (session?.person.id !== shownTo) past.close();
    shownTo = session?.person.id;
    if (session === null) {
      showBadge(null);
      drive.personLeft();
    }
    windows.broadcast('session.changed', session);
    showMenuNow();
  }
  function personArrived({ session, pin, full_sign_in_at, folder }: SignedIn, entered: boolean): void {
    screen.personArrived(session, pin, full_sign_in_at === null ? null : parseTimestamp(full_sign_in_at), entered);
    drive.personArrived({ person: session.person, organization: session.organization, folder });
    void drive.sendBackups({ asked: false });
  }
  function showBadge(status: SyncStatus | null): void {
    const { count, overlay } = badgeOf(status, textsIn(settings.get().language).badge);
    app.setBadgeCount(count);
    windows.showOverlay(overlay);
  }
  function relay(event: WorkerEvent): void {
    if (event.topic === 'session.changed') {
      sessions.adopt(event.payload);
      return;
    }
    if (event.topic === 'session.ended') {
      // First the reason, so that the sign-in screen that follows shows it.
      windows.broadcast('session.ended', event.payload);
      sessions.ended().catch((error: unknown) => log.warn('session.not-forgotten', { error }));
      return;
    }
    if (event.topic === 'sync.status') showBadge(event.payload);
    if (event.topic === 'backup.waiting') void drive.sendBackups({ asked: false });
    windows.broadcast(event.topic, event.payload);
  }

  const chooseExport = (what: ExportTexts) => (format: ExportFormat) => chooseExportFile(windows.current(), dialogTexts()[what], format);
  const importParts = {
    control: host.control,
    chooseImport: () => chooseImportFile(windows.current(), dialogTexts()),
    chooseTarget: (format: ExportFormat) => chooseFailedRowsFile(windows.current(), dialogTexts(), format),
  };
  const backupParts = {
    control: host.control,
    chooseFolder: () => chooseBackupFolder(windows.current(), dialogTexts()),
    chooseFile: () => chooseBackupFile(windows.current(), dialogTexts()),
  };
  const links = new DeepLinks(() => {
    windows.focus();
    windows.tell('shell.command', { type: 'link' });
  });
  const print = () =>
    windows.front().webContents.print({ printBackground: true }, (printed, reason) => {
      if (!printed) log.info('page.not-printed', { reason });
    });
  let menuIsDue = false;
  function showMenuNow(): void {
    if (!menuIsDue) return;
    showMenu(settings.get().language, {
      openLogFolder: () => void shell.openPath(logDir),
      lock: () => screen.lock('person'),
      role: screen.isLocked ? null : (sessions.present?.person.role ?? null),
      command: (command) => windows.tell('shell.command', command),
      newWindow: () => windows.open(),
      zoom: (step) => windows.zoom(step),
    });
  }
  nativeTheme.on('updated', () => windows.recolor());
  nativeTheme.themeSource = settings.get().theme;
  settings.onChange((current) => {
    nativeTheme.themeSource = current.theme;
    showMenuNow();
    windows.broadcast('settings.changed', current);
  });

  const answer = answerPage({
    pageUrl,
    isOwnWindow: windows.isOwn,
    past,
    hasSession: () => sessions.isOpen,
    isLocked: () => screen.isLocked,
    forward: (name, input) => host.request(name, input),
    handlers: mainHandlers({
      info: () => ({
        version: app.getVersion(),
        platform: platform(),
        demo: options.demo,
        keyring: hasKeyring(keyring.vault, keyring.platform),
      }),
      openFolder: (path) => shell.openPath(path),
      logDir,
      copyText: (text) => clipboard.writeText(text),
      settings,
      sessions,
      screen,
      exportAudit: (request) => exportAudit({ sessions, control: host.control, chooseFile: chooseExport('exportAudit'), log }, request),
      openDocumentLink: (id) => openDocumentLink({ control: host.control, openInBrowser }, id),
      exportAccess: (request) => exportAccess({ control: host.control, chooseFile: chooseExport('exportAccess'), log }, request),
      exportList: (request) => exportList({ control: host.control, chooseFile: chooseExport('exportList'), log }, request),
      openWindow: (path) => windows.open(path),
      print,
      links,
      openImport: () => openImport(importParts),
      saveFailedRows: (request) => saveFailedRows(importParts, request),
      drive: driveHandlers(drive, () => browse(PERMISSIONS_PAGE, (url) => url.href === PERMISSIONS_PAGE)),
      files: {
        ...handingOut,
        chooseFiles: () => chooseFiles(windows.current(), dialogTexts()),
        chooseFolder: (purpose) => chooseFolder(windows.current(), dialogTexts()[purpose === 'scans' ? 'scanFolder' : 'backupFolder']),
      },
      addBackupDestination: () => addBackupDestination(backupParts),
      openBackup: () => openBackup(backupParts),
      openBackupFromDrive: async (file) => openFetchedBackup(host.control, await (await drive.drive).backups.fetch(file)),
      sendBackups: () => void drive.sendBackups({ asked: true }),
      restoreSnapshot: (passphrase) => sessions.reopenAfter(() => host.control('worker.restoreSnapshot', { passphrase })),
      openPast: (passphrase) => past.open(passphrase),
    }),
    log,
  });

  stopWorkerBeforeQuit(host, windows, () => drive.personLeft());
  onWake((reason) => {
    log.info('system.wake', { reason });
    void drive.lookAround();
    host.control('worker.wake', undefined).catch((error: unknown) => log.warn('worker.wake-failed', { error }));
  });
  onScreenLock(() => screen.lock('system'));
  const idle = {
    idleSeconds: () => powerMonitor.getSystemIdleTime(),
    limitMinutes: () => sessions.present?.security.lock_after_minutes ?? null,
    lock: () => screen.lock('idle'),
  };
  watchIdle(idle);
  if (options.testHooks) onTestHook(host, idle);

  const ready = firstPaint(first).then(async () => {
    const startMs = Math.round(performance.now());
    log.info('app.ready', { startMs });
    console.log(`Factory Pulse is ready (version ${app.getVersion()}, ${startMs} ms)`);
    if (settings.setAside !== null) void tellSettingsDamaged(first, dialogTexts(), settings.setAside);
    if (options.screenshot === null) return;
    await writeScreenshot(first, options.screenshot);
    console.log(`Screenshot of the first window: ${options.screenshot}`);
  });
  ready.catch((error: unknown) => log.error('window.not-painted', { error }));
  // Making the menu takes as long as answering the first screen, which comes first.
  setTimeout(() => {
    menuIsDue = true;
    showMenuNow();
  }, FIRST_SCREEN_MS);
  return { links, answer, relay, sessionChanged, personArrived, personLeft: (email) => screen.personLeft(email) };
}

/** The replica is closed in order before the application ends; transfers that need the worker stop before it does. */
function stopWorkerBeforeQuit(host: WorkerHost, windows: Windows, stopTransfers: () => void): void {
  let state: 'running' | 'stopping' | 'stopped' = 'running';
  app.on('before-quit', (event) => {
    if (state === 'stopped') return;
    event.preventDefault();
    if (state === 'stopping') return;
    state = 'stopping';
    windows.hide();
    stopTransfers();
    void host.stop(workerStopLimitMs).finally(() => {
      state = 'stopped';
      app.quit();
    });
  });
}

/**
 * `process.emit('factory-pulse:terminate-worker')` in main stands for a crash of the worker, and
 * `process.emit('factory-pulse:idle', seconds)` for a person who has touched nothing for so long. With a server that stands
 * for Google, 'factory-pulse:browser' hands the test what the system's browser would have been given; where nobody listens, no
 * browser opens.
 */
function onTestHook(host: WorkerHost, idle: IdleParts): void {
  const hooks = process as NodeJS.EventEmitter;
  hooks.on('factory-pulse:terminate-worker', () => void host.terminate());
  hooks.on('factory-pulse:idle', (seconds: number) => lockWhenIdle({ ...idle, idleSeconds: () => seconds }));
}
