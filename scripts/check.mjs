import { runUnderPinnedNode } from './lib/node.mjs';

/** What a developer runs before every commit: types, lint and unit tests, side by side. With names: only those. */
await runUnderPinnedNode();
const { checkTypes, lint, vitest } = await import('./lib/checks.mjs');

const checks = { types: checkTypes, lint, unit: () => vitest('unit') };
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(checks);
const unknown = names.find((name) => !(name in checks));
if (unknown !== undefined) {
  console.error(`There is no check "${unknown}". Known: ${Object.keys(checks).join(', ')}`);
  process.exit(2);
}

const outcomes = await Promise.all(
  names.map(async (name) => {
    const began = performance.now();
    const outcome = await checks[name]();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    if (outcome.failed > 0) console.log(outcome.output.trimEnd());
    console.log(`${outcome.failed === 0 ? '✓' : '✗'} ${name}: ${outcome.passed} passed, ${outcome.failed} failed  ${seconds} s`);
    return outcome;
  }),
);
process.exit(outcomes.every(({ failed }) => failed === 0) ? 0 : 1);
