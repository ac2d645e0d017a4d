import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, type Page } from '@playwright/test';
import { FaultyProxy } from '../main/worker/testing/faulty-proxy.ts';
import { Random } from '../scripts/fuzz/random.ts';
import { startScript } from '../scripts/lib/run-ts.mjs';
import { openSession, readFields, writeEdits } from './support/bridge.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { keyOf, Ledger, serialOf, type Field } from './support/ledger.ts';

/*
 * `kill -9` of the whole application at random instants while a script writes: whatever it acknowledged is there at the
 * next start, and reaches the centre once. FP_KILLS and FP_KILLS_SEED choose another number and another course.
 */
test.describe.configure({ mode: 'serial' });

const kills = Number(process.env['FP_KILLS'] ?? 15);
const seed = Number(process.env['FP_KILLS_SEED'] ?? 1);
const random = new Random(seed);
const ledger = new Ledger(random);
const email = 'ceo@factorypulse.vn';

/** Rows that make the first load and a pull last for about the time in which a kill comes. */
const BULK_ROWS = 20_000;
/** The kill comes within this time after the script began to write, or the application to start. */
const WINDOW_MS = 1_500;

let central: Central;
let network: FaultyProxy;
let desktop: Desktop;

test.beforeAll(async () => {
  central = await startCentral();
  await central.client.query(
    `insert into notifications (organization_id, user_id, title)
     select organization_id, id, 'Thông báo ' || n from users, generate_series(1, ${BULK_ROWS}) n where email = '${email}'`,
  );
  network = await FaultyProxy.start(central);
  // What the keyring knows cannot be had from outside the application, which opens the replica at the end.
  desktop = new Desktop({ server: `postgres://127.0.0.1:${network.port}/${central.database}`, keyring: false });
});

test.afterAll(async () => {
  await desktop.remove();
  await network.stop();
  await central.stop();
});

/** What happens around the writing, and how often. The first rounds also fall into the first load. */
const courses = {
  /** The network is there. */
  online: 6,
  /** It is not. */
  offline: 4,
  /** It breaks at a random byte. */
  cut: 3,
  /** Many rows that changed in the centre come while the script writes. */
  pull: 3,
  /** The kill comes before the application can take an edit. */
  start: 2,
};
type Course = keyof typeof courses;

/** Lets the script write until the kill; returns how many of its edits were acknowledged. */
async function writeUntilKilled(page: Page, fields: Field[], course: Course): Promise<number> {
  const before = ledger.acknowledged;
  let begun: (() => void) | null = null;
  const writing = new Promise<void>((resolve) => (begun = resolve));
  let killed = false;
  await page.exposeFunction('nextEdit', (answer: Parameters<Window['nextEdit']>[0]) => {
    if (answer?.ok === false) throw new Error(`an edit was not accepted: ${answer.error.code} ${answer.error.message}`);
    if (answer) ledger.acknowledge();
    begun?.();
    // What was said before the kill may arrive after it.
    return killed ? null : ledger.next(fields);
  });
  const script = writeEdits(page).then(
    () => 'ended',
    (error: unknown) => (killed ? 'killed' : error),
  );
  await Promise.race([writing, script]);
  if (course === 'cut') network.faults.cutAfter[random.pick(['toServer', 'toClient'] as const)] = random.below(20_000);
  await delay(random.next() * WINDOW_MS);
  killed = true;
  await desktop.kill();
  expect(await script).toBe('killed');
  return ledger.acknowledged - before;
}

test(`every acknowledged edit outlives the end of the process at ${kills} random instants`, async () => {
  test.setTimeout(60_000 + kills * 20_000);
  const lost = new Set<string>();
  const counts = new Map<Course | 'first load', number>();
  let beforeTheFirstEdit = 0;
  for (let round = 0; round < kills; round += 1) {
    const course = random.weighted(courses);
    network.setDown(course === 'offline' && round > 0);
    Object.assign(network.faults.cutAfter, { toServer: null, toClient: null });
    let loading = false;
    let acknowledged = 0;
    if (course === 'start') {
      await desktop.startAndKill(random.next() * WINDOW_MS);
    } else {
      if (course === 'pull') await central.client.query('update notifications set message = gen_random_uuid()::text');
      const page = await desktop.open();
      ({ loading } = await openSession(page, email));
      const { fields, shown } = await readFields(page);
      for (const edit of ledger.lost(shown)) lost.add(edit);
      acknowledged = await writeUntilKilled(page, fields, course);
    }
    const met = loading ? 'first load' : course;
    counts.set(met, (counts.get(met) ?? 0) + 1);
    if (acknowledged === 0) beforeTheFirstEdit += 1;
  }
  const summary = [...counts].map(([met, count]) => `${count} ${met}`).join(', ');
  console.log(
    `${kills} kills with seed ${seed} (${summary}), ${beforeTheFirstEdit} of them before the first edit; ` +
      `${ledger.acknowledged} edits acknowledged, ${ledger.storedUnanswered} stored unanswered, ${lost.size} lost`,
  );
  expect([...lost]).toEqual([]);
});

test('they reach the centre, each applied once, and the replica then equals it', async () => {
  network.setDown(false);
  Object.assign(network.faults.cutAfter, { toServer: null, toClient: null });
  const page = await desktop.open();
  await openSession(page, email);
  await expect(desktop.status).toHaveText(desktop.statusText('online'), { timeout: 60_000 });
  expect(ledger.lost((await readFields(page)).shown)).toEqual([]);
  await desktop.close();

  const applied = await appliedEdits();
  expect([...applied.values()].filter((serials) => new Set(serials).size < serials.length)).toEqual([]);
  const last = (serials: readonly number[] = []): number => Math.max(...serials);
  for (const [key, serials] of ledger.accepted) expect(last(applied.get(key)), key).toBe(last(serials));
  const { rows } = await central.client.query<{ conflicts: string; refused: string }>(
    `select (select count(*) from sync_conflicts) as conflicts,
            (select count(*) from sync.mutations where result ->> 'status' = 'refused') as refused`,
  );
  expect(rows).toEqual([{ conflicts: '0', refused: '0' }]);
  expect(await replicaDivergence()).toEqual([]);

  const total = [...applied.values()].flat().length;
  console.log(`${total} edits applied one by one, ${ledger.acknowledged + ledger.storedUnanswered - total} merged into them while unsent`);
});

/** What the centre's audit says was written, edit by edit, by cell; the desktop alone writes such texts. */
async function appliedEdits(): Promise<Map<string, number[]>> {
  const { rows } = await central.client.query<{ project_id: string; column: string; text: unknown }>(
    `select a.project_id, v.key as column, v.value as text from activity_log a, jsonb_each(a.new_values) v
      where v.key in ('title', 'description', 'notes', 'blocked_reason') and a.entity_type in ('projects', 'project_sub_stage_progress')`,
  );
  const applied = new Map<string, number[]>();
  for (const { project_id: project, column, text } of rows) {
    const serial = serialOf(text);
    if (serial === null) continue;
    const key = keyOf({ project, column });
    applied.set(key, [...(applied.get(key) ?? []), serial]);
  }
  return applied;
}

async function replicaDivergence(): Promise<unknown> {
  const { host, port, database } = central;
  const installation = { folder: desktop.folder, serverName: `127.0.0.1:${network.port}/${database}`, email };
  const parameter = JSON.stringify([{ host, port, database }, installation]);
  const child = await startScript('main/worker/testing/print-divergence.ts', [parameter], { stdio: ['ignore', 'pipe', 'inherit'] });
  return json(child.stdout as Readable);
}
