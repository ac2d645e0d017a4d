import { tables, type TableMeta } from '../replica/tables.ts';
import { prepared } from '../replica/prepared.ts';
import { readRows } from './central-rows.ts';
import type { Difference, PullContext, PullState } from './pull.ts';
import { Staging } from './staging.ts';

/** Rows of the centre that are compared at a time: all that is held in memory. */
const WINDOW_ROWS = 20_000;
/** Rows of the replica that are compared, or of the centre that are fetched, before waiting requests get their turn. */
const PAGE_ROWS = 2_000;
/** Comes behind every id. */
const BEHIND_ALL = 'g';

/**
 * Compares everything that this replica holds with everything that the person may see, in the open transaction:
 * (id, sync_xid) per table, then only the rows that differ. Needed when the person's access changed, when the cursor
 * is older than the list of removals, and after a restore of the centre, where equal transaction ids prove nothing.
 */
export async function readFullDifference(context: PullContext, state: PullState, trustXids: boolean): Promise<Difference> {
  const staging = new Staging(context);
  for (const table of tables) {
    if (context.columns.has(table.name)) await compareTable(context, table, trustXids, staging);
    // Closed to this person as a whole: what was read before goes.
    else for (const page of localVersions(context, table, '', BEHIND_ALL)) await staging.remove(table, page.map(([id]) => id));
  }
  return { snapshot: state.snapshot, rows: [], gone: [], staged: staging.ranges };
}

/** Goes through both sides in the order of their ids, window by window. */
async function compareTable(context: PullContext, table: TableMeta, trustXids: boolean, staging: Staging): Promise<void> {
  const { client } = context;
  await client.query(`declare versions no scroll cursor for select t.id, t.sync_xid from public."${table.name}" t order by t.id`);
  let behind = '';
  for (;;) {
    const { rows } = await client.query<[id: string, xid: string]>({ rowMode: 'array', text: `fetch ${WINDOW_ROWS} from versions` });
    const end = rows.length < WINDOW_ROWS ? BEHIND_ALL : String(rows.at(-1)?.[0]);
    const missing = new Map(rows);
    for (const page of localVersions(context, table, behind, end)) {
      const gone: string[] = [];
      for (const [id, xid] of page) {
        const central = missing.get(id);
        if (central === undefined) gone.push(id);
        else if (trustXids && xid === Number(central)) missing.delete(id);
      }
      await staging.remove(table, gone);
    }
    await fetchRows(context, table, [...missing.keys()], staging);
    if (end === BEHIND_ALL) break;
    behind = end;
  }
  await client.query('close versions');
}

async function fetchRows(context: PullContext, table: TableMeta, ids: readonly string[], staging: Staging): Promise<void> {
  for (let start = 0; start < ids.length; start += PAGE_ROWS) {
    // Ids come from the centre's own uuid column, so their form is certain.
    const list = ids.slice(start, start + PAGE_ROWS).join(',');
    for await (const batch of readRows(context.client, table, context.columns, `t.id = any('{${list}}'::uuid[])`)) {
      await staging.add(table, batch);
    }
  }
}

/**
 * Ids and versions of the centre's rows as this replica knows them, behind any pending changes: those after `behind`
 * up to `end`, in pages.
 */
function* localVersions(
  { replica }: PullContext,
  table: TableMeta,
  behind: string,
  end: string,
): Generator<[id: string, xid: number][]> {
  const select = prepared(
    replica.write,
    `select k.id, case when s.row_id is null then t.sync_xid else json_extract(s.row, '$.sync_xid') end
       from (select id from "${table.name}" where id > :behind and id <= :end
             union
             select row_id from shadow where table_name = :table and row_id > :behind and row_id <= :end
             order by 1 limit ${PAGE_ROWS}) k
       left join "${table.name}" t on t.id = k.id
       left join shadow s on s.table_name = :table and s.row_id = k.id
      order by k.id`,
  ).raw();
  for (;;) {
    const page = select.all({ behind, end, table: table.name }) as [id: string, xid: number | null][];
    // Where the shadow is empty, the row is known here only.
    yield page.filter((version): version is [string, number] => version[1] !== null);
    if (page.length < PAGE_ROWS) return;
    behind = String(page.at(-1)?.[0]);
  }
}
