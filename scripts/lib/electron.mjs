import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fallbackExecutable, fallbackOf, stageFallbackApp } from './electron-fallback.mjs';
import { nodeModules, projectRoot } from './paths.mjs';

const electronPackage = join(nodeModules, 'electron');

/** The pinned Electron's program, or null where its download is not (yet) there. */
export function pinnedExecutable() {
  const pathFile = join(electronPackage, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const executable = join(electronPackage, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(executable) ? executable : null;
}

/**
 * How to open the built application: the one place that knows which Electron runs it. Call it after a build; the
 * fallback gets its copy of the application here.
 *
 * @returns {{ executablePath: string, args: string[] }} append the application's own arguments to `args`
 */
export function electronCommand() {
  const flags = launcherFlags();
  const pinned = pinnedExecutable();
  if (pinned !== null) return { executablePath: pinned, args: [projectRoot, ...flags] };
  if (!existsSync(fallbackExecutable)) {
    throw new Error('No Electron is set up yet. Run: node scripts/setup.mjs');
  }
  stageFallbackApp();
  return { executablePath: fallbackExecutable, args: flags };
}

/**
 * How to open another application with the same Electron, for comparison.
 *
 * @param {string} folder with its package.json
 * @returns {{ executablePath: string, args: string[] }}
 */
export function electronCommandOf(folder) {
  const pinned = pinnedExecutable();
  if (pinned !== null) return { executablePath: pinned, args: [folder, ...launcherFlags()] };
  return { executablePath: fallbackOf(folder), args: launcherFlags() };
}

/** Flags that belong to this machine and never to the product. */
function launcherFlags() {
  const flags = [];
  // Chromium's sandbox refuses to run as root, which is what containers do.
  if (process.platform === 'linux' && process.getuid() === 0) flags.push('--no-sandbox');
  // On a virtual display there is no graphics card; Chromium's attempts to find one only cost time and log lines.
  if (process.env.FACTORY_PULSE_VIRTUAL_DESKTOP === '1') flags.push('--disable-gpu', '--password-store=gnome-libsecret');
  return flags;
}
