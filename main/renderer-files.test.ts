import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentSecurityPolicy, previewPolicy } from './content-security-policy.ts';
import { previewUrl } from '../shared/preview-frame.ts';
import { appUrl } from './origin.ts';
import { answerFromFolder, fileForUrl, readFirstFiles, type ServedFolder } from './renderer-files.ts';

let folder: string;
let root: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fp-renderer-'));
  root = join(folder, 'renderer');
  await mkdir(join(root, 'assets'), { recursive: true });
  await writeFile(join(root, 'index.html'), '<!doctype html><title>Factory Pulse</title>');
  await writeFile(join(root, 'assets', 'xưởng 1.js'), 'export {};');
  await writeFile(join(folder, 'secret.json'), '{}');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const pages = (): ServedFolder => ({ dir: root, url: appUrl, policy: contentSecurityPolicy });
const get = (url: string) => answerFromFolder(pages(), { url, method: 'GET' });

describe('the files of the renderer', () => {
  it('are served with their type and the content security policy', async () => {
    const response = await get('app://factory-pulse/');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self'(;|$)/);
    expect(policy).not.toContain('unsafe-eval');
    expect(await response.text()).toContain('Factory Pulse');
  });

  it('are found under names with blanks and diacritics', async () => {
    const response = await get('app://factory-pulse/assets/x%C6%B0%E1%BB%9Fng%201.js?v=1#top');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/javascript');
  });

  it.each([
    'app://factory-pulse/../secret.json',
    'app://factory-pulse/%2e%2e/secret.json',
    'app://factory-pulse/..%2fsecret.json',
    'app://factory-pulse/assets/..%2f..%2fsecret.json',
    'app://factory-pulse/..%5csecret.json',
    'app://factory-pulse/%2fetc%2fpasswd',
    'app://factory-pulse//etc/passwd',
    'app://factory-pulse/index.html%00.json',
    'app://factory-pulse/%ff',
    'app://elsewhere/index.html',
    'https://factory-pulse/index.html',
    'app://factory-pulse/assets',
    'app://factory-pulse/missing.js',
  ])('never lead out of their folder or to another origin: %s', async (url) => {
    const response = await get(url);
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('');
  });

  it('are not what a link in their folder leads to outside of it', async () => {
    await symlink(join(folder, 'secret.json'), join(root, 'assets', 'file.json'));
    await symlink(folder, join(root, 'assets', 'folder'));
    await symlink(join(root, 'index.html'), join(root, 'assets', 'own.html'));
    expect((await get('app://factory-pulse/assets/file.json')).status).toBe(404);
    expect((await get('app://factory-pulse/assets/folder/secret.json')).status).toBe(404);
    expect((await get('app://factory-pulse/assets/own.html')).status).toBe(200);
  });

  it('can only be read', async () => {
    const response = await answerFromFolder(pages(), { url: 'app://factory-pulse/index.html', method: 'POST' });
    expect(response.status).toBe(405);
  });

  it('do not include the folder itself', () => {
    expect(fileForUrl(pages(), 'app://factory-pulse/.')).toBe(join(root, 'index.html'));
    expect(fileForUrl(pages(), 'app://factory-pulse/assets/..%2f')).toBeNull();
  });
});

describe('the frame that decodes documents', () => {
  const preview = (): ServedFolder => ({ dir: root, url: previewUrl, policy: previewPolicy(appUrl) });
  const ask = (url: string) => answerFromFolder(preview(), { url, method: 'GET' });

  it('has an origin of its own, and a policy that lets it run its script and nothing else', async () => {
    const response = await ask('app://factory-pulse-preview/index.html');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; frame-ancestors app://factory-pulse; base-uri 'none'; form-action 'none'; sandbox allow-scripts",
    );
    expect((await ask('app://factory-pulse/index.html')).status).toBe(404);
    expect((await get('app://factory-pulse-preview/index.html')).status).toBe(404);
  });

  it('is the one frame that pages may hold', () => {
    expect(contentSecurityPolicy).toMatch(/(^|; )frame-src app:\/\/factory-pulse-preview(;|$)/);
  });

  it('that the first page names are read ahead, and given out once: a reload reads what is there then', async () => {
    const index = join(root, 'index.html');
    const script = join(root, 'assets', 'start.js');
    await writeFile(index, '<script type="module" src="./assets/start.js"></script><link href="./assets/lost.css" />');
    await writeFile(script, 'first');
    const folder = { ...pages(), ahead: readFirstFiles(root) };
    const text = async (url: string): Promise<string> => (await answerFromFolder(folder, { url, method: 'GET' })).text();
    expect(await folder.ahead.names).toEqual(['assets/start.js', 'assets/lost.css']);
    await folder.ahead.contents.get(script);
    await writeFile(script, 'second');
    expect(await text('app://factory-pulse/assets/start.js')).toBe('first');
    expect(await text('app://factory-pulse/assets/start.js')).toBe('second');
    expect((await answerFromFolder(folder, { url: 'app://factory-pulse/assets/lost.css', method: 'GET' })).status).toBe(404);
  });
});
