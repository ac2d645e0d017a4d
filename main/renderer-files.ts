import { realpath as realpathWithCallback } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { contentSecurityPolicy } from './content-security-policy.ts';
import { appUrl, sameOrigin } from './origin.ts';

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
};

/**
 * The file below `root` that a URL of the application means, or null where it means none: another origin, a path
 * that leads out of the folder in any spelling, or a name that no file can have.
 */
export function fileForUrl(root: string, url: string): string | null {
  if (!sameOrigin(url, appUrl)) return null;
  let path: string;
  try {
    path = decodeURIComponent(new URL(url).pathname);
  } catch {
    return null;
  }
  if (/[\\\0:]/.test(path)) return null;
  const file = resolve(root, join('.', path === '/' ? 'index.html' : path));
  return isInside(resolve(root), file) ? file : null;
}

/** The variant with a callback is the one that Electron teaches to look into archives. */
const realpath = promisify(realpathWithCallback);

const isInside = (folder: string, file: string): boolean => {
  const path = relative(folder, file);
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
};

/** Answers a request of the `app://` scheme from the folder of the built renderer. */
export async function answerFromFolder(root: string, request: { url: string; method: string }): Promise<Response> {
  const headers = {
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  };
  if (request.method !== 'GET') return new Response(null, { status: 405, headers });
  const file = fileForUrl(root, request.url);
  const contentType = file === null ? undefined : contentTypes[extname(file).toLowerCase()];
  if (file === null || contentType === undefined) return new Response(null, { status: 404, headers });
  try {
    // A link in the folder may lead out of it.
    const real = await realpath(file);
    if (!isInside(await realpath(root), real)) return new Response(null, { status: 404, headers });
    return new Response(await readFile(real), { headers: { ...headers, 'content-type': contentType } });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const missing = code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR';
    if (!missing) throw error;
    return new Response(null, { status: 404, headers });
  }
}
