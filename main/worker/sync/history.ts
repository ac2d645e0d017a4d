import type { ErrorCode } from '../../../shared/errors.ts';
import { formatTimestamp, parseTimestamp } from '../../../shared/domain/timestamps.ts';
import type { SyncStep } from '../../../shared/api/sync.ts';
import { durably, type Sqlite } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';

/** What a step did. */
export interface StepResult {
  /** Rows stored or compared; for a push, changes that the centre answered. */
  rows: number;
  /** Changes refused, rows set aside or repaired. */
  problems: number;
}

/** A step that was done, or an attempt that failed. */
export interface HistoryLine extends StepResult {
  kind: SyncStep | 'connect';
  startedAt: Date;
  errorCode: ErrorCode | null;
}

/** So many lines are kept. */
const LINES = 500;
/** Small steps of one kind that follow each other within this time are one line: a busy hour stays readable. */
const TOGETHER_MS = 60_000;

interface StoredLine {
  id: number;
  kind: string;
  finished_at: string;
  error_code: string | null;
}

/** The last syncs, for the person and for support. */
export class SyncHistory {
  readonly #sqlite: Sqlite;

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite;
  }

  record({ kind, startedAt, rows, problems, errorCode }: HistoryLine): void {
    const finishedAt = new Date();
    durably(this.#sqlite, 'NORMAL', () => {
      const last = prepared(this.#sqlite, 'select id, kind, finished_at, error_code from sync_history order by id desc limit 1').get() as
        | StoredLine
        | undefined;
      const continues =
        last?.kind === kind &&
        last.error_code === errorCode &&
        (errorCode !== null || finishedAt.getTime() - parseTimestamp(last.finished_at).getTime() < TOGETHER_MS);
      if (continues) {
        prepared(this.#sqlite, 'update sync_history set finished_at = ?, rows = rows + ?, problems = problems + ? where id = ?').run(
          formatTimestamp(finishedAt),
          rows,
          problems,
          last.id,
        );
        return;
      }
      prepared(
        this.#sqlite,
        'insert into sync_history (started_at, finished_at, kind, rows, problems, error_code) values (?, ?, ?, ?, ?, ?)',
      ).run(formatTimestamp(startedAt), formatTimestamp(finishedAt), kind, rows, problems, errorCode);
      prepared(this.#sqlite, 'delete from sync_history where id <= (select max(id) from sync_history) - ?').run(LINES);
    });
  }
}
