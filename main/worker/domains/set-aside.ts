import type { Page, SetAsideReason, SetAsideRow } from '../../../shared/api/sync.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';

interface StoredRow {
  table_name: string;
  row_id: string;
  reason: string;
  seen_at: string;
}

/** Rows of the centre that this replica could not store, newest first. */
export function readSetAside(replica: Replica, offset: number, limit: number): Page<SetAsideRow> {
  const rows = prepared(
    replica.read,
    'select table_name, row_id, reason, seen_at from quarantine order by seen_at desc, table_name, row_id limit ? offset ?',
  ).all(limit, offset) as StoredRow[];
  const total = prepared(replica.read, 'select count(*) from quarantine').pluck().get() as number;
  return { rows: rows.map(({ reason, ...row }) => ({ ...row, ...explainSetAside(reason), technical: reason })), total };
}

/** SQLite's messages for the constraints that a row can break, and sync's own for a row without its parent. */
const forms: readonly [SetAsideReason, RegExp][] = [
  ['parent-missing', /^no (\w+)$/],
  ['value-missing', /^NOT NULL constraint failed: \w+\.(\w+)/],
  ['duplicate', /^UNIQUE constraint failed: \w+\.(\w+)/],
  ['value-not-allowed', /^CHECK constraint failed/],
];

/** Why a row was set aside, from the reason that was recorded. */
export function explainSetAside(recorded: string): Pick<SetAsideRow, 'reason' | 'about'> {
  for (const [reason, form] of forms) {
    const match = form.exec(recorded);
    if (match) return { reason, about: match[1] ?? null };
  }
  return { reason: 'other', about: null };
}
