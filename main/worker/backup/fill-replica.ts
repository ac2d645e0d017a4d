import { isConstraintError, takingTurns, type Replica, type Sqlite } from '../replica/database.ts';
import { tables as mirrored, type Cell, type TableMeta } from '../replica/tables.ts';
import { converter } from './differences.ts';
import type { Manifest, ManifestTable } from './manifest.ts';

/** So many rows are stored in one transaction. */
const BATCH_ROWS = 200;

type Row = Record<string, Cell>;

/**
 * Puts the rows of a loaded backup into an empty replica, through its triggers, so that sums and search index follow. Of a
 * backup of the centre only the given organization's rows. Returns how many rows it cannot hold: they are left out.
 */
export async function fillReplica(
  loaded: Sqlite,
  manifest: Manifest,
  target: Replica,
  organizationId: string,
  { signal, tell }: { signal: AbortSignal; tell: (rows: number) => void },
): Promise<number> {
  const turn = takingTurns();
  let stored = 0;
  let refused = 0;
  target.write.pragma('foreign_keys = OFF');
  for (const table of mirrored) {
    const source = manifest.tables.find(({ name }) => name === table.name);
    if (!source) continue;
    const { columns, cellsOf } = sourceOf(table, source, manifest, organizationId);
    const put = target.write.prepare(
      `insert into "${table.name}" (${columns.map((name) => `"${name}"`).join(', ')}) values (${columns.map(() => '?').join(', ')})`,
    );
    const batch = loaded.prepare(`select rowid as position, * from "${table.name}" where rowid > ? order by rowid limit ${BATCH_ROWS}`);
    for (let last = -1; ; ) {
      const rows = batch.all(last) as (Row & { position: number })[];
      if (rows.length === 0) break;
      last = rows.at(-1)?.position ?? last;
      target.write.transaction(() => {
        for (const row of rows) {
          const cells = cellsOf(row);
          if (cells && !isPut(() => put.run(...cells))) refused += 1;
        }
      })();
      tell((stored += rows.length));
      await turn();
      signal.throwIfAborted();
    }
  }
  target.write.pragma('foreign_keys = ON');
  return refused;
}

function isPut(put: () => void): boolean {
  try {
    put();
    return true;
  } catch (error) {
    if (isConstraintError(error)) return false;
    throw error;
  }
}

/** What a row of the backup becomes; null where it is another organization's. */
function sourceOf(table: TableMeta, source: ManifestTable, { kind }: Manifest, organizationId: string): { columns: string[]; cellsOf: (row: Row) => Cell[] | null } {
  if (kind === 'snapshot') {
    const columns = table.columns.map(({ name }) => name);
    return { columns, cellsOf: (row) => columns.map((name) => row[name] ?? null) };
  }
  const inBackup = table.columns.filter(({ name }) => source.columns.includes(name));
  const columns = [...new Set([...inBackup.map(({ name }) => name), 'organization_id', 'sync_xid'])].filter((name) => table.columns.some((column) => column.name === name));
  const convert = converter(inBackup, source);
  const owner = table.name === 'organizations' ? 'id' : 'organization_id';
  return {
    columns,
    cellsOf: (row) => {
      if (row[owner] !== organizationId) return null;
      // The numbers of transactions are another database's; the organization's own id is not told twice.
      const cells: Row = { organization_id: organizationId, sync_xid: 0, ...convert(row) };
      return columns.map((name) => cells[name] ?? null);
    },
  };
}
