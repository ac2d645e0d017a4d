import type { Client } from 'pg';
import { AppError } from '../../../shared/errors.ts';
import { readSignedRequest, type Bucket, type SignedRequest } from './bucket.ts';

/** So many requests are signed at once. */
const AHEAD = 8;
/**
 * Older signatures are not used: the bucket's clock may be some minutes off, and the centre hears that we are there. By the clock
 * of the wall, because others stand still while a machine sleeps.
 */
const FRESH_MS = 30_000;

/** The pieces of contents that lie in a bucket: the centre signs each request (db/central/0022_bucket.sql), the bucket answers it. */
export class BucketPieces {
  readonly #client: Client;
  readonly #bucket: Bucket;
  #ready: { blob: string; first: number; requests: SignedRequest[]; at: number } | null = null;

  constructor(client: Client, bucket: Bucket) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /**
   * The first piece of an own content that is not there.
   * @param there which the centre has heard of: none, some or all
   * @param found is told how many are there, where each is looked for: of a large content that takes minutes
   */
  async next(blob: string, count: number, there: string, found: (pieces: number) => Promise<void>): Promise<number> {
    if (there === 'none') return 0;
    if (there === 'all') return this.#firstLost(blob, count, found);
    // They are sent one after the other, so the end is searched for by halves.
    let [from, to] = [0, count];
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      if (await this.#isThere(blob, middle)) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** All were there once; the store may have lost any of them. */
  async #firstLost(blob: string, count: number, found: (pieces: number) => Promise<void>): Promise<number> {
    let number = 0;
    while (number < count && (await this.#isThere(blob, number))) {
      number += 1;
      await found(number);
    }
    return number;
  }

  async #isThere(blob: string, number: number): Promise<boolean> {
    const [request] = await this.#sign('look', 'select files.look_request($1, $2)::text as request', [blob, number]);
    if (!request) throw new AppError('FILE_TRANSFER_UNKNOWN', 'no such piece');
    try {
      await this.#bucket.send(request);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'FILE_NOT_AT_CENTRE') return false;
      throw error;
    }
  }

  async put(blob: string, number: number, piece: Uint8Array): Promise<void> {
    await this.#bucket.send(await this.#putRequest(blob, number), piece);
  }

  async #putRequest(blob: string, number: number): Promise<SignedRequest> {
    const ready = this.#ready;
    if (ready?.blob === blob && Math.abs(Date.now() - ready.at) < FRESH_MS) {
      const request = ready.requests[number - ready.first];
      if (request) return request;
    }
    const at = Date.now();
    const requests = await this.#sign('put', 'select r::text as request from files.put_requests($1, $2, $3) r', [blob, number, number + AHEAD - 1]);
    const [request] = requests;
    if (!request) throw new AppError('FILE_TRANSFER_UNKNOWN', 'no such piece');
    this.#ready = { blob, first: number, requests, at };
    return request;
  }

  /** Pieces from one on; the next is fetched while one is handled. */
  async *get(documentId: string, sha256: string, blob: string, from: number, to: number): AsyncGenerator<Buffer> {
    const text = 'select r::text as request from files.get_requests($1, $2, $3, $4, $5) r';
    const requests = await this.#sign('get', text, [documentId, sha256, blob, from, to]);
    const begin = (request: SignedRequest | undefined): Promise<Buffer> | null => {
      const begun = request ? this.#bucket.send(request) : null;
      // Heard where it is awaited; until then it must not count as unheard.
      begun?.catch(() => undefined);
      return begun;
    };
    let ahead = begin(requests[0]);
    for (let index = 1; ahead; index += 1) {
      const piece = await ahead;
      ahead = begin(requests[index]);
      yield piece;
    }
  }

  async #sign(name: string, text: string, values: unknown[]): Promise<SignedRequest[]> {
    const { rows } = await this.#client.query<{ request: string }>({ name: `files.sign-${name}`, text, values });
    return rows.map(({ request }) => readSignedRequest(request));
  }
}
