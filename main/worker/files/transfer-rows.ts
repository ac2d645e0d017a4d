import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import { BusyError, durably, longWork, type Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';

export interface Transfer {
  id: number;
  kind: 'upload' | 'download';
  document_id: string;
  sha256: string;
  size: number;
  attempts: number;
}

/** Done ones whose content is not here any more are remembered for so long. */
const DONE_KEPT_MS = 7 * 24 * 3_600_000;

/** The rows of `file_transfers`. Nothing here interrupts a pull that is being stored: it would begin again each time. */
export class TransferRows {
  readonly #replica: Replica;

  constructor(replica: Replica) {
    this.#replica = replica;
  }

  /** Inside a transaction of the caller. */
  addUpload(documentId: string, sha256: string, size: number): void {
    prepared(
      this.#replica.write,
      `insert into file_transfers (kind, document_id, sha256, size, created_at) values ('upload', ?, ?, ?, ?) on conflict do nothing`,
    ).run(documentId, sha256, size, formatTimestamp(new Date()));
  }

  async addDownload(documentId: string, sha256: string, size: number): Promise<Transfer> {
    await this.write(() => {
      prepared(
        this.#replica.write,
        `insert into file_transfers (kind, document_id, sha256, size, created_at) values ('download', ?, ?, ?, ?)
         on conflict do update set state = 'waiting', next_try_at = null, error_code = null, finished_at = null where state in ('done', 'failed')`,
      ).run(documentId, sha256, size, formatTimestamp(new Date()));
    });
    return prepared(
      this.#replica.write,
      `select id, kind, document_id, sha256, size, attempts from file_transfers where kind = 'download' and document_id = ? and sha256 = ?`,
    ).get(documentId, sha256) as Transfer;
  }

  /**
   * The next one that may run. Uploads come before what is fetched ahead of time, and wait until what was written about
   * documents has reached the centre: it takes no bytes of a document that it does not know.
   */
  next(paused: boolean): Transfer | null {
    if (paused) return null;
    const unsent = prepared(
      this.#replica.write,
      `select 1 from outbox where table_name in ('documents', 'document_versions') and state <> 'acknowledged' limit 1`,
    ).get();
    return (unsent ? null : this.#firstReady('upload')) ?? this.#firstReady('download');
  }

  #firstReady(kind: Transfer['kind']): Transfer | null {
    const columns = 'id, kind, document_id, sha256, size, attempts';
    const found =
      prepared(this.#replica.write, `select ${columns} from file_transfers where state = 'waiting' and kind = ? order by id limit 1`).get(kind) ??
      prepared(this.#replica.write, `select ${columns} from file_transfers where state = 'failed' and kind = ? and next_try_at <= ? order by id limit 1`).get(
        kind,
        formatTimestamp(new Date()),
      );
    return (found as Transfer | undefined) ?? null;
  }

  /** When the next failed one is to be tried again; null where none is. */
  nextTryAt(): string | null {
    return prepared(this.#replica.write, `select min(next_try_at) from file_transfers where state = 'failed'`).pluck().get() as string | null;
  }

  done({ id, size }: Transfer): Promise<void> {
    return this.write(() => {
      prepared(
        this.#replica.write,
        `update file_transfers set state = 'done', bytes_done = ?, error_code = null, next_try_at = null, finished_at = ? where id = ?`,
      ).run(size, formatTimestamp(new Date()), id);
      prepared(this.#replica.write, `delete from file_transfers where state = 'done' and finished_at < ? and sha256 not in (select sha256 from stored_files)`).run(
        formatTimestamp(new Date(Date.now() - DONE_KEPT_MS)),
      );
    });
  }

  failed({ id }: Transfer, code: ErrorCode, nextTryAt: Date | null): Promise<void> {
    return this.write(() => {
      prepared(
        this.#replica.write,
        `update file_transfers set state = 'failed', attempts = attempts + 1, error_code = ?, next_try_at = ? where id = ?`,
      ).run(code, nextTryAt && formatTimestamp(nextTryAt), id);
    });
  }

  /** How far one has come, for after a restart. */
  reached(id: number, bytes: number): Promise<void> {
    return this.write(() => {
      prepared(this.#replica.write, 'update file_transfers set bytes_done = ? where id = ?').run(bytes, id);
    });
  }

  remove(ids: readonly number[]): Promise<void> {
    return this.write(() => {
      for (const id of ids) prepared(this.#replica.write, 'delete from file_transfers where id = ?').run(id);
    });
  }

  setPaused(ids: readonly number[], paused: boolean): Promise<void> {
    const [from, to] = paused ? [`('waiting', 'failed')`, 'paused'] : [`('paused', 'failed')`, 'waiting'];
    return this.write(() => {
      for (const id of ids) {
        prepared(
          this.#replica.write,
          `update file_transfers set state = '${to}', next_try_at = null, error_code = null, attempts = 0 where id = ? and state in ${from}`,
        ).run(id);
      }
    });
  }

  isPaused(id: number): boolean {
    const state = prepared(this.#replica.write, 'select state from file_transfers where id = ?').pluck().get(id);
    return state === undefined || state === 'paused';
  }

  /** Contents that only this machine has. */
  unsent(): { count: number; bytes: number } {
    return prepared(
      this.#replica.write,
      `select count(*) as count, coalesce(sum(size), 0) as bytes from file_transfers where kind = 'upload' and state <> 'done'`,
    ).get() as { count: number; bytes: number };
  }

  /** Contents that are on their way to this machine. */
  receiving(): string[] {
    return prepared(this.#replica.write, `select sha256 from file_transfers where kind = 'download' and state <> 'done'`)
      .pluck()
      .all() as string[];
  }

  /** A commit that never breaks into a long one. */
  async write(work: () => void): Promise<void> {
    for (;;) {
      await longWork(this.#replica.write);
      if (longWork(this.#replica.write) !== null) continue;
      try {
        durably(this.#replica.write, 'NORMAL', work);
        return;
      } catch (error) {
        if (!(error instanceof BusyError)) throw error;
      }
    }
  }
}
