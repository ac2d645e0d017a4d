import { describe, expect, it } from 'vitest';
import { pagePreferences } from './page-preferences.ts';

describe('the preferences of a page', () => {
  it('say everything of Electron’s checklist, and set nothing that would weaken it', () => {
    expect(pagePreferences({ preload: '/preload.cjs', installed: true })).toEqual({
      preload: '/preload.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      devTools: false,
      spellcheck: false,
    });
  });

  it('allow developer tools where the program is not installed', () => {
    expect(pagePreferences({ preload: '', installed: false }).devTools).toBe(true);
  });
});
