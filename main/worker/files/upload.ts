import { PIECE_BYTES, piecesOf } from '../../../shared/domain/file-pieces.ts';
import type { CentralBytes, Receiving } from './central-bytes.ts';
import type { ContentStore } from './store.ts';
import type { Transfer } from './transfer-rows.ts';

export interface Course {
  /** Told after every piece; whatever has to come first, or a wish to stop (thrown), comes here. */
  passed(bytes: number): Promise<void>;
  /** The same, for pieces that are there already and need not be carried. */
  found(bytes: number): Promise<void>;
}

/** Sends a content to the centre, from where an earlier attempt ended. */
export async function upload(central: CentralBytes, store: ContentStore, transfer: Transfer, course: Course): Promise<void> {
  const { document_id: documentId, sha256, size } = transfer;
  if (size <= PIECE_BYTES) {
    await central.bring(documentId, sha256, await store.readAll(sha256, PIECE_BYTES));
    return;
  }
  const reader = await store.open(sha256);
  let transferred: Receiving;
  try {
    const found = (pieces: number): Promise<void> => course.found(Math.min(size, pieces * PIECE_BYTES));
    const offered = await central.offer(documentId, sha256, size, await reader.manifest(), found);
    if (offered.state === 'done') return;
    transferred = offered.transfer;
    const count = piecesOf(size);
    await course.passed(Math.min(size, offered.next * PIECE_BYTES));
    // The next piece is read and opened while one is on its way.
    let ready = offered.next < count ? reader.piece(offered.next) : null;
    for (let number = offered.next; ready; number += 1) {
      const piece = await ready;
      const sent = central.put(offered.transfer, number, piece);
      ready = number + 1 < count ? reader.piece(number + 1) : null;
      // Heard where it is awaited; until then it must not count as unheard.
      ready?.catch(() => undefined);
      await sent;
      await course.passed(Math.min(size, (number + 1) * PIECE_BYTES));
    }
  } finally {
    await reader.close();
  }
  await central.finish(documentId, transferred);
}
