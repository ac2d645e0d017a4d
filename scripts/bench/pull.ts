import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { addProjects } from './central.ts';
import { BuiltDesktop } from './built-desktop.ts';
import { percentile, rounded, type Figures } from './figures.ts';

const PULLS = 100;
const SMALL_TABLE = 10_000;
const email = 'ceo@factorypulse.vn';

/**
 * A pull of a few changed rows, from the centre's commit to the rows' sight in the replica: with ten thousand rows in
 * the table, and with as many as are asked for. Its cost is to follow the change, not the table.
 */
export async function pull(central: DemoCentral, tableRows: number, changed: number): Promise<Figures> {
  await addProjects(central.client, SMALL_TABLE);
  const small = await medianPull(central, SMALL_TABLE, changed);
  await addProjects(central.client, tableRows - SMALL_TABLE, SMALL_TABLE);
  await central.client.query('vacuum analyze public.projects');
  const large = await medianPull(central, tableRows, changed);
  return { table_rows: tableRows, changed, small_p50_ms: rounded(small), p50_ms: rounded(large), ratio: rounded(large / small) };
}

async function medianPull(central: DemoCentral, tableRows: number, changed: number): Promise<number> {
  const desktop = await BuiltDesktop.start(central.address);
  await desktop.signIn(email);
  await desktop.until((status) => status.progress === null && status.state === 'online');
  const replica = await desktop.openReplica(email);
  const arrivedRows = replica.read.prepare('select count(*) from projects where project_id >= ? and project_id < ? and notes = ?').pluck();
  const code = (n: number): string => `B-${String(n).padStart(9, '0')}`;
  const samples: number[] = [];
  for (let n = 0; n < PULLS; n++) {
    const first = 1 + ((n * 7_919) % (tableRows - changed));
    const [from, to, notes] = [code(first), code(first + changed), `Lượt ${tableRows}/${n}`];
    await desktop.settled();
    const arrived = new Promise<void>((resolve) => {
      const end = desktop.onEvent((topic) => {
        if (topic !== 'data.changed' || arrivedRows.get(from, to, notes) !== changed) return;
        end();
        resolve();
      });
    });
    // Prepared and found by its index on both sides, so that what grows with the table could only be the pull.
    await central.client.query('begin');
    await central.client.query("select set_config('factory_pulse.maintenance', 'on', true)");
    await central.client.query('update public.projects set notes = $3 where project_id >= $1 and project_id < $2', [from, to, notes]);
    const begun = performance.now();
    await central.client.query('commit');
    await arrived;
    samples.push(performance.now() - begun);
  }
  replica.close();
  await desktop.remove();
  return percentile(samples, 0.5);
}
