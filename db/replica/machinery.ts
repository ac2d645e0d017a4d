import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { json, timestamp, transactionId, uuid } from './columns.ts';

/*
 * The replica's own tables: never synced themselves, they are how sync keeps its promises.
 */

/** Facts about this replica by key: cursor, instance, access epoch, whose it is. */
export const meta = sqliteTable('meta', {
  key: text().primaryKey(),
  value: text().notNull(),
});

/** Accepted changes on their way to the centre, in the order in which they were accepted. */
export const outbox = sqliteTable(
  'outbox',
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    mutation_id: uuid().notNull().unique(),
    table_name: text().notNull(),
    row_id: uuid().notNull(),
    op: text({ enum: ['insert', 'update', 'delete'] }).notNull(),
    /** Changed columns with their new values. */
    patch: json<Record<string, unknown>>().notNull(),
    /** The same columns with the values that the person saw before. */
    base: json<Record<string, unknown>>().notNull(),
    created_at: timestamp().notNull(),
    /** `pending` → `sent` → `acknowledged`; an entry leaves when a pulled snapshot sees its `xid`. */
    state: text({ enum: ['pending', 'sent', 'acknowledged'] })
      .notNull()
      .default('pending'),
    xid: transactionId(),
    attempts: integer().notNull().default(0),
  },
  (table) => [index('outbox_row').on(table.table_name, table.row_id), index('outbox_state').on(table.state, table.seq)],
);

/** What an outbox entry does to rows of this replica: its own row, and rows that the centre will change along with it. */
export const outboxEffects = sqliteTable(
  'outbox_effects',
  {
    seq: integer().notNull(),
    position: integer().notNull(),
    table_name: text().notNull(),
    row_id: uuid().notNull(),
    op: text({ enum: ['insert', 'update', 'delete'] }).notNull(),
    patch: json<Record<string, unknown>>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.seq, table.position] }),
    index('outbox_effects_row').on(table.table_name, table.row_id, table.seq),
  ],
);

/** The centre's version of every row that an outbox entry touches; `row` is null where the centre has none. */
export const shadow = sqliteTable(
  'shadow',
  {
    table_name: text().notNull(),
    row_id: uuid().notNull(),
    row: json<Record<string, unknown> | null>(),
  },
  (table) => [primaryKey({ columns: [table.table_name, table.row_id] })],
);

/** Changes that the centre refused, with the person's input intact, until the person acts. */
export const attention = sqliteTable(
  'attention',
  {
    mutation_id: uuid().primaryKey(),
    table_name: text().notNull(),
    row_id: uuid().notNull(),
    op: text({ enum: ['insert', 'update', 'delete'] }).notNull(),
    patch: json<Record<string, unknown>>().notNull(),
    base: json<Record<string, unknown>>().notNull(),
    effects: json<StoredEffect[]>().notNull(),
    code: text().notNull(),
    details: json<Record<string, unknown>>().notNull(),
    created_at: timestamp().notNull(),
    refused_at: timestamp().notNull(),
  },
  (table) => [index('attention_row').on(table.table_name, table.row_id)],
);

export interface StoredEffect {
  table_name: string;
  row_id: string;
  op: 'insert' | 'update' | 'delete';
  patch: Record<string, unknown>;
}

/** How far the first load has come, table by table; empty once it has finished. */
export const loadProgress = sqliteTable('load_progress', {
  table_name: text().primaryKey(),
  last_id: uuid(),
  rows: integer().notNull(),
  finished: integer({ mode: 'boolean' }).notNull(),
});

/**
 * A large difference on its way into the mirror, in the order in which it was read; `row` is a JSON list of the cells,
 * null where the row is gone. Which table a range belongs to is known to the sync that stages it: what a crash leaves
 * here is read again from the centre.
 */
export const incoming = sqliteTable('incoming', {
  seq: integer().primaryKey(),
  row_id: uuid().notNull(),
  row: json<(string | number | null)[]>(),
});

