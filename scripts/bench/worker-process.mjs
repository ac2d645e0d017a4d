import { Worker } from 'node:worker_threads';

/* The built sync worker in a process of its own: messages go through, and `memory` answers what the process takes. */

const [file, userDataDir] = process.argv.slice(2);
const worker = new Worker(file, { workerData: { userDataDir, appVersion: 'bench' } });
worker.on('message', (message) => process.send(message));
process.on('message', (message) => {
  if (message.kind !== 'memory') return worker.postMessage(message);
  process.send({ kind: 'memory', now: process.memoryUsage.rss(), peak: process.resourceUsage().maxRSS * 1024 });
});
process.on('disconnect', () => process.exit());
