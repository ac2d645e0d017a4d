import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { DemoCentral } from '../../../db/testing/demo-central.ts';
import { connectAs } from '../../../db/testing/person.ts';
import { PIECE_BYTES } from '../../../shared/domain/file-pieces.ts';
import { Bucket } from '../files/bucket.ts';
import { centralBytes, type CentralBytes } from '../files/central-bytes.ts';
import { download } from '../files/download.ts';
import { fileKeys } from '../files/file-keys.ts';
import { ContentStore } from '../files/store.ts';
import type { Transfer } from '../files/transfer-rows.ts';
import { upload, type Course } from '../files/upload.ts';
import { openReplica, type Replica } from '../replica/database.ts';
import { Meta } from '../replica/meta.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { hashOf } from './files-desktop.ts';
import type { TestBucket } from './test-bucket.ts';

const EMAIL = 'mechanical.engineer@factorypulse.vn';
const LARGEST = 2.5 * PIECE_BYTES;

export interface CutOutcome {
  contents: number;
  cuts: number;
  /** Contents that were stored and are not what was sent. */
  corrupt: number;
  /** Attempts that began before where an earlier one had come to. */
  repeated: number;
}

/** Contents up and down over a link that is cut at random bytes, until each has arrived. */
export class CutTransfers {
  readonly #central: DemoCentral;
  readonly #proxy: FaultyProxy;
  /** Where the bytes go instead of the centre, and the link to it. */
  readonly #elsewhere: { bucket: TestBucket; proxy: FaultyProxy } | null;
  readonly #folder = mkdtempSync(join(tmpdir(), 'factory-pulse-cuts-'));
  readonly #replicas: Replica[] = [];

  private constructor(central: DemoCentral, proxy: FaultyProxy, elsewhere: { bucket: TestBucket; proxy: FaultyProxy } | null) {
    this.#central = central;
    this.#proxy = proxy;
    this.#elsewhere = elsewhere;
  }

  /** @param bucket where contents are kept, if not in the centre's tables */
  static async begin(central: DemoCentral, bucket: TestBucket | null = null): Promise<CutTransfers> {
    const proxy = await FaultyProxy.start({ host: central.host, port: central.port });
    if (!bucket) return new CutTransfers(central, proxy, null);
    const toBucket = await FaultyProxy.start({ host: '127.0.0.1', port: bucket.port });
    await bucket.serve(central.client, { port: toBucket.port });
    return new CutTransfers(central, proxy, { bucket, proxy: toBucket });
  }

  async end(): Promise<void> {
    await Promise.all([this.#proxy.stop(), this.#elsewhere?.proxy.stop()]);
    for (const replica of this.#replicas) replica.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async run(cuts: number, seed: number, tell: (outcome: CutOutcome) => void = () => undefined): Promise<CutOutcome> {
    const chance = generator(seed);
    const [sender, receiver] = [this.#store('sender'), this.#store('receiver')];
    const outcome: CutOutcome = { contents: 0, cuts: 0, corrupt: 0, repeated: 0 };
    while (outcome.cuts < cuts) {
      const content = randomBytes(Math.floor(chance() * LARGEST));
      const transfer = await this.#document(content);
      await sender.put(partsOf(content));
      await this.#untilThrough(transfer, chance, outcome, false, (bytes, course) => upload(bytes, sender, transfer, course));
      if (!(await this.#isWholeAtCentre(transfer, content))) outcome.corrupt += 1;
      await this.#untilThrough(transfer, chance, outcome, true, async (bytes, course) => {
        if (receiver.has(transfer.sha256)) outcome.corrupt += 1;
        await download(bytes, receiver, transfer, course);
      });
      if (!Buffer.from(await receiver.readAll(transfer.sha256, LARGEST)).equals(content)) outcome.corrupt += 1;
      outcome.contents += 1;
      for (const store of [sender, receiver]) await store.remove(transfer.sha256);
      await this.#central.client.query('delete from public.documents where id = $1', [transfer.document_id]);
      await this.#central.client.query("select files.prune('-1 seconds')");
      tell(outcome);
    }
    return outcome;
  }

  async #untilThrough(
    transfer: Transfer,
    chance: () => number,
    outcome: CutOutcome,
    isDown: boolean,
    carry: (central: CentralBytes, course: Course) => Promise<void>,
  ): Promise<void> {
    let reached = 0;
    for (;;) {
      // Of the two links of a bucket the centre's has little on it, and is cut less often.
      const carries = this.#elsewhere?.proxy ?? this.#proxy;
      const proxy = this.#elsewhere && chance() < 0.2 ? this.#proxy : carries;
      // Where the bytes go, a cut may come at any of them; on the way back there are but a few thousand.
      const [down, mostBytes] = proxy === carries && chance() < 0.85 ? [isDown, transfer.size * 0.4] : [!isDown, 3_000];
      const at = Math.floor(chance() * (mostBytes + 3_000));
      const [toServer, toClient] = down ? [null, at] : [at, null];
      const { cuts } = proxy;
      proxy.faults.cutAfter = { toServer, toClient };
      const bucket = new Bucket(null, new AbortController().signal);
      let client: Client | null = null;
      let begun = false;
      try {
        client = await connectAs({ host: '127.0.0.1', port: this.#proxy.port, database: this.#central.database }, EMAIL);
        client.on('error', () => undefined);
        await carry(centralBytes(client, bucket), {
          passed: (bytes) => {
            if (!begun && bytes < reached) outcome.repeated += 1;
            begun = true;
            reached = bytes;
            return Promise.resolve();
          },
          found: () => Promise.resolve(),
        });
        return;
      } catch (error) {
        // Whatever else fails is no cut.
        if (proxy.cuts === cuts) throw error;
        outcome.cuts += 1;
      } finally {
        proxy.faults.cutAfter = { toServer: null, toClient: null };
        bucket.close();
        await client?.end().catch(() => undefined);
      }
    }
  }

  async #isWholeAtCentre({ document_id, sha256 }: Transfer, content: Buffer): Promise<boolean> {
    if (this.#elsewhere) return Buffer.concat(await this.#elsewhere.bucket.pieces(this.#central.client, sha256)).equals(content);
    const { rows } = await this.#central.client.query<{ n: number; whole: string }>(
      `select (select count(*)::int from files.document_files where document_id = $1) as n,
              encode(sha256(coalesce((select string_agg(c.bytes, ''::bytea order by c.number) from files.document_files f join files.chunks c on c.blob_id = f.blob_id where f.document_id = $1), '')), 'hex') as whole`,
      [document_id],
    );
    return rows[0]?.n === 1 && rows[0].whole === sha256 && sha256 === hashOf(content);
  }

  async #document(content: Buffer): Promise<Transfer> {
    const id = randomUUID();
    const sha256 = hashOf(content);
    await this.#central.client.query(
      `insert into public.documents (id, organization_id, title, file_name, file_size, content_sha256, uploaded_by)
       select $1, u.organization_id, 'cut', 'cut.bin', $2, $3, u.id from public.users u where u.email = $4`,
      [id, content.length, sha256, EMAIL],
    );
    return { id: 1, kind: 'upload', document_id: id, sha256, size: content.length, attempts: 0 };
  }

  #store(name: string): ContentStore {
    const file = join(this.#folder, `${name}.db`);
    const replica = openReplica(file, randomBytes(32));
    this.#replicas.push(replica);
    return new ContentStore(replica, join(this.#folder, name), fileKeys(replica.write, new Meta(replica.write)));
  }
}

async function* partsOf(content: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(content);
}

/** The same numbers for the same seed, in [0, 1). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
