import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { api, type Input, type OperationName, type Output, type Topic } from '../../shared/api/index.ts';
import type { SyncStatus } from '../../shared/api/sync.ts';
import { demoPassword } from '../../shared/demo-accounts.ts';
import { workerLimits, type ControlName, type SignInRequest, type WorkerMessage, type WorkerRequest } from '../../main/worker/protocol.ts';
import { Profile } from '../../main/worker/profiles/profile.ts';
import { openReplica, type Replica } from '../../main/worker/replica/database.ts';
import { buildIfOutOfDate } from '../lib/build.mjs';
import { outDir, projectRoot } from '../lib/paths.mjs';

const workerFile = join(outDir, 'main', 'worker.cjs');

const ASK_EVERY_MS = 50;

/** The thread or process in which the worker runs. */
interface Host {
  send: (request: WorkerRequest) => unknown;
  onMessage: (listener: (message: WorkerMessage) => void) => unknown;
  end: () => Promise<void>;
}

/** The built sync worker as main runs it, apart from the bench: what it does costs the bench's own thread nothing. */
export class BuiltDesktop {
  readonly folder: string;
  readonly #server: string;
  readonly #host: Host;
  readonly #open = new Map<number, (value: unknown) => void>();
  readonly #listeners = new Set<(topic: Topic) => void>();
  #lastId = 0;

  protected constructor(server: string, folder: string, host: Host) {
    this.folder = folder;
    this.#server = server;
    this.#host = host;
    host.onMessage((message) => {
      if (message.kind === 'event') for (const listener of this.#listeners) listener(message.topic);
      if (message.kind !== 'reply') return;
      if (!message.envelope.ok) throw new Error(`${message.envelope.error.code}: ${message.envelope.error.message}`);
      this.#open.get(message.id)?.(message.envelope.value);
      this.#open.delete(message.id);
    });
  }

  /** Builds the worker where its sources are newer, and starts it in a thread of this process. */
  static async start(server: string): Promise<BuiltDesktop> {
    await buildIfOutOfDate();
    const folder = temporaryFolder();
    const worker = new Worker(workerFile, { workerData: { userDataDir: folder, appVersion: 'bench' }, resourceLimits: workerLimits });
    return new BuiltDesktop(server, folder, {
      send: (request) => worker.postMessage(request),
      onMessage: (listener) => worker.on('message', listener),
      end: async () => {
        await worker.terminate();
      },
    });
  }

  async signIn(email: string): Promise<void> {
    const request: SignInRequest = {
      credentials: { email, password: demoPassword },
      stretchedPassword: null,
      server: { url: this.#server, ca: null },
      machine: [],
      resume: false,
    };
    await this.#request('worker.signIn', request);
  }

  call<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Output<Name>> {
    return this.#request(name, api[name].input.parse(input)) as Promise<Output<Name>>;
  }

  onEvent(listener: (topic: Topic) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  settled(): Promise<SyncStatus> {
    return this.until((status) => status.state === 'online' && status.pending === 0);
  }

  /** Asks seldom, so that asking costs nothing beside what is measured. */
  async until(condition: (status: SyncStatus) => boolean): Promise<SyncStatus> {
    for (;;) {
      const status = await this.call('sync.status', undefined);
      if (condition(status)) return status;
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
  }

  /** The replica file itself, opened beside the worker: what is read there is what the worker has committed. */
  async openReplica(email: string): Promise<Replica> {
    const profile = new Profile(this.folder, new URL(this.#server.replace('postgres:', 'http:')).host + new URL(this.#server).pathname, email);
    const key = await profile.unlock(demoPassword);
    if (!key) throw new Error('the profile does not open');
    return openReplica(profile.replicaFile, key);
  }

  async remove(): Promise<void> {
    await this.#request('worker.stop', undefined);
    await this.#host.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #request(name: OperationName | ControlName, input: unknown): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#open.set(id, resolve);
      this.#host.send({ kind: 'request', id, name, input });
    });
  }
}

/** The same in a process of its own, so that its memory can be told from everything else's. */
export class ProcessDesktop extends BuiltDesktop {
  readonly #process: ChildProcess;

  private constructor(server: string, folder: string, child: ChildProcess, host: Host) {
    super(server, folder, host);
    this.#process = child;
  }

  static override async start(server: string): Promise<ProcessDesktop> {
    await buildIfOutOfDate();
    const folder = temporaryFolder();
    const child = fork(join(projectRoot, 'scripts', 'bench', 'worker-process.mjs'), [workerFile, folder, JSON.stringify(workerLimits)], { execArgv: [] });
    return new ProcessDesktop(server, folder, child, {
      send: (request) => child.send(request),
      onMessage: (listener) => child.on('message', listener),
      end: async () => {
        const ended = once(child, 'exit');
        child.disconnect();
        await ended;
      },
    });
  }

  /** What the whole process takes now, and the most that it has taken, in MB: Node itself included. */
  memory(): Promise<{ now: number; peak: number }> {
    return new Promise((resolve) => {
      const listener = (message: { kind: string; now: number; peak: number }): void => {
        if (message.kind !== 'memory') return;
        this.#process.off('message', listener);
        resolve({ now: message.now / 1_048_576, peak: message.peak / 1_048_576 });
      };
      this.#process.on('message', listener);
      this.#process.send({ kind: 'memory' });
    });
  }
}

const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'factory-pulse-bench-'));
