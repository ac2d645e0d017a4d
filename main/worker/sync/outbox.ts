import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import type { ErrorDetails } from '../../../shared/errors.ts';
import type { StoredEffect } from '../../../db/replica/machinery.ts';
import type { Statement } from 'better-sqlite3';
import { durably, type Sqlite } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import { distinctRows, type Overlay, type RowKey } from '../replica/overlay.ts';
import { findTable, tables } from '../replica/tables.ts';
import type { MutationResult } from './push-reply.ts';
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

/** The object that a column's text holds; null where it holds none. */
function readObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

/** Which part of an entry this version cannot make sense of; null where all is well. */
function faultOf(entry: OutboxEntry, patch: object | null, base: object | null): string | null {
  const table = findTable(entry.table_name);
  if (!table) return 'table';
  if (!patch) return 'patch';
  if (!base) return 'base';
  const known = new Set(table.columns.map((column) => column.name));
  return Object.keys(patch).find((column) => !known.has(column)) ?? null;
}

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

  /**
   * The next changes in order, marked as sent before they leave, so that nothing merges into them any more; durably, for
   * after a power cut they would look as if they had never left. Those that cannot be read go to the person instead; `setAside` names the tables that this touched.
   */
  take(limit: number): { mutations: OutgoingMutation[]; setAside: string[] } {
    if (this.unconfirmed() === 0) return { mutations: [], setAside: [] };
    return durably(this.#sqlite, 'FULL', () => {
      const entries = this.#prepared(`select ${entryColumns} from outbox where state in ('pending', 'sent') order by seq limit ?`)
        .all(limit) as OutboxEntry[];
      const { mutations, setAside } = this.#read(entries);
      const mark = this.#prepared("update outbox set state = 'sent', attempts = attempts + 1 where mutation_id = ?");
      for (const { id } of mutations) mark.run(id);
      return { mutations, setAside };
    });
  }

  /**
   * Looks through all that waits and all that needs attention, when a session opens: an entry that cannot be read would
   * also hold up edits of its row, and an item that cannot be read the list of the others.
   */
  setUnreadableAside(): void {
    durably(this.#sqlite, 'NORMAL', () => {
      this.#sqlite.exec(
        `update attention set code = 'ENTRY_UNREADABLE', patch = '{}', base = '{}', effects = '[]',
            details = json_object('table', table_name, 'fault', 'item', 'raw', json_object('patch', patch, 'base', base, 'effects', effects, 'details', details))
          where not (json_valid(patch) and json_valid(base) and json_valid(effects) and json_valid(details))`,
      );
      this.#read(this.#prepared(`select ${entryColumns} from outbox where state in ('pending', 'sent') order by seq`).all() as OutboxEntry[]);
    });
  }

  /** Turns entries into what is sent; what this version cannot read (any more) goes to the person, as it is stored. */
  #read(entries: readonly OutboxEntry[]): { mutations: OutgoingMutation[]; setAside: string[] } {
    const mutations: OutgoingMutation[] = [];
    const touched: RowKey[] = [];
    const brokenEffects = this.#brokenEffects(entries);
    for (const entry of entries) {
      const patch = readObject(entry.patch);
      const base = readObject(entry.base);
      const fault = brokenEffects.has(entry.seq) ? 'effects' : faultOf(entry, patch, base);
      if (patch && base && fault === null) {
        const { mutation_id: id, table_name: table, row_id, op, created_at } = entry;
        mutations.push({ id, table, row_id, op, patch, base, created_at });
      } else {
        touched.push(...this.#moveToAttention(entry, 'ENTRY_UNREADABLE', { table: entry.table_name, fault }));
      }
    }
    this.#recompute(touched);
    return { mutations, setAside: touched.length > 0 ? ['outbox', 'attention', ...touched.map((row) => row.table_name)] : [] };
  }

  /** Entries of which an effect cannot be laid over its row. */
  #brokenEffects(entries: readonly OutboxEntry[]): Set<number> {
    const seqs = entries.map(({ seq }) => seq);
    const names = tables.map(({ name }) => name);
    const found = this.#prepared(
      `select seq from outbox_effects
        where seq in (select value from json_each(?))
          and (not json_valid(patch) or table_name not in (select value from json_each(?)))`,
    );
    return new Set(found.pluck().all(JSON.stringify(seqs), JSON.stringify(names)) as number[]);
  }

  #recompute(rows: Iterable<RowKey>): void {
    // A refused creation takes its row away before the rows that were created along with it.
    this.#sqlite.pragma('defer_foreign_keys = ON');
    for (const row of distinctRows(rows)) {
      if (findTable(row.table_name)) this.#overlay.recompute(row);
    }
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
        // What was skipped comes again as it is, still marked as sent: an earlier sending may be under way at the centre
        // yet, or have been applied without an answer, and a change that merged into it would get that one's answer.
        if (result.status === 'skipped') continue;
        if (result.status === 'refused') {
          touched.push(...this.#refuse(entry, result.code, result.details));
        } else {
          const xid = Number(result.xid);
          this.#prepared("update outbox set state = 'acknowledged', xid = ? where seq = ?").run(xid, entry.seq);
          if (cursor !== null && snapshotSees(cursor, xid)) touched.push(...this.#drop([entry.seq]));
        }
      }
      this.#recompute(touched);
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

  /**
   * After the centre was restored or moved, its transaction ids mean nothing any more: everything is asked again, as it
   * was sent. The centre may still know the answer.
   */
  forgetAcknowledgements(): void {
    this.#prepared("update outbox set state = 'sent', xid = null where state = 'acknowledged'").run();
  }

  #refuse(entry: OutboxEntry, code: string, details: ErrorDetails): RowKey[] {
    const touched = this.#moveToAttention(entry, code, details);
    // What was built on the refused change on the same row cannot stand without it, nor what was created below a project
    // that is not there; the rest goes on.
    const later = this.#prepared(`select ${entryColumns} from outbox where table_name = ? and row_id = ? and seq > ? order by seq`)
      .all(entry.table_name, entry.row_id, entry.seq) as OutboxEntry[];
    if (entry.table_name === 'projects' && entry.op === 'insert') {
      const below = this.#prepared(
        `select ${entryColumns} from outbox
          where op = 'insert' and seq > ? and json_valid(patch) and json_extract(patch, '$.project_id') = ? order by seq`,
      );
      for (const child of below.all(entry.seq, entry.row_id) as OutboxEntry[]) {
        touched.push(...this.#moveToAttention(child, 'DEPENDS_ON_REFUSED', { code }));
      }
    }
    const refusedColumns = new Set(Object.keys(readObject(entry.patch) ?? {}));
    for (const follower of later) {
      const builtOnIt =
        entry.op !== 'update' ||
        follower.op === 'delete' ||
        Object.keys(readObject(follower.patch) ?? {}).some((column) => refusedColumns.has(column));
      if (builtOnIt) touched.push(...this.#moveToAttention(follower, 'DEPENDS_ON_REFUSED', { code }));
    }
    return touched;
  }

  #moveToAttention(entry: OutboxEntry, code: string, details: ErrorDetails): RowKey[] {
    const effects = this.#prepared('select table_name, row_id, op, patch from outbox_effects where seq = ? order by position')
      .all(entry.seq) as { table_name: string; row_id: string; op: StoredEffect['op']; patch: string }[];
    const readable = readObject(entry.patch) && readObject(entry.base) && effects.every((effect) => readObject(effect.patch));
    // What cannot be read is kept word for word where the person, or support, can look at it.
    const raw = readable ? {} : { raw: { patch: entry.patch, base: entry.base, effects: effects.map((effect) => effect.patch) } };
    this.#prepared(
        `insert into attention (mutation_id, table_name, row_id, op, patch, base, effects, code, details, created_at, refused_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        entry.mutation_id,
        entry.table_name,
        entry.row_id,
        entry.op,
        JSON.stringify(readObject(entry.patch) ?? {}),
        JSON.stringify(readObject(entry.base) ?? {}),
        JSON.stringify(effects.map((effect) => ({ ...effect, patch: readObject(effect.patch) ?? {} }))),
        code,
        JSON.stringify({ ...details, ...raw }),
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
