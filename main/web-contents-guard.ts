import { app, session, type ProxyConfig, type Session, type WebContents } from 'electron';
import type { Log } from './logging.ts';
import { previewUrl } from '../shared/preview-frame.ts';
import { sameOrigin, staysInside } from './origin.ts';

type Refuse = (what: string, url: string) => void;

/** A page may stay on its own origin and open nothing: no window, no foreign page, no embedded guest. */
function guardContents(contents: WebContents, pageUrl: string, refuse: Refuse): void {
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
  // Of frames our pages have the one that decodes documents; whatever else loads into one is foreign.
  contents.on('will-frame-navigate', (details) => {
    if (details.isMainFrame || details.url === previewUrl) return;
    details.preventDefault();
    refuse('frame', details.url);
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
  // No policy for contents and no cancelled request covers calls between browsers: they may use the session's proxy only.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}

/** A name that is reserved for leading nowhere (RFC 6761). */
const DEAD_PROXY = 'socks5://no-network.invalid:9';

/** Whatever a session sends over the network ends here, to this machine too; what `app://` answers needs none. */
function noNetwork(pageUrl: string): ProxyConfig {
  const devServer = /^https?:\/\/([^/]+)/.exec(pageUrl)?.[1];
  return { proxyRules: DEAD_PROXY, proxyBypassRules: ['<-loopback>', ...(devServer === undefined ? [] : [devServer])].join(';') };
}

/**
 * No page gets a permission (camera, location, notifications, clipboard reading, devices …), downloads anything, or
 * reaches another host, whatever its own policy says.
 */
function guardSession(target: Session, pageUrl: string, log: Log, refuse: Refuse): void {
  target.setPermissionRequestHandler((_contents, permission, callback) => {
    log.warn('page.refused', { what: 'permission', permission });
    callback(false);
  });
  target.setPermissionCheckHandler(() => false);
  target.setDevicePermissionHandler(() => false);
  target.on('will-download', (event, item) => {
    event.preventDefault();
    refuse('download', item.getURL());
  });
  target.webRequest.onBeforeRequest((details, callback) => {
    const inside = staysInside(details.url, pageUrl);
    if (!inside) refuse('request', details.url);
    callback({ cancel: !inside });
  });
  target.setProxy(noNetwork(pageUrl)).catch((error: unknown) => log.error('session.proxy-failed', { error }));
}

/**
 * Puts every page and every session under these rules, whoever creates it. Call when the application is ready, before
 * any window.
 */
export function guardPages(pageUrl: string, log: Log): void {
  // Data addresses hold whole documents.
  const refuse: Refuse = (what, url) => log.warn('page.refused', { what, url: url.slice(0, 200) });
  app.on('web-contents-created', (_event, contents) => guardContents(contents, pageUrl, refuse));
  app.on('session-created', (created) => guardSession(created, pageUrl, log, refuse));
  guardSession(session.defaultSession, pageUrl, log, refuse);
}
