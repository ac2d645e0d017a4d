import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { PIECE_BYTES, piecesOf } from '../../../shared/domain/file-pieces.ts';
import { AppError } from '../../../shared/errors.ts';
import { copyFields } from './copy-binary.ts';

/** How a transfer to the centre stands: all there, or which piece comes next. */
export type Offered = { state: 'done' } | { state: 'receiving'; transfer: string; next: number };

/** What the centre holds as a content: the hashes of its pieces, and the first of them. */
export interface Described {
  blob: string;
  size: number;
  manifest: Buffer;
  first: Buffer;
}

/**
 * Where the bytes of documents are kept for all: the centre's own tables, or whatever takes their place. Every call is made
 * with the person's rights and may be repeated.
 */
export interface CentralBytes {
  /** @param manifest the SHA-256 of every piece, one after the other */
  offer(documentId: string, sha256: string, size: number, manifest: Buffer): Promise<Offered>;
  put(transfer: string, number: number, piece: Uint8Array): Promise<void>;
  finish(documentId: string, transfer: string): Promise<void>;
  /** A content of one piece, at once. */
  bring(documentId: string, sha256: string, piece: Uint8Array): Promise<void>;
  /** More than one where people said the same hash of different bytes: only the hash of the whole tells which is true. */
  describe(documentId: string, sha256: string): Promise<Described[]>;
  /** Pieces from one on, as far as one request brings them. */
  read(documentId: string, sha256: string, blob: string, from: number, to: number): AsyncIterable<Buffer>;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const HASH = /^[0-9a-f]{64}$/;

/** COPY takes no parameters: what goes into its text is of a form that can hold no SQL. */
function literal(value: string, form: RegExp): string {
  if (!form.test(value)) throw new AppError('INTERNAL', 'not of the form that a statement may hold');
  return `'${value}'`;
}

/** The functions of the schema `files` (db/central/0020_files.sql) over a connection of the person. */
export function centralBytes(client: Client): CentralBytes {
  return {
    offer: async (documentId, sha256, size, manifest) => {
      const { rows } = await client.query<{ answer: string }>({
        name: 'files.offer',
        text: 'select files.offer($1, $2, $3, $4)::text as answer',
        values: [documentId, sha256, size, manifest],
      });
      const answer = JSON.parse(rows[0]?.answer ?? '{}') as { state?: string; blob?: string; next?: number };
      if (answer.state === 'done') return { state: 'done' };
      if (typeof answer.blob === 'string' && typeof answer.next === 'number') return { state: 'receiving', transfer: answer.blob, next: answer.next };
      throw new AppError('SERVER_REPLY_INVALID', 'the centre did not say how a transfer stands');
    },
    put: async (transfer, number, piece) => {
      await client.query({ name: 'files.put', text: 'select files.put($1, $2, $3)', values: [transfer, number, piece] });
    },
    finish: async (documentId, transfer) => {
      await client.query({ name: 'files.finish', text: 'select files.finish($1, $2)', values: [documentId, transfer] });
    },
    bring: async (documentId, sha256, piece) => {
      await client.query({ name: 'files.bring', text: 'select files.bring($1, $2, $3)', values: [documentId, sha256, piece] });
    },
    describe: async (documentId, sha256) => {
      const found: Described[] = [];
      const query = `select blob::text, size::text, manifest, first from files.describe(${literal(documentId, UUID)}, ${literal(sha256, HASH)})`;
      for await (const [blob, size, manifest, first] of fieldsOf(client, query)) {
        if (!blob || !size || !manifest) throw new AppError('SERVER_REPLY_INVALID', 'a content without its facts');
        found.push({ blob: blob.toString('latin1'), size: Number(size.toString('latin1')), manifest, first: first ?? Buffer.alloc(0) });
      }
      return found;
    },
    read: async function* (documentId, sha256, blob, from, to) {
      const content = `${literal(documentId, UUID)}, ${literal(sha256, HASH)}, ${literal(blob, UUID)}`;
      const query = `select files.read(${content}, n) from generate_series(${Math.trunc(from)}, ${Math.trunc(to)}) n`;
      for await (const [piece] of fieldsOf(client, query)) {
        if (!piece) throw new AppError('FILE_NOT_AT_CENTRE', 'a piece is missing at the centre');
        yield piece;
      }
    },
  };
}

/** node-postgres reads every cell as text, which bytes are not; COPY hands them over as they are. */
async function* fieldsOf(client: Client, query: string): AsyncGenerator<(Buffer | null)[]> {
  const stream = client.query(copyTo(`copy (${query}) to stdout (format binary)`));
  // A cut link fails the loop that reads here; the event comes also after it has ended.
  stream.on('error', () => undefined);
  yield* copyFields(stream, PIECE_BYTES * 2);
}

/** Whether a manifest and a size go together. */
export const fits = ({ size, manifest }: Pick<Described, 'size' | 'manifest'>): boolean =>
  Number.isSafeInteger(size) && size >= 0 && manifest.length === 32 * piecesOf(size);
