import { expect, test, type Locator } from '@playwright/test';
import { FakeGoogle } from '../main/drive/testing/fake-google.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { checkScreen } from './support/screen-check.ts';

/* An administrator backs up into a folder of Drive, with a scripted browser in the place of the system's. */

let central: Central;
let google: FakeGoogle;
let desktop: Desktop;

test.beforeAll(async () => {
  central = await startCentral();
});

test.afterAll(async () => {
  await central.stop();
});

test.beforeEach(async () => {
  google = await FakeGoogle.start();
});

test.afterEach(async () => {
  await desktop.remove();
  await google.stop();
  expect(google.problems).toEqual([]);
});

const button = (key: string, values = {}): Locator => desktop.page.getByRole('button', { name: desktop.words(key, values), exact: true });
const form = (): Locator => desktop.page.getByRole('form', { name: desktop.words('backups.make.title') });

async function startAtBackups(): Promise<void> {
  const page = await desktop.start('admin@factorypulse.vn');
  await desktop.isOnline();
  await page.evaluate(async (client) => {
    const { call } = window.factoryPulse;
    await call('drive.saveConfig', { client_id: client.id, browsing: true, is_active: true });
    await call('drive.setClientSecret', { secret: client.secret });
    window.location.hash = '/backups';
  }, google.client);
}

/** What the application hands to the browser next, answered by a person who agrees. */
async function connectBy(press: Locator): Promise<void> {
  const address = desktop.application.evaluate(() => new Promise<string>((resolve) => (process as NodeJS.EventEmitter).once('factory-pulse:browser', resolve)));
  await press.click();
  await google.consent(await address);
}

/** From “Add Drive folder…” through the connection to the folder of this name. */
async function addFolder(name: string): Promise<void> {
  const { page, words: t } = desktop;
  await button('backups.drive.addFolder').click();
  const dialog = page.getByRole('dialog', { name: t('backups.drive.title') });
  await expect(dialog).toContainText(t('backups.drive.connectFirst'));
  await checkScreen(desktop, 'backup-drive-connect');
  await connectBy(dialog.getByRole('button', { name: t('drive.connect'), exact: true }));
  await expect(dialog).toContainText(t('drive.folders.narrow'));
  await dialog.getByRole('button', { name: t('drive.picker.open', { name }) }).click();
  await expect(dialog.getByRole('heading', { name: t('drive.empty.folders') })).toBeVisible();
  await checkScreen(desktop, 'backup-drive-folder');
  await dialog.getByRole('button', { name: t('backups.drive.take', { folder: name }), exact: true }).click();
  await expect(dialog).toHaveCount(0);
}

test('a backup goes into a folder of Drive, encrypted unless the person agrees otherwise, and is looked into from there', async () => {
  desktop = new Desktop({ server: central.address, google: google.url });
  await startAtBackups();
  const { page, words: t } = desktop;
  const folder = google.drive.addFolder('Sao lưu nhà máy', { byApp: true });
  await addFolder(folder.name);
  await expect(form().getByRole('combobox', { name: t('backups.make.folder') })).toHaveValue(t('backups.drive.place', { name: folder.name }));
  await expect(form()).toContainText(t('backups.drive.connected'));

  const encrypt = form().getByRole('switch', { name: t('backups.make.encrypt') });
  await expect(encrypt).toBeChecked();
  await encrypt.click({ force: true });
  await expect(button('backups.make.start')).toBeDisabled();
  await form().getByRole('checkbox', { name: t('backups.drive.plain') }).check();
  await expect(button('backups.make.start')).toBeEnabled();
  await checkScreen(desktop, 'backup-drive-plain');
  await form().getByRole('checkbox', { name: t('backups.drive.plain') }).uncheck();
  await encrypt.click({ force: true });
  const passphrase = 'mười hai con giáp';
  await form().getByLabel(t('backups.make.passphrase'), { exact: true }).fill(passphrase);

  google.fail(/^\/upload\/drive\/v3\/files$/, { status: 403, reason: 'storageQuotaExceeded' });
  await button('backups.make.start').click();
  await expect(page.getByText(t('errors.DRIVE_FULL'))).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(t('backups.warnings.waiting'))).toBeVisible();
  await expect(button('backups.history.states.waiting')).toBeVisible();
  await button('backups.history.states.waiting').scrollIntoViewIfNeeded();
  await checkScreen(desktop, 'backup-drive-waiting');
  const inFolder = () => [...google.drive.all.values()].filter(({ parents }) => parents.includes(folder.id));
  expect(inFolder()).toEqual([]);

  await button('backups.drive.send').click();
  await expect(button('backups.history.states.verified')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText(t('backups.warnings.waiting'))).toHaveCount(0);
  const [file, ...others] = inFolder();
  expect(others).toEqual([]);
  expect(file?.name).toMatch(/^factory_pulse_complete_backup_\d{8}_\d{6}\.fpbackup$/);
  await button('backups.history.states.verified').scrollIntoViewIfNeeded();
  await checkScreen(desktop, 'backup-drive-sent');
  await button('backups.history.states.verified').click();
  await expect(page.getByRole('dialog')).toContainText(t('backups.history.inDrive'));
  await checkScreen(desktop, 'backup-drive-checklist');
  await page.keyboard.press('Escape');

  await button('backups.drive.choose').click();
  const picker = page.getByRole('dialog', { name: t('drive.picker.title') });
  await picker.getByRole('button', { name: t('drive.picker.open', { name: folder.name }) }).click();
  await picker.getByRole('checkbox', { name: t('drive.picker.pick', { name: file?.name }) }).press('Space');
  await checkScreen(desktop, 'backup-drive-pick');
  await picker.getByRole('button', { name: t('backups.drive.look'), exact: true }).click();
  await expect(page.getByText(t('backups.look.chosen', { name: file?.name }))).toBeVisible();
  await page.getByLabel(t('backups.look.passphrase'), { exact: true }).fill(passphrase);
  await button('backups.look.inspect').click();
  await expect(page.getByText(t('backups.look.same'))).toBeVisible({ timeout: 20_000 });
});

