import { createHash } from 'node:crypto';
import { PIECE_BYTES, piecesOf } from '../../../shared/domain/file-pieces.ts';
import { nextTurn } from '../replica/database.ts';
import type { CentralBytes } from './central-bytes.ts';
import type { ContentStore } from './store.ts';
import type { Transfer } from './transfer-rows.ts';

export interface Course {
  /** Told after every piece; whatever has to come first, or a wish to stop (thrown), comes here. */
  passed(bytes: number): Promise<void>;
}

/** The hashes of the pieces of stored contents; reading gigabytes again after every cut would cost more than sending. */
export class Manifests {
  readonly #known = new Map<string, Buffer>();

  async of(store: ContentStore, sha256: string): Promise<Buffer> {
    const known = this.#known.get(sha256);
    if (known) return known;
    const hashes: Buffer[] = [];
    for await (const piece of store.read(sha256)) {
      hashes.push(createHash('sha256').update(piece).digest());
      await nextTurn();
    }
    const manifest = Buffer.concat(hashes);
    this.#known.clear();
    this.#known.set(sha256, manifest);
    return manifest;
  }
}

/** Sends a content to the centre, from where an earlier attempt ended. */
export async function upload(central: CentralBytes, store: ContentStore, manifests: Manifests, transfer: Transfer, course: Course): Promise<void> {
  const { document_id: documentId, sha256, size } = transfer;
  if (size <= PIECE_BYTES) {
    await central.bring(documentId, sha256, await store.readAll(sha256, PIECE_BYTES));
    return;
  }
  const offered = await central.offer(documentId, sha256, size, await manifests.of(store, sha256));
  if (offered.state === 'done') return;
  const reader = await store.open(sha256);
  try {
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
  await central.finish(documentId, offered.transfer);
}
