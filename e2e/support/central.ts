import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { start } from '../../scripts/lib/embedded-central.mjs';
import { fastSettings } from '../../scripts/lib/integration-database.mjs';
import { dataDir as projectData } from '../../scripts/lib/paths.mjs';
import { exitCodeOf } from '../../scripts/lib/node.mjs';
import { startScript } from '../../scripts/lib/run-ts.mjs';

export interface Central {
  /** As a desktop's settings hold it. */
  address: string;
  host: string;
  port: number;
  database: string;
  /** The owner's connection, for what a test does behind the application's back. */
  client: pg.Client;
  stop: () => Promise<void>;
}

/** An embedded central server with the demo data, for one test file. */
export async function startCentral(): Promise<Central> {
  const dataDir = join(projectData, 'e2e-central', randomUUID());
  const server = await start({ dataDir, settings: fastSettings, handleSignals: false });
  const url = new URL(server.url);
  url.pathname = '/factory_pulse';
  const env = { ...process.env, FACTORY_PULSE_CENTRAL_URL: url.href };
  const child = await startScript('scripts/central/index.ts', ['demo'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await exitCodeOf(child);
  if (code !== 0) throw new Error(`the demo data could not be loaded: exit code ${code}`);
  const client = new pg.Client({ connectionString: url.href });
  // The server ends before its connections do.
  client.on('error', () => undefined);
  await client.connect();
  return {
    address: `postgres://127.0.0.1:${server.port}/factory_pulse`,
    host: '127.0.0.1',
    port: server.port,
    database: 'factory_pulse',
    client,
    stop: async () => {
      await client.end();
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
