import { setTimeout as delay } from 'node:timers/promises';
import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { secondClient } from './central.ts';
import { percentile, rounded, type Figures } from './figures.ts';
import { BuiltDesktop } from './built-desktop.ts';

const COMMITS = 200;
/** Commits come one by one, as people make them: neither side is measured in a tight loop. */
const PACE_MS = 50;

/**
 * From an edit accepted on desktop A to the row visible in the replica of desktop B, over 200 commits; and what the
 * bare means need for it on the same server at the same pace: UPDATE with NOTIFY on one connection, LISTEN and SELECT on
 * another.
 */
export async function propagation(central: DemoCentral): Promise<Figures> {
  const one = await BuiltDesktop.start(central.address);
  const two = await BuiltDesktop.start(central.address);
  await one.signIn('ceo@factorypulse.vn');
  await two.signIn('quality@factorypulse.vn');
  await Promise.all([one.settled(), two.settled()]);
  const { rows } = await one.call('projects.list', {});
  const id = rows[0]?.id ?? '';
  const replica = await two.openReplica('quality@factorypulse.vn');
  const stored = replica.read.prepare('select notes from projects where id = ?').pluck();

  const samples: number[] = [];
  for (let n = 0; n < COMMITS; n++) {
    const notes = `Lượt ${n}`;
    const begun = performance.now();
    const arrived = new Promise<void>((resolve) => {
      const end = two.onEvent((topic) => {
        if (topic !== 'data.changed' || stored.get(id) !== notes) return;
        end();
        resolve();
      });
    });
    await one.call('projects.update', { id, patch: { notes } });
    await arrived;
    samples.push(performance.now() - begun);
    await one.settled();
  }
  replica.close();
  await one.remove();
  await two.remove();

  const bare = await bareRoundTrips(central, id);
  const [p50, p95] = [percentile(samples, 0.5), percentile(samples, 0.95)];
  const bareP50 = percentile(bare, 0.5);
  return { commits: COMMITS, p50_ms: rounded(p50), p95_ms: rounded(p95), bare_p50_ms: rounded(bareP50), ratio: rounded(p50 / bareP50) };
}

async function bareRoundTrips(central: DemoCentral, id: string): Promise<number[]> {
  const listener = await secondClient(central);
  await listener.query('listen bench');
  const samples: number[] = [];
  for (let n = 0; n < COMMITS; n++) {
    const begun = performance.now();
    const arrived = new Promise<void>((resolve, reject) => {
      listener.once('notification', () => {
        listener.query('select * from public.projects where id = $1', [id]).then(() => resolve(), reject);
      });
    });
    await central.client.query('begin');
    await central.client.query('update public.projects set notes = $2 where id = $1', [id, `Lượt ${n}`]);
    await central.client.query('notify bench');
    await central.client.query('commit');
    await arrived;
    samples.push(performance.now() - begun);
    await delay(PACE_MS);
  }
  await listener.end();
  return samples;
}
