import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { to as copyTo } from 'pg-copy-streams';
import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { openReplica } from '../../main/worker/replica/database.ts';
import { tableOf } from '../../main/worker/replica/tables.ts';
import { readCentralColumns, selectList } from '../../main/worker/sync/central-rows.ts';
import { ProcessDesktop } from './built-desktop.ts';
import { addProjects, secondClient } from './central.ts';
import { rounded, timed, type Figures } from './figures.ts';

/**
 * The first load of a new desktop through the real worker, against the bare limit on the same machine in the same
 * run: the same COPY of the same rows, split and inserted by prepared statement into a file with the same encryption,
 * the same indexes built after. Memory is that of the whole process in which the worker runs, Node included.
 */
export async function initialSync(central: DemoCentral, rows: number): Promise<Figures> {
  await addProjects(central.client, rows);

  const desktop = await ProcessDesktop.start(central.address);
  const idle = await desktop.memory();
  const load = await timed(async () => {
    await desktop.signIn('ceo@factorypulse.vn');
    await desktop.until((status) => status.progress === null && status.lastSyncAt !== null);
  });
  const { peak } = await desktop.memory();
  const { total } = await desktop.call('projects.list', {});
  if (total !== rows + 17) throw new Error(`the replica holds ${total} projects instead of ${rows + 17}`);
  await desktop.remove();

  const limit = await timed(() => bareLoad(central));
  const perSecond = (count: number, ms: number): number => (count / ms) * 1000;
  const own = perSecond(rows, load.ms);
  const bare = perSecond(limit.value, limit.ms);
  return {
    rows,
    rows_per_s: rounded(own),
    limit_rows_per_s: rounded(bare),
    ratio: rounded(own / bare),
    idle_mb: rounded(idle.now),
    peak_mb: rounded(peak),
  };
}

async function bareLoad(central: DemoCentral): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-bench-'));
  const replica = openReplica(join(folder, 'bare.db'), randomBytes(32));
  const client = await secondClient(central);
  try {
    const table = tableOf('projects');
    const sqlite = replica.write;
    const indexes = sqlite
      .prepare("select name, sql from sqlite_master where type = 'index' and tbl_name = 'projects' and sql is not null")
      .all() as { name: string; sql: string }[];
    for (const index of indexes) sqlite.exec(`drop index ${index.name}`);
    sqlite.pragma('foreign_keys = OFF');
    sqlite.pragma('synchronous = NORMAL');
    await client.query('set timezone = UTC');
    const columns = selectList(table, await readCentralColumns(client));
    const insert = sqlite.prepare(`insert into projects values (${table.columns.map(() => '?').join(', ')})`);
    let rows = 0;
    let rest = Buffer.alloc(0);
    sqlite.exec('begin');
    for await (const chunk of client.query(copyTo(`copy (select ${columns} from public.projects t) to stdout`))) {
      const bytes = Buffer.concat([rest, chunk as Buffer]);
      const end = bytes.lastIndexOf(10);
      rest = bytes.subarray(end + 1);
      if (end < 0) continue;
      for (const line of bytes.subarray(0, end).toString('utf8').split('\n')) {
        insert.run(line.split('\t').map((cell) => (cell === '\\N' ? null : cell)));
        rows += 1;
      }
    }
    sqlite.exec('commit');
    for (const index of indexes) sqlite.exec(index.sql);
    return rows;
  } finally {
    await client.end();
    replica.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
