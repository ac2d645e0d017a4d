import { join } from 'node:path';
import { Command } from 'commander';
import pg from 'pg';
import { createDemoCentral, type DemoCentral } from '../../db/testing/demo-central.ts';
import { start } from '../lib/embedded-central.mjs';
import { fastSettings } from '../lib/integration-database.mjs';
import { dataDir } from '../lib/paths.mjs';
import { Crash, watchStatements } from './disk.ts';
import { runSeed } from './run-seed.ts';
import { trail } from './world.ts';

/* npm run fuzz -- [--seed S] [--seeds N] [--replicas N] [--ops M] [--minutes T]: sync under random faults. */

interface Options {
  seed: number;
  seeds: number;
  replicas: number;
  ops: number;
  minutes?: number;
}

/** What others do at the centre waits no longer than this for a row that an open transaction holds. */
const PATIENCE = "set lock_timeout = '300ms'";

/** A story takes seconds; one that takes so long stands still, which is a broken promise too. */
const SEED_LIMIT_MS = 90_000;

const number = (text: string): number => Number.parseInt(text, 10);

const program = new Command('fuzz')
  .description('Random work under random faults; then every promise of sync is checked.')
  .option('--seed <s>', 'the first seed', number, 1)
  .option('--seeds <n>', 'how many seeds', number, 20)
  .option('--replicas <n>', 'desktops per seed', number, 3)
  .option('--ops <m>', 'operations per seed', number, 40)
  .option('--minutes <t>', 'go on with further seeds for so long', number)
  .parse();
const options = program.opts<Options>();

// A process that is supposed to be dead may still have work under way; it dies with this error and nobody waits for it.
process.on('unhandledRejection', (error) => {
  if (error instanceof Crash) return;
  console.error('fuzz: an error that nobody heard:', error);
  process.exit(1);
});

watchStatements();
const begun = performance.now();
const directory = join(dataDir, 'fuzz-central');
let server = await start({ dataDir: directory, settings: fastSettings });
process.env['FP_TEST_POSTGRES_URL'] = server.url;
const totals = new Map<string, number>();
const failed: number[] = [];
let done = 0;

async function restartCentral(central: DemoCentral): Promise<void> {
  const { port } = server;
  await server.stop();
  server = await start({ dataDir: directory, settings: fastSettings, port });
  central.client = new pg.Client({ connectionString: central.url });
  central.client.on('error', () => undefined);
  await central.client.connect();
  await central.client.query(PATIENCE);
}

/** `drop` belongs to the connection that the centre began with, which a restart has ended. */
async function dropCentral(central: DemoCentral): Promise<void> {
  await central.client.end();
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query(`drop database ${central.database} with (force)`);
  await client.end();
}

const goesOn = (): boolean =>
  options.minutes === undefined ? done < options.seeds : performance.now() - begun < options.minutes * 60_000;

for (let seed = options.seed; goesOn(); seed++) {
  // A centre of its own for every seed: what happened in one decides nothing in the next.
  const central = await createDemoCentral();
  central.client.on('error', () => undefined);
  await central.client.query(PATIENCE);
  const watchdog = setTimeout(() => {
    console.log(`seed ${seed}: BROKEN\n  does not come to its end after: ${trail.join('; ')}`);
    process.exit(1);
  }, SEED_LIMIT_MS);
  const result = await runSeed(central, { seed, replicas: options.replicas, ops: options.ops, restartCentral: () => restartCentral(central) });
  clearTimeout(watchdog);
  await dropCentral(central);
  done += 1;
  for (const [what, n] of result.counts) totals.set(what, (totals.get(what) ?? 0) + n);
  if (result.broken.length > 0) {
    failed.push(seed);
    console.log(`seed ${seed}: BROKEN\n  ${result.broken.join('\n  ')}`);
  } else if (done % 10 === 0) {
    console.log(`${done} seeds, ${Math.round((performance.now() - begun) / 1000)} s`);
  }
}
await server.stop();

console.log('\noperations and faults:');
for (const [what, n] of [...totals].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`  ${what.padEnd(34)} ${n}`);
console.log(`\n${done} seeds from ${options.seed}, ${options.replicas} desktops and ${options.ops} operations each, ${Math.round((performance.now() - begun) / 1000)} s`);
console.log(failed.length === 0 ? 'verdict: every promise kept' : `verdict: BROKEN in seeds ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
