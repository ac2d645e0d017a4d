import { protocol } from 'electron';
import { contentSecurityPolicy, previewPolicy } from './content-security-policy.ts';
import { previewUrl } from '../shared/preview-frame.ts';
import { appScheme, appUrl, sameOrigin } from './origin.ts';
import { previewDir, rendererDir } from './paths.ts';
import { answerFromFolder } from './renderer-files.ts';

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
 * @param onAnswered told the address of each file once its answer has been handed over
 */
export function serveAppScheme(pageUrl: string, onAnswered: (url: string) => void): void {
  const pages = { dir: rendererDir, url: appUrl, policy: contentSecurityPolicy };
  const preview = { dir: previewDir, url: previewUrl, policy: previewPolicy(pageUrl) };
  protocol.handle(appScheme, async (request) => {
    const answer = await answerFromFolder(sameOrigin(request.url, previewUrl) ? preview : pages, request);
    setImmediate(() => onAnswered(request.url));
    return answer;
  });
}
