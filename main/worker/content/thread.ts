import { parentPort } from 'node:worker_threads';
import { toFailure } from '../../../shared/errors.ts';
import { lookInto, textOf } from './look.ts';
import type { ContentJob, ContentReply } from './content-thread.ts';

/* The thread in which files are taken apart: see content-thread.ts. */

const port = parentPort;
if (!port) throw new Error('files are looked into in a worker thread');

async function done(job: ContentJob): Promise<ContentReply> {
  try {
    const value = job.want === 'text' ? await textOf(job.content) : await lookInto(job.content);
    return { envelope: { ok: true, value } };
  } catch (error) {
    // Whatever a parser throws at a file is the file's fault.
    const { error: failure } = toFailure(error);
    return { envelope: { ok: false, error: failure.code === 'INTERNAL' ? { ...failure, code: 'CONTENT_DAMAGED' } : failure } };
  }
}

port.on('message', (job: ContentJob) => void done(job).then((reply) => port.postMessage(reply)));
