import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { demoPassword } from '../../shared/demo-accounts.ts';
import { parseTimestamp } from '../../shared/domain/timestamps.ts';
import { Backoff } from '../../main/worker/sync/backoff.ts';
import { readCentralColumns, type CentralColumns } from '../../main/worker/sync/central-rows.ts';
import { connect, cutWhenSilent, disconnect, toConnectionError, withinLimit } from '../../main/worker/sync/connection.ts';
import { askWakePause, sayHello } from '../../main/worker/sync/hello.ts';
import type { OutgoingMutation } from '../../main/worker/sync/outbox.ts';
import { beginPull, readDifference, type Difference } from '../../main/worker/sync/pull.ts';
import type { MutationResult } from '../../main/worker/sync/push-reply.ts';
import type { ServerEndpoint } from '../../main/worker/sync/server-address.ts';
import { untilPoll, WakeUps } from '../../main/worker/sync/wake-up.ts';

/** What a light desktop tells of its life. */
export interface LightDesktopEvents {
  /** A pull after a connection's beginning: the replica of a desktop would be in step now. */
  inStep(): void;
  failed(code: string): void;
  pulled(): void;
  /** A project's row has come, so many milliseconds after the transaction that wrote it began at the centre. */
  received(projectId: string, lagMs: number): void;
  /** The centre has answered an edit, so many milliseconds after it was made. */
  answered(status: MutationResult['status'], ms: number): void;
}

/** What is too much for one answer is read like the rest, and kept nowhere. */
const forgotten = { ranges: [], add: () => Promise.resolve() };

/**
 * A desktop as the centre sees it, without a replica: the product's connection, hello, pull, wake-ups and back-off, in
 * the order of `SyncEngine`. The rows that come are counted and forgotten. Whatever of the protocol it speaks is
 * called here and nowhere else in the bench.
 */
export class LightDesktop {
  readonly #endpoint: ServerEndpoint;
  readonly #email: string;
  readonly #events: LightDesktopEvents;
  readonly #deviceId = randomUUID();
  readonly #backoff = new Backoff();
  #cursor: string | null = null;
  #waiting: { mutation: OutgoingMutation; since: number }[] = [];
  #running: Promise<void> | null = null;
  #stopped = true;
  #wanted = false;
  #wake: (() => void) | null = null;

  constructor(endpoint: ServerEndpoint, email: string, events: LightDesktopEvents) {
    this.#endpoint = endpoint;
    this.#email = email;
    this.#events = events;
  }

  start(): void {
    this.#stopped = false;
    this.#running = this.#run();
  }

  /** Ends the connection; the cursor stays, as a replica's does. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#nudge();
    await this.#running;
  }

  /** Changes the notes of a project that nobody has changed before. */
  edit(projectId: string, notes: string): void {
    this.#waiting.push({
      since: performance.now(),
      mutation: {
        id: randomUUID(),
        table: 'projects',
        row_id: projectId,
        op: 'update',
        patch: { notes },
        base: { notes: null },
        created_at: new Date().toISOString(),
      },
    });
    this.#nudge();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#serve();
      } catch (error) {
        this.#events.failed(toConnectionError(error).code);
        await this.#sleep(this.#backoff.next());
      }
    }
  }

  async #serve(): Promise<void> {
    const client = await connect(this.#endpoint, this.#email, demoPassword);
    const link = { up: true };
    client.on('end', () => {
      link.up = false;
      this.#nudge();
    });
    try {
      const device = { id: this.#deviceId, name: 'bench', platform: 'bench', app_version: '0.0.0-bench' };
      const hello = await withinLimit(client, () => sayHello(client, device));
      cutWhenSilent(client);
      const columns = await readCentralColumns(client);
      const wakeUps = new WakeUps(await askWakePause(client), () => this.#nudge());
      client.on('notification', () => wakeUps.hear());
      client.on('end', () => wakeUps.stop());
      if (hello.channel !== null) await client.query(`listen "${hello.channel}"`);
      this.#cursor ??= await presentCursor(client);
      this.#backoff.reset();
      let first = true;
      while (!this.#stopped && link.up) {
        this.#wanted = false;
        await this.#push(client);
        wakeUps.pullBegins();
        await this.#pull(client, columns, this.#cursor);
        wakeUps.pullEnded();
        if (first) this.#events.inStep();
        first = false;
        if (this.#waiting.length === 0) await this.#sleep(untilPoll());
      }
    } finally {
      await disconnect(client);
    }
  }

  async #push(client: Client): Promise<void> {
    const batch = [...this.#waiting];
    if (batch.length === 0) return;
    const { rows } = await client.query<{ results: string }>('select sync.push($1::jsonb) as results', [
      JSON.stringify(batch.map(({ mutation }) => mutation)),
    ]);
    for (const { id, status } of JSON.parse(rows[0]?.results ?? '[]') as MutationResult[]) {
      const entry = batch.find(({ mutation }) => mutation.id === id);
      // Left out by the centre: it is sent again.
      if (!entry || status === 'skipped') continue;
      this.#waiting.splice(this.#waiting.indexOf(entry), 1);
      this.#events.answered(status, performance.now() - entry.since);
    }
  }

  async #pull(client: Client, columns: CentralColumns, cursor: string): Promise<void> {
    const state = await beginPull(client, cursor);
    const difference = await readDifference({ client, columns }, cursor, state, forgotten);
    await client.query('commit');
    this.#cursor = difference.snapshot;
    this.#events.pulled();
    this.#tell(difference);
  }

  #tell({ rows: tables }: Difference): void {
    const now = performance.timeOrigin + performance.now();
    for (const { table, rows } of tables) {
      if (table.name !== 'projects') continue;
      const [id, updatedAt] = ['id', 'updated_at'].map((name) => table.columns.findIndex((column) => column.name === name)) as [number, number];
      for (const row of rows) this.#events.received(String(row[id]), now - parseTimestamp(String(row[updatedAt])).getTime());
    }
  }

  #nudge(): void {
    this.#wanted = true;
    this.#wake?.();
  }

  #sleep(milliseconds: number): Promise<void> {
    if (this.#wanted || this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
    });
  }
}

/** The cursor of a desktop that has just loaded everything. */
async function presentCursor(client: Client): Promise<string> {
  const { snapshot } = await beginPull(client, null);
  await client.query('commit');
  return snapshot;
}
