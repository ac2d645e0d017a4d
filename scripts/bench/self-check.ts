import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { tableOf } from '../../main/worker/replica/tables.ts';
import { readCentralColumns } from '../../main/worker/sync/central-rows.ts';
import { comparedColumns, digestSql } from '../../main/worker/sync/row-digest.ts';
import { addProjects } from './central.ts';
import { percentile, rounded, type Figures } from './figures.ts';
import { ThreadDesktop } from './thread-desktop.ts';

const EVERY_MS = 10;
const email = 'ceo@factorypulse.vn';

/** What a comparison of everything costs on both sides, and what a screen waits for an answer meanwhile. */
export async function selfCheck(central: DemoCentral, rows: number): Promise<Figures> {
  await addProjects(central.client, rows);
  const desktop = await ThreadDesktop.start(central.address);
  await desktop.signIn(email);
  await desktop.settled();
  const { rows: known } = await desktop.call('projects.list', {});
  const id = known[0]?.id ?? '';
  const checkedAt = async (): Promise<string | null> => (await desktop.call('sync.status', undefined)).lastCheckAt;

  const before = await checkedAt();
  const samples: number[] = [];
  const waiting: Promise<void>[] = [];
  const begun = performance.now();
  await desktop.call('sync.check', undefined);
  const timer = setInterval(() => {
    const asked = performance.now();
    waiting.push(desktop.call('projects.moves', { id }).then(() => void samples.push(performance.now() - asked)));
  }, EVERY_MS);
  while ((await checkedAt()) === before) await new Promise((resolve) => setTimeout(resolve, 20));
  const seconds = (performance.now() - begun) / 1000;
  clearInterval(timer);
  await Promise.all(waiting);
  await desktop.remove();

  const digest = digestSql(comparedColumns(tableOf('projects'), await readCentralColumns(central.client)));
  const centreBegun = performance.now();
  await central.client.query(`select count(*), sum(${digest}) from public.projects t`);
  return {
    rows,
    seconds: rounded(seconds),
    rows_per_s: Math.round(rows / seconds),
    centre_seconds: rounded((performance.now() - centreBegun) / 1000),
    requests: samples.length,
    p50_ms: rounded(percentile(samples, 0.5)),
    p99_ms: rounded(percentile(samples, 0.99)),
  };
}
