import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { demoPassword } from '../shared/demo-accounts.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { checkScreen } from './support/screen-check.ts';

/* What was changed or deleted by mistake comes back from a backup, by keyboard alone; and an earlier state is looked at. */

let central: Central;
let desktop: Desktop;
let other: Desktop;
let page: Page;
let folder: string;
let name: string;
let project: { id: string; title: string };
const supplier = 'Xưởng Mạ Kẽm Bình Minh';

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fp-restore-e2e-'));
  central = await startCentral();
  const { rows } = await central.client.query<{ id: string; title: string }>(
    `select p.id, p.title from projects p join users u on u.organization_id = p.organization_id where u.email = 'admin@factorypulse.vn' and p.status = 'active' order by p.id limit 1`,
  );
  project = rows[0] as { id: string; title: string };
  desktop = new Desktop({ server: central.address, page: '/backups' });
  other = new Desktop({ server: central.address, page: '/projects' });
  page = await desktop.start('admin@factorypulse.vn');
  await page.evaluate(() => (window.location.hash = '/backups'));
  await other.start('ceo@factorypulse.vn');
  await central.client.query(
    `insert into contacts (organization_id, type, company_name) select organization_id, 'supplier', $1 from projects where id = $2`,
    [supplier, project.id],
  );
});

test.afterAll(async () => {
  await other.remove();
  await desktop.remove();
  await central.stop();
  rmSync(folder, { recursive: true, force: true });
});

const answerDialogs = (path: string): Promise<void> =>
  desktop.application.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, path);

/** Presses what the keyboard has reached. */
async function press(target: Locator, key = 'Enter'): Promise<void> {
  await expect(target).toBeEnabled({ timeout: 15_000 });
  await target.focus();
  await page.keyboard.press(key);
}

const button = (key: string, values?: Record<string, unknown>): Locator => page.getByRole('button', { name: desktop.words(key, values), exact: true });

const titleAt = (where: Desktop): Promise<string> =>
  where.page.evaluate(async (id) => {
    const answer = await window.factoryPulse.call('projects.get', { id });
    return answer.ok ? answer.value.project.title : answer.error.code;
  }, project.id);

const suppliersAt = (where: Desktop): Promise<number> =>
  where.page.evaluate(async (text) => {
    const answer = await window.factoryPulse.call('search.all', { text });
    return answer.ok ? answer.value.records.filter(({ kind }) => kind === 'contact').length : -1;
  }, supplier);

test('a changed and a deleted record come back by keyboard, and another desktop sees them', async () => {
  const t = desktop.words;
  await expect.poll(() => suppliersAt(desktop)).toBe(1);
  await answerDialogs(folder);
  await press(button('backups.make.addFolder'));
  const withFiles = page.getByRole('form', { name: t('backups.make.title') }).getByRole('switch', { name: t('backups.make.withFiles') });
  await expect(withFiles).not.toBeChecked();
  await press(withFiles, 'Space');
  await press(button('backups.make.start'));
  await expect(button('backups.history.states.verified')).toBeVisible({ timeout: 20_000 });
  [name = ''] = readdirSync(folder);

  await central.client.query(`update projects set title = 'Ghi đè nhầm' where id = $1`, [project.id]);
  await central.client.query('delete from contacts where company_name = $1', [supplier]);
  for (const one of [desktop, other]) {
    await expect.poll(() => titleAt(one)).toBe('Ghi đè nhầm');
    await expect.poll(() => suppliersAt(one)).toBe(0);
  }

  await answerDialogs(join(folder, name));
  await press(button('backups.look.choose'));
  await press(button('backups.look.inspect'));
  for (const record of [project.title, supplier]) await press(page.getByRole('checkbox', { name: new RegExp(record.slice(0, 20)) }), 'Space');
  await press(button('backups.look.tryOut'));
  await expect(page.getByText(t('backups.look.tried', { count: 2 }))).toBeVisible();
  await checkScreen(desktop, 'bring-back');
  await press(button('backups.look.bringBack', { count: 2 }));
  await expect(page.getByText(t('backups.look.done', { count: 2 }))).toBeVisible({ timeout: 20_000 });
  await expect.poll(() => titleAt(other)).toBe(project.title);
  await expect.poll(() => suppliersAt(other)).toBe(1);
});

