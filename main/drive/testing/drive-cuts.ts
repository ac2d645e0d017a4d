import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DemoCentral } from '../../../db/testing/demo-central.ts';
import { exportFormOf } from '../../../shared/domain/drive.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import { TestDesktop } from '../../worker/testing/desktop.ts';
import { FaultyProxy } from '../../worker/testing/faulty-proxy.ts';
import { connectionWith, sumOf } from '../connection.fixture.ts';
import type { Connection } from '../connection.ts';
import { keyring } from '../../keyring.fixture.ts';
import { memoryLog } from '../../memory-log.fixture.ts';
import { TransfersFile } from '../transfers-file.ts';
import { Transfers } from '../transfers.ts';
import { workerStore } from '../worker-store.ts';
import type { FakeFile } from './fake-drive-files.ts';
import { FakeGoogle } from './fake-google.ts';

const SPREADSHEET = 'application/vnd.google-apps.spreadsheet';
const KIB = 1024;
const MIB = 1024 * KIB;
/** Several parts of an upload. */
const LARGEST = 20 * MIB;
/** So long a file may take, cuts and all. */
const PATIENCE_MS = 120_000;

type Chance = () => number;

export interface DriveCutOutcome {
  uploads: number;
  downloads: number;
  /** Of the downloads, those of Google's own documents. */
  exports: number;
  cuts: number;
  /** Sessions that ended while a file was on its way. */
  restarts: number;
  /** Contents that arrived and are not what was sent. */
  corrupt: number;
  /** Files or documents that are there more than once. */
  double: number;
  /** Files that neither arrived nor say why. */
  unexplained: number;
  /** Why transfers stopped until they were tried again, and how often. */
  failures: Partial<Record<ErrorCode, number>>;
  /** What the fake Google found wrong in what it was asked. */
  problems: string[];
}

/** Whether nothing was broken. */
export const isWhole = ({ corrupt, double, unexplained, problems }: DriveCutOutcome): boolean =>
  corrupt + double + unexplained + problems.length === 0;

/**
 * Files between the real worker and the fake Google over a link that is cut at random bytes of requests and answers, while sessions
 * end and begin at random moments and Google forgets unfinished uploads now and then, until each file has arrived.
 */
export class DriveCuts {
  readonly #google: FakeGoogle;
  readonly #proxy: FaultyProxy;
  readonly #desktop: TestDesktop;
  readonly #personId: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'factory-pulse-drive-cuts-'));
  readonly #vault = keyring();
  readonly #log = memoryLog();

  private constructor(google: FakeGoogle, proxy: FaultyProxy, desktop: TestDesktop, personId: string) {
    this.#google = google;
    this.#proxy = proxy;
    this.#desktop = desktop;
    this.#personId = personId;
  }

  static async begin(central: DemoCentral): Promise<DriveCuts> {
    const google = await FakeGoogle.start();
    const proxy = await FaultyProxy.start({ host: '127.0.0.1', port: Number(new URL(google.url).port) });
    const desktop = new TestDesktop(central.address);
    const { person } = await desktop.signIn('admin@factorypulse.vn');
    await desktop.settled();
    return new DriveCuts(google, proxy, desktop, person.id);
  }

