import { app, BrowserWindow, nativeImage, nativeTheme, screen } from 'electron';
import type { Topic, Topics } from '../shared/api/index.ts';
import { eventChannel } from '../shared/ipc-channels.ts';
import { drawBadge } from './badge-image.ts';
import type { Badge } from './badge.ts';
import { KeptWindows } from './kept-windows.ts';
import type { Log } from './logging.ts';
import { pagePreferences } from './page-preferences.ts';
import { preloadFile } from './paths.ts';
// Inlined, so that the icon is there however the application was packaged.
import icon from '../resources/icons/256x256.png?inline';
import { minimumSize, placeWindow, type WindowState } from './window-state.ts';

/** Shown before the page has painted; the colours of its canvas. */
const backgroundColor = () => (nativeTheme.shouldUseDarkColors ? '#11161b' : '#f6f8fa');

const crashWindowMs = 60_000;

export interface WindowsParts {
  dir: string;
  pageUrl: string;
  title: string;
  log: Log;
}

/** More windows than anybody keeps apart; a held-down key opens no hundred. */
const MOST_WINDOWS = 12;

/** So far beside the one before it a further window opens. */
const CASCADE = 32;

/** Creates our windows and knows them. */
export class Windows {
  readonly #parts: WindowsParts;
  readonly #kept: KeptWindows;
  /** Open windows with the number under which the place of each is kept; the first has number one. */
  readonly #open = new Map<BrowserWindow, number>();
  /** Windows that hear of nothing but how to look and the lock: what they show is not the session's. */
  readonly #apart = new Set<BrowserWindow>();
  #overlay: Badge['overlay'] = null;
  #crashedAgain: (window: BrowserWindow) => void = () => undefined;

  constructor(parts: WindowsParts) {
    this.#parts = parts;
    this.#kept = new KeptWindows(parts.dir);
  }

  /** The page of a window crashed again soon after it was reloaded: ask the person. */
  onCrashedAgain(ask: (window: BrowserWindow) => void): void {
    this.#crashedAgain = ask;
  }

