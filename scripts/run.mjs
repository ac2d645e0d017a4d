import { runUnderPinnedNode, exitCodeOf } from './lib/node.mjs';

// Usage: node scripts/run.mjs <script.ts> [arguments]
await runUnderPinnedNode();
const { startScript } = await import('./lib/run-ts.mjs');

const [entry, ...args] = process.argv.slice(2);
if (entry === undefined) {
  console.error('Usage: node scripts/run.mjs <script.ts> [arguments]');
  process.exit(2);
}
process.exit(await exitCodeOf(await startScript(entry, args)));
