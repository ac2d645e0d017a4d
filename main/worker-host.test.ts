import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { memoryLog } from './memory-log.fixture.ts';
import { WorkerHost, type WorkerHostParts } from './worker-host.ts';
import type { WorkerEvent } from './worker/protocol.ts';

/** A real thread that speaks the protocol: replies, dies or hangs on request. */
const threadSource = `
const { parentPort, workerData } = require('node:worker_threads');
let signedIn = false;
const reply = (id, value) => parentPort.postMessage({ kind: 'reply', id, envelope: { ok: true, value } });
parentPort.on('message', ({ id, name, input }) => {
  if (name === 'projects.list') return reply(id, { input, signedIn, userDataDir: workerData.userDataDir });
  if (name === 'projects.get') return process.exit(7);
  if (name === 'projects.board') return;
  if (name === 'sync.now') throw new Error('out of order');
  if (name === 'worker.wake') {
    parentPort.postMessage({ kind: 'event', topic: 'data.changed', payload: { tables: ['projects'] } });
    return parentPort.postMessage({ kind: 'reply', id, envelope: { ok: false, error: { code: 'DISK_FULL', message: 'full', details: { free: 0 } } } });
  }
  if (name === 'worker.signIn') { signedIn = true; return reply(id, { person: 'Lan' }); }
  if (name === 'worker.stop') { if (workerData.appVersion === 'hangs') return; reply(id, null); parentPort.close(); }
});
`;

let dir: string;
let file: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fp-worker-'));
  file = join(dir, 'worker.cjs');
  await writeFile(file, threadSource);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const limits = { most: 3, windowMs: 60_000, firstDelayMs: 10, maxDelayMs: 20 };
const hosts: WorkerHost[] = [];

function startHost(parts: Partial<WorkerHostParts> = {}) {
  const log = memoryLog();
  const events: WorkerEvent[] = [];
  const host = new WorkerHost({
    file,
    data: { userDataDir: '/data', appVersion: '0.1.0' },
    log,
    onEvent: (event) => events.push(event),
    onLog: () => undefined,
    onRestart: () => Promise.resolve(),
    limits,
    ...parts,
  });
  hosts.push(host);
  host.start();
  return { host, log, events };
}

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop(200)));
});

const stoppedFailure = { ok: false, error: { code: 'WORKER_STOPPED' } };
const signIn = { credentials: { email: 'a@b.vn', password: 'x' }, stretchedPassword: null, server: { url: '', ca: null }, machine: [], resume: true };

describe('the worker', () => {
  it('answers requests, each with its own reply, and gets its start data', async () => {
    const { host } = startHost();
    const answers = await Promise.all([1, 2, 3].map((input) => host.request('projects.list', input)));
    expect(answers).toEqual(
      [1, 2, 3].map((input) => ({ ok: true, value: { input, signedIn: false, userDataDir: '/data' } })),
    );
  });

  it('announces events, and its failures arrive with their code', async () => {
    const { host, events } = startHost();
    await expect(host.control('worker.wake', undefined)).rejects.toMatchObject({
      code: 'DISK_FULL',
      details: { free: 0 },
    });
    expect(events).toEqual([{ kind: 'event', topic: 'data.changed', payload: { tables: ['projects'] } }]);
  });

  it('fails every open request when it dies, and comes back', async () => {
    const { host, log } = startHost();
    const hanging = host.request('projects.board', {});
    const deadly = host.request('projects.get', {});
    expect(await hanging).toMatchObject(stoppedFailure);
    expect(await deadly).toMatchObject(stoppedFailure);
    expect(await host.request('projects.list', 1)).toMatchObject({ ok: true });
    expect(log.lines).toContainEqual(
      expect.objectContaining({ event: 'worker.exited', details: { exitCode: 7, openRequests: 2, restartInMs: 10 } }),
    );
  });

  it('comes back after an uncaught exception, which is logged', async () => {
    const { host, log } = startHost();
    expect(await host.request('sync.now', undefined)).toMatchObject(stoppedFailure);
    expect(await host.request('projects.list', 1)).toMatchObject({ ok: true });
    expect(log.lines.map((line) => line.event)).toContain('worker.failed');
  });

  it('has its session again before any waiting request goes out', async () => {
    const { host } = startHost({
      onRestart: async (control) => {
        await control('worker.signIn', signIn);
      },
    });
    await host.request('projects.get', {});
    expect(await host.request('projects.list', 1)).toMatchObject({ ok: true, value: { signedIn: true } });
  });

  it('comes back without a session when the session cannot be opened again', async () => {
    const { host, log } = startHost({ onRestart: () => Promise.reject(new Error('no')) });
    await host.request('projects.get', {});
    expect(await host.request('projects.list', 1)).toMatchObject({ ok: true });
    expect(log.lines.map((line) => line.event)).toContain('worker.session-not-resumed');
  });

  it('is given up when it dies too often, and tried again once the window has passed', async () => {
    let now = 0;
    const { host } = startHost({ limits: { ...limits, most: 1 }, now: () => now });
    for (let death = 0; death < 2; death += 1) {
      expect(await host.request('projects.get', {})).toMatchObject(stoppedFailure);
    }
    expect(await host.request('projects.list', 1)).toMatchObject(stoppedFailure);
    now = limits.windowMs;
    expect(await host.request('projects.list', 1)).toMatchObject({ ok: true });
  });

  it('is given up when its file is missing, with a clear code', async () => {
    const { host } = startHost({ file: join(dir, 'missing.cjs') });
    // The first may be handed to a thread that is just dying, the others wait for restarts that never succeed.
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(await host.request('projects.list', 1)).toMatchObject(stoppedFailure);
    }
  });

  it('closes in order, and takes no request afterwards', async () => {
    const { host, log } = startHost();
    await host.request('projects.list', 1);
    await host.stop(5_000);
    expect(await host.request('projects.list', 1)).toMatchObject(stoppedFailure);
    expect(log.lines).toEqual([]);
  });

  it('is ended by force when it does not close in time', async () => {
    const { host, log } = startHost({ data: { userDataDir: '/data', appVersion: 'hangs' } });
    await host.request('projects.list', 1);
    await host.stop(50);
    expect(log.lines.map((line) => line.event)).toEqual(['worker.stop-expired']);
  });
});
