import type { ChildProcess } from 'node:child_process';

/**
 * Sends a signal to the application and all its helpers. On Unix they share a group that the first one leads; on
 * Windows the helpers end with the first.
 */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) throw new Error('the application has not been started');
  process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
}

/** Ends all of it without a warning. */
export async function killGroup(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  signalGroup(child, 'SIGKILL');
  await ended;
}
