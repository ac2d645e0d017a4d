import { app, session, type Session, type WebContents } from 'electron';
import type { Log } from './logging.ts';
import { sameOrigin } from './origin.ts';

/** A page may stay on its own origin and open nothing: no window, no foreign page, no embedded guest. */
function guardContents(contents: WebContents, pageUrl: string, log: Log): void {
  const refuse = (what: string, url: string) => log.warn('page.refused', { what, url });

  contents.on('will-navigate', (event, url) => {
    if (sameOrigin(url, pageUrl)) return;
    event.preventDefault();
    refuse('navigate', url);
  });
  contents.on('will-redirect', (event, url) => {
    if (sameOrigin(url, pageUrl)) return;
    event.preventDefault();
    refuse('redirect', url);
  });
  contents.on('will-attach-webview', (event, _preferences, params) => {
    event.preventDefault();
    refuse('webview', params['src'] ?? '');
  });
  // Nothing links to the outside, so no address is handed to the system's browser either.
  contents.setWindowOpenHandler(({ url }) => {
    refuse('window', url);
    return { action: 'deny' };
  });
}

/** No page gets a permission (camera, location, notifications, clipboard reading, devices …) or downloads anything. */
function guardSession(target: Session, log: Log): void {
  target.setPermissionRequestHandler((_contents, permission, callback) => {
    log.warn('page.refused', { what: 'permission', permission });
    callback(false);
  });
  target.setPermissionCheckHandler(() => false);
  target.setDevicePermissionHandler(() => false);
  target.on('will-download', (event, item) => {
    event.preventDefault();
    log.warn('page.refused', { what: 'download', url: item.getURL() });
  });
}

/** Puts every page under these rules, whoever creates it. Call when the application is ready, before any window. */
export function guardPages(pageUrl: string, log: Log): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents, pageUrl, log));
  guardSession(session.defaultSession, log);
}
