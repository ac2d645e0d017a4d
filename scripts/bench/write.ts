import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { durably, openReplica } from '../../main/worker/replica/database.ts';
import { FaultyProxy } from '../../main/worker/testing/faulty-proxy.ts';
import { TestDesktop } from '../../main/worker/testing/desktop.ts';
import { percentile, rounded, timed, type Figures } from './figures.ts';

const WRITES = 1_000;

/** An edit accepted by the worker, durable on the disk; against a bare transaction of the same driver and file kind. */
export async function write(central: DemoCentral): Promise<Figures> {
  const network = await FaultyProxy.start(central);
  const desktop = new TestDesktop(`postgres://127.0.0.1:${network.port}/${central.database}`);
  await desktop.signIn('ceo@factorypulse.vn');
  await desktop.settled();
  const { rows } = await desktop.call('projects.list', {});
  // Without the network, so that what is measured is the acceptance and not the sending that follows it.
  network.setDown(true);
  await desktop.until((status) => status.state !== 'online', 'offline');
  const samples: number[] = [];
  for (let n = 0; n < WRITES; n++) {
    const id = rows[n % rows.length]?.id ?? '';
    samples.push((await timed(() => desktop.call('projects.update', { id, patch: { notes: `Ghi chú ${n}` } }))).ms);
  }
  await desktop.remove();
  await network.stop();

  const raw = bareWrites();
  const [p50, p99, rawP50] = [percentile(samples, 0.5), percentile(samples, 0.99), percentile(raw, 0.5)];
  return { writes: WRITES, p50_ms: rounded(p50), p99_ms: rounded(p99), raw_p50_ms: rounded(rawP50), ratio: rounded(p50 / rawP50) };
}

function bareWrites(): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-bench-'));
  const replica = openReplica(join(folder, 'bare.db'), randomBytes(32));
  const samples: number[] = [];
  try {
    const insert = replica.write.prepare('insert into meta (key, value) values (?, ?)');
    for (let n = 0; n < WRITES; n++) {
      const begun = performance.now();
      durably(replica.write, 'FULL', () => insert.run(`bench ${n}`, `Ghi chú ${n}`));
      samples.push(performance.now() - begun);
    }
  } finally {
    replica.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return samples;
}
