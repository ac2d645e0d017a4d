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

/** A change that the centre refused, with the person's input intact. */
export interface AttentionItem {
  id: string;
  table_name: string;
  row_id: string;
  /** What the change was about, e.g. the project's code and title; null where the row is gone. */
  subject: string | null;
  project_id: string | null;
  op: 'insert' | 'update' | 'delete';
  code: ErrorCode;
  details: ErrorDetails;
  /** Changed columns: what the person wanted, what it was before, what the centre holds now. */
  columns: { name: string; mine: unknown; base: unknown; theirs: unknown }[];
  created_at: string;
}

const itemId = z.strictObject({ id: z.uuid() });

export const syncApi = {
  'sync.status': operation<SyncStatus>()(z.void()),
  /** Connects and syncs at once, whatever the back-off says. */
  'sync.now': operation<SyncStatus>()(z.void()),
  /** Connects and compares all that this replica holds with the centre; what differs is fetched again. */
  'sync.check': operation<SyncStatus>()(z.void()),
  /** Stops what runs. What was stored stays; the rest follows when the person asks, edits, or the network comes back. */
  'sync.cancel': operation<SyncStatus>()(z.void()),
  'sync.attention': operation<AttentionItem[]>()(z.void()),
  /** Sends the change again, based on what the centre holds now ("keep mine"). */
  'sync.retryAttention': operation<null>()(itemId),
  /** Gives the change up ("take theirs"). */
  'sync.discardAttention': operation<null>()(itemId),
};
