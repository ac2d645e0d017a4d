import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture, tail } from '../commands.mjs';
import { SetupError } from '../steps.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const referencesHeader = join(here, 'references.h');

/**
 * Compiles the SQLite driver's own sources for Node-API 8. Its prebuilt addon needs version 10 and crashes in a
 * runtime with Node 18; the sources need one thing that version 8 lacks, which references.h adds.
 *
 * @param {{ driverPackage: string, nodeModules: string, addonDir: string }} folders
 * @returns {Promise<{ file: string, built: boolean }>} the addon, kept under the hash of all it is made of
 */
export async function buildAddon({ driverPackage, nodeModules, addonDir }) {
  const sqlite = join(driverPackage, 'deps', 'sqlite3');
  const cpp = ['-std=c++20', '-DNAPI_VERSION=8', '-DNAPI_DISABLE_CPP_EXCEPTIONS', '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS'];
  const includes = [join(nodeModules, 'node-api-headers', 'include'), join(nodeModules, 'node-addon-api'), sqlite];
  const common = ['-O2', '-fPIC', '-DNDEBUG', '-fvisibility=hidden', '-w', '-c'];

  const file = join(addonDir, `${recipeHash(driverPackage, nodeModules, [...cpp, ...common])}.node`);
  if (existsSync(file)) return { file, built: false };

  const work = join(addonDir, `work-${process.pid}`);
  await mkdir(work, { recursive: true });
  try {
    const defines = sqliteDefines(driverPackage).map((define) => `-D${define}`);
    await Promise.all([
      compile('gcc', ['-std=c99', ...common, ...defines, join(sqlite, 'sqlite3.c'), '-o', join(work, 'sqlite3.o')]),
      compile('g++', [
        ...cpp,
        ...common,
        ...includes.map((folder) => `-I${folder}`),
        '-include',
        referencesHeader,
        join(driverPackage, 'src', 'better_sqlite3.cpp'),
        '-o',
        join(work, 'driver.o'),
      ]),
    ]);
    const objects = [join(work, 'sqlite3.o'), join(work, 'driver.o')];
    // -Bsymbolic: the SQLite inside Electron or Node must not answer for ours.
    const link = ['-shared', '-s', '-Wl,-Bsymbolic', '-Wl,--exclude-libs,ALL', '-ldl', '-lpthread', '-lm'];
    await compile('g++', [...objects, ...link, '-o', join(work, 'addon.node')]);
    await rename(join(work, 'addon.node'), file);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return { file, built: true };
}

/** SQLite's compile-time options as the driver's own build has them. */
function sqliteDefines(driverPackage) {
  const list = readFileSync(join(driverPackage, 'deps', 'defines.gypi'), 'utf8');
  return [...list.matchAll(/^\s*'([A-Z0-9_]+(?:=[^']*)?)',$/gm)].map(([, define]) => define);
}

function recipeHash(driverPackage, nodeModules, flags) {
  const hash = createHash('sha256').update(JSON.stringify([process.arch, flags])).update(readFileSync(referencesHeader));
  for (const folder of [driverPackage, join(nodeModules, 'node-addon-api'), join(nodeModules, 'node-api-headers')]) {
    hash.update(readFileSync(join(folder, 'package.json')));
  }
  return hash.digest('hex').slice(0, 20);
}

async function compile(program, args) {
  const { code, stderr } = await capture(program, args);
  if (code !== 0) {
    throw new SetupError(
      `${program} could not build the SQLite addon for the fallback Electron:\n${tail(stderr)}`,
      'Check the compiler (g++ 10 or newer), or make GitHub releases reachable so that the pinned Electron is used.',
    );
  }
}
