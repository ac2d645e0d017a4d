import { z } from 'zod';
import type { ErrorCode, ErrorDetails } from '../errors.ts';
import { operation } from './operation.ts';

export const connectionStates = ['offline', 'connecting', 'syncing', 'online', 'auth-required', 'update-required'] as const;
export type ConnectionState = (typeof connectionStates)[number];

/** What sync does with many rows; each kind is also a line of the history. */
export const syncSteps = ['first-load', 'pull', 'push', 'reconcile', 'check'] as const;
export type SyncStep = (typeof syncSteps)[number];

/** A step under way. */
export interface SyncProgress {
  step: SyncStep;
  /** Rows (for a push: changes) done so far, and expected; null where nobody knows how many there are. */
  rows: number;
  total: number | null;
  table: string | null;
  rowsPerSecond: number;
}

export interface SyncStatus {
  state: ConnectionState;
  /** Changes accepted on this machine that the centre has not confirmed yet. */
  pending: number;
  /** Changes that the centre refused and that wait for the person. */
  attention: number;
  /** When replica and centre last agreed, as a timestamp of the replica; null before the first time. */
  lastSyncAt: string | null;
  /** When replica and centre last compared all that they hold; null before the first time. */
  lastCheckAt: string | null;
  /** Why there is no connection, in the terms of the last attempt; null while online. */
  error: { code: ErrorCode; details: ErrorDetails } | null;
  /** Milliseconds until the next attempt; null when none is planned. */
  retryInMs: number | null;
  /** The step under way that is worth a progress bar; null where nothing long runs. */
  progress: SyncProgress | null;
}

/** The record that a change is about, as a person recognizes it. */
export interface RecordRef {
  table_name: string;
  row_id: string;
  /** Code and title of the project that it belongs to; null where that is gone or there is none. */
  subject: string | null;
  /** Which part of the project, e.g. the sub-stage's name. */
  part: string | null;
  project_id: string | null;
}

/** A change on this machine that the centre has not confirmed. */
export interface WaitingChange extends RecordRef {
  id: string;
  op: 'insert' | 'update' | 'delete';
  /** Sent and not answered yet, or still to be sent. */
  state: 'pending' | 'sent';
  columns: { name: string; before: unknown; after: unknown }[];
  /** An edit and its undo, which are one entry while they are unsent: it is sent, but changes nothing. */
  taken_back: boolean;
  created_at: string;
}

/** A change that the centre refused, with the person's input intact. */
export interface AttentionItem extends RecordRef {
  id: string;
  op: 'insert' | 'update' | 'delete';
  code: ErrorCode;
  details: ErrorDetails;
  /** Changed columns: what the person wanted, what it was before, what the centre holds now. */
  columns: { name: string; mine: unknown; base: unknown; theirs: unknown }[];
  /** The values can be changed before they are sent again (`sync.editAttention`). */
  can_edit: boolean;
  /** It can be sent as it is; a change that this application cannot read any more can only be discarded. */
  can_retry: boolean;
  created_at: string;
}

/** A value that lost against another person's change of the same field. */
export interface ConflictItem extends RecordRef {
  id: string;
  column_name: string;
  kept_value: unknown;
  lost_value: unknown;
  kept_by_name: string | null;
  lost_by_name: string | null;
  created_at: string;
  resolved: boolean;
  /** The lost value can be written back by the signed-in person now. */
  can_restore: boolean;
}

/** Why the replica cannot hold a row: it misses its parent, or what is wrong with one of its values. */
export const setAsideReasons = [
  'parent-missing',
  'value-missing',
  'value-not-allowed',
  'duplicate',
  'out-of-range',
  'unreadable',
  'other',
] as const;
export type SetAsideReason = (typeof setAsideReasons)[number];

/** A row of the centre that this replica could not store. */
export interface SetAsideRow {
  table_name: string;
  row_id: string;
  reason: SetAsideReason;
  /** The table whose row is missing, or the column at fault, where the reason names one. */
  about: string | null;
  /** The reason as the database gave it, for support. */
  technical: string;
  seen_at: string;
}

export interface HistoryEntry {
  id: number;
  kind: SyncStep | 'connect';
  started_at: string;
  finished_at: string;
  /** Rows stored or compared; for a push, changes that the centre answered. */
  rows: number;
  /** Changes refused, rows set aside or rows repaired. */
  problems: number;
  error_code: ErrorCode | null;
}

/** A part of a list, and how long the whole of it is. */
export interface Page<Row> {
  rows: Row[];
  total: number;
}

const itemId = z.strictObject({ id: z.uuid() });

const page = z
  .strictObject({
    offset: z.number().int().min(0).default(0),
    limit: z.number().int().min(1).max(500).default(100),
  })
  .prefault({});

export const syncApi = {
  'sync.status': operation<SyncStatus>()(z.void()),
  /** Connects and syncs at once, whatever the back-off says. */
  'sync.now': operation<SyncStatus>()(z.void()),
  /** Connects and compares all that this replica holds with the centre; what differs is fetched again. */
  'sync.check': operation<SyncStatus>()(z.void()),
  /** Stops what runs. What was stored stays; the rest follows when the person asks, edits, or the network comes back. */
  'sync.cancel': operation<SyncStatus>()(z.void()),
  /** What waits to be sent or confirmed, in the order in which it was accepted. */
  'sync.waiting': operation<Page<WaitingChange>>()(page),
  /** Refused changes, newest first; `SyncStatus.attention` counts them. */
  'sync.attention': operation<AttentionItem[]>()(page),
  /** Sends the change again, based on what the centre holds now ("keep mine"). */
  'sync.retryAttention': operation<null>()(itemId),
  /** Sends the change again with other values, held to the rules of the command that it came from. */
  'sync.editAttention': operation<null>()(z.strictObject({ id: z.uuid(), patch: z.record(z.string(), z.unknown()) })),
  /** Gives the change up ("take theirs"). */
  'sync.discardAttention': operation<null>()(itemId),
  /** Brings a change back that was given up in this session. */
  'sync.undoDiscard': operation<null>()(itemId),
  /** Conflicts that nobody has settled, newest first. */
  'sync.conflicts': operation<Page<ConflictItem>>()(page),
  /** Writes the value that lost a conflict back, as a new change. */
  'sync.restoreConflict': operation<null>()(itemId),
  /** Settles a conflict for the value in use. */
  'sync.keepConflict': operation<null>()(itemId),
  /** Rows of the centre that this replica could not store, newest first. */
  'sync.setAside': operation<Page<SetAsideRow>>()(page),
  /** The last syncs, newest first, and the last check that ran to its end. */
  'sync.history': operation<Page<HistoryEntry> & { lastCheck: HistoryEntry | null }>()(page),
};
