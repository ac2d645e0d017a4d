import pg from 'pg';
import { join } from 'node:path';
import type { DemoCentral } from '../../../db/testing/demo-central.ts';
import { demoPassword } from '../../../shared/demo-accounts.ts';
import { loginRoleName } from '../../../shared/domain/login-role.ts';
import { Profile } from '../profiles/profile.ts';
import { openReplica } from '../replica/database.ts';
import { tables, type Cell } from '../replica/tables.ts';
import { readCentralColumns, readRows } from '../sync/central-rows.ts';
import { sha256Hex } from '../sync/connection.ts';
import type { TestDesktop } from './desktop.ts';

type Centre = Pick<DemoCentral, 'host' | 'port' | 'database'>;
type Installation = Pick<TestDesktop, 'folder' | 'serverName' | 'email'>;

/**
 * Every difference between a desktop's replica file and what its person may see in the centre, table by table, row by
 * row, column by column; empty when they agree. JSON is compared by content, everything else byte by byte.
 */
export async function divergence(central: Centre, desktop: Installation, email = desktop.email): Promise<string[]> {
  const role = loginRoleName(central.database, email, sha256Hex);
  const client = new pg.Client({
    host: central.host,
    port: central.port,
    database: central.database,
    user: role,
    password: demoPassword,
    types: { getTypeParser: () => (value: string) => value },
    options: '-c timezone=UTC -c datestyle=ISO,YMD',
  });
  await client.connect();
  const profile = new Profile(desktop.folder, desktop.serverName, email);
  const key = await profile.unlock(demoPassword);
  if (!key) throw new Error(`the profile in ${join(desktop.folder)} does not open`);
  const replica = openReplica(profile.replicaFile, key);
  const found: string[] = [];
  try {
    const columns = await readCentralColumns(client);
    for (const table of tables) {
      const names = table.columns.map((column) => column.name);
      const idIndex = names.indexOf('id');
      const theirs = new Map<string, Cell[]>();
      // A table without a column for this person is closed to them.
      const batches = columns.has(table.name) ? readRows(client, table, columns, 'true') : [];
      for await (const batch of batches) {
        for (const row of batch) theirs.set(String(row[idIndex]), row);
      }
      const mine = new Map<string, Cell[]>();
      for (const row of replica.read.prepare(`select ${names.join(', ')} from ${table.name}`).raw().all() as Cell[][]) {
        mine.set(String(row[idIndex]), row);
      }
      for (const [id, row] of theirs) {
        const own = mine.get(id);
        if (!own) found.push(`${table.name} ${id}: missing in the replica`);
        else {
          table.columns.forEach((column, index) => {
            const [a, b] = [row[index] ?? null, own[index] ?? null];
            const same = column.kind === 'json' && a !== null && b !== null ? canonical(a) === canonical(b) : a === b;
            if (!same) found.push(`${table.name} ${id}.${column.name}: centre ${String(a)}, replica ${String(b)}`);
          });
        }
        mine.delete(id);
      }
      for (const id of mine.keys()) found.push(`${table.name} ${id}: kept without right`);
    }
  } finally {
    replica.close();
    await client.end();
  }
  return found;
}

const canonical = (cell: Cell): string =>
  JSON.stringify(JSON.parse(String(cell)), (_, value: unknown) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
