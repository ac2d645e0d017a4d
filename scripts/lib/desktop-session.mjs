import { spawn } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasDisplay, hasProgram } from './system-packages.mjs';

/**
 * A desktop for machines that have none: a virtual display, a session bus and a keyring, so that windows open and
 * Electron's safeStorage encrypts for real. Elsewhere the person's own desktop is used and nothing is started.
 *
 * @param {{ folder: string, always?: boolean }} options `folder` keeps the keyring; `always`: even beside a real
 *   display, so that tests open no windows on the developer's screen
 * @returns {Promise<{ virtual: boolean, env: Record<string, string>, close: () => void }>}
 *   `env` to be added to a child's environment
 */
export async function openDesktopSession({ folder, always = false }) {
  const programs = ['Xvfb', 'dbus-daemon', 'gnome-keyring-daemon'];
  const possible = process.platform === 'linux' && programs.every(hasProgram);
  if (process.platform !== 'linux' || (hasDisplay() && !(always && possible))) {
    return { virtual: false, env: {}, close: () => {} };
  }
  const children = [];
  const close = () => children.splice(0).forEach((child) => child.kill());
  process.once('exit', close);
  try {
    const displayNumber = await startAndRead(children, 'Xvfb', ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp']);
    const busAddress = await startAndRead(children, 'dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address=3']);
    await mkdir(join(folder, 'run'), { recursive: true, mode: 0o700 });
    await chmod(join(folder, 'run'), 0o700);
    const env = {
      DISPLAY: `:${displayNumber}`,
      DBUS_SESSION_BUS_ADDRESS: busAddress,
      XDG_RUNTIME_DIR: join(folder, 'run'),
      FACTORY_PULSE_VIRTUAL_DESKTOP: '1',
    };
    // Its own data folder: the keyring of whoever runs this is not to be touched.
    await startKeyring({ ...env, XDG_DATA_HOME: folder });
    return { virtual: true, env, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Starts a server that writes its address to file descriptor 3 once it can be used. */
function startAndRead(children, program, args) {
  return new Promise((done, fail) => {
    // A group of its own: Ctrl-C must reach the application before its display goes away.
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], detached: true });
    children.push(child);
    let complaint = '';
    child.stderr.on('data', (chunk) => (complaint = (complaint + chunk).slice(-2000)));
    child.stdio[3].once('data', (chunk) => {
      release(child);
      done(String(chunk).trim());
    });
    child.once('error', fail);
    child.once('exit', (code) => fail(new Error(`${program} ended with code ${code}: ${complaint.trim()}`)));
  });
}

/**
 * Unlocks a keyring on the session bus. The program goes to the background by itself once it can be used, and ends
 * with the bus.
 */
function startKeyring(env) {
  return new Promise((done, fail) => {
    const child = spawn('gnome-keyring-daemon', ['--unlock', '--components=secrets'], {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...process.env, ...env },
    });
    child.stdin.end('\n'); // the password of a keyring that protects test secrets only
    child.once('error', fail);
    child.once('exit', (code) => (code === 0 ? done() : fail(new Error(`gnome-keyring-daemon ended with code ${code}`))));
  });
}

/** Lets this process end although the server still runs; `close` ends the server. */
function release(child) {
  child.unref();
  for (const stream of child.stdio) stream?.unref?.();
}
