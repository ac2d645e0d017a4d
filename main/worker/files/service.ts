import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { ContentStore, FileStore } from './store.ts';

/** What an open session offers of files. */
export interface FileService {
  readonly store: FileStore;
  /** Makes sure the bytes of a document('s version) are here: from the store, or downloaded now. */
  fetch(documentId: string, sha256: string, signal?: AbortSignal): Promise<void>;
  /** Queues the upload of bytes that are in the store; to be used inside `session.accept(…, also)`. */
  queueUpload(documentId: string, sha256: string): void;
  /** Called with the hash whenever new bytes arrive in the store. */
  onStored(listener: (sha256: string) => void): () => void;
}

export class Files implements FileService {
  readonly store: ContentStore;
  readonly #replica: Replica;

  constructor(replica: Replica, store: ContentStore) {
    this.#replica = replica;
    this.store = store;
  }

  fetch(_documentId: string, sha256: string): Promise<void> {
    if (this.store.has(sha256)) return Promise.resolve();
    return Promise.reject(new AppError('FILE_NOT_HERE', 'the content is not on this machine'));
  }

  queueUpload(documentId: string, sha256: string): void {
    const size = this.store.sizeOf(sha256);
    if (size === null) throw new AppError('FILE_NOT_HERE', 'only what is in the store can be sent');
    prepared(
      this.#replica.write,
      `insert into file_transfers (kind, document_id, sha256, size, created_at) values ('upload', ?, ?, ?, ?) on conflict do nothing`,
    ).run(documentId, sha256, size, formatTimestamp(new Date()));
  }

  onStored(listener: (sha256: string) => void): () => void {
    return this.store.onStored(listener);
  }
}
