import type { WebPreferences } from 'electron';

/** What a page of ours may and may not; all that protects is written out, whatever Electron's defaults are. */
export const pagePreferences = ({ preload, installed }: { preload: string; installed: boolean }): WebPreferences => ({
  preload,
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  webviewTag: false,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  // A link or file that is dropped on the window is no page of it.
  navigateOnDragDrop: false,
  devTools: !installed,
  // The dictionaries would be downloaded from a foreign host.
  spellcheck: false,
});
