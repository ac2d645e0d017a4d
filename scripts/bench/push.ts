import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { FaultyProxy } from '../../main/worker/testing/faulty-proxy.ts';
import { TestDesktop } from '../../main/worker/testing/desktop.ts';
import { addProjects } from './central.ts';
import { rounded, timed, type Figures } from './figures.ts';

/** An offline day: many accepted edits of different projects, then until the centre has answered them all. */
export async function push(central: DemoCentral, mutations: number): Promise<Figures> {
  await addProjects(central.client, mutations);
  const network = await FaultyProxy.start(central);
  const desktop = new TestDesktop(`postgres://127.0.0.1:${network.port}/${central.database}`);
  await desktop.signIn('ceo@factorypulse.vn');
  await desktop.until((status) => status.progress === null && status.lastSyncAt !== null && status.state === 'online', 'the first load', 3_600_000);
  network.setDown(true);
  await desktop.until((status) => status.state !== 'online', 'offline');
  for (let offset = 0; offset < mutations; offset += 500) {
    const { rows } = await desktop.call('projects.list', { search: 'B-', sort: 'project_id', descending: false, offset, limit: 500 });
    for (const { id } of rows) await desktop.call('projects.update', { id, patch: { notes: `Ghi khi mất mạng ${offset}` } });
  }
  const waiting = (await desktop.call('sync.status')).pending;
  network.setDown(false);
  const { ms } = await timed(async () => {
    await desktop.call('sync.now');
    await desktop.until((status) => status.pending === 0, 'all answered', 600_000);
  });
  const { rows } = await central.client.query<{ n: string }>("select count(*) as n from public.projects where notes like 'Ghi khi mất mạng%'");
  if (Number(rows[0]?.n) !== mutations) throw new Error(`the centre holds ${rows[0]?.n} of ${mutations} edits`);
  await desktop.remove();
  await network.stop();
  return { mutations: waiting, seconds: rounded(ms / 1000), mutations_per_s: rounded((waiting / ms) * 1000) };
}
