import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runUnderPinnedNode } from './lib/node.mjs';

/**
 * Everything: types, lint, unit, build, integration, end-to-end; lint, which uses one core, beside what comes before the
 * end-to-end tests. The last line is the count over all of them, `N passed, N failed`; the exit code is 0 only when nothing
 * failed. With names of stages: only those; with files of end-to-end tests: only those of them, and with what they print.
 */
await runUnderPinnedNode();
const { buildApplication } = await import('./lib/build.mjs');
const { checkTypes, endToEnd, lint, vitest } = await import('./lib/checks.mjs');
const { openDesktopSession } = await import('./lib/desktop-session.mjs');
const { electronCommand } = await import('./lib/electron.mjs');
const { step } = await import('./lib/steps.mjs');
const { provideBucketServer } = await import('./lib/system-packages.mjs');

const stages = {
  types: checkTypes,
  lint,
  unit: () => vitest('unit'),
  integration: async () => {
    await step('A bucket for tests', provideBucketServer);
    return vitest('integration');
  },
  build,
  e2e: endToEndOnDesktop,
};

async function build() {
  try {
    await buildApplication();
    return { passed: 1, failed: 0, skipped: 0, output: '' };
  } catch (error) {
    return { passed: 0, failed: 1, skipped: 0, output: String(error.stack) };
  }
}

/** Test files run side by side, each on a virtual display with a keyring of its own: windows compete for the focus. */
const DISPLAYS = 3;

async function endToEndOnDesktop() {
  // Prepares what the older runtime opens, once: two tests that begin together would do it into each other.
  electronCommand();
  const folder = await mkdtemp(join(tmpdir(), 'factory-pulse-desktop-'));
  const desktops = [];
  try {
    do {
      const own = join(folder, String(desktops.length));
      await mkdir(own);
      desktops.push(await openDesktopSession({ folder: own, always: true }));
    } while (desktops[0].virtual && desktops.length < DISPLAYS);
    return await endToEnd(desktops.map(({ env }) => env), files);
  } finally {
    for (const desktop of desktops) desktop.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const total = { passed: 0, failed: 0, skipped: 0 };
const files = process.argv.slice(2).filter((name) => name.endsWith('.spec.ts'));
const named = process.argv.slice(2).filter((name) => !files.includes(name));
const chosen = named.length > 0 ? named : files.length > 0 ? ['build', 'e2e'] : Object.keys(stages);
const unknown = chosen.find((name) => !(name in stages));
if (unknown !== undefined) {
  console.error(`There is no stage "${unknown}". Known: ${Object.keys(stages).join(', ')}`);
  process.exit(2);
}

async function runStage(name) {
  const began = performance.now();
  console.log(`▶ ${name}`);
  const outcome = await stages[name]();
  for (const key of Object.keys(total)) total[key] += outcome[key];
  if (outcome.failed > 0 || (name === 'e2e' && files.length > 0)) console.log(outcome.output.trimEnd());
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${outcome.failed === 0 ? '✓' : '✗'} ${name}: ${outcome.passed} passed, ${outcome.failed} failed  ${seconds} s`);
  // What the tests counted beside themselves (scripts/lib/attack-tally.mjs), and what passed only when tried again.
  const told = outcome.output.match(/^(Attacks on the centre|Passed only at the second attempt): .*$/gm) ?? [];
  for (const line of outcome.failed === 0 ? told : []) console.log(`  ${line}`);
}

const runInTurn = async (names) => {
  for (const name of names.filter((name) => chosen.includes(name))) await runStage(name);
};

await Promise.all([runInTurn(['lint']), runInTurn(['types', 'unit', 'build', 'integration'])]);
await runInTurn(['e2e']);
if (total.skipped > 0) console.log(`${total.skipped} skipped`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