  async end(): Promise<void> {
    await this.#proxy.stop();
    await this.#google.stop();
    await this.#desktop.remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async run(cuts: number, seed: number, tell: (outcome: DriveCutOutcome) => void = () => undefined): Promise<DriveCutOutcome> {
    const chance = generator(seed);
    const outcome: DriveCutOutcome = { uploads: 0, downloads: 0, exports: 0, cuts: 0, restarts: 0, corrupt: 0, double: 0, unexplained: 0, failures: {}, problems: this.#google.problems };
    const connection = await connectionWith(this.#google, `http://127.0.0.1:${this.#proxy.port}`);
    while (outcome.cuts < cuts) {
      const content = randomBytes(sizeBy(chance));
      if (chance() < 0.5) await this.#upload(connection, content, chance, outcome);
      else await this.#download(connection, content, chance, outcome);
      tell(outcome);
    }
    return outcome;
  }

  async #upload(connection: Connection, content: Buffer, chance: Chance, outcome: DriveCutOutcome): Promise<void> {
    outcome.uploads += 1;
    const name = `lên-${outcome.uploads}.step`;
    const file = await workerStore(this.#desktop).takeIn(name, content.length, inOne(content));
    const { id } = await this.#desktop.call('documents.create', { title: name, source: { file } });
    const wish = { document_id: id, sha256: file.sha256, folder: null };
    await this.#untilThrough(connection, (transfers) => transfers.upload(wish), content.length, 'toServer', chance, outcome);
    const { drive, api } = this.#google;
    const arrived = [...drive.all.values()].filter((one) => one.name === name);
    if (arrived.length === 0) outcome.unexplained += 1;
    if (arrived.length > 1) outcome.double += 1;
    for (const one of arrived) {
      if (one.content?.equals(content) !== true) outcome.corrupt += 1;
      drive.all.delete(one.id);
    }
    api.forgetUploads();
  }

  async #download(connection: Connection, content: Buffer, chance: Chance, outcome: DriveCutOutcome): Promise<void> {
    outcome.downloads += 1;
    const name = `xuống-${outcome.downloads}`;
    const isExport = content.length <= 10 * MIB && chance() < 0.2;
    if (isExport) outcome.exports += 1;
    const file = this.#google.drive.add(isExport ? sheetOf(name, content) : { name, content });
    const wish = [{ id: file.id, resource_key: null }];
    await this.#untilThrough(connection, (transfers) => transfers.download(wish, null), content.length, 'toClient', chance, outcome);
    const documents = (await this.#desktop.call('documents.same', { url: null, sha256: sumOf(content) })).filter(({ title }) => title === name);
    if (documents.length === 0) outcome.unexplained += 1;
    if (documents.length > 1) outcome.double += 1;
    for (const { id } of documents) if (!(await this.#read(id, content)).equals(content)) outcome.corrupt += 1;
    this.#google.drive.all.delete(file.id);
  }

  async #read(documentId: string, content: Buffer): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    const source = await workerStore(this.#desktop).source(documentId, sumOf(content));
    for await (const part of source.open(0)) parts.push(Buffer.from(part));
    return Buffer.concat(parts);
  }

  /** Asks once, and sees to it that what was asked goes on until it is through. */
  async #untilThrough(
    connection: Connection,
    ask: (transfers: Transfers) => Promise<unknown>,
    size: number,
    mostly: 'toServer' | 'toClient',
    chance: Chance,
    outcome: DriveCutOutcome,
  ): Promise<void> {
    const { faults } = this.#proxy;
    let transfers = this.#session(connection);
    await this.#asked(ask, transfers);
    const end = Date.now() + PATIENCE_MS;
    for (let going = await transfers.list(); going.length > 0 && Date.now() < end; going = await transfers.list()) {
      // Where the bytes go, a cut may come at any of them; on the way back there are but a few thousand.
      const [direction, mostBytes] = chance() < 0.75 ? [mostly, size * 0.8] : [mostly === 'toServer' ? 'toClient' : 'toServer', 1_000];
      const { cuts } = this.#proxy;
      faults.cutAfter = { toServer: null, toClient: null, [direction as 'toServer' | 'toClient']: Math.floor(chance() * (mostBytes + 2_000)) };
      const restartAt = chance() < 0.2 ? Date.now() + chance() * 30 : Infinity;
      while (this.#proxy.cuts === cuts && Date.now() < restartAt && Date.now() < end && (await transfers.list()).some(({ state }) => state !== 'failed')) await delay(1);
      faults.cutAfter = { toServer: null, toClient: null };
      outcome.cuts += this.#proxy.cuts - cuts;
      for (const { id, state, error_code: code } of await transfers.list()) {
        if (state !== 'failed') continue;
        if (code !== null) outcome.failures[code] = (outcome.failures[code] ?? 0) + 1;
        await transfers.resume(id);
      }
      if (chance() < 0.25) this.#google.api.forgetUploads();
      if (chance() < 0.4) {
        outcome.restarts += 1;
        transfers = this.#session(connection, transfers.suspend());
      }
    }
    await transfers.suspend();
  }

  /** Resolves when it is kept. */
  async #asked(ask: (transfers: Transfers) => Promise<unknown>, transfers: Transfers): Promise<void> {
    // What becomes of it is seen in what is kept, and in what arrives.
    ask(transfers).catch(() => undefined);
    while ((await transfers.list()).length === 0) await delay(1);
  }

  #session(connection: Connection, before = Promise.resolve()): Transfers {
    return new Transfers({
      personId: this.#personId,
      connection: () => Promise.resolve(connection),
      store: workerStore(this.#desktop),
      file: new TransfersFile(this.#folder, 'huong', { vault: this.#vault, platform: 'linux', log: this.#log }, before),
      waiting: { wait: (_ms, signal) => delay(2, undefined, signal ? { signal } : {}), random: () => 0 },
      log: this.#log,
      tell: () => undefined,
    });
  }
}

const sheetOf = (name: string, content: Buffer): Partial<FakeFile> & { name: string } => ({
  name,
  mimeType: SPREADSHEET,
  exports: { [exportFormOf(SPREADSHEET)?.mime ?? '']: content },
});

/** Many small files, some of several pieces, a few of several parts. */
function sizeBy(chance: Chance): number {
  const kind = chance();
  const most = kind < 0.6 ? 500 * KIB : kind < 0.9 ? 3 * MIB : LARGEST;
  return Math.floor(chance() * most);
}

async function* inOne(content: Buffer): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(content);
}

/** The same numbers for the same seed, in [0, 1). */
function generator(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