/** Why a row of the centre is not stored here; the screen has words for each. */
export const quarantineKinds = ['constraint', 'parent-missing', 'out-of-range', 'unreadable'] as const;
export type QuarantineKind = (typeof quarantineKinds)[number];

/** Rows of the centre that this replica could not store, and why. */
export const quarantine = sqliteTable(
  'quarantine',
  {
    table_name: text().notNull(),
    row_id: uuid().notNull(),
    kind: text({ enum: quarantineKinds }).notNull().default('constraint'),
    /** The table in which the row's parent is missing. */
    parent: text(),
    /** For support: the constraint or the value, as the machine says it. */
    reason: text().notNull(),
    seen_at: timestamp().notNull(),
  },
  (table) => [primaryKey({ columns: [table.table_name, table.row_id] })],
);

/** The last syncs, newest last, for the person and for support. */
export const syncHistory = sqliteTable('sync_history', {
  id: integer().primaryKey({ autoIncrement: true }),
  started_at: timestamp().notNull(),
  finished_at: timestamp().notNull(),
  /** What was done; `connect` where there was nothing but a failed attempt. */
  kind: text({ enum: ['connect', 'first-load', 'pull', 'push', 'reconcile', 'check'] }).notNull(),
  /** Rows stored or compared; for a push, changes that the centre answered. */
  rows: integer().notNull(),
  /** Changes refused, rows set aside or rows repaired. */
  problems: integer().notNull().default(0),
  error_code: text(),
});

/**
 * Up to which rowid each table is in the search index that is being built; empty once everything is in it. From then on,
 * and for all rows that change meanwhile, triggers keep the index (migrations/0006_search.sql).
 */
export const searchProgress = sqliteTable('search_progress', {
  table_name: text().primaryKey(),
  last_rowid: integer().notNull(),
});

/** Contents whose bytes are on this machine, encrypted, under their hash; see main/worker/files/store.ts. */
export const storedFiles = sqliteTable(
  'stored_files',
  {
    sha256: text().primaryKey(),
    size: integer().notNull(),
    stored_at: timestamp().notNull(),
    last_used_at: timestamp().notNull(),
  },
  (table) => [index('stored_files_last_used_at').on(table.last_used_at)],
);

/** Bytes on their way to or from the centre, and what became of them. */
export const fileTransfers = sqliteTable(
  'file_transfers',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    kind: text({ enum: ['upload', 'download'] }).notNull(),
    document_id: uuid().notNull(),
    sha256: text().notNull(),
    size: integer().notNull(),
    bytes_done: integer().notNull().default(0),
    state: text({ enum: ['waiting', 'running', 'paused', 'failed', 'done'] }).notNull().default('waiting'),
    error_code: text(),
    attempts: integer().notNull().default(0),
    /** Not before then; null for at once. */
    next_try_at: timestamp(),
    created_at: timestamp().notNull(),
    finished_at: timestamp(),
  },
  (table) => [
    uniqueIndex('file_transfers_what').on(table.kind, table.document_id, table.sha256),
    index('file_transfers_state').on(table.state, table.id),
    index('file_transfers_sha256').on(table.sha256),
  ],
);

/** Whose documents this person keeps on this machine ahead of time. */
export const offlineChoices = sqliteTable(
  'offline_choices',
  {
    kind: text({ enum: ['project', 'stage', 'document'] }).notNull(),
    target_id: uuid().notNull(),
    chosen_at: timestamp().notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.target_id] })],
);

/** The text inside of contents that are on this machine; what is searched of it stands in `search_texts`. */
export const documentTexts = sqliteTable(
  'document_texts',
  {
    sha256: text().primaryKey(),
    state: text({ enum: ['pending', 'done', 'failed', 'unsupported'] }).notNull().default('pending'),
    /** What kind of file it was read as: pdf, docx, sheet, text. */
    kind: text(),
    text: text(),
    error_code: text(),
  },
  (table) => [index('document_texts_state').on(table.state)],
);
