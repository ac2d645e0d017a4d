import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { npm, tail } from './commands.mjs';
import { pinnedNode } from './node.mjs';
import { nodeModules, projectRoot } from './paths.mjs';
import { SetupError } from './steps.mjs';

const stampFile = join(nodeModules, '.factory-pulse-setup.json');

/** Installs exactly what the lock file names, when it changed since the last time or nothing is installed yet. */
export async function installDependencies() {
  const lockHash = createHash('sha256').update(readFileSync(join(projectRoot, 'package-lock.json'))).digest('hex');
  if (installedHash() === lockHash && existsSync(pinnedNode)) return { note: 'up to date' };
  const { code, stdout, stderr } = await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: projectRoot,
    env: { ...process.env, npm_config_ignore_scripts: 'false' },
  });
  if (code !== 0) {
    throw new SetupError(
      `"npm ci" failed:\n${tail(stderr || stdout)}`,
      'Check that the npm registry can be reached (npm ping) and run the command again.',
    );
  }
  if (!existsSync(pinnedNode)) {
    throw new SetupError(
      `The package "node" left no program at ${pinnedNode}.`,
      'npm must be allowed to run install scripts: npm config get ignore-scripts should say false.',
    );
  }
  await writeFile(stampFile, JSON.stringify({ lockHash }));
  return { note: 'npm ci' };
}

function installedHash() {
  if (!existsSync(stampFile)) return null;
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8')).lockHash;
  } catch (error) {
    if (error instanceof SyntaxError) return null; // half written: install again
    throw error;
  }
}
