import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { checkScreen } from './support/screen-check.ts';

/* An administrator backs up, sees it proven, prints the recovery sheet, and looks into the backup. */

let central: Central;
let desktop: Desktop;
let page: Page;
let folder: string;

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fp-backups-e2e-'));
  central = await startCentral();
  desktop = new Desktop({ server: central.address, page: '/backups' });
  page = await desktop.start('admin@factorypulse.vn');
  await page.evaluate(() => (window.location.hash = '/backups'));
});

test.afterAll(async () => {
  await desktop.remove();
  await central.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The system's dialog answers with this path. */
const answerDialogs = (path: string): Promise<void> =>
  desktop.application.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, path);

test('a backup is made with a passphrase, proven by restoring it, and looked into', async () => {
  const t = desktop.words;
  await expect(page.getByText(t('backups.warnings.never'))).toBeVisible();
  await expect(page.getByRole('button', { name: t('backups.make.start'), exact: true })).toBeDisabled();
  await answerDialogs(folder);
  await page.getByRole('button', { name: t('backups.make.addFolder') }).click();
  await page.getByRole('form', { name: t('backups.make.title') }).getByRole('switch', { name: t('backups.make.encrypt') }).click({ force: true });
  await page.getByRole('button', { name: t('backups.make.suggest') }).click();
  const field = page.getByRole('form', { name: t('backups.make.title') }).getByLabel(t('backups.make.passphrase'), { exact: true });
  const passphrase = await field.inputValue();
  expect(passphrase).toMatch(/^(?:[a-z2-9]{4}-){5}[a-z2-9]{4}$/);
  await page.getByRole('button', { name: t('backups.make.start'), exact: true }).click();
  await expect(page.getByRole('button', { name: t('backups.history.states.verified') })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText(t('backups.warnings.never'))).toHaveCount(0);
  const [name = ''] = readdirSync(folder);
  expect(name).toMatch(/^factory_pulse_complete_backup_\d{8}_\d{6}\.fpbackup$/);
  await checkScreen(desktop, 'backups');

  await page.getByRole('button', { name: t('backups.history.states.verified') }).click();
  await expect(page.getByRole('dialog').getByText(t('backups.checks.checksums'))).toBeVisible();
  await checkScreen(desktop, 'backup-checklist');
  await page.keyboard.press('Escape');

  await answerDialogs(join(folder, name));
  await page.getByRole('button', { name: t('backups.look.choose') }).click();
  const opening = page.getByLabel(t('backups.look.passphrase'), { exact: true });
  await opening.fill('không phải cụm này');
  await page.getByRole('button', { name: t('backups.look.inspect') }).click();
  await expect(page.getByText(t('errors.BACKUP_PASSPHRASE_WRONG'))).toBeVisible({ timeout: 15_000 });
  await page.getByRole('button', { name: t('app.actions.close') }).last().click();
  await opening.fill(passphrase);
  await page.getByRole('button', { name: t('backups.look.inspect') }).click();
  await expect(page.getByText(t('backups.look.same'))).toBeVisible({ timeout: 15_000 });
});

test('the recovery sheet shows the passphrase for printing', async () => {
  const t = desktop.words;
  await page.reload();
  await page.getByRole('form', { name: t('backups.make.title') }).getByRole('switch', { name: t('backups.make.encrypt') }).click({ force: true });
  await page.getByRole('form', { name: t('backups.make.title') }).getByLabel(t('backups.make.passphrase'), { exact: true }).fill('mười hai con giáp');
  await page.getByRole('button', { name: t('backups.make.sheet') }).click();
  await expect(page.getByRole('heading', { name: t('backups.sheet.title') })).toBeVisible();
  await expect(page.getByText('mười hai con giáp')).toBeVisible();
  await checkScreen(desktop, 'recovery-sheet');
  await page.getByRole('button', { name: t('backups.sheet.close') }).click();
  await expect(page.getByRole('heading', { name: t('backups.title'), level: 1 })).toBeVisible();
});

test('the time of the schedule is typed as hours and minutes of the 24-hour clock', async () => {
  const t = desktop.words;
  await page.reload();
  const plan = page.getByRole('form', { name: t('backups.plan.title') });
  const hours = plan.getByRole('spinbutton', { name: t('backups.plan.hours') });
  const minutes = plan.getByRole('spinbutton', { name: t('backups.plan.minutes') });
  const saved = () => page.evaluate(() => window.factoryPulse.call('backup.overview').then((answer) => (answer.ok ? answer.value.plan.time : null)));
  await expect(hours).toHaveValue('12');
  await expect(minutes).toHaveValue('15');
  // The label leads to the hours, and whoever has typed them goes on with the minutes.
  await plan.getByText(t('backups.plan.time'), { exact: true }).click();
  await page.keyboard.type('1745');
  await expect(hours).toHaveValue('17');
  await expect(minutes).toHaveValue('45');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowLeft');
  await expect(hours).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await checkScreen(desktop, 'backup-plan-time');
  await plan.getByRole('button', { name: t('backups.plan.save') }).click();
  await expect.poll(saved).toBe('18:44');
  await minutes.press('Backspace');
  await plan.getByRole('button', { name: t('backups.plan.save') }).click();
  await expect(plan.getByText(t('backups.plan.timeNeeded'))).toBeVisible();
  await minutes.scrollIntoViewIfNeeded();
  await checkScreen(desktop, 'backup-plan-time-missing');
  await expect(hours).toHaveValue('18');
  await minutes.fill('30');
  await plan.getByRole('button', { name: t('backups.plan.save') }).click();
  await expect.poll(saved).toBe('18:30');
});

test('contents that only the centre has are left out by name, or fetched first', async () => {
  const t = desktop.words;
  await desktop.isOnline();
  const makeRoom = () =>
    page.evaluate(async () => {
      const { call } = window.factoryPulse;
      const take = async (name: string, text: string): Promise<void> => {
        const bytes = new TextEncoder().encode(text);
        const begun = await call('files.beginIntake', { name, size: bytes.length });
        if (!begun.ok) throw new Error(begun.error.code);
        await call('files.intakeChunk', { id: begun.value.id, number: 0, bytes: btoa(String.fromCharCode(...bytes)) });
        const taken = await call('files.endIntake', { id: begun.value.id });
        if (!taken.ok) throw new Error(taken.error.code);
        const made = await call('documents.create', { title: name, source: { file: taken.value } });
        if (!made.ok) throw new Error(made.error.code);
      };
      const known = await call('files.disk');
      if (known.ok && known.value.files === 0) {
        await take('Bản vẽ trục cam.txt', 'bản vẽ trục cam');
        await take('Quy trình kiểm tra.txt', 'quy trình kiểm tra');
      }
      await call('files.makeRoom');
      const left = await call('files.disk');
      return left.ok ? left.value.files : -1;
    });
  await expect.poll(makeRoom, { timeout: 20_000 }).toBe(0);
  await page.reload();
  const form = page.getByRole('form', { name: t('backups.make.title') });
  await form.getByRole('radio', { name: t('backups.kinds.snapshot') }).check({ force: true });
  await form.getByRole('switch', { name: t('backups.make.withFiles') }).click({ force: true });
  const fetching = form.getByRole('checkbox', { name: t('backups.make.fetchFiles') });
  await expect(fetching).not.toBeChecked();
  await fetching.scrollIntoViewIfNeeded();
  await checkScreen(desktop, 'backup-contents');
  await page.getByRole('button', { name: t('backups.make.start'), exact: true }).click();
  await expect(page.getByText(t('backups.history.contentsLeftOut', { count: 2 }))).toBeVisible({ timeout: 30_000 });

  const name = readdirSync(folder).find((file) => file.includes('snapshot')) ?? '';
  await answerDialogs(join(folder, name));
  await page.getByRole('button', { name: t('backups.look.choose') }).click();
  await page.getByRole('button', { name: t('backups.look.inspect') }).click();
  const leftOut = page.getByRole('region', { name: t('backups.leftOut.title') });
  await expect(leftOut.getByText(/Bản vẽ trục cam\.txt/)).toBeVisible({ timeout: 20_000 });
  await expect(leftOut.getByText(/Quy trình kiểm tra\.txt/)).toBeVisible();
  await leftOut.scrollIntoViewIfNeeded();
  await checkScreen(desktop, 'backup-left-out');

  await fetching.check();
  await page.getByRole('button', { name: t('backups.make.start'), exact: true }).click();
  await expect(page.getByText(t('backups.history.withContents'), { exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(fetching).toBeChecked();
});
