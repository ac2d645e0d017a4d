import type { AuditFilter, AuditKey } from '../../../shared/api/audit.ts';
import { foldText } from '../../../shared/domain/fold-text.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { nextDate, startOfDay } from '../../../shared/domain/zoned-time.ts';
import { AppError } from '../../../shared/errors.ts';
import { takingTurns, type Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';

/*
 * Reads the audit log backwards in time, a few entries per statement: whatever is asked for, no statement reads more
 * than a chunk, so that a log of a million entries never keeps other requests waiting. What no index answers is
 * decided entry by entry.
 */

/** What an entry is chosen by before its values are read. */
export interface Candidate extends AuditKey {
  user_id: string | null;
  entity_type: string;
  action: string;
  project_id: string | null;
}

const CHUNK = 200;

/** Columns with an index of their own, those that leave the fewest entries first. */
const indexed = ['project_id', 'user_id', 'entity_type', 'action'] as const;
export type IndexedColumn = (typeof indexed)[number];

/** A chunk of entries before a key and not before a time; with a column, only those with one value in it. */
export const chunkQuery = (column: IndexedColumn | null): string => `
  select rowid as position, created_at, user_id, entity_type, action, project_id from activity_log
  where ${column === null ? '' : `${column} = @value and `}(created_at, rowid) < (@created_at, @position) and created_at >= @from
  order by created_at desc, rowid desc limit ${CHUNK}`;

/** A filter as it is put to the replica. */
export interface Question {
  from: string;
  /** Where reading begins: before the end of the last day, or after everything. */
  top: AuditKey;
  equals: Readonly<Partial<Record<IndexedColumn, string>>>;
  /** Without diacritics. */
  words: readonly string[];
}

/** Comes after every timestamp in the order of texts. */
const AFTER_ALL = '~';

export function questionOf(filter: AuditFilter, timeZone: string): Question {
  const begin = (date: string): string => formatTimestamp(startOfDay(date, timeZone));
  const equals: Partial<Record<IndexedColumn, string>> = {};
  for (const column of indexed) {
    const value = filter[column];
    if (value !== null) equals[column] = value;
  }
  return {
    from: filter.from === null ? '' : begin(filter.from),
    top: { created_at: filter.to === null ? AFTER_ALL : begin(nextDate(filter.to)), position: 0 },
    equals,
    words: foldText(filter.search).split(/\s+/).filter(Boolean),
  };
}

/** How far a scan has come: the entries that fit among the next ones, and where the rest begins; null at the end. */
export interface Step {
  fitting: Candidate[];
  rest: AuditKey | null;
}

/**
 * Goes through the log from a key on, newest first, chunk by chunk, and gives the entries whose columns fit. Fails with
 * SESSION_REQUIRED when the session ends meanwhile.
 */
export async function* scan(replica: Replica, question: Question, before: AuditKey): AsyncGenerator<Step> {
  const turn = takingTurns();
  const column = indexed.find((name) => question.equals[name] !== undefined) ?? null;
  const chunk = prepared(replica.read, chunkQuery(column));
  const rest = indexed.filter((name) => name !== column && question.equals[name] !== undefined);
  let { created_at, position } = before;
  for (;;) {
    const bounds = { created_at, position, from: question.from, ...(column === null ? {} : { value: question.equals[column] }) };
    const candidates = chunk.all(bounds) as Candidate[];
    const last = candidates.length < CHUNK ? undefined : candidates.at(-1);
    yield {
      fitting: candidates.filter((candidate) => rest.every((name) => candidate[name] === question.equals[name])),
      rest: last ? { created_at: last.created_at, position: last.position } : null,
    };
    if (last === undefined) return;
    ({ created_at, position } = last);
    await turn();
    demandOpen(replica);
  }
}

/** Whoever has waited asks before reading on. Fails with SESSION_REQUIRED. */
export function demandOpen(replica: Replica): void {
  if (!replica.read.open) throw new AppError('SESSION_REQUIRED', 'the session ended while the log was read');
}

const newestEntry = 'select created_at, rowid as position from activity_log order by created_at desc, rowid desc limit 1';
const oldestEntry = 'select created_at, rowid as position from activity_log order by created_at, rowid limit 1';

export const readNewest = (replica: Replica): AuditKey | null =>
  (prepared(replica.read, newestEntry).get() as AuditKey | undefined) ?? null;

export const readOldest = (replica: Replica): AuditKey | null =>
  (prepared(replica.read, oldestEntry).get() as AuditKey | undefined) ?? null;

/** Every value of a column with an index, by hopping from one to the next: as many look-ups as there are values. */
export const distinctQuery = (column: 'entity_type' | 'action'): string => `
  with recursive found(value) as (
    select min(${column}) from activity_log
    union all
    select (select min(${column}) from activity_log where ${column} > found.value) from found where found.value is not null
  ) select value from found where value is not null`;

export const readDistinct = (replica: Replica, column: 'entity_type' | 'action'): string[] =>
  prepared(replica.read, distinctQuery(column)).pluck().all() as string[];
