import type { BringBackResult } from '../../../shared/api/backup.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { fromCell, tableOf, type TableMeta } from '../replica/tables.ts';
import type { Mutation } from '../replica/write-path.ts';
import type { OpenSession } from '../session.ts';
import { disconnect } from '../sync/connection.ts';
import type { StoredDifference } from './differences.ts';

interface Writable {
  accepts: ReadonlySet<string>;
  /** Null for every business column. */
  columns: ReadonlySet<string> | null;
}

/** Columns that every table has and that only the centre sets. */
const centres = new Set(['id', 'organization_id', 'created_at', 'updated_at', 'sync_xid']);

/**
 * Writes records as they were in a backup: new changes of the person who restores, by the rules of every change, so that
 * everybody's replica follows. What the centre takes from no desktop is named and left as it is.
 */
export async function bringBack(
  session: OpenSession,
  differences: readonly StoredDifference[],
  wanted: readonly { table: string; id: string }[],
  dryRun: boolean,
  signal: AbortSignal,
): Promise<BringBackResult> {
  const rules = await readRules(session, signal);
  const found = new Map(differences.map((difference) => [`${difference.table} ${difference.id}`, difference]));
  const refused: BringBackResult['refused'] = [];
  const mutations: Mutation[] = [];
  // In the order of the comparison, which is that of the tables: parents first.
  const chosen = new Set(wanted.map(({ table, id }) => `${table} ${id}`));
  for (const { table, id } of wanted) if (!found.has(`${table} ${id}`)) refused.push({ table, id, reason: 'same' });
  for (const [key, difference] of found) {
    if (!chosen.has(key)) continue;
    const mutation = mutationOf(difference, rules.get(difference.table));
    if (mutation) mutations.push(mutation);
    else refused.push({ table: difference.table, id: difference.id, reason: 'not-writable' });
  }
  if (!dryRun && mutations.length > 0) session.accept(mutations);
  return { accepted: mutations.length, refused };
}

function mutationOf(difference: StoredDifference, rules: Writable | undefined): Mutation | null {
  const table = tableOf(difference.table);
  const op = difference.state === 'missing' ? 'insert' : 'update';
  if (!rules?.accepts.has(op)) return null;
  const patch = patchOf(table, difference, rules);
  if (op === 'update') return Object.keys(patch).length === 0 ? null : { table_name: table.name, row_id: difference.id, op, patch };
  const now = formatTimestamp(new Date());
  const derived = { ...valuesOf(table, difference), ...patch, created_at: now, updated_at: now, sync_xid: 0 };
  return { table_name: table.name, row_id: difference.id, op, patch, derived };
}

const valuesOf = (table: TableMeta, { cells }: StoredDifference): Record<string, unknown> =>
  Object.fromEntries(table.columns.filter(({ name }) => name !== 'id' && Object.hasOwn(cells, name)).map(({ name, kind }) => [name, fromCell(kind, cells[name] ?? null)]));

/** Of a changed record the columns that differ, of a missing one all that were set. */
function patchOf(table: TableMeta, difference: StoredDifference, { columns }: Writable): Record<string, unknown> {
  const differing = new Set(difference.columns.map(({ name }) => name));
  const values = valuesOf(table, difference);
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) => !centres.has(name) && (columns === null || columns.has(name)) && (difference.state === 'missing' ? value !== null : differing.has(name)),
    ),
  );
}

/** What the centre takes from desktops, in its own words. */
async function readRules(session: OpenSession, signal: AbortSignal): Promise<Map<string, Writable>> {
  const { client } = await session.connectAside(signal);
  try {
    const { rows } = await client.query<{ name: string; accepts: string; writable: string | null }>(
      'select table_name as name, to_json(accepts) as accepts, to_json(writable) as writable from sync.replicated_table',
    );
    return new Map(
      rows.map(({ name, accepts, writable }) => [
        name,
        { accepts: new Set(JSON.parse(accepts) as string[]), columns: writable === null ? null : new Set(JSON.parse(writable) as string[]) },
      ]),
    );
  } finally {
    await disconnect(client);
  }
}
