import { spawn } from 'node:child_process';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { build } from 'vite';
import { scriptBundle } from './bundles.mjs';
import { pinnedNode } from './node.mjs';
import { outDir, projectRoot } from './paths.mjs';

/**
 * Bundles a TypeScript script with Vite, so that it may use everything the product's sources use (SQL files as text
 * included).
 *
 * @param {string} entry path of the .ts file, from the project's root
 * @param {{ withPackages?: boolean }} [options] `withPackages`: for one that is started again and again, because reading packages
 *   file by file takes ten times as long as all the rest of a start
 * @returns {Promise<string>} the file to run with Node
 */
export async function bundleScript(entry, { withPackages = false } = {}) {
  const path = relative(projectRoot, resolve(projectRoot, entry));
  const file = basename(path).replace(/\.ts$/, '');
  const name = file === 'index' ? basename(dirname(path)) : file;
  const { output } = await build(scriptBundle(path, name, withPackages));
  const target = join(outDir, 'scripts', `${name}.mjs`);
  const unfinished = `${target}.${process.pid}`;
  await mkdir(dirname(target), { recursive: true });
  // Written aside and renamed: another command may be running the same script at this moment.
  await writeFile(unfinished, output[0].code);
  await rename(unfinished, target);
  return target;
}

/**
 * Starts a TypeScript script under the pinned Node.
 *
 * @param {string} entry
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<import('node:child_process').ChildProcess>}
 */
export async function startScript(entry, args, options = { stdio: 'inherit' }) {
  return spawn(pinnedNode, ['--enable-source-maps', await bundleScript(entry), ...args], options);
}
