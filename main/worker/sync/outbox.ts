import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import type { ErrorCode, ErrorDetails } from '../../../shared/errors.ts';
import type { StoredEffect } from '../../../db/replica/machinery.ts';
import type { Statement } from 'better-sqlite3';
import { durably, type Sqlite } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import { distinctRows, type Overlay, type RowKey } from '../replica/overlay.ts';
import { snapshotSees } from './snapshot.ts';

/** A change as it is sent; see `sync.push` in db/central/0010_sync.sql. */
export interface OutgoingMutation {
  id: string;
  table: string;
  row_id: string;
  op: 'insert' | 'update' | 'delete';
  patch: Record<string, unknown>;
  base: Record<string, unknown>;
  created_at: string;
}

/** The centre's answer to one mutation. */
export type MutationResult =
  | { id: string; status: 'applied' | 'merged'; xid: string }
  | { id: string; status: 'refused'; xid: string; code: ErrorCode; details: ErrorDetails }
  | { id: string; status: 'skipped' };

export interface OutboxEntry {
  seq: number;
  mutation_id: string;
  table_name: string;
  row_id: string;
  op: 'insert' | 'update' | 'delete';
  patch: string;
  base: string;
  created_at: string;
}

const entryColumns = 'seq, mutation_id, table_name, row_id, op, patch, base, created_at';

/** Takes accepted changes to the centre and its answers back; the write path puts them in. */
export class Outbox {
  readonly #sqlite: Sqlite;
  readonly #overlay: Overlay;

  constructor(sqlite: Sqlite, overlay: Overlay) {
    this.#sqlite = sqlite;
    this.#overlay = overlay;
  }

  #prepared(text: string): Statement {
    return prepared(this.#sqlite, text);
  }

  /** Changes that the centre has not confirmed. */
  unconfirmed(): number {
    const { n } = this.#prepared("select count(*) as n from outbox where state in ('pending', 'sent')").get() as { n: number };
    return n;
  }

  /** The next changes in order, marked as sent before they leave, so that nothing merges into them any more. */
  take(limit: number): OutgoingMutation[] {
    if (this.unconfirmed() === 0) return [];
    return durably(this.#sqlite, 'NORMAL', () => {
      const entries = this.#prepared(`select ${entryColumns} from outbox where state in ('pending', 'sent') order by seq limit ?`)
        .all(limit) as OutboxEntry[];
      const mark = this.#prepared("update outbox set state = 'sent', attempts = attempts + 1 where seq = ?");
      for (const entry of entries) mark.run(entry.seq);
      return entries.map((entry) => ({
        id: entry.mutation_id,
        table: entry.table_name,
        row_id: entry.row_id,
        op: entry.op,
        patch: JSON.parse(entry.patch) as Record<string, unknown>,
        base: JSON.parse(entry.base) as Record<string, unknown>,
        created_at: entry.created_at,
      }));
    });
  }

  /** Stores the answers to a batch; returns the tables whose shown rows changed. */
  settle(results: readonly MutationResult[], cursor: string | null): string[] {
    const touched: RowKey[] = [];
    // An answer that is lost with the power comes again: the centre keeps it under the mutation's id.
    durably(this.#sqlite, 'NORMAL', () => {
      const find = this.#prepared(`select ${entryColumns} from outbox where mutation_id = ?`);
      for (const result of results) {
        const entry = find.get(result.id) as OutboxEntry | undefined;
        if (!entry) continue;
        if (result.status === 'skipped') {
          this.#prepared("update outbox set state = 'pending' where seq = ?").run(entry.seq);
        } else if (result.status === 'refused') {
          touched.push(...this.#refuse(entry, result.code, result.details));
        } else {
          const xid = Number(result.xid);
          this.#prepared("update outbox set state = 'acknowledged', xid = ? where seq = ?").run(xid, entry.seq);
          if (cursor !== null && snapshotSees(cursor, xid)) touched.push(...this.#drop([entry.seq]));
        }
      }
      for (const row of distinctRows(touched)) this.#overlay.recompute(row);
    });
    return ['outbox', 'attention', ...touched.map((row) => row.table_name)];
  }

  /** Drops acknowledged changes that the snapshot sees; inside the transaction of the pull that brought it. */
  dropSeen(snapshot: string): RowKey[] {
    const entries = this.#prepared("select seq, xid from outbox where state = 'acknowledged'").all() as {
      seq: number;
      xid: number;
    }[];
    const rows = this.#drop(entries.filter((entry) => snapshotSees(snapshot, entry.xid)).map((entry) => entry.seq));
    for (const row of distinctRows(rows)) this.#overlay.recompute(row);
    return rows;
  }

  /** After the centre was restored or moved, its transaction ids mean nothing any more: everything is asked again. */
  forgetAcknowledgements(): void {
    this.#prepared("update outbox set state = 'pending', xid = null where state = 'acknowledged'").run();
  }

  #refuse(entry: OutboxEntry, code: ErrorCode, details: ErrorDetails): RowKey[] {
    const touched = this.#moveToAttention(entry, code, details);
    // What was built on the refused change on the same row cannot stand without it; the rest goes on.
    const later = this.#prepared(`select ${entryColumns} from outbox where table_name = ? and row_id = ? and seq > ? order by seq`)
      .all(entry.table_name, entry.row_id, entry.seq) as OutboxEntry[];
    const refusedColumns = new Set(Object.keys(JSON.parse(entry.patch) as object));
    for (const follower of later) {
      const builtOnIt =
        entry.op !== 'update' ||
        follower.op === 'delete' ||
        Object.keys(JSON.parse(follower.patch) as object).some((column) => refusedColumns.has(column));
      if (builtOnIt) touched.push(...this.#moveToAttention(follower, 'DEPENDS_ON_REFUSED', { code }));
    }
    return touched;
  }

  #moveToAttention(entry: OutboxEntry, code: ErrorCode, details: ErrorDetails): RowKey[] {
    const effects = this.#prepared('select table_name, row_id, op, patch from outbox_effects where seq = ? order by position')
      .all(entry.seq) as { table_name: string; row_id: string; op: StoredEffect['op']; patch: string }[];
    this.#prepared(
        `insert into attention (mutation_id, table_name, row_id, op, patch, base, effects, code, details, created_at, refused_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        entry.mutation_id,
        entry.table_name,
        entry.row_id,
        entry.op,
        entry.patch,
        entry.base,
        JSON.stringify(effects.map((effect) => ({ ...effect, patch: JSON.parse(effect.patch) as unknown }))),
        code,
        JSON.stringify(details),
        entry.created_at,
        formatTimestamp(new Date()),
      );
    return this.#drop([entry.seq]);
  }

  #drop(seqs: readonly number[]): RowKey[] {
    const rows: RowKey[] = [];
    const effects = this.#prepared('select table_name, row_id from outbox_effects where seq = ?');
    const removeEffects = this.#prepared('delete from outbox_effects where seq = ?');
    const removeEntry = this.#prepared('delete from outbox where seq = ?');
    for (const seq of seqs) {
      rows.push(...(effects.all(seq) as RowKey[]));
      removeEffects.run(seq);
      removeEntry.run(seq);
    }
    return rows;
  }
}
