import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { app, dialog, type BrowserWindow } from 'electron';
import type { ExportFormat } from '../shared/api/audit.ts';
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

/** The dialogs that ask for the file of an export. */
export type ExportTexts = 'exportAudit' | 'exportList' | 'exportAccess';

/** Asks where an export goes; null where the person changed their mind. */
export const chooseExportFile = (window: BrowserWindow, texts: Texts['dialogs'][ExportTexts], format: ExportFormat): Promise<string | null> =>
  chooseNewFile(window, texts, format);

/** Asks for a list of contacts; null where the person changed their mind. */
export async function chooseImportFile(window: BrowserWindow, texts: Texts['dialogs']): Promise<string | null> {
  const { title, tables, all } = texts.importContacts;
  const filters = [
    { name: tables, extensions: ['xlsx', 'csv', 'txt', 'tsv'] },
    { name: all, extensions: ['*'] },
  ];
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { title, filters, properties: ['openFile'] });
  return canceled ? null : (filePaths[0] ?? null);
}

/** Asks for a folder in which backups are to lie; null where the person changed their mind. */
export async function chooseBackupFolder(window: BrowserWindow, texts: Texts['dialogs']): Promise<string | null> {
  const { title, choose } = texts.backupDestination;
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { title, buttonLabel: choose, properties: ['openDirectory', 'createDirectory'] });
  return canceled ? null : (filePaths[0] ?? null);
}

/** Asks for a backup; null where the person changed their mind. */
export async function chooseBackupFile(window: BrowserWindow, texts: Texts['dialogs']): Promise<string | null> {
  const { title, backups, all } = texts.backupFile;
  const filters = [
    { name: backups, extensions: ['gz', 'fpbackup', 'sql'] },
    { name: all, extensions: ['*'] },
  ];
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { title, filters, properties: ['openFile'] });
  return canceled ? null : (filePaths[0] ?? null);
}

/** Asks where the rows go that could not be imported. */
export const chooseFailedRowsFile = (window: BrowserWindow, texts: Texts['dialogs'], format: ExportFormat): Promise<string | null> =>
  chooseNewFile(window, { ...texts.exportAudit, ...texts.failedRows }, format);

async function chooseNewFile(window: BrowserWindow, { title, name, formats }: Texts['dialogs']['exportAudit'], format: ExportFormat): Promise<string | null> {
  let defaultPath = join(app.getPath('documents'), `${fill(name, { date: new Date().toISOString().slice(0, 10) })}.${format}`);
  for (;;) {
    const filters = [{ name: formats[format], extensions: [format] }];
    const { canceled, filePath } = await dialog.showSaveDialog(window, { title, defaultPath, filters });
    if (canceled || filePath === '') return null;
    if (extname(filePath) !== '') return filePath;
    // Some dialogs add no ending. The name that the file gets then may be taken, and nobody was asked about that.
    const named = `${filePath}.${format}`;
    if (!existsSync(named)) return named;
    defaultPath = named;
  }
}

/** Asks for files to take in; none where the person changed their mind. */
export async function chooseFiles(window: BrowserWindow, texts: Texts['dialogs']): Promise<string[]> {
  const { title } = texts.takeIn;
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { title, properties: ['openFile', 'multiSelections'] });
  return canceled ? [] : filePaths;
}

/** Asks for a folder; null where the person changed their mind. */
export async function chooseFolder(window: BrowserWindow, { title }: { title: string }): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { title, properties: ['openDirectory'] });
  return canceled ? null : (filePaths[0] ?? null);
}

/** Asks where a document's file goes; null where the person changed their mind. */
export async function chooseTargetOf(window: BrowserWindow, { title }: { title: string }, name: string): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, { title, defaultPath: join(app.getPath('downloads'), name) });
  return canceled || filePath === '' ? null : filePath;
}

/** Says why the application cannot start. Blocks until the person has read it. */
export function tellStartFailed(texts: Texts['dialogs'], folder: string, error: unknown): void {
  const { title, detail } = texts.startFailed;
  const reason = error instanceof Error ? error.message : String(error);
  dialog.showErrorBox(title, fill(detail, { folder, error: reason }));
}
