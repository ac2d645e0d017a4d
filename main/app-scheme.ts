import { protocol } from 'electron';
import { appScheme } from './origin.ts';
import { rendererDir } from './paths.ts';
import { answerFromFolder } from './renderer-files.ts';

/**
 * Makes `app://` a standard, secure scheme: the page gets a real origin, so that storage, fetch and module scripts
 * work as on https, which `file://` would not give. Has to run before the application is ready.
 */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

export function serveAppScheme(): void {
  protocol.handle(appScheme, (request) => answerFromFolder(rendererDir, request));
}
