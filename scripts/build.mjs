import { runUnderPinnedNode } from './lib/node.mjs';

await runUnderPinnedNode();
const { buildApplication } = await import('./lib/build.mjs');
const { endWith, step } = await import('./lib/steps.mjs');

await step('Build', buildApplication).catch(endWith);