  /** Is this the content of one of our windows? */
  readonly isOwn = (webContentsId: number): boolean =>
    [...this.#open.keys()].some((window) => window.webContents.id === webContentsId);

  /** The window that the person works in; opens one where there is none. */
  current(): BrowserWindow {
    const windows = [...this.#open.keys()].filter((window) => !this.#apart.has(window));
    return windows.find((window) => window.isFocused()) ?? windows[0] ?? this.open();
  }

  /** The window in front, also one that stands apart. */
  front(): BrowserWindow {
    return [...this.#apart].find((window) => window.isFocused()) ?? this.current();
  }

  /** Brings a window to the front. */
  focus(): void {
    const window = this.current();
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  broadcast<Name extends Topic>(topic: Name, payload: Topics[Name]): void {
    for (const window of this.#open.keys()) {
      if (!this.#apart.has(window) || topic === 'settings.changed' || topic === 'lock.changed') window.webContents.send(eventChannel, topic, payload);
    }
  }

  /** Tells the window in front. */
  tell<Name extends Topic>(topic: Name, payload: Topics[Name]): void {
    this.front().webContents.send(eventChannel, topic, payload);
  }

  /** Zooms all windows, as their pages are one site. */
  zoom(step: number | 'reset'): void {
    const { webContents } = this.current();
    const level = step === 'reset' ? 0 : Math.max(-3, Math.min(4, webContents.getZoomLevel() + step));
    webContents.setZoomLevel(level);
    this.#kept.keepZoom(level);
  }

  /** Lays a badge over the icons of the taskbar; only Windows has such icons. */
  showOverlay(overlay: Badge['overlay']): void {
    if (JSON.stringify(overlay) === JSON.stringify(this.#overlay)) return;
    this.#overlay = overlay;
    for (const window of this.#open.keys()) this.#lay(window);
  }

  #lay(window: BrowserWindow): void {
    if (process.platform !== 'win32') return;
    if (this.#overlay === null) {
      window.setOverlayIcon(null, '');
      return;
    }
    const { label, urgent, description } = this.#overlay;
    const { pixels, size } = drawBadge(label, urgent);
    window.setOverlayIcon(nativeImage.createFromBitmap(pixels, { width: size, height: size }), description);
  }

  /** Takes the windows off the screen while the application finishes its work. */
  hide(): void {
    for (const window of this.#open.keys()) {
      this.#keepState(window);
      window.hide();
    }
  }

  /** Follows a change between light and dark. */
  recolor(): void {
    for (const window of this.#open.keys()) window.setBackgroundColor(backgroundColor());
  }

  /** Opens a window at an address inside it, by default where everybody begins; beyond a certain number, none. */
  open(path = ''): BrowserWindow {
    return this.#open.size >= MOST_WINDOWS ? this.current() : this.#create(path);
  }

  #create(path: string): BrowserWindow {
    const { pageUrl, title, log } = this.#parts;
    const number = this.#freeNumber();
    const { maximized, ...place } = placeWindow(
      this.#kept.placeOf(number) ?? this.#beside(),
      screen.getAllDisplays().map(({ workArea }) => workArea),
    );
    const window = new BrowserWindow({
      ...place,
      minWidth: minimumSize.width,
      minHeight: minimumSize.height,
      title,
      icon: nativeImage.createFromDataURL(icon),
      // Shown when it has painted: no white flash.
      show: false,
      backgroundColor: backgroundColor(),
      autoHideMenuBar: true,
      webPreferences: pagePreferences({ preload: preloadFile, installed: app.isPackaged }),
    });
    this.#open.set(window, number);
    window.once('ready-to-show', () => {
      if (maximized) window.maximize();
      window.show();
      this.#lay(window);
    });
    window.on('close', () => this.#keepState(window));
    window.once('closed', () => {
      this.#open.delete(window);
      if (this.#open.size === this.#apart.size) for (const apart of this.#apart) apart.destroy();
    });
    this.#reloadAfterCrash(window);
    this.#keepZoom(window);
    window.loadURL(path === '' ? pageUrl : `${pageUrl}#${path}`).catch((error: unknown) => log.error('window.load-failed', { error, url: pageUrl }));
    return window;
  }

  /** Opens a window that stands apart; it closes with the last of the others. */
  openApart(closed: () => void): BrowserWindow {
    const window = this.#create('');
    this.#apart.add(window);
    window.once('closed', () => {
      this.#apart.delete(window);
      closed();
    });
    return window;
  }

  #keepState(window: BrowserWindow): void {
    // A hidden window no longer knows whether it was maximized.
    if (!window.isVisible()) return;
    const state: WindowState = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    this.#kept.keepPlace(this.#open.get(window) ?? 1, state);
  }

  #freeNumber(): number {
    const taken = new Set(this.#open.values());
    let number = 1;
    while (taken.has(number)) number += 1;
    return number;
  }

  /** A window that was never open before does not cover the one it was opened from. */
  #beside(): WindowState | null {
    const [window] = [...this.#open.keys()].slice(-1);
    if (!window) return null;
    const { x, y, width, height } = window.getNormalBounds();
    return { bounds: { x: x + CASCADE, y: y + CASCADE, width, height }, maximized: false };
  }

  #keepZoom(window: BrowserWindow): void {
    const { webContents } = window;
    webContents.on('did-finish-load', () => {
      const level = this.#kept.zoom;
      if (level !== null) webContents.setZoomLevel(Math.max(-3, Math.min(4, level)));
    });
    // Ctrl and the wheel.
    webContents.on('zoom-changed', (_event, direction) => this.zoom(direction === 'in' ? 0.5 : -0.5));
  }

  #reloadAfterCrash(window: BrowserWindow): void {
    const { log } = this.#parts;
    let lastCrash = -Infinity;
    window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      if (reason === 'clean-exit' || window.isDestroyed()) return;
      log.error('page.crashed', { reason, exitCode });
      const now = Date.now();
      const soon = now - lastCrash < crashWindowMs;
      lastCrash = now;
      if (soon) this.#crashedAgain(window);
      else window.webContents.reload();
    });
    window.webContents.on('preload-error', (_event, path, error) => {
      log.error('preload.failed', { path, error });
    });
    window.on('unresponsive', () => log.warn('page.unresponsive'));
  }
}
