import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { PIECE_BYTES, piecesOf } from '../../../shared/domain/file-pieces.ts';
import { AppError } from '../../../shared/errors.ts';
import { BucketPieces } from './bucket-pieces.ts';
import type { Bucket } from './bucket.ts';
import { copyFields } from './copy-binary.ts';

/** A content on its way to the centre. */
export interface Receiving {
  blob: string;
  inBucket: boolean;
}

/** How a transfer to the centre stands: all there, or which piece comes next. */
export type Offered = { state: 'done' } | { state: 'receiving'; transfer: Receiving; next: number };

/** What the centre holds as a content: the hashes of its pieces, and the first of them where it comes along. */
export interface Described extends Receiving {
  size: number;
  manifest: Buffer;
  first: Buffer | null;
}

/**
 * Where the bytes of documents are kept for all: in the centre's own tables, or in a bucket that the centre names. Every call is
 * made with the person's rights and may be repeated.
 */
export interface CentralBytes {
  /**
   * @param manifest the SHA-256 of every piece, one after the other
   * @param found is told of pieces that are looked for and there, while that goes on
   */
  offer(documentId: string, sha256: string, size: number, manifest: Buffer, found?: (pieces: number) => Promise<void>): Promise<Offered>;
  put(transfer: Receiving, number: number, piece: Uint8Array): Promise<void>;
  finish(documentId: string, transfer: Receiving): Promise<void>;
  /** A content of one piece, at once. */
  bring(documentId: string, sha256: string, piece: Uint8Array): Promise<void>;
  /** More than one where people said the same hash of different bytes: only the hash of the whole tells which is true. */
  describe(documentId: string, sha256: string): Promise<Described[]>;
  /** Pieces from one on, as far as one request brings them. */
  read(documentId: string, sha256: string, content: Described, from: number, to: number): AsyncIterable<Buffer>;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const HASH = /^[0-9a-f]{64}$/;

/** COPY takes no parameters: what goes into its text is of a form that can hold no SQL. */
function literal(value: string, form: RegExp): string {
  if (!form.test(value)) throw new AppError('INTERNAL', 'not of the form that a statement may hold');
  return `'${value}'`;
}

/** The functions of the schema `files` (db/central/0020_files.sql, 0022_bucket.sql) over a connection of the person. */
export function centralBytes(client: Client, bucket: Bucket): CentralBytes {
  const pieces = new BucketPieces(client, bucket);
  // Asked once for many small contents; one that goes elsewhere after all is stored there as well.
  let goesToBucket: Promise<boolean> | null = null;

  const bytes: CentralBytes = {
    offer: async (documentId, sha256, size, manifest, found = () => Promise.resolve()) => {
      const { rows } = await client.query<{ answer: string }>({
        name: 'files.offer',
        text: 'select files.offer($1, $2, $3, $4)::text as answer',
        values: [documentId, sha256, size, manifest],
      });
      const answer = JSON.parse(rows[0]?.answer ?? '{}') as { state?: string; blob?: string; next?: number; in_bucket?: boolean; there?: string };
      if (answer.state === 'done') return { state: 'done' };
      const { blob } = answer;
      if (typeof blob === 'string' && answer.in_bucket === true) {
        const next = await pieces.next(blob, piecesOf(size), answer.there ?? 'none', found);
        return { state: 'receiving', transfer: { blob, inBucket: true }, next };
      }
      if (typeof blob === 'string' && typeof answer.next === 'number') return { state: 'receiving', transfer: { blob, inBucket: false }, next: answer.next };
      throw new AppError('SERVER_REPLY_INVALID', 'the centre did not say how a transfer stands');
    },
    put: async ({ blob, inBucket }, number, piece) => {
      if (inBucket) await pieces.put(blob, number, piece);
      else await client.query({ name: 'files.put', text: 'select files.put($1, $2, $3)', values: [blob, number, piece] });
    },
    finish: async (documentId, { blob }) => {
      await client.query({ name: 'files.finish', text: 'select files.finish($1, $2)', values: [documentId, blob] });
    },
    bring: async (documentId, sha256, piece) => {
      goesToBucket ??= askWhetherBucket(client).catch((error: unknown) => {
        goesToBucket = null;
        throw error;
      });
      if (await goesToBucket) await bringInOrder(bytes, documentId, sha256, piece);
      else await client.query({ name: 'files.bring', text: 'select files.bring($1, $2, $3)', values: [documentId, sha256, piece] });
    },
    describe: async (documentId, sha256) => {
      const found: Described[] = [];
      const query = `select blob::text, size::text, manifest, first, in_bucket::text from files.describe(${literal(documentId, UUID)}, ${literal(sha256, HASH)})`;
      for await (const [blob, size, manifest, first, inBucket] of fieldsOf(client, query)) {
        if (!blob || !size || !manifest || !inBucket) throw new AppError('SERVER_REPLY_INVALID', 'a content without its facts');
        found.push({ blob: blob.toString('latin1'), size: Number(size.toString('latin1')), manifest, first: first ?? null, inBucket: inBucket.toString('latin1') === 'true' });
      }
      return found;
    },
    read: async function* (documentId, sha256, { blob, inBucket }, from, to) {
      if (inBucket) {
        yield* pieces.get(documentId, sha256, blob, from, to);
        return;
      }
      const content = `${literal(documentId, UUID)}, ${literal(sha256, HASH)}, ${literal(blob, UUID)}`;
      const query = `select files.read(${content}, n) from generate_series(${Math.trunc(from)}, ${Math.trunc(to)}) n`;
      for await (const [piece] of fieldsOf(client, query)) {
        if (!piece) throw new AppError('FILE_NOT_AT_CENTRE', 'a piece is missing at the centre');
        yield piece;
      }
    },
  };
  return bytes;
}

async function askWhetherBucket(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ answer: string }>({ name: 'files.goes-to-bucket', text: 'select files.goes_to_bucket()::text as answer' });
  return rows[0]?.answer === 'true';
}

/** Offered before its bytes are sent, as every larger content is. */
async function bringInOrder(bytes: CentralBytes, documentId: string, sha256: string, piece: Uint8Array): Promise<void> {
  const manifest = piece.length === 0 ? Buffer.alloc(0) : createHash('sha256').update(piece).digest();
  const offered = await bytes.offer(documentId, sha256, piece.length, manifest);
  if (offered.state === 'done') return;
  if (offered.next < piecesOf(piece.length)) await bytes.put(offered.transfer, 0, piece);
  await bytes.finish(documentId, offered.transfer);
}

/** node-postgres reads every cell as text, which bytes are not; COPY hands them over as they are. */
async function* fieldsOf(client: Client, query: string): AsyncGenerator<(Buffer | null)[]> {
  const { to: copyTo } = await import('pg-copy-streams');
  const stream = client.query(copyTo(`copy (${query}) to stdout (format binary)`));
  // A cut link fails the loop that reads here; the event comes also after it has ended.
  stream.on('error', () => undefined);
  yield* copyFields(stream, PIECE_BYTES * 2);
}

/** Whether a manifest and a size go together. */
export const fits = ({ size, manifest }: Pick<Described, 'size' | 'manifest'>): boolean =>
  Number.isSafeInteger(size) && size >= 0 && manifest.length === 32 * piecesOf(size);
