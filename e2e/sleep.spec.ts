import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { FaultyProxy } from '../main/worker/testing/faulty-proxy.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { ProjectPage } from './support/project-page.ts';

/*
 * The machine sleeps: every process of the application stands still, the centre gives the connection up meanwhile and
 * the network forgets it. No virtual display tells of a wake, so the application's own timers have to notice.
 * FP_SLEEP_SECONDS makes the sleep longer.
 */
test.skip(process.platform === 'win32', 'Windows cannot stop a process');

const sleepSeconds = Number(process.env['FP_SLEEP_SECONDS'] ?? 25);
/** From the wake until replica and centre are in step again. */
const IN_STEP_MS = 20_000;
const bracket = 'Giá đỡ cảm biến gầm xe';

let central: Central;
let network: FaultyProxy;
let desktop: Desktop;

test.beforeAll(async () => {
  central = await startCentral();
  network = await FaultyProxy.start(central);
  desktop = new Desktop({ server: `postgres://127.0.0.1:${network.port}/${central.database}` });
});

test.afterAll(async () => {
  await desktop.remove();
  await network.stop();
  await central.stop();
});

test(`after ${sleepSeconds} seconds of sleep it is in step within 20 seconds, and what was accepted before is there`, async () => {
  test.setTimeout(120_000 + sleepSeconds * 1_000);
  await desktop.start('ceo@factorypulse.vn');
  await desktop.isOnline();
  const page = await ProjectPage.open(desktop, bracket);
  network.freeze();
  await page.edit('notes', 'Gập máy ngay sau khi lưu.');
  desktop.freeze();
  network.forgetOpen();
  network.thaw();
  await central.client.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'Factory Pulse'");
  await central.client.query("update projects set description = 'Sửa khi máy kia ngủ.' where title = $1", [bracket]);
  await delay(sleepSeconds * 1_000);

  desktop.thaw();
  const woken = Date.now();
  await expect(page.text('description', 'Sửa khi máy kia ngủ.')).toBeVisible({ timeout: IN_STEP_MS });
  await expect(desktop.status).toHaveText(desktop.statusText('online'), { timeout: IN_STEP_MS });
  const inStepMs = Date.now() - woken;
  console.log(`in step ${inStepMs} ms after ${sleepSeconds} s of sleep`);
  expect(inStepMs).toBeLessThan(IN_STEP_MS);
  await expect(page.text('notes', 'Gập máy ngay sau khi lưu.')).toBeVisible();
  const { rows } = await central.client.query('select notes, description from projects where title = $1', [bracket]);
  expect(rows).toEqual([{ notes: 'Gập máy ngay sau khi lưu.', description: 'Sửa khi máy kia ngủ.' }]);
});