test('an earlier state is looked at in a window that says so and changes nothing', async () => {
  const t = desktop.words;
  await central.client.query(`update projects set title = 'Tên của hôm nay' where id = $1`, [project.id]);
  await expect.poll(() => titleAt(desktop)).toBe('Tên của hôm nay');
  const opening = desktop.application.waitForEvent('window');
  await press(button('past.open'));
  const past = await opening;
  await expect(past.getByText(t('past.hint', { name: name.replace('.tar.gz', '') }))).toBeVisible({ timeout: 15_000 });
  const [before = '', after = ''] = t('past.window', { name: t('app.name'), at: '|' }).split('|');
  await expect.poll(() => past.title()).toContain(before);
  expect(await past.title()).toContain(after);
  await expect(past.getByRole('link', { name: t('app.navigation.sync'), exact: true })).toHaveCount(0);
  await past.evaluate((id) => (window.location.hash = `/projects/${id}`), project.id);
  await expect(past.getByRole('heading', { level: 1 })).toContainText(project.title);
  await past.screenshot({ path: test.info().outputPath('past.png') });
  const refused = await past.evaluate((id) => window.factoryPulse.call('projects.update', { id, patch: { title: 'x' } }), project.id);
  expect(refused).toMatchObject({ ok: false, error: { code: 'PAST_READ_ONLY' } });
  // The lock of the screen is this window's, too; what opens it opens both.
  expect(await page.evaluate(() => window.factoryPulse.call('lock.now'))).toMatchObject({ ok: true });
  await expect(past.getByLabel(t('lock.password'), { exact: true })).toBeVisible();
  expect(await past.evaluate((secret) => window.factoryPulse.call('lock.open', { email: 'admin@factorypulse.vn', by: 'password', secret }), demoPassword)).toMatchObject({ ok: true });
  await expect(past.getByRole('heading', { level: 1 })).toContainText(project.title);
  expect(readdirSync(join(desktop.folder, 'past'))).toHaveLength(1);
  await past.close();
  await expect.poll(() => readdirSync(join(desktop.folder, 'past'))).toEqual([]);
  expect(await titleAt(desktop)).toBe('Tên của hôm nay');
});

test('a snapshot takes the place of the data on this machine, and what is newer comes back by sync', async () => {
  const t = desktop.words;
  const snapshot = readdirSync(folder).find((file) => file.includes('_snapshot_')) ?? '';
  await answerDialogs(join(folder, snapshot));
  await press(button('backups.look.choose'));
  await press(button('backups.look.inspect'));
  await press(button('backups.restore.open'));
  await expect(page.getByRole('dialog')).toBeVisible();
  await press(page.getByRole('dialog').getByRole('button', { name: t('backups.restore.confirm'), exact: true }));
  await expect(page.getByText(t('backups.restore.done', { kept: 0, returned: 0 }))).toBeVisible({ timeout: 20_000 });
  await desktop.isOnline();
  await expect.poll(() => titleAt(desktop), { timeout: 15_000 }).toBe('Tên của hôm nay');
});

test('a dump of the former system is told in words, with the command that brings it in', async () => {
  const t = desktop.words;
  const full = join(folder, 'factory_pulse_data_backup_20250903_074929.sql');
  writeFileSync(full, `INSERT INTO "public"."projects" ("id", "title") VALUES\n\t('a', 'x'),\n\t('b', 'y');\nINSERT INTO "auth"."sessions" ("id") VALUES\n\t('a');\n`);
  await answerDialogs(full);
  await press(button('backups.look.choose'));
  await press(button('backups.dump.inspect'));
  await expect(page.getByText(`npm run central -- import '${full}'`)).toBeVisible();
  await checkScreen(desktop, 'old-dump');
  const empty = join(folder, 'factory_pulse_complete_backup_20250901_093043.sql');
  writeFileSync(empty, 'CREATE TABLE public.projects (id uuid);\n');
  await answerDialogs(empty);
  await press(button('backups.look.choose'));
  await press(button('backups.dump.inspect'));
  await expect(page.getByText(t('backups.dump.empty.complete'))).toBeVisible();
});
