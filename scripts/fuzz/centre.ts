import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { fillDemoCentral } from '../../db/testing/demo-central.ts';
import { start } from '../lib/embedded-central.mjs';
import { fastSettings, removeLeftovers } from '../lib/integration-database.mjs';
import { dataDir } from '../lib/paths.mjs';
import { addNeighbour } from './neighbour.ts';

/**
 * What was committed has reached the operating system before it is answered, so that a server that is killed loses none
 * of it, and only the machine's own end would. What was rolled back need not have, and here it takes its time.
 */
const settings = { ...fastSettings, synchronous_commit: 'on', wal_writer_delay: '10s', shared_buffers: '32MB' };

/** What others do at the centre waits no longer than this for a row that an open transaction holds. */
const PATIENCE = "set lock_timeout = '300ms'";

/** Clusters of the simulation, each named after the process that it belongs to. */
const folder = join(dataDir, 'fuzz');

/** Takes away what earlier runs, if they were killed, left behind. */
export const clearCentres = (): Promise<void> => removeLeftovers(folder);

const database = 'fp_fuzz';
const template = 'fp_fuzz_template';
const copy = 'fp_fuzz_copy';

/**
 * The server of the simulation and the one database on it. Every story begins with a copy of one prepared template,
 * under the same name, so that people keep the login roles that the template made for them.
 */
export class Centre {
  readonly host = '127.0.0.1';
  readonly database = database;
  /** The owner's connection to the present database. */
  client: pg.Client;
  readonly #directory: string;
  #server: Awaited<ReturnType<typeof start>>;
  #hasCopy = false;

  private constructor(directory: string, server: Awaited<ReturnType<typeof start>>) {
    this.#directory = directory;
    this.#server = server;
    this.client = new pg.Client({ connectionString: this.url });
  }

  static async start(): Promise<Centre> {
    const directory = join(folder, String(process.pid));
    const centre = new Centre(directory, await start({ dataDir: directory, settings }));
    await centre.#onServer(`create database ${database}`);
    await centre.client.connect();
    await fillDemoCentral(centre.client);
    await addNeighbour(centre.client);
    await centre.client.end();
    await centre.#onServer(`alter database ${database} rename to ${template}`);
    return centre;
  }

  get port(): number {
    return this.#server.port;
  }

  /** The superuser's URL of the present database. */
  get url(): string {
    const url = new URL(this.#server.url);
    url.pathname = `/${database}`;
    return url.href;
  }

  /** Begins a new story: the database as the template has it. */
  async begin(): Promise<void> {
    await this.#replaceBy(template);
    this.#hasCopy = false;
  }

  /** Stops the server, in good order or as a crash does, and starts it again on the same port. */
  async restart(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    const { port } = this.#server;
    await this.#server.stop(signal);
    // The handlers of the first start are enough: another set of them with every restart would never be taken away.
    this.#server = await start({ dataDir: this.#directory, settings, port, handleSignals: false });
    await this.#connect();
  }

  /** Keeps a copy of everything as it is now. Nobody else may be connected. */
  async back(): Promise<void> {
    await this.client.end();
    await this.#onServer(`drop database if exists ${copy}`);
    await this.#onServer(endOthers, `create database ${copy} template ${database}`);
    this.#hasCopy = true;
    await this.#connect();
  }

  /**
   * Sets everything back to the last copy of this story, or to its beginning, with the new epoch that whoever restores
   * has to give (docs/sync.md). Nobody else may be connected.
   */
  async restore(): Promise<void> {
    await this.#replaceBy(this.#hasCopy ? copy : template);
    await this.client.query('update sync.instance set epoch = gen_random_uuid()');
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #replaceBy(source: string): Promise<void> {
    await this.client.end();
    await this.#onServer(
      `drop database if exists ${database} with (force)`,
      `create database ${database} template ${source}`,
      // A copy of a database has none of the rights on it.
      `revoke all on database ${database} from public`,
      `grant connect on database ${database} to fp_person`,
    );
    await this.#connect();
  }

  async #connect(): Promise<void> {
    this.client = new pg.Client({ connectionString: this.url });
    // A connection that a restart ends; the next question to it fails and is heard.
    this.client.on('error', () => undefined);
    await this.client.connect();
    await this.client.query(PATIENCE);
  }

  async #onServer(...statements: string[]): Promise<void> {
    const client = new pg.Client({ connectionString: this.#server.url });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  }
}

/** Whoever was cut off takes a moment to leave; a database with people in it is not copied. */
const endOthers = `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${database}'`;
