import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { outDir, projectRoot } from './paths.mjs';

const sources = ['main', 'preload', 'preview', 'renderer', 'shared', 'db', 'resources', 'scripts/lib/bundles.mjs', 'package-lock.json'];
const stampFile = join(outDir, 'build.json');

/** Bundles main, worker, preload and renderer into out/. */
export async function buildApplication() {
  const { build } = await import('vite');
  const { contentBundle, mainBundle, preloadBundle, previewFrameBundle, rendererBundle, workerBundle } = await import('./bundles.mjs');
  const state = sourceState();
  for (const part of ['main', 'preload', 'preview', 'renderer', 'build.json']) {
    rmSync(join(outDir, part), { recursive: true, force: true });
  }
  for (const bundle of [mainBundle(), workerBundle(), contentBundle(), preloadBundle(), previewFrameBundle(), rendererBundle()]) await build(bundle);
  await mkdir(outDir, { recursive: true });
  await writeFile(stampFile, state);
}

/** The same, but only when a source changed since the last build. */
export async function buildIfOutOfDate() {
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === sourceState()) return { note: 'up to date' };
  await buildApplication();
  return {};
}

function sourceState() {
  const hash = createHash('sha256');
  for (const source of sources) {
    const path = join(projectRoot, source);
    if (!existsSync(path)) continue;
    const files = statSync(path).isDirectory() ? readdirSync(path, { recursive: true }).map((name) => join(path, name)) : [path];
    for (const file of files.sort()) {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${file}\0${size}\0${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}
