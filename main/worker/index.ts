import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerData, WorkerEvent, WorkerMessage, WorkerRequest } from './protocol.ts';
import { SyncWorker } from './worker.ts';

/* The thread around the sync worker: messages in, replies and events out. */

const port = parentPort;
if (!port) throw new Error('the sync worker runs in a worker thread');

const post = (message: WorkerMessage): void => port.postMessage(message);

const worker = new SyncWorker({
  ...(workerData as WorkerData),
  emit: (topic, payload) => post({ kind: 'event', topic, payload } as WorkerEvent),
  log: (level, event, details = {}) => post({ kind: 'log', level, event, details }),
});

port.on('message', (request: WorkerRequest) => {
  void worker.answer(request.name, request.input).then((envelope) => {
    post({ kind: 'reply', id: request.id, envelope });
    if (request.name === 'worker.stop') port.close();
  });
});
