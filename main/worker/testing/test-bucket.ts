import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { AppError } from '../../../shared/errors.ts';
import { Bucket, readSignedRequest, type SignedRequest } from '../files/bucket.ts';
import { projectRoot } from '../../../scripts/lib/paths.mjs';

const program = join(projectRoot, 'main', 'worker', 'testing', 'bucket-server.py');
/** Debian's own, for which its packages are. */
const python = '/usr/bin/python3';

/** Whether this machine has Swift: Debian's package python3-swift, which `npm test` installs where it can. */
export const hasBucketServer = (): boolean => spawnSync(python, ['-c', 'import swift.proxy.server']).status === 0;

/** A real S3-compatible server with one bucket: OpenStack Swift, which checks signatures, clocks and the hashes of bodies. */
export class TestBucket {
  readonly region = 'test-1';
  readonly name = 'contents';
  readonly accessKey = 'factory:pulse';
  readonly secretKey = 'a-secret-that-stands-in-no-log';
  readonly port: number;
  readonly #folder: string;
  readonly #server: ChildProcess;
  #made = false;
  readonly #http = new Bucket(null, new AbortController().signal);

  private constructor(folder: string, server: ChildProcess, port: number) {
    this.#folder = folder;
    this.#server = server;
    this.port = port;
  }

  static async start(): Promise<TestBucket> {
    const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-bucket-'));
    // Ends with its standard input, and so with this process.
    const server = spawn(python, [program, folder, 'factory:pulse', 'a-secret-that-stands-in-no-log'], { stdio: ['pipe', 'pipe', 'pipe'] });
    let told = '';
    server.stderr.on('data', (part: Buffer) => (told = (told + part.toString()).slice(-4_000)));
    const port = await new Promise<number>((resolve, reject) => {
      server.stdout.once('data', (line: Buffer) => resolve(Number(line.toString())));
      server.once('exit', () => reject(new Error(`no Swift: ${told}`)));
    });
    return new TestBucket(folder, server, port);
  }

  /** Has the centre keep new contents here. @param port where desktops find the bucket, if not at its own */
  async serve(owner: ClientBase, { name = this.name, port = this.port } = {}): Promise<string> {
    await owner.query('update files.buckets set receives = false where receives');
    const { rows } = await owner.query<{ id: string }>(
      `insert into files.buckets (endpoint, region, name, receives) values ($1, $2, $3, true)
       on conflict (endpoint, name) do update set receives = true returning id`,
      [`http://127.0.0.1:${port}`, this.region, name],
    );
    const id = rows[0]?.id ?? '';
    await owner.query(
      `insert into files.bucket_keys (bucket_id, access_key, secret_key) values ($1, $2, $3)
       on conflict (bucket_id) do update set access_key = excluded.access_key, secret_key = excluded.secret_key`,
      [id, this.accessKey, this.secretKey],
    );
    if (name === this.name && !this.#made) {
      this.#made = true;
      await this.send(await this.signed(owner, id, 'PUT', null));
    }
    return id;
  }

  /** A request as the centre's owner has it signed. */
  async signed(owner: ClientBase, bucket: string, method: string, object: string | null, body: string | Buffer = '', at = new Date()): Promise<SignedRequest> {
    const { rows } = await owner.query<{ request: string }>(
      'select files.signed($1, $2, $3, $4, $5, $6)::text as request',
      [bucket, method, object, createHash('sha256').update(body).digest('hex'), method === 'PUT' ? Buffer.byteLength(body) : null, at],
    );
    return readSignedRequest(rows[0]?.request);
  }

  /** What is stored of a content, piece by piece. */
  async pieces(owner: ClientBase, sha256: string): Promise<Buffer[]> {
    const found: Buffer[] = [];
    for (;;) {
      const request = await this.#ofPiece(owner, sha256, found.length, 'GET', '');
      const piece = request && (await this.send(request).catch(unlessMissing));
      if (!piece) return found;
      found.push(piece);
    }
  }

  /** Puts something else in the place of a piece, or nothing. */
  async replace(owner: ClientBase, sha256: string, number: number, body: Buffer | null): Promise<void> {
    const request = await this.#ofPiece(owner, sha256, number, body ? 'PUT' : 'DELETE', body ?? '');
    if (!request) throw new Error('no such content in the bucket');
    await this.send(request, body ?? undefined);
  }

  async #ofPiece(owner: ClientBase, sha256: string, number: number, method: string, body: string | Buffer): Promise<SignedRequest | null> {
    const { rows } = await owner.query<{ bucket: string; object: string }>(
      'select bucket_id as bucket, files.object_of(id, $2) as object from files.blobs where sha256 = $1 and bucket_id is not null',
      [sha256, number],
    );
    return rows[0] ? this.signed(owner, rows[0].bucket, method, rows[0].object, body) : null;
  }

  /** Sends what was signed, as a desktop does. */
  send = (request: SignedRequest, body?: Uint8Array): Promise<Buffer> => this.#http.send(request, body);

  /** Takes the disk away from the server, or gives it back: meanwhile it answers 503. */
  setBroken(broken: boolean): void {
    const [there, away] = [join(this.#folder, 'devices'), join(this.#folder, 'devices-away')];
    if (broken) renameSync(there, away);
    else renameSync(away, there);
  }

  async stop(): Promise<void> {
    this.#http.close();
    const ended = new Promise((resolve) => this.#server.once('exit', resolve));
    this.#server.stdin?.end();
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const unlessMissing = (error: unknown): null => {
  if (error instanceof AppError && error.code === 'FILE_NOT_AT_CENTRE') return null;
  throw error;
};
