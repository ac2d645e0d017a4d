import { and, desc, eq, isNull, ne, sql } from 'drizzle-orm';
import type { HistoryEntry, Page, syncApi, WaitingChange } from '../../../shared/api/sync.ts';
import { isErrorCode } from '../../../shared/errors.ts';
import { outbox, syncHistory } from '../../../db/replica/schema.ts';
import type { Replica } from '../replica/database.ts';
import { describeAttention, editAttention, retryAttention } from './attention.ts';
import { keepConflict, readOpenConflicts, restoreConflict } from './conflicts.ts';
import type { Handlers } from './context.ts';
import { describeRecord, spokenColumns, withName } from './record-names.ts';
import { readSetAside } from './set-aside.ts';

export const syncHandlers: Handlers<keyof typeof syncApi> = {
  'sync.status': ({ engine }) => engine.status(),

  'sync.now': ({ engine }) => {
    engine.retryNow();
    return engine.status();
  },

  'sync.check': ({ engine }) => {
    engine.checkNow();
    return engine.status();
  },

  'sync.cancel': ({ engine }) => {
    engine.cancel();
    return engine.status();
  },

  'sync.waiting': ({ replica }, { offset, limit }) => readWaiting(replica, offset, limit),

  'sync.attention': (session, { offset, limit }) =>
    session.attention.list(offset, limit).map((item) => describeAttention(session, item)),

  'sync.retryAttention': (session, { id }) => {
    retryAttention(session, id);
    return null;
  },

  'sync.editAttention': (session, { id, patch }) => {
    editAttention(session, id, patch);
    return null;
  },

  'sync.discardAttention': (session, { id }) => {
    session.attention.discard(id);
    return null;
  },

  'sync.undoDiscard': (session, { id }) => {
    session.attention.undoDiscard(id);
    return null;
  },

  'sync.conflicts': (session, { offset, limit }) => readOpenConflicts(session, offset, limit),

  'sync.restoreConflict': (session, { id }) => {
    restoreConflict(session, id);
    return null;
  },

  'sync.keepConflict': (session, { id }) => {
    keepConflict(session, id);
    return null;
  },

  'sync.setAside': ({ replica }, { offset, limit }) => readSetAside(replica, offset, limit),

  'sync.history': ({ replica }, { offset, limit }) => readHistory(replica, offset, limit),
};

function readWaiting(replica: Replica, offset: number, limit: number): Page<WaitingChange> {
  const unconfirmed = ne(outbox.state, 'acknowledged');
  const total = replica.db.select({ n: sql<number>`count(*)` }).from(outbox).where(unconfirmed).get()?.n ?? 0;
  const entries = replica.db.select().from(outbox).where(unconfirmed).orderBy(outbox.seq).limit(limit).offset(offset).all();
  return {
    total,
    rows: entries.map((entry) => ({
      ...describeRecord(replica, entry),
      id: entry.mutation_id,
      op: entry.op,
      state: entry.state === 'sent' ? 'sent' : 'pending',
      columns: spokenColumns(entry.table_name, entry.patch, entry.base)
        .filter(({ name }) => entry.op !== 'update' || !isSame(entry.base[name], entry.patch[name]))
        .map(({ name }) => ({
          name,
          before: withName(replica, name, entry.base[name]),
          after: withName(replica, name, entry.patch[name]),
        })),
      taken_back: entry.op === 'update' && Object.keys(entry.patch).every((name) => isSame(entry.base[name], entry.patch[name])),
      created_at: entry.created_at,
    })),
  };
}

const isSame = (before: unknown, after: unknown): boolean => JSON.stringify(before ?? null) === JSON.stringify(after ?? null);

function readHistory(replica: Replica, offset: number, limit: number): Page<HistoryEntry> & { lastCheck: HistoryEntry | null } {
  const { db } = replica;
  const newestFirst = db.select().from(syncHistory).orderBy(desc(syncHistory.id));
  const lastCheck = db
    .select()
    .from(syncHistory)
    .where(and(eq(syncHistory.kind, 'check'), isNull(syncHistory.error_code)))
    .orderBy(desc(syncHistory.id))
    .limit(1)
    .get();
  return {
    rows: newestFirst.limit(limit).offset(offset).all().map(toEntry),
    total: db.select({ n: sql<number>`count(*)` }).from(syncHistory).get()?.n ?? 0,
    lastCheck: lastCheck ? toEntry(lastCheck) : null,
  };
}

const toEntry = (line: typeof syncHistory.$inferSelect): HistoryEntry => ({
  ...line,
  error_code: line.error_code === null ? null : isErrorCode(line.error_code) ? line.error_code : 'INTERNAL',
});
