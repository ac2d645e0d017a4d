import { app, dialog, type BrowserWindow } from 'electron';
import { fill, type Texts } from './texts.ts';

/** Says that the settings file was damaged, and where it was put. */
export async function tellSettingsDamaged(window: BrowserWindow, texts: Texts['dialogs'], file: string): Promise<void> {
  const { title, detail } = texts.settingsDamaged;
  await dialog.showMessageBox(window, {
    type: 'warning',
    message: title,
    detail: fill(detail, { file }),
    buttons: [texts.ok],
  });
}

/** Asks what to do about a page that keeps crashing. */
export async function askAboutCrash(window: BrowserWindow, texts: Texts['dialogs']): Promise<void> {
  const { title, detail } = texts.pageCrashed;
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: title,
    detail,
    buttons: [texts.reload, texts.quit],
    defaultId: 0,
    cancelId: 0,
  });
  if (response === 1) app.quit();
  else if (!window.isDestroyed()) window.webContents.reload();
}

/** Says why the application cannot start. Blocks until the person has read it. */
export function tellStartFailed(texts: Texts['dialogs'], folder: string, error: unknown): void {
  const { title, detail } = texts.startFailed;
  const reason = error instanceof Error ? error.message : String(error);
  dialog.showErrorBox(title, fill(detail, { folder, error: reason }));
}
