import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, Menu } from 'electron';
import { readWebClasses, registerAppScheme, serveAppScheme } from './app-scheme.ts';
import type { Application } from './application.ts';
import { Backlog } from './backlog.ts';
import { linkIn, linkScheme } from './deep-links.ts';
import { startOptions } from './environment.ts';
import { FirstPage } from './first-page.ts';
import { openGate } from './ipc/gate.ts';
import { openLog, type LogFile } from './logging.ts';
import { appUrl } from './origin.ts';
import { rendererDir, workerFile } from './paths.ts';
import { readFirstFiles } from './renderer-files.ts';
import type { SessionKeeper } from './session.ts';
import { guardPages } from './web-contents-guard.ts';
import { Windows } from './windows.ts';
import { WorkerHost } from './worker-host.ts';
import { enlargeYoungHeap } from './young-heap.ts';

const appName = 'Factory Pulse';
const appId = 'vn.factorypulse.desktop';

enlargeYoungHeap();

const options = startOptions({
  env: process.env,
  userDataDirSwitch: app.commandLine.getSwitchValue('user-data-dir'),
  packaged: app.isPackaged,
});

/** The link that this start is for. */
let firstLink = linkIn(process.argv);
let followLink = (url: string): void => {
  firstLink = url;
};
// macOS hands links over like this, the first one before the application is ready.
app.on('open-url', (event, url) => {
  event.preventDefault();
  followLink(url);
});

function logUnforeseen(log: LogFile): void {
  // The replica is in the worker and its changes are durable, so main goes on and keeps the windows usable.
  process.on('uncaughtException', (error) => log.error('main.uncaught-exception', { error }));
  process.on('unhandledRejection', (error) => log.error('main.unhandled-rejection', { error }));
  app.on('child-process-gone', (_event, { type, reason, exitCode, serviceName }) => {
    if (reason !== 'clean-exit') log.error('process.gone', { type, reason, exitCode, serviceName });
  });
}

async function start(): Promise<void> {
  const userDataDir = app.getPath('userData');
  const logDir = join(userDataDir, 'logs');
  const log = openLog({ dir: logDir, console: !app.isPackaged && options.devServer !== null });
  logUnforeseen(log);
  // The remembered person is signed in before there is an application, which then hears of it.
  const application = new Backlog<Application>();
  let sessions: SessionKeeper | null = null;
  const host = new WorkerHost({
    file: workerFile,
    data: { userDataDir, appVersion: app.getVersion() },
    log,
    onEvent: (event) => application.tell(({ relay }) => relay(event)),
    onLog: ({ level, event, details }) => log.write(level, 'worker', event, details),
    onRestart: async (control) => sessions?.resumeAfterRestart(control),
  });
  // The thread reads its bundle while Electron gets ready, so that the replica can be opened as soon as it is.
  host.start();
  const ahead = readFirstFiles(rendererDir);
  await app.whenReady();
  const pageUrl = options.devServer ?? appUrl;
  app.setAppUserModelId(appId);
  serveAppScheme(pageUrl, ahead);
  guardPages(pageUrl, log);
  const answerPages = openGate();
  const windows = new Windows({ dir: userDataDir, pageUrl, title: app.name, log });
  const first = windows.open();
  const page = new FirstPage(first.webContents, options.devServer === null ? ahead.names : null);
  readWebClasses();
  // Main, through which all of the page's bytes go, does each of these when the page has something else to wait for.
  const { openSessionParts } = await import('./session-parts.ts');
  await page.hasArrived;
  const parts = openSessionParts({ options, userDataDir, log, control: host.control, tell: (news) => application.tell(news) });
  sessions = parts.sessions;
  // Why it could not be opened, the page is told when it asks.
  sessions.current().catch(() => undefined);
  await page.isComplete;
  const { startApplication } = await import('./application.ts');
  log.info('app.start', {
    version: app.getVersion(),
    electron: process.versions['electron'],
    platform: process.platform,
    arch: process.arch,
    demo: options.demo,
  });
  // In development the system would start Electron without the application.
  if (app.isPackaged) app.setAsDefaultProtocolClient(linkScheme);
  const started = startApplication({ ...parts, options, userDataDir, logDir, log, host, windows, first, pageUrl });
  application.deliverTo(started);
  answerPages(started.answer);
  const { links } = started;
  followLink = (url) => links.receive(url);
  if (firstLink !== null) followLink(firstLink);
  app.on('second-instance', (_event, argv) => {
    const link = linkIn(argv);
    if (link === null) windows.focus();
    else followLink(link);
  });
  app.on('activate', () => windows.focus());
}

app.setName(appName);
// Electron's own menu would be made before the first window and replaced soon.
Menu.setApplicationMenu(null);
registerAppScheme();
if (options.userDataDir !== null) {
  mkdirSync(options.userDataDir, { recursive: true, mode: 0o700 });
  app.setPath('userData', options.userDataDir);
}
app.on('window-all-closed', () => {
  // On macOS an application stays in the dock without windows.
  if (process.platform !== 'darwin') app.quit();
});

let isEnding = false;
app.once('will-quit', () => {
  isEnding = true;
});

// The lock belongs to the data folder: a second start on the same data hands over to the first.
if (app.requestSingleInstanceLock()) {
  start().catch(async (error: unknown) => {
    // Whoever quits during the start takes the window away from it; a message about that would keep the application from ending.
    if (isEnding) return;
    console.error('Factory Pulse could not start:', error);
    const [{ tellStartFailed }, { textsIn }] = await Promise.all([import('./dialogs.ts'), import('./texts.ts')]);
    tellStartFailed(textsIn(app.getLocale().startsWith('en') ? 'en' : 'vi').dialogs, app.getPath('userData'), error);
    app.exit(1);
  });
} else {
  console.log('Factory Pulse is already running; its window was brought to the front.');
  app.quit();
}
