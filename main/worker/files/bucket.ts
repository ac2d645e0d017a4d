import { Agent as PlainAgent, request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent, request as tlsRequest } from 'node:https';
import { checkServerIdentity, rootCertificates } from 'node:tls';
import { z } from 'zod';
import { PIECE_BYTES } from '../../../shared/domain/file-pieces.ts';
import { AppError, type ErrorCode } from '../../../shared/errors.ts';
import { sleep } from './pace.ts';

/** A bucket that says nothing for so long never will. */
const SILENCE_MS = 30_000;
/** What a bucket that is busy is given before the transfer waits for its turn again. */
const BUSY_PAUSES_MS = [500, 1_000, 2_000, 4_000];
const LONGEST_PAUSE_MS = 15_000;
/** No answer is longer than a piece, or an error. */
const MOST_BYTES = PIECE_BYTES + 65_536;

/** One request that the centre has signed; it opens nothing else, and is in no log. */
const signedRequest = z.object({
  method: z.enum(['PUT', 'GET', 'DELETE']),
  // Without TLS only on this machine.
  url: z.string().regex(/^(https:\/\/[a-z0-9.-]+|http:\/\/(127\.0\.0\.1|localhost))(:\d+)?\/[a-zA-Z0-9./-]+$/),
  headers: z.record(z.string().regex(/^[a-z0-9-]+$/), z.string()),
});
export type SignedRequest = z.infer<typeof signedRequest>;

export function readSignedRequest(text: string | undefined): SignedRequest {
  const read = signedRequest.safeParse(JSON.parse(text ?? 'null'));
  // Quotes nothing: what the centre said is a signature.
  if (!read.success) throw new AppError('SERVER_REPLY_INVALID', 'the centre signed no request that can be sent');
  return read.data;
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** Sends to an S3-compatible store what the centre has signed. */
export class Bucket {
  readonly #plain = new PlainAgent({ keepAlive: true, timeout: SILENCE_MS });
  readonly #tls: Agent;
  readonly #signal: AbortSignal;

  /** @param ca PEM text of an own certificate authority, which holds here beside the public ones */
  constructor(ca: string | null, signal: AbortSignal) {
    // Said here, so that no variable of the environment decides about it (NODE_TLS_REJECT_UNAUTHORIZED, NODE_EXTRA_CA_CERTS).
    const authorities = [...rootCertificates, ...(ca === null ? [] : [ca])];
    this.#tls = new Agent({ keepAlive: true, timeout: SILENCE_MS, rejectUnauthorized: true, checkServerIdentity, ca: authorities });
    this.#signal = signal;
  }

  close(): void {
    this.#plain.destroy();
    this.#tls.destroy();
  }

  /** Answers what the bucket sends; fails with what it means for a person. */
  async send(signed: SignedRequest, body?: Uint8Array): Promise<Buffer> {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#exchange(signed, body);
      if (answer.status >= 200 && answer.status < 300) return answer.body;
      const failure = failureOf(answer);
      const pause = BUSY_PAUSES_MS[attempt];
      if (failure.code !== 'FILE_BUCKET_BUSY' || pause === undefined) throw failure;
      const asked = Number(answer.headers['retry-after'] ?? 0) * 1_000;
      await sleep(Math.min(LONGEST_PAUSE_MS, Math.max(pause, Number.isFinite(asked) ? asked : 0)), this.#signal);
    }
  }

  async #exchange(signed: SignedRequest, body: Uint8Array | undefined): Promise<Answer> {
    for (;;) {
      try {
        return await this.#once(signed, body);
      } catch (error) {
        // Connections that lay idle may have been closed at the other end; what is signed may be sent again, at last over a new one.
        if (!(error instanceof Idled)) throw error;
      }
    }
  }

  #once({ method, url, headers }: SignedRequest, body: Uint8Array | undefined): Promise<Answer> {
    const options: RequestOptions = { method, headers, timeout: SILENCE_MS, signal: this.#signal };
    return new Promise((resolve, reject) => {
      const begun = url.startsWith('https:')
        ? tlsRequest(url, { ...options, agent: this.#tls })
        : plainRequest(url, { ...options, agent: this.#plain });
      const fail = (error: NodeJS.ErrnoException): void => {
        const reason = error.code ?? error.name;
        const idled = begun.reusedSocket && reason === 'ECONNRESET';
        reject(idled ? new Idled() : new AppError('FILE_BUCKET_UNREACHABLE', `no answer from the bucket: ${reason}`, { reason }, { cause: error }));
      };
      begun.on('timeout', () => begun.destroy(Object.assign(new Error('the bucket says nothing'), { code: 'ETIMEDOUT' })));
      begun.on('error', fail);
      begun.on('response', (response) => {
        collect(response).then((received) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: received }), fail);
      });
      begun.end(body);
    });
  }
}

/** The connection was an old one, and closed. */
class Idled extends Error {}

async function collect(response: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw Object.assign(new Error('the bucket sends more than a piece'), { code: 'EMSGSIZE' });
    parts.push(part);
  }
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, bytes);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const byReason: Readonly<Record<string, ErrorCode>> = {
  NoSuchKey: 'FILE_NOT_AT_CENTRE',
  NoSuchBucket: 'FILE_BUCKET_REFUSED',
  RequestTimeTooSkewed: 'FILE_BUCKET_CLOCK',
  BadDigest: 'FILE_DAMAGED',
  InvalidDigest: 'FILE_DAMAGED',
  XAmzContentSHA256Mismatch: 'FILE_DAMAGED',
  SlowDown: 'FILE_BUCKET_BUSY',
  // Answered with 400: the link was too slow for it.
  RequestTimeout: 'FILE_BUCKET_BUSY',
};

/** What an answer other than success means for a person. */
export function failureOf({ status, body }: Pick<Answer, 'status' | 'body'>): AppError {
  const reason = /<Code>([A-Za-z0-9]{1,60})<\/Code>/.exec(body.subarray(0, 65_536).toString('latin1'))?.[1] ?? String(status);
  return new AppError(byReason[reason] ?? byStatus(status), `the bucket answers ${status} ${reason}`, { reason });
}

function byStatus(status: number): ErrorCode {
  if (status === 404) return 'FILE_NOT_AT_CENTRE';
  if (status === 422) return 'FILE_DAMAGED';
  return status === 429 || status >= 500 ? 'FILE_BUCKET_BUSY' : 'FILE_BUCKET_REFUSED';
}