test('a backup that could not be sent is sent after the next start, and the schedule asks before one goes plain', async () => {
  desktop = new Desktop({ server: central.address, google: google.url, language: 'en', theme: 'dark', density: 'shop-floor' });
  await startAtBackups();
  const { words: t } = desktop;
  const folder = google.drive.addFolder('Backups of the plant', { byApp: true });
  await addFolder(folder.name);
  const plan = desktop.page.getByRole('form', { name: t('backups.plan.title') });
  await expect(plan.getByRole('checkbox', { name: t('backups.drive.planPlain') })).not.toBeChecked();
  for (const part of ['hours', 'minutes']) {
    const box = await plan.getByRole('spinbutton', { name: t(`backups.plan.${part}`) }).boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
  }
  await plan.getByRole('switch', { name: t('backups.make.withFiles') }).click({ force: true });
  await plan.getByRole('switch', { name: t('backups.plan.onQuit') }).click({ force: true });
  await expect(plan).toContainText(t('backups.plan.withFilesAtQuit', { size: '10 MB' }));
  await plan.getByRole('checkbox', { name: t('backups.drive.planPlain') }).scrollIntoViewIfNeeded();
  await checkScreen(desktop, 'backup-drive-plan');
  await plan.getByRole('switch', { name: t('backups.plan.encrypt') }).click({ force: true });
  await expect(plan.getByRole('checkbox', { name: t('backups.drive.planPlain') })).toHaveCount(0);

  await form().getByRole('radio', { name: t('backups.kinds.snapshot') }).check({ force: true });
  await form().getByLabel(t('backups.make.passphrase'), { exact: true }).fill('twelve animals of the zodiac');
  google.fail(/^\/upload\/drive\/v3\/files$/, { status: 403, reason: 'storageQuotaExceeded' });
  await button('backups.make.start').click();
  await expect(desktop.page.getByText(t('errors.DRIVE_FULL'))).toBeVisible({ timeout: 30_000 });
  await button('backups.history.states.waiting').scrollIntoViewIfNeeded();
  await checkScreen(desktop, 'backup-drive-waiting-dark');
  const names = () => [...google.drive.all.values()].filter(({ parents }) => parents.includes(folder.id)).map(({ name }) => name);
  await desktop.close();
  expect(names()).toEqual([]);
  const page = await desktop.open();
  await expect.poll(names, { timeout: 30_000 }).toEqual([expect.stringMatching(/^factory_pulse_snapshot_backup_\d{8}_\d{6}\.fpbackup$/)]);
  await page.evaluate(() => (window.location.hash = '/backups'));
  await expect(button('backups.history.states.verified')).toBeVisible();
});
