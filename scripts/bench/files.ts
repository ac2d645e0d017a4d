import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { to as copyTo } from 'pg-copy-streams';
import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { connectAs } from '../../db/testing/person.ts';
import { PIECE_BYTES } from '../../shared/domain/file-pieces.ts';
import { Bucket } from '../../main/worker/files/bucket.ts';
import { centralBytes } from '../../main/worker/files/central-bytes.ts';
import { download } from '../../main/worker/files/download.ts';
import { fileKeys } from '../../main/worker/files/file-keys.ts';
import { ContentStore } from '../../main/worker/files/store.ts';
import type { Transfer } from '../../main/worker/files/transfer-rows.ts';
import { upload, type Course } from '../../main/worker/files/upload.ts';
import { openReplica, type Replica } from '../../main/worker/replica/database.ts';
import { Meta } from '../../main/worker/replica/meta.ts';
import type { Figures } from './figures.ts';

const EMAIL = 'mechanical.engineer@factorypulse.vn';
const SMALL_BYTES = 8 * 1024;
/** A file of gigabytes is carried as one, for its memory. */
const ROUNDS_UP_TO = 1_024;
const course: Course = { passed: () => Promise.resolve(), found: () => Promise.resolve() };

interface Options {
  megabytes: number;
  small: number;
}

/**
 * A large file, and many small ones, to the centre and back: out of the encrypted store, checked on both sides, into the
 * encrypted store; against bare pieces of the same size that go into a table and out again over the same protocol.
 */
export async function files(central: DemoCentral, { megabytes, small }: Options): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-bench-files-'));
  const replicas: Replica[] = [];
  const storeOf = (name: string): ContentStore => {
    const file = join(folder, `${name}.db`);
    const replica = openReplica(file, randomBytes(32));
    replicas.push(replica);
    return new ContentStore(replica, join(folder, name), fileKeys(replica.write, new Meta(replica.write)));
  };
  const client = await connectAs(central, EMAIL);
  try {
    const [sender, receiver] = [storeOf('sender'), storeOf('receiver')];
    const bytes = centralBytes(client, new Bucket(null, new AbortController().signal));
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);

    const sums = { takeIn: 0, up: 0, down: 0, bareUp: 0, bareDown: 0 };
    // In turns with the bare copy, so that what else the machine does meets both.
    const rounds = megabytes > ROUNDS_UP_TO ? 1 : 4;
    for (let round = 0; round < rounds; round += 1) {
      const part = Math.max(1, Math.round(megabytes / rounds));
      let large: Transfer | null = null;
      sums.takeIn += await timed(async () => {
        large = await documentOf(central, sender, randomPieces(part, round));
      });
      const transfer = large as unknown as Transfer;
      sums.up += await timed(() => upload(bytes, sender, transfer, course));
      sums.down += await timed(() => download(bytes, receiver, transfer, course));
      const bare = await bareCopy(central, part, join(folder, 'bare'));
      sums.bareUp += bare.upMs;
      sums.bareDown += bare.downMs;
    }
    clearInterval(watch);

    const documents: Transfer[] = [];
    for (let index = 0; index < small; index += 1) documents.push(await documentOf(central, sender, once(randomBytes(SMALL_BYTES))));
    const smallUpMs = await timed(async () => {
      for (const one of documents) await upload(bytes, sender, one, course);
    });
    const smallDownMs = await timed(async () => {
      for (const one of documents) await download(bytes, receiver, one, course);
    });
    const bareSmall = await bareSmallCopy(central, small);

    return {
      ratio: round((sums.bareUp + sums.bareDown) / (sums.up + sums.down)),
      up_ratio: round(sums.bareUp / sums.up),
      down_ratio: round(sums.bareDown / sums.down),
      megabytes,
      up_mb_per_s: round(megabytes / (sums.up / 1000)),
      down_mb_per_s: round(megabytes / (sums.down / 1000)),
      take_in_mb_per_s: round(megabytes / (sums.takeIn / 1000)),
      memory_grown_mb: Math.round((peak - before) / 1024 / 1024),
      small_files: small,
      small_up_per_s: Math.round(small / (smallUpMs / 1000)),
      small_down_per_s: Math.round(small / (smallDownMs / 1000)),
      small_ratio: round((bareSmall.upMs + bareSmall.downMs) / (smallUpMs + smallDownMs)),
    };
  } finally {
    await client.end();
    for (const replica of replicas) replica.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same pieces for the same seed, so that a large content needs no memory. */
async function* randomPieces(count: number, seed: number): AsyncGenerator<Uint8Array> {
  const piece = Buffer.alloc(PIECE_BYTES);
  for (let number = 0; number < count; number += 1) {
    for (let at = 0; at < PIECE_BYTES; at += 4) piece.writeUInt32LE((Math.imul(at + number * PIECE_BYTES + seed, 2_654_435_761) ^ (at << 3)) >>> 0, at);
    yield await Promise.resolve(piece);
  }
}

async function* once(content: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(content);
}

async function documentOf(central: DemoCentral, store: ContentStore, content: AsyncIterable<Uint8Array>): Promise<Transfer> {
  const { sha256, size } = await store.put(content);
  const id = randomUUID();
  await central.client.query(
    `insert into public.documents (id, organization_id, title, file_name, file_size, content_sha256, uploaded_by)
     select $1, u.organization_id, 'bench', 'bench.bin', $2, $3, u.id from public.users u where u.email = $4`,
    [id, size, sha256, EMAIL],
  );
  return { id: 1, kind: 'upload', document_id: id, sha256, size, attempts: 0 };
}

/** Pieces into a table, one statement each, and out again in one stream into a file: as plain as the protocol and a disk allow. */
async function bareCopy(central: DemoCentral, count: number, target: string): Promise<{ upMs: number; downMs: number }> {
  const { client } = central;
  await client.query('create table bare (number integer primary key, bytes bytea not null)');
  await client.query('alter table bare alter column bytes set storage external');
  const piece = randomBytes(PIECE_BYTES);
  const upMs = await timed(async () => {
    for (let number = 0; number < count; number += 1) {
      await client.query({ name: 'bare', text: 'insert into bare values ($1, $2)', values: [number, piece] });
    }
  });
  const downMs = await timed(async () => {
    const stream = client.query(copyTo('copy (select bytes from bare order by number) to stdout (format binary)'));
    const file = await open(target, 'w');
    for await (const part of stream) await file.write(part as Buffer);
    await file.sync();
    await file.close();
  });
  await client.query('drop table bare');
  return { upMs, downMs };
}

async function bareSmallCopy(central: DemoCentral, count: number): Promise<{ upMs: number; downMs: number }> {
  const { client } = central;
  await client.query('create table bare_small (number integer primary key, bytes bytea not null)');
  const piece = randomBytes(SMALL_BYTES);
  const upMs = await timed(async () => {
    for (let number = 0; number < count; number += 1) await client.query({ name: 'bare-small', text: 'insert into bare_small values ($1, $2)', values: [number, piece] });
  });
  const downMs = await timed(async () => {
    for (let number = 0; number < count; number += 1) {
      await client.query({ name: 'bare-small-out', text: 'select bytes from bare_small where number = $1', values: [number] });
    }
  });
  await client.query('drop table bare_small');
  return { upMs, downMs };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

const round = (value: number): number => Math.round(value * 100) / 100;
