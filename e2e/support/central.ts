import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { copyStopped, start } from '../../scripts/lib/embedded-central.mjs';
import { fastSettings } from '../../scripts/lib/integration-database.mjs';
import { centralsFolder, centralTemplate } from './central-template.ts';

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
  const dataDir = join(centralsFolder, randomUUID());
  await copyStopped(centralTemplate(), dataDir);
  const server = await start({ dataDir, settings: fastSettings, handleSignals: false });
  const url = new URL(server.url);
  url.pathname = '/factory_pulse';
  const client = new pg.Client({ connectionString: url.href });
  // The server ends before its connections do.
  client.on('error', () => undefined);
  await client.connect();
  // A centre of its own: a copy would pass for the one that it was made of.
  await client.query('update sync.instance set id = gen_random_uuid(), epoch = gen_random_uuid()');
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
