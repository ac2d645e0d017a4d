import { protocol } from 'electron';
import { contentSecurityPolicy, previewPolicy } from './content-security-policy.ts';
import { previewUrl } from '../shared/preview-frame.ts';
import { appScheme, appUrl, sameOrigin } from './origin.ts';
import { previewDir, rendererDir } from './paths.ts';
import { answerFromFolder, type FilesAhead } from './renderer-files.ts';

/**
 * Makes `app://` a standard, secure scheme: the page gets a real origin, so that storage, fetch and module scripts
 * work as on https, which `file://` would not give. What V8 compiled is kept from one start to the next, by the content of the
 * files (Electron 25 does not know that yet and ignores it). Has to run before the application is ready.
 */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/**
 * @param pageUrl where our pages come from: nothing else may hold the frame that decodes documents
 * @param ahead what was read of the pages' files already
 */
export function serveAppScheme(pageUrl: string, ahead: FilesAhead): void {
  const pages = { dir: rendererDir, url: appUrl, policy: contentSecurityPolicy, ahead };
  const preview = { dir: previewDir, url: previewUrl, policy: previewPolicy(pageUrl) };
  protocol.handle(appScheme, (request) => answerFromFolder(sameOrigin(request.url, previewUrl) ? preview : pages, request));
}

/** Node reads its classes of fetch with their first use, which would be while the page waits for its first answer. */
export function readWebClasses(): void {
  Reflect.get(globalThis, 'Request');
}
