import { setInterval } from 'node:timers';
import { Worker } from 'node:worker_threads';

/* The built sync worker in a process of its own: messages go through, and `memory` answers what the process takes. */

const [file, userDataDir, limits] = process.argv.slice(2);
const worker = new Worker(file, { workerData: { userDataDir, appVersion: 'bench' }, resourceLimits: JSON.parse(limits) });
worker.on('message', (message) => process.send(message));

let peak = 0;
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 20);
process.on('message', (message) => {
  if (message.kind !== 'memory') return worker.postMessage(message);
  process.send({ kind: 'memory', now: process.memoryUsage.rss(), peak });
});
process.on('disconnect', () => process.exit());
