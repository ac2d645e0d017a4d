import { createTestDatabase } from './database.ts';
import { loadDemo, templateVariable } from './demo-central.ts';

/** Vitest's global set-up: a database with the demo data, of which every test file takes a copy, is filled once for the run. */
export default async function makeDemoTemplate(): Promise<() => Promise<void>> {
  const { url, client, drop } = await createTestDatabase();
  await loadDemo(client);
  // Nobody may be connected to a database that is copied.
  await client.end();
  process.env[templateVariable] = new URL(url).pathname.slice(1);
  return drop;
}
