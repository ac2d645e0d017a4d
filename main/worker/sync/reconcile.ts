import type { RowKey } from '../replica/overlay.ts';
import { tables, type Cell, type TableMeta } from '../replica/tables.ts';
import { copyOut, readRows } from './central-rows.ts';
import { parseCopyLine } from './copy-text.ts';
import type { Difference, PullContext, PullState } from './pull.ts';

const FETCH_SIZE = 2_000;

/**
 * Compares everything that this replica holds with everything that the person may see, in the open transaction:
 * (id, sync_xid) per table, then only the rows that differ. Needed when the person's access changed, when the cursor
 * is older than the list of removals, and after a restore of the centre, where equal transaction ids prove nothing.
 */
export async function readFullDifference(context: PullContext, state: PullState, trustXids: boolean): Promise<Difference> {
  const rows: Difference['rows'] = [];
  const gone: RowKey[] = [];
  for (const table of tables) {
    if (!context.columns.has(table.name)) continue;
    const local = localVersions(context, table);
    const wanted: string[] = [];
    for await (const lines of copyOut(context.client, `select t.id, t.sync_xid from public."${table.name}" t`)) {
      for (const line of lines) {
        const [id, xid] = parseCopyLine(line) as [string, string];
        if (!trustXids || local.get(id) !== Number(xid)) wanted.push(id);
        local.delete(id);
      }
    }
    gone.push(...[...local.keys()].map((row_id) => ({ table_name: table.name, row_id })));
    const found: Cell[][] = [];
    for (let start = 0; start < wanted.length; start += FETCH_SIZE) {
      // Ids come from the centre's own uuid column, so their form is certain.
      const ids = wanted.slice(start, start + FETCH_SIZE).join(',');
      for await (const batch of readRows(context.client, table, context.columns, `t.id = any('{${ids}}'::uuid[])`)) {
        found.push(...batch);
      }
    }
    if (found.length > 0) rows.push({ table, rows: found });
  }
  return { snapshot: state.snapshot, rows, gone };
}

/** Ids and versions of the centre's rows as this replica knows them, behind any pending changes. */
function localVersions(context: PullContext, table: TableMeta): Map<string, number> {
  const versions = new Map<string, number>();
  const shown = context.replica.write.prepare(`select id, sync_xid from "${table.name}"`).raw();
  for (const [id, xid] of shown.iterate() as Iterable<[string, number]>) versions.set(id, xid);
  const shadowed = context.replica.write
    .prepare("select row_id, json_extract(row, '$.sync_xid') from shadow where table_name = ?")
    .raw();
  for (const [id, xid] of shadowed.iterate(table.name) as Iterable<[string, number | null]>) {
    if (xid === null) versions.delete(id);
    else versions.set(id, xid);
  }
  return versions;
}
