import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { OpenedCopies } from './hand-out.ts';
import { Intakes } from './intakes.ts';
import type { Scans } from './scan-folder.ts';
import type { ContentStore, FileStore } from './store.ts';
import type { Transfers } from './transfers.ts';

const ABANDONED_MS = 30 * 24 * 3_600_000;

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
  readonly transfers: Transfers;
  readonly intakes: Intakes;
  readonly scans: Scans;
  readonly copies: OpenedCopies;
  readonly #replica: Replica;

  constructor(replica: Replica, store: ContentStore, transfers: Transfers, scans: Scans, copies: OpenedCopies) {
    this.#replica = replica;
    this.store = store;
    this.transfers = transfers;
    this.intakes = new Intakes(store);
    this.scans = scans;
    this.copies = copies;
  }

  /** Begins to carry contents, and removes what a crash, or a change of mind, has left. */
  async start(): Promise<void> {
    this.transfers.start();
    await Promise.all([this.copies.clear(), this.store.sweep(this.transfers.rows.receiving())]);
    for (const sha256 of this.#abandoned()) await this.store.remove(sha256);
  }

  /** Taken in long ago and never made part of a document, nor of an inquiry that was begun. */
  #abandoned(): string[] {
    return prepared(
      this.#replica.read,
      `select sha256 from stored_files s where stored_at < ?
          and not exists (select 1 from file_transfers t where t.sha256 = s.sha256)
          and not exists (select 1 from documents d where d.content_sha256 = s.sha256)
          and not exists (select 1 from document_versions v where v.content_sha256 = s.sha256)
          and not exists (select 1 from meta m where m.key = 'intake_drafts' and instr(m.value, s.sha256) > 0)`,
    )
      .pluck()
      .all(formatTimestamp(new Date(Date.now() - ABANDONED_MS))) as string[];
  }

  /** Resolves when nothing is read or written any more. */
  async stop(): Promise<void> {
    await Promise.all([this.transfers.stop(), this.intakes.stop(), this.copies.clear()]);
    this.store.close();
  }

  async fetch(documentId: string, sha256: string, signal?: AbortSignal): Promise<void> {
    if (this.store.has(sha256)) {
      this.store.noteUse(sha256);
      return;
    }
    const size = prepared(
      this.#replica.write,
      `select file_size from documents where id = :document and content_sha256 = :content
       union all select file_size from document_versions where document_id = :document and content_sha256 = :content limit 1`,
    )
      .pluck()
      .get({ document: documentId, content: sha256 }) as number | null | undefined;
    if (size === undefined) throw new AppError('NOT_FOUND', 'no document here has this content');
    await this.transfers.fetch(documentId, sha256, size ?? 0, signal);
  }

  queueUpload(documentId: string, sha256: string): void {
    const size = this.store.sizeOf(sha256);
    if (size === null) throw new AppError('FILE_NOT_HERE', 'only what is in the store can be sent');
    this.transfers.rows.addUpload(documentId, sha256, size);
  }

  onStored(listener: (sha256: string) => void): () => void {
    return this.store.onStored(listener);
  }
}
