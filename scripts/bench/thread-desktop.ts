import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { api, type Input, type OperationName, type Output, type Topic } from '../../shared/api/index.ts';
import type { SyncStatus } from '../../shared/api/sync.ts';
import { demoPassword } from '../../shared/demo-accounts.ts';
import type { ControlName, SignInRequest, WorkerMessage } from '../../main/worker/protocol.ts';
import { Profile } from '../../main/worker/profiles/profile.ts';
import { openReplica, type Replica } from '../../main/worker/replica/database.ts';
import { waitFor } from '../../main/worker/testing/desktop.ts';
import { buildIfOutOfDate } from '../lib/build.mjs';
import { outDir } from '../lib/paths.mjs';

/** The built sync worker in a thread of its own, as main runs it: what it does costs the bench's own thread nothing. */
export class ThreadDesktop {
  readonly folder = mkdtempSync(join(tmpdir(), 'factory-pulse-bench-'));
  readonly #server: string;
  readonly #worker: Worker;
  readonly #open = new Map<number, (value: unknown) => void>();
  readonly #listeners = new Set<(topic: Topic) => void>();
  #lastId = 0;

  private constructor(server: string) {
    this.#server = server;
    this.#worker = new Worker(join(outDir, 'main', 'worker.cjs'), { workerData: { userDataDir: this.folder, appVersion: 'bench' } });
    this.#worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'event') for (const listener of this.#listeners) listener(message.topic);
      if (message.kind !== 'reply') return;
      if (!message.envelope.ok) throw new Error(`${message.envelope.error.code}: ${message.envelope.error.message}`);
      this.#open.get(message.id)?.(message.envelope.value);
      this.#open.delete(message.id);
    });
  }

  /** Builds the worker where its sources are newer, and starts it. */
  static async start(server: string): Promise<ThreadDesktop> {
    await buildIfOutOfDate();
    return new ThreadDesktop(server);
  }

  async signIn(email: string): Promise<void> {
    const request: SignInRequest = {
      credentials: { email, password: demoPassword },
      server: { url: this.#server, ca: null },
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

  async settled(): Promise<SyncStatus> {
    return waitFor(async () => {
      const status = await this.call('sync.status', undefined);
      return status.state === 'online' && status.pending === 0 ? status : null;
    }, 'online with nothing waiting');
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
    await this.#worker.terminate();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #request(name: OperationName | ControlName, input: unknown): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#open.set(id, resolve);
      this.#worker.postMessage({ kind: 'request', id, name, input });
    });
  }
}
