import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { addProjects } from './central.ts';
import { percentile, rounded, type Figures } from './figures.ts';
import { ThreadDesktop } from './thread-desktop.ts';

const EVERY_MS = 10;
const email = 'ceo@factorypulse.vn';

/** What a screen waits for an answer of the worker's thread while that stores a pull of many rows. */
export async function responsiveness(central: DemoCentral, rows: number): Promise<Figures> {
  const desktop = await ThreadDesktop.start(central.address);
  await desktop.signIn(email);
  await desktop.settled();
  const { rows: known } = await desktop.call('projects.list', {});
  const id = known[0]?.id ?? '';

  const replica = await desktop.openReplica(email);
  const stored = replica.read.prepare('select count(*) from projects').pluck();

  await addProjects(central.client, rows);
  const samples: number[] = [];
  const waiting: Promise<void>[] = [];
  let done = false;
  const timer = setInterval(() => {
    const begun = performance.now();
    // A screen that is used without pause, and an edit every three seconds.
    const request =
      waiting.length % 300 === 299
        ? desktop.call('projects.update', { id, patch: { notes: `Trong lúc tải ${waiting.length}` } })
        : desktop.call('projects.moves', { id });
    waiting.push(request.then(() => void samples.push(performance.now() - begun)));
  }, EVERY_MS);
  while (!done) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    done = (stored.get() as number) >= rows + known.length;
  }
  clearInterval(timer);
  await Promise.all(waiting);
  replica.close();
  await desktop.remove();
  return {
    rows,
    requests: samples.length,
    p50_ms: rounded(percentile(samples, 0.5)),
    p99_ms: rounded(percentile(samples, 0.99)),
    max_ms: rounded(Math.max(...samples)),
  };
}
