import { writeFile } from 'node:fs/promises';
import type { BrowserWindow } from 'electron';

/** Resolves in the page when it has painted content, not just its background. */
const contentPainted = `new Promise((resolve) => {
  new PerformanceObserver((list, observer) => {
    if (list.getEntriesByName('first-contentful-paint').length === 0) return;
    observer.disconnect();
    resolve(true);
  }).observe({ type: 'paint', buffered: true });
})`;

/** Resolves in the page when its content has not changed for a while, after \`most\` ms at the latest. */
const contentSettled = (quiet: number, most: number) => `new Promise((resolve) => {
  let timer = setTimeout(resolve, ${quiet}, true);
  new MutationObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(resolve, ${quiet}, true);
  }).observe(document.documentElement, { subtree: true, childList: true, characterData: true });
  setTimeout(resolve, ${most}, true);
})`;

/** Resolves when the window is shown and its page has painted content. */
export async function firstPaint(window: BrowserWindow): Promise<void> {
  const shown = new Promise<void>((resolve) => {
    if (window.isVisible()) resolve();
    else window.once('show', () => resolve());
  });
  const loaded = new Promise<void>((resolve) => window.webContents.once('did-finish-load', () => resolve()));
  await Promise.all([shown, loaded]);
  await window.webContents.executeJavaScript(contentPainted);
}

/** Writes a PNG of the window's content once it has come to rest. */
export async function writeScreenshot(window: BrowserWindow, path: string): Promise<void> {
  await window.webContents.executeJavaScript(contentSettled(400, 5_000));
  const image = await window.webContents.capturePage();
  await writeFile(path, image.toPNG());
}
