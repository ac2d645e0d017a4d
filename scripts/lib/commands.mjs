import { spawn } from 'node:child_process';

/**
 * Runs a command to its end and keeps its output.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & { timeout?: number }} [options] timeout in milliseconds
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>} code is null when it could not be
 *   started, was killed or ran out of time
 */
export function capture(command, args, options = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.once('error', (error) => done({ code: null, stdout, stderr: stderr + error.message }));
    child.once('close', (code) => done({ code, stdout, stderr }));
  });
}

/** The npm that runs us, or the one on the path. */
export function npmCommand() {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('npm-cli.js')) return { command: process.execPath, prefix: [npm] };
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', prefix: [] };
}

export function npm(args, options = {}) {
  const { command, prefix } = npmCommand();
  return capture(command, [...prefix, ...args], { shell: command.endsWith('.cmd'), ...options });
}

/** The last lines of a long output, for an error message. */
export function tail(text, lines = 12) {
  return text.trim().split('\n').slice(-lines).join('\n');
}
