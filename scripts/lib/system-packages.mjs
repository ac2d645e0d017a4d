import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { capture, tail } from './commands.mjs';
import { SetupError } from './steps.mjs';

/**
 * What Electron, or a test, needs from a Linux system. `packages` are Debian's names, newest first: some were renamed between
 * releases. Each entry is missing when its library, program, font or Python module cannot be found.
 */
const libraries = [
  { library: 'libgtk-3.so.0', packages: ['libgtk-3-0t64', 'libgtk-3-0'] },
  { library: 'libnss3.so', packages: ['libnss3'] },
  { library: 'libgbm.so.1', packages: ['libgbm1'] },
  { library: 'libasound.so.2', packages: ['libasound2t64', 'libasound2'] },
  { library: 'libsecret-1.so.0', packages: ['libsecret-1-0'] },
];
/** Without a desktop: a virtual display, a session bus and a keyring for safeStorage. */
const headlessPrograms = [
  { program: 'Xvfb', packages: ['xvfb'] },
  { program: 'dbus-daemon', packages: ['dbus'] },
  { program: 'gnome-keyring-daemon', packages: ['gnome-keyring'] },
];
const vietnameseFont = { font: ':lang=vi', packages: ['fonts-dejavu-core'] };
/** An S3-compatible server for integration tests; its modules are those of the system's own Python. */
const bucketServer = [{ module: 'swift.proxy.server', packages: ['python3-swift'] }];
/** Only the fallback runtime needs a compiler. */
const compiler = [
  { program: 'g++', packages: ['g++'] },
  { program: 'gcc', packages: ['gcc'] },
];

/** @returns {Promise<{ note: string }>} */
export async function provideElectronPackages() {
  if (process.platform !== 'linux') return { note: 'nothing needed here' };
  const needed = [...libraries, ...(hasDisplay() ? [] : headlessPrograms), vietnameseFont];
  return provide(needed, 'Electron needs');
}

export async function provideCompiler() {
  await provide(compiler, 'Building the SQLite addon for the fallback Electron needs');
}

/** Where it cannot be had, the tests that need it are skipped, and counted as such; never in CI. */
export async function provideBucketServer() {
  if (process.platform !== 'linux') return { note: 'not for this system; tests of buckets are skipped' };
  try {
    return await provide(bucketServer, 'The tests of buckets need');
  } catch (error) {
    if (process.env.CI || !(error instanceof SetupError)) throw error;
    return { note: `tests of buckets are skipped; with them: ${error.wayOut}` };
  }
}

export function hasDisplay() {
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

export function hasProgram(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));
}

async function provide(needed, why) {
  const missing = await findMissing(needed);
  if (missing.length === 0) return { note: 'all there' };

  if (!hasProgram('apt-get')) {
    const names = missing.map((entry) => entry.library ?? entry.program ?? entry.module ?? 'a font with Vietnamese letters');
    throw new SetupError(`${why}: ${names.join(', ')}.`, 'Install them with the package manager of this system.');
  }
  const packages = await availableNames(missing);
  const byHand = `sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (process.getuid() !== 0) throw new SetupError(`${why} system packages that are not installed.`, byHand);

  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const { code, stderr, stdout } = await capture(
    'apt-get',
    ['install', '-y', '--no-install-recommends', ...packages],
    options,
  );
  const left = await findMissing(missing);
  if (code !== 0 || left.length > 0) {
    throw new SetupError(`${why} system packages, and apt-get failed:\n${tail(stderr || stdout)}`, byHand);
  }
  return { note: `installed ${packages.join(' ')}` };
}

async function findMissing(needed) {
  const cache = await capture(existsSync('/sbin/ldconfig') ? '/sbin/ldconfig' : 'ldconfig', ['-p']);
  const missing = [];
  for (const entry of needed) {
    if (entry.library !== undefined && !cache.stdout.includes(`${entry.library} `)) missing.push(entry);
    if (entry.program !== undefined && !hasProgram(entry.program)) missing.push(entry);
    if (entry.module !== undefined && !(await hasModule(entry.module))) missing.push(entry);
    if (entry.font !== undefined && !(await hasFont(entry.font))) missing.push(entry);
  }
  return missing;
}

async function hasModule(name) {
  return existsSync('/usr/bin/python3') && (await capture('/usr/bin/python3', ['-c', `import ${name}`])).code === 0;
}

async function hasFont(pattern) {
  const { code, stdout } = await capture('fc-list', [pattern]);
  return code === 0 && stdout.trim() !== '';
}

/** Of each entry's names the one that this release of Debian can install; lists may be stale or empty in a container. */
async function availableNames(missing) {
  if (process.getuid() === 0) await capture('apt-get', ['update']);
  const names = [];
  for (const { packages } of missing) {
    const { stdout } = await capture('apt-cache', ['policy', ...packages], { env: { ...process.env, LC_ALL: 'C' } });
    const installable = (name) => {
      const [, policy] = `\n${stdout}`.split(`\n${name}:\n`);
      return policy !== undefined && !/^.*\n {2}Candidate: \(none\)/.test(policy);
    };
    names.push(packages.find(installable) ?? packages.at(-1));
  }
  return names;
}
