import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { runUnderPinnedNode } from './lib/node.mjs';

/**
 * Development: the renderer from Vite's server with hot reload, the application restarted when main, worker or
 * preload changed. Closing the window or Ctrl-C ends everything.
 */
await runUnderPinnedNode();
const { build, createServer } = await import('vite');
const { contentBundle, mainBundle, preloadBundle, previewFrameBundle, rendererBundle, workerBundle } = await import('./lib/bundles.mjs');
const { startDemoCentral } = await import('./lib/demo-central.mjs');
const { openDesktopSession } = await import('./lib/desktop-session.mjs');
const { electronCommand } = await import('./lib/electron.mjs');
const { dataDir } = await import('./lib/paths.mjs');
const { endWith, step } = await import('./lib/steps.mjs');

const settleMs = 150;

let stop = async () => {};
let ending = null;
const end = (code) => (ending ??= stop().finally(() => process.exit(code)));
const endNormally = () => void end(0);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, endNormally);

async function main() {
  const central = await step('Central server with demo data', startDemoCentral);
  stop = central.stop;
  const desktop = await openDesktopSession({ folder: join(dataDir, 'desktop') });
  if (desktop.virtual) process.env.FACTORY_PULSE_VIRTUAL_DESKTOP = '1';
  const server = await createServer({ ...rendererBundle(), server: { host: '127.0.0.1' } });
  // Vite's own handler would end this process before the application and the server have ended.
  process.removeAllListeners('SIGTERM').on('SIGTERM', endNormally);
  await server.listen();
  const env = {
    ...process.env,
    ...desktop.env,
    FACTORY_PULSE_SERVER_URL: central.serverUrl,
    FACTORY_PULSE_DEMO: '1',
    ELECTRON_RENDERER_URL: server.resolvedUrls.local[0],
  };

  const application = restartable(env, end);
  stop = async () => {
    await application.end();
    await server.close();
    await central.stop();
    desktop.close();
  };
  await watchBundles([mainBundle(), workerBundle(), contentBundle(), preloadBundle(), previewFrameBundle()], application.restart);
}

/** Calls `changed` once all bundles are built and again, after things settled, whenever one was built anew. */
async function watchBundles(bundles, changed) {
  const waiting = new Set(bundles);
  let timer;
  for (const bundle of bundles) {
    const watcher = await build({ ...bundle, build: { ...bundle.build, watch: {} } });
    watcher.on('event', (event) => {
      if (event.code === 'ERROR') console.error(event.error.message);
      if (event.code !== 'BUNDLE_END') return;
      waiting.delete(bundle);
      clearTimeout(timer);
      if (waiting.size === 0) timer = setTimeout(changed, settleMs);
    });
  }
}

/** The application's process; `closed` is called with its exit code when it ends by itself. */
function restartable(env, closed) {
  let child = null;
  const end = async () => {
    if (child === null) return;
    const previous = child;
    child = null;
    previous.removeAllListeners('exit');
    const ended = new Promise((done) => previous.once('exit', done));
    previous.kill();
    await ended;
  };
  const open = () => {
    const { executablePath, args } = electronCommand();
    child = spawn(executablePath, [...args, ...process.argv.slice(2)], { env, stdio: 'inherit' });
    child.once('exit', (code) => void closed(code ?? 1));
  };
  // The next one waits for the end of the one before: both would want the same replica.
  const restart = () => void end().then(open);
  return { restart, end };
}

await main().catch(endWith);
