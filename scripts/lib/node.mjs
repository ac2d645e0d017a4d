import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { nodeModules } from './paths.mjs';

/** The Node that runs our scripts: the npm package `node`, so that every machine uses the version of the lock file. */
export const pinnedNode = join(nodeModules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/**
 * Runs the calling script again under the pinned Node and ends with its exit code, unless it runs there already.
 * Every entry script awaits it before it imports anything that needs a newer Node than 20.
 */
export async function runUnderPinnedNode() {
  if (!existsSync(pinnedNode)) {
    console.error('The pinned Node is not installed yet. Run: node scripts/setup.mjs');
    process.exit(1);
  }
  const version = spawnSync(pinnedNode, ['--version'], { encoding: 'utf8' }).stdout.trim();
  if (version === process.version) return;
  const child = spawn(pinnedNode, process.argv.slice(1), { stdio: 'inherit' });
  process.exit(await exitCodeOf(child));
}

/**
 * Waits for a child that shares our terminal and passes signals on. A terminal sends Ctrl-C to both by itself.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>} its exit code; 128 + number when a signal ended it
 */
export async function exitCodeOf(child) {
  const forward = (signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  try {
    return await new Promise((done, fail) => {
      child.once('error', fail);
      child.once('exit', (code, signal) => done(code ?? 128 + constants.signals[signal]));
    });
  } finally {
    for (const signal of signals) process.off(signal, forward);
  }
}
