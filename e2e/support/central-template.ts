import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { start } from '../../scripts/lib/embedded-central.mjs';
import { fastSettings } from '../../scripts/lib/integration-database.mjs';
import { exitCodeOf } from '../../scripts/lib/node.mjs';
import { dataDir as projectData } from '../../scripts/lib/paths.mjs';
import { startScript } from '../../scripts/lib/run-ts.mjs';

/** Data directories of the servers under test, and of the one that they are copies of. */
export const centralsFolder = join(projectData, 'e2e-central');

/** The stopped server with the demo data that every test file takes a copy of. */
export const centralTemplate = (): string => process.env['FACTORY_PULSE_E2E_CENTRAL'] ?? '';

/** Playwright's global set-up: makes the central server with the demo data once for all test files. */
export default async function prepareCentral(): Promise<() => Promise<void>> {
  const dataDir = join(centralsFolder, randomUUID());
  const server = await start({ dataDir, settings: fastSettings, handleSignals: false });
  try {
    const url = new URL(server.url);
    url.pathname = '/factory_pulse';
    const env = { ...process.env, FACTORY_PULSE_CENTRAL_URL: url.href };
    const child = await startScript('scripts/central/index.ts', ['demo'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const code = await exitCodeOf(child);
    if (code !== 0) throw new Error(`the demo data could not be loaded: exit code ${code}`);
  } finally {
    await server.stop();
  }
  process.env['FACTORY_PULSE_E2E_CENTRAL'] = dataDir;
  return () => rm(dataDir, { recursive: true, force: true });
}
