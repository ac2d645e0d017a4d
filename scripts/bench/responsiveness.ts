import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { addProjects } from './central.ts';
import { ProcessDesktop } from './built-desktop.ts';
import { percentile, rounded, type Figures } from './figures.ts';

const EVERY_MS = 10;
const email = 'ceo@factorypulse.vn';

/**
 * What a screen waits for an answer of the worker while that stores a pull of many rows; and, beside it, during a
 * comparison that finds all of them changed and during a first load of as many. Memory is the most that the worker's
 * process took for pull and comparison, Node included.
 */
export async function responsiveness(central: DemoCentral, rows: number): Promise<Figures> {
  const desktop = await ProcessDesktop.start(central.address);
  await desktop.signIn(email);
  await desktop.settled();
  const [first] = (await desktop.call('projects.list', {})).rows;
  const id = first?.id ?? '';
  const replica = await desktop.openReplica(email);

  // A screen that is used without pause, with an edit every three seconds.
  const screen = (n: number): Promise<unknown> =>
    n % 300 === 299 ? desktop.call('projects.update', { id, patch: { notes: `Trong lúc tải ${n}` } }) : desktop.call('projects.moves', { id });

  const count = replica.read.prepare("select count(*) from projects where project_id like 'B-%'").pluck();
  await addProjects(central.client, rows);
  const pulled = await answersUntil(screen, () => count.get() === rows);

  const changed = replica.read.prepare("select count(*) from projects where project_id like 'B-%' and notes = 'đã đổi'").pluck();
  await central.client.query(
    `begin;
     select set_config('factory_pulse.maintenance', 'on', true);
     update public.projects set notes = 'đã đổi' where project_id like 'B-%';
     update app.logins set access_epoch = access_epoch + 1;
     commit`,
  );
  const compared = await answersUntil(screen, () => changed.get() === rows);
  const { peak } = await desktop.memory();
  replica.close();
  await desktop.remove();

  const other = await ProcessDesktop.start(central.address);
  await other.signIn(email);
  const loading = other.until((status) => status.progress === null && status.state === 'online');
  let loaded = false;
  void loading.then(() => (loaded = true));
  const load = await answersUntil(() => other.call('sync.status', undefined), () => loaded);
  await other.remove();
  return {
    rows,
    requests: pulled.length,
    p50_ms: rounded(percentile(pulled, 0.5)),
    p99_ms: rounded(percentile(pulled, 0.99)),
    max_ms: rounded(Math.max(...pulled)),
    reconcile_p99_ms: rounded(percentile(compared, 0.99)),
    reconcile_max_ms: rounded(Math.max(...compared)),
    first_load_p99_ms: rounded(percentile(load, 0.99)),
    first_load_max_ms: rounded(Math.max(...load)),
    peak_mb: rounded(peak),
  };
}

/** How long each answer took to requests at a fixed pace. */
async function answersUntil(ask: (n: number) => Promise<unknown>, done: () => boolean): Promise<number[]> {
  const samples: number[] = [];
  const waiting: Promise<void>[] = [];
  const timer = setInterval(() => {
    const begun = performance.now();
    waiting.push(ask(waiting.length).then(() => void samples.push(performance.now() - begun)));
  }, EVERY_MS);
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 200));
  clearInterval(timer);
  await Promise.all(waiting);
  return samples;
}
