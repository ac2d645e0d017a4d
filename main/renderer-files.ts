import { realpath as realpathWithCallback } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { sameOrigin } from './origin.ts';

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
  // What pdf.js brings along of character maps and fonts.
  '.bcmap': 'application/octet-stream',
  '.pfb': 'application/octet-stream',
};

/** A folder of built files: under which address it is served, and what its pages may load. */
export interface ServedFolder {
  dir: string;
  /** Its first page. */
  url: string;
  policy: string;
  /** What was read of it before anybody asked. */
  ahead?: FilesAhead;
}

/** The files that the first page needs, read before anybody asks. */
export interface FilesAhead {
  /** What the page names, as it does: `assets/x.js`. */
  names: Promise<readonly string[]>;
  /** Each content is given out once, by its path. */
  contents: Map<string, Promise<Buffer | null>>;
}

const named = /(?:src|href)="\.\/([^"]+)"/g;

/** Reads a folder's first page, and what it names, while nobody waits for them yet. */
export function readFirstFiles(dir: string): FilesAhead {
  const contents: FilesAhead['contents'] = new Map();
  const read = (path: string): Promise<Buffer | null> => {
    const file = join(dir, path);
    const content = readInside(dir, file).catch(() => null);
    contents.set(file, content);
    return content;
  };
  const names = read('index.html').then((page) => [...(page?.toString().matchAll(named) ?? [])].map(([, path]) => path as string));
  void names.then((paths) => {
    for (const path of paths) void read(path);
  });
  return { names, contents };
}

/** Null where there is no such file, or a link leads out of the folder to it. */
async function readInside(dir: string, file: string): Promise<Buffer | null> {
  try {
    const real = await realpath(file);
    return isInside(await realpath(dir), real) ? await readFile(real) : null;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return null;
    throw error;
  }
}

/** What was read ahead, and else what the file holds now. */
async function contentOf({ dir, ahead }: ServedFolder, file: string): Promise<Buffer | null> {
  const early = ahead?.contents.get(file);
  ahead?.contents.delete(file);
  return (await early) ?? (await readInside(dir, file));
}

/**
 * The file of a folder that a URL means, or null where it means none: another origin, a path that leads out of the folder
 * in any spelling, or a name that no file can have.
 */
export function fileForUrl({ dir: root, url: own }: ServedFolder, url: string): string | null {
  if (!sameOrigin(url, own)) return null;
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

/** Answers a request of the `app://` scheme. */
export async function answerFromFolder(folder: ServedFolder, request: { url: string; method: string }): Promise<Response> {
  const headers = {
    'content-security-policy': folder.policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  };
  if (request.method !== 'GET') return new Response(null, { status: 405, headers });
  const file = fileForUrl(folder, request.url);
  const contentType = file === null ? undefined : contentTypes[extname(file).toLowerCase()];
  if (file === null || contentType === undefined) return new Response(null, { status: 404, headers });
  const content = await contentOf(folder, file);
  if (content === null) return new Response(null, { status: 404, headers });
  return new Response(content, { headers: { ...headers, 'content-type': contentType } });
}
