import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { FaultyProxy } from '../../main/worker/testing/faulty-proxy.ts';
import { TestDesktop } from '../../main/worker/testing/desktop.ts';
import { addProjects } from './central.ts';
import { rounded, timed, type Figures } from './figures.ts';

const TRANSACTIONS = 100;

/** A desktop that was away while the centre changed many rows in a hundred transactions: until it holds them all. */
export async function catchUp(central: DemoCentral, rows: number): Promise<Figures> {
  await addProjects(central.client, rows);
  const network = await FaultyProxy.start(central);
  const desktop = new TestDesktop(`postgres://127.0.0.1:${network.port}/${central.database}`);
  await desktop.signIn('ceo@factorypulse.vn');
  await desktop.until((status) => status.progress === null && status.lastSyncAt !== null && status.state === 'online', 'the first load', 3_600_000);
  network.setDown(true);
  await desktop.until((status) => status.state !== 'online', 'offline');
  const size = Math.ceil(rows / TRANSACTIONS);
  for (let n = 0; n < TRANSACTIONS; n++) {
    await central.client.query('begin');
    await central.client.query("select set_config('factory_pulse.maintenance', 'on', true)");
    await central.client.query(
      `update public.projects set notes = 'đã đổi' where project_id between 'B-' || lpad(($1::int)::text, 9, '0') and 'B-' || lpad(($2::int)::text, 9, '0')`,
      [n * size + 1, (n + 1) * size],
    );
    await central.client.query('commit');
  }
  network.setDown(false);
  const { ms } = await timed(async () => {
    await desktop.call('sync.now');
    await desktop.until((status) => status.state === 'online', 'caught up', 600_000);
  });
  const { rows: found } = await desktop.call('projects.list', { search: 'B-', limit: 1 });
  const { project } = await desktop.call('projects.get', { id: found[0]?.id ?? '' });
  if (project.notes !== 'đã đổi') throw new Error('the replica does not hold the changes');
  await desktop.remove();
  await network.stop();
  return { rows, transactions: TRANSACTIONS, seconds: rounded(ms / 1000), rows_per_s: rounded((rows / ms) * 1000) };
}
