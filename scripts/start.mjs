import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { exitCodeOf, runUnderPinnedNode } from './lib/node.mjs';

/** Opens the application with a demo server beside it: `npm start`. Arguments are passed on to the application. */
await runUnderPinnedNode();
const { buildIfOutOfDate } = await import('./lib/build.mjs');
const { startDemoCentral } = await import('./lib/demo-central.mjs');
const { openDesktopSession } = await import('./lib/desktop-session.mjs');
const { electronCommand } = await import('./lib/electron.mjs');
const { dataDir, outDir } = await import('./lib/paths.mjs');
const { endWith, step } = await import('./lib/steps.mjs');

// A signal ends the children (the application first); this process stays to stop the server after them.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

async function main() {
  await step('Build', buildIfOutOfDate);
  const central = await step('Central server with demo data', startDemoCentral);
  try {
    return await openApplication(central.serverUrl);
  } finally {
    await central.stop();
  }
}

async function openApplication(serverUrl) {
  const desktop = await openDesktopSession({ folder: join(dataDir, 'desktop') });
  const env = { ...process.env, ...desktop.env, FACTORY_PULSE_SERVER_URL: serverUrl, FACTORY_PULSE_DEMO: '1' };
  const screenshot = process.env.FACTORY_PULSE_SCREENSHOT ?? join(outDir, 'first-window.png');
  if (desktop.virtual) {
    console.log(`There is no display here, so the window opens on a virtual one. A picture of it: ${screenshot}`);
    env.FACTORY_PULSE_SCREENSHOT = screenshot;
    process.env.FACTORY_PULSE_VIRTUAL_DESKTOP = '1';
  }
  try {
    const { executablePath, args } = electronCommand();
    const child = spawn(executablePath, [...args, ...process.argv.slice(2)], { env, stdio: 'inherit' });
    return await exitCodeOf(child);
  } finally {
    desktop.close();
  }
}

process.exit(await main().catch(endWith));
