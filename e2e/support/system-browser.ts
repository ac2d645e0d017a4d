import type { Desktop } from './desktop.ts';

/** Notes what the system's browser was to open, which would lead outside the test. */
export async function watchBrowser(desktop: Desktop): Promise<() => Promise<string[]>> {
  await desktop.application.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    shell.openExternal = (url) => {
      opened.push(url);
      return Promise.resolve();
    };
  });
  return () => desktop.application.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
}
