import { createHash } from 'node:crypto';
import { PIECE_BYTES, piecesOf } from '../../../shared/domain/file-pieces.ts';
import { AppError } from '../../../shared/errors.ts';
import { fits, type CentralBytes, type Described } from './central-bytes.ts';
import type { ContentStore } from './store.ts';
import type { Transfer } from './transfer-rows.ts';
import type { Course } from './upload.ts';

/** Pieces per request: so many that asking costs little, and so few that a pause is heard soon. */
const BATCH = 4;

/** Fetches a content into the store, from where an earlier attempt ended. Nothing gets there whose hash is another. */
export async function download(central: CentralBytes, store: ContentStore, transfer: Transfer, course: Course): Promise<void> {
  const { document_id: documentId, sha256 } = transfer;
  const candidates = (await central.describe(documentId, sha256)).filter(fits);
  if (candidates.length === 0) throw new AppError('FILE_NOT_AT_CENTRE', 'the centre has no bytes of this content');
  let failure = new AppError('FILE_DAMAGED', 'what the centre sent has another hash');
  for (const candidate of candidates) {
    try {
      // What is here of it may be of another candidate, or of a machine that crashed: then once more from its beginning.
      for (let attempt = 1; attempt <= 2; attempt += 1) {
        if (await receive(central, store, transfer, candidate, course)) return;
      }
    } catch (error) {
      // Another may be whole: what lies in a bucket is there on the word of whoever sent it.
      if (!(error instanceof AppError) || !['FILE_DAMAGED', 'FILE_NOT_AT_CENTRE'].includes(error.code)) throw error;
      failure = error;
    }
  }
  throw failure;
}

async function receive(central: CentralBytes, store: ContentStore, transfer: Transfer, candidate: Described, course: Course): Promise<boolean> {
  const { document_id: documentId, sha256 } = transfer;
  const { size, manifest, first } = candidate;
  const receiving = await store.receive(sha256, size, (pieces) => course.found(Math.min(size, pieces * PIECE_BYTES)));
  let open = true;
  const take = async (piece: Buffer): Promise<void> => {
    const number = receiving.next;
    const wanted = manifest.subarray(number * 32, (number + 1) * 32);
    const bytes = Math.min(PIECE_BYTES, size - number * PIECE_BYTES);
    const hash = createHash('sha256').update(piece).digest();
    if (piece.length !== bytes || !hash.equals(wanted)) {
      throw new AppError('FILE_DAMAGED', `the centre sent another piece than its manifest says: ${number}`);
    }
    await receiving.write(number, piece, hash);
  };
  const passed = (): Promise<void> => course.passed(Math.min(size, receiving.next * PIECE_BYTES));
  try {
    const count = piecesOf(size);
    await passed();
    if (receiving.next === 0 && count > 0 && first) await take(first);
    while (receiving.next < count) {
      const to = Math.min(count, receiving.next + BATCH) - 1;
      const from = receiving.next;
      // What has arrived before a cut is kept; others have the connection only when all of the request has.
      for await (const piece of central.read(documentId, sha256, candidate, from, to)) await take(piece);
      if (receiving.next === from) throw new AppError('FILE_NOT_AT_CENTRE', 'the centre has lost pieces');
      await passed();
    }
    open = false;
    return await receiving.finish();
  } finally {
    if (open) await receiving.pause();
  }
}
