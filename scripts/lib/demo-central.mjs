import { start } from './embedded-central.mjs';
import { exitCodeOf } from './node.mjs';
import { centralDataDir } from './paths.mjs';
import { startScript } from './run-ts.mjs';
import { SetupError } from './steps.mjs';

export const databaseName = 'factory_pulse';

/**
 * The embedded central server with our demo data, which is loaded when the server is new.
 *
 * @returns {Promise<{ serverUrl: string, stop: () => Promise<void> }>} `serverUrl` holds no credentials
 */
export async function startDemoCentral() {
  const central = await start({ dataDir: centralDataDir, handleSignals: false });
  try {
    await loadDemo(ownerUrl(central.url));
  } catch (error) {
    await central.stop();
    throw error;
  }
  return { serverUrl: `postgres://127.0.0.1:${central.port}/${databaseName}`, stop: central.stop };
}

/** `demo` does nothing to a database that holds the demo data already, and brings an older schema up to date. */
async function loadDemo(url) {
  // In the environment and not on the command line, where every user of the machine could read the password.
  const env = { ...process.env, FACTORY_PULSE_CENTRAL_URL: url };
  const child = await startScript('scripts/central/index.ts', ['demo'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await exitCodeOf(child);
  if (code !== 0) {
    throw new SetupError(
      `The demo data could not be loaded (exit code ${code}).`,
      `See the line above. To begin with an empty server, remove ${centralDataDir}.`,
    );
  }
}

function ownerUrl(url) {
  const owner = new URL(url);
  owner.pathname = `/${databaseName}`;
  return owner.href;
}
