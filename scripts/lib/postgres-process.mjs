import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { cp, lstat, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** True while a process with that id exists, whoever owns it. */
export function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * True when `pid` is the PostgreSQL server of `cluster`. After a crash or a restart of a container the id in
 * postmaster.pid may belong to any other program, which must not be touched.
 */
export async function isOurPostmaster(pid, cluster) {
  if (process.platform !== 'linux') return true;
  try {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    return command.split('\0').includes(cluster);
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return false;
    throw error;
  }
}

/**
 * Under which account and from which folders PostgreSQL can run. It refuses to run as root, so root hands over to
 * the user `postgres` or `nobody`. Where that user cannot reach the checkout (it lies below a closed directory such
 * as /root or one made by `mktemp -d`), a copy of the program and the cluster are kept below /var/tmp instead.
 *
 * @param {{ initdb: string, postgres: string }} binaries
 * @param {string} dataRoot
 * @returns {Promise<{ ids: { uid?: number, gid?: number }, initdb: string, postgres: string, cluster: string }>}
 */
export async function serverPlace(binaries, dataRoot) {
  if (process.platform === 'win32' || process.getuid() !== 0) {
    return { ids: {}, ...binaries, cluster: join(dataRoot, 'cluster') };
  }
  const ids = await unprivilegedAccount();
  if (isReachableByOthers(binaries.postgres) && isReachableByOthers(dataRoot)) {
    return { ids, ...binaries, cluster: join(dataRoot, 'cluster') };
  }
  const open = await openFolder(join('/var/tmp', `factory-pulse-${shortHash(dataRoot)}`));
  const program = await copyProgram(dirname(dirname(binaries.postgres)), open);
  return {
    ids,
    initdb: join(program, 'bin', basename(binaries.initdb)),
    postgres: join(program, 'bin', basename(binaries.postgres)),
    cluster: join(open, 'cluster'),
  };
}

async function unprivilegedAccount() {
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const found = accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody');
  if (found === undefined) {
    throw new Error(
      'PostgreSQL does not run as root and this machine has no user "postgres" or "nobody". Add one: useradd --system postgres',
    );
  }
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

function isReachableByOthers(path) {
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    const status = statSync(directory, { throwIfNoEntry: false });
    if (status !== undefined && (status.mode & 0o001) === 0) return false;
    if (directory === dirname(directory)) return true;
  }
}

/** /var/tmp is open to everyone, so a folder that somebody else put there in advance is not trusted. */
async function openFolder(path) {
  await mkdir(path, { recursive: true, mode: 0o711 });
  const status = await lstat(path);
  if (!status.isDirectory() || status.uid !== 0) {
    throw new Error(`${path} belongs to another user. Remove it and try again.`);
  }
  return path;
}

async function copyProgram(source, target) {
  const { version } = JSON.parse(await readFile(join(dirname(source), 'package.json'), 'utf8'));
  const copy = join(target, `program-${version}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  await cp(source, unfinished, { recursive: true, verbatimSymlinks: true });
  await rename(unfinished, copy).catch(async (error) => {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(copy)) throw error; // otherwise another process was first
  });
  return copy;
}

function shortHash(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
