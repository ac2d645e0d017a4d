import type { Page, SetAsideReason, SetAsideRow } from '../../../shared/api/sync.ts';
import type { QuarantineKind } from '../../../db/replica/machinery.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';

interface StoredRow extends Recorded {
  table_name: string;
  row_id: string;
  seen_at: string;
}

/** What was recorded when a row was set aside (main/worker/sync/quarantine.ts). */
interface Recorded {
  kind: QuarantineKind;
  parent: string | null;
  reason: string;
}

/** Rows of the centre that this replica could not store, newest first. */
export function readSetAside(replica: Replica, offset: number, limit: number): Page<SetAsideRow> {
  const rows = prepared(
    replica.read,
    'select table_name, row_id, kind, parent, reason, seen_at from quarantine order by seen_at desc, table_name, row_id limit ? offset ?',
  ).all(limit, offset) as StoredRow[];
  const total = prepared(replica.read, 'select count(*) from quarantine').pluck().get() as number;
  return { rows: rows.map(({ kind, parent, reason, ...row }) => ({ ...row, ...explainSetAside({ kind, parent, reason }), technical: reason })), total };
}

/** SQLite's messages for the constraints that a row can break. */
const forms: readonly [SetAsideReason, RegExp][] = [
  ['value-missing', /^NOT NULL constraint failed: \w+\.(\w+)/],
  ['duplicate', /^UNIQUE constraint failed: \w+\.(\w+)/],
  ['value-not-allowed', /^CHECK constraint failed/],
];

/** Why a row was set aside, and which table or column that is about. */
export function explainSetAside({ kind, parent, reason }: Recorded): Pick<SetAsideRow, 'reason' | 'about'> {
  if (kind === 'parent-missing') return { reason: kind, about: parent };
  // `<column>: <value>`
  if (kind === 'out-of-range' || kind === 'unreadable') return { reason: kind, about: /^(\w+):/.exec(reason)?.[1] ?? null };
  for (const [named, form] of forms) {
    const match = form.exec(reason);
    if (match) return { reason: named, about: match[1] ?? null };
  }
  return { reason: 'other', about: null };
}
