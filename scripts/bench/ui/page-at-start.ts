import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const START_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 5;

interface Target {
  type: string;
  title: string;
  webSocketDebuggerUrl: string;
}

/**
 * Starts a program of Electron, and resolves to the milliseconds until a function in its page has resolved. What attaches to the
 * page is one socket of Chromium's own: Playwright would hold up the start of both programs and so flatter their ratio. It
 * waits for the page to have its title: in the empty document before it, any question runs the preload script once for nothing.
 */
export async function startUntil(
  command: { executablePath: string; args: readonly string[]; env: NodeJS.ProcessEnv },
  page: { title: string; shown: () => Promise<number> },
): Promise<number> {
  const port = await freePort();
  const began = Date.now();
  const child = spawn(command.executablePath, [`--remote-debugging-port=${port}`, ...command.args], { env: command.env, stdio: 'ignore' });
  try {
    const limit = began + START_LIMIT_MS;
    for (;;) {
      const at = await shownAt(port, page);
      if (at !== null) return at - began;
      if (Date.now() > limit) throw new Error(`${page.title} was not shown within ${START_LIMIT_MS} ms`);
      await delay(LOOK_EVERY_MS);
    }
  } finally {
    await end(child);
  }
}

/** When the page was shown, by its own clock; null where there is no page yet, or it went while it was asked. */
async function shownAt(port: number, { title, shown }: { title: string; shown: () => Promise<number> }): Promise<number | null> {
  const targets = await fetch(`http://127.0.0.1:${port}/json/list`).then(
    (response) => response.json() as Promise<Target[]>,
    () => [],
  );
  const target = targets.find((one) => one.type === 'page' && one.title === title);
  if (!target) return null;
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  try {
    await once(socket, 'open');
    const answer = once(socket, 'message') as Promise<[{ data: string }]>;
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: `(${shown.toString()})()`, awaitPromise: true, returnByValue: true } }));
    const [{ data }] = await answer;
    const { result } = JSON.parse(data) as { result?: { result?: { value?: unknown } } };
    const value = result?.result?.value;
    return typeof value === 'number' ? value : null;
  } catch {
    return null;
  } finally {
    socket.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** In good order, so that the next start finds a replica that was closed. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
