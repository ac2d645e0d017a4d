import { createHash, randomBytes } from 'node:crypto';
import { expect, test, type Locator } from '@playwright/test';
import { FakeGoogle } from '../main/drive/testing/fake-google.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { checkScreen } from './support/screen-check.ts';
import { secretsInFolder, secretText } from './support/secrets.ts';

/* Files between Google Drive and this machine, over ends of the application of every kind, and what may go wrong on the way. */

const MIB = 1024 * 1024;

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

const button = (key: string, values = {}, within: Locator | null = null): Locator =>
  (within ?? desktop.page).getByRole('button', { name: desktop.words(key, values), exact: true });
const sum = (content: Buffer | null | undefined): string => createHash('sha256').update(content ?? '').digest('hex');

/** Signs in, and has an administrator's client id and secret ready. */
async function startWithClient(): Promise<void> {
  const page = await desktop.start('admin@factorypulse.vn');
  await desktop.isOnline();
  await page.evaluate(async (client) => {
    const { call } = window.factoryPulse;
    await call('drive.saveConfig', { client_id: client.id, browsing: true, is_active: true });
    await call('drive.setClientSecret', { secret: client.secret });
  }, google.client);
}

async function openDialog(): Promise<Locator> {
  await button('app.navigation.settings').click();
  await desktop.page.getByRole('dialog').getByRole('button', { name: desktop.words('drive.title'), exact: true }).click();
  const dialog = desktop.page.getByRole('dialog', { name: desktop.words('drive.title') });
  await expect(dialog).toBeVisible();
  return dialog;
}

async function connect(): Promise<void> {
  const { application } = desktop;
  const heard = await application.evaluateHandle(() => {
    const address = new Promise<string>((resolve) => (process as NodeJS.EventEmitter).once('factory-pulse:browser', resolve));
    return { address };
  });
  const connecting = desktop.page.evaluate(() => window.factoryPulse.call('drive.connect', { browse: true }));
  await google.consent(await heard.evaluate(({ address }) => address));
  expect(await connecting).toMatchObject({ ok: true, value: { status: 'connected' } });
}

const openFiles = (): Promise<string> => desktop.page.evaluate(() => (window.location.hash = '/files'));

/** Copies files of Drive by the picker. */
async function copyFromPicker(names: readonly string[]): Promise<Locator> {
  await openDialog();
  await button('drive.browse').click();
  const picker = desktop.page.getByRole('dialog', { name: desktop.words('drive.picker.title') });
  await picker.getByRole('radiogroup', { name: desktop.words('drive.way.label') }).getByText(desktop.words('drive.way.copy')).click();
  for (const name of names) await picker.getByRole('checkbox', { name: desktop.words('drive.picker.pick', { name }) }).press('Space');
  await button('drive.keep.copy', { count: names.length }, picker).click();
  return picker;
}

const documentOf = async (content: Buffer): Promise<string | undefined> => {
  const { rows } = await central.client.query<{ id: string }>('select id from public.documents where content_sha256 = $1', [sum(content)]);
  return rows[0]?.id;
};

test('a kill and a quit leave transfers where they were: paused, failed with the reason, or going on at the byte that Google has', async () => {
  desktop = new Desktop({ server: central.address, google: google.url });
  const { words: t } = desktop;
  await startWithClient();
  await connect();
  const name = 'Trục cam lắp ráp.step';
  const drawing = google.drive.add({ name, content: randomBytes(12 * MIB) });
  const content = drawing.content ?? Buffer.alloc(0);
  await copyFromPicker([name]);
  await expect.poll(() => documentOf(content)).toBeDefined();
  google.drive.all.delete(drawing.id);

  // Of two parts Google takes the first.
  const faultFor = google.faultFor.bind(google);
  let holds = true;
  google.faultFor = (path, query) =>
    holds && google.asked.at(-1)?.headers['content-range']?.startsWith(`bytes ${8 * MIB}-`) === true ? 'silent' : faultFor(path, query);
  const document = await documentOf(content);
  await desktop.page.evaluate((id) => (window.location.hash = `/documents/${id}`), document);
  await button('drive.send.open').click();
  const sending = desktop.page.getByRole('dialog', { name: t('drive.send.title') });
  await button('drive.send.here', { folder: t('drive.place.mine') }, sending).click();
  const row = sending.getByRole('list', { name: t('drive.transfer.list') }).getByRole('listitem');
  await expect(row).toContainText(t('drive.transfer.state.running'));
  await expect.poll(() => google.api.unfinished).toEqual([8 * MIB]);
  await checkScreen(desktop, 'drive-transfer-running');

  // Killed while it runs, it runs on.
  const secrets = [...google.secrets].map((secret, place) => secretText(`secret ${place}`, secret));
  await desktop.kill();
  expect(secretsInFolder(desktop.folder, secrets)).toEqual([]);
  const before = google.asked.length;
  await desktop.open();
  await desktop.openBoard();
  await expect.poll(() => google.asked.slice(before).map(({ headers }) => headers['content-range']), { timeout: 20_000 }).toContain(`bytes */${12 * MIB}`);
  await openFiles();
  const list = () => desktop.page.getByRole('list', { name: t('drive.transfer.list') }).getByRole('listitem');
  await expect(list()).toContainText([t('drive.transfer.upload', { name })]);

  // Paused, it stays so; what failed says why.
  await button('drive.transfer.pauseOne', { name }).click();
  await expect(list()).toContainText(t('drive.transfer.state.paused'));
  const huge = google.drive.add({ name: 'Quét 3D xưởng.step', content: Buffer.alloc(101_000_000, 7) });
  await desktop.page.evaluate(() => window.factoryPulse.call('files.setSettings', { budget_bytes: 100_000_000 }));
  const picker = await copyFromPicker([huge.name]);
  await expect(picker.getByRole('alert')).toContainText(t('errors.DRIVE_NOT_ALL_COPIED'), { timeout: 20_000 });
  await expect(picker.getByRole('list', { name: t('drive.transfer.list') })).toContainText(t('errors.FILE_BUDGET_FULL'));
  await checkScreen(desktop, 'drive-budget-full');
  await desktop.close();
  await desktop.open();
  await desktop.openBoard();
  await openFiles();
  await expect(list()).toHaveCount(2);
  await expect(list().nth(0)).toContainText(t('drive.transfer.state.paused'));
  await expect(list().nth(1)).toContainText(t('errors.FILE_BUDGET_FULL'));
  await checkScreen(desktop, 'drive-transfers-kept');
  const quiet = google.asked.length;
  await desktop.page.waitForTimeout(3_500);
  expect(google.asked.slice(quiet).filter(({ path }) => path.startsWith('/upload/'))).toEqual([]);

  // Both go on when the person says so.
  holds = false;
  await button('drive.transfer.resumeOne', { name }).click();
  await expect.poll(() => [...google.drive.all.values()].filter(({ byApp }) => byApp).map((file) => sum(file.content)), { timeout: 30_000 }).toEqual([sum(content)]);
  await desktop.page.evaluate(() => window.factoryPulse.call('files.setSettings', { budget_bytes: 1_000_000_000 }));
  await button('drive.transfer.retryOne', { name: huge.name }).click();
  await expect.poll(() => documentOf(huge.content ?? Buffer.alloc(0)), { timeout: 60_000 }).toBeDefined();
  await expect(list()).toHaveCount(0);
  expect(google.api.unfinished).toEqual([]);
});

test('where no browser opens, the address is there to copy; Google’s own documents come as PDF and Excel, up to what Google converts', async () => {
  desktop = new Desktop({ server: central.address, google: google.url, language: 'en', theme: 'dark', density: 'shop-floor' });
  const { words: t } = desktop;
  await startWithClient();
  const dialog = await openDialog();
  await button('drive.connect').click();
  await expect(dialog.getByRole('alert')).toContainText(t('drive.browserFailedText'));
  await checkScreen(desktop, 'drive-browser-failed');
  await button('drive.copyAddress').click();
  await expect(desktop.page.getByText(t('drive.copied'))).toBeVisible();
  await google.consent(await desktop.application.evaluate(({ clipboard }) => clipboard.readText()));
  await expect(dialog.getByRole('status').first()).toHaveText(t('drive.status.connected', { account: google.account.emailAddress }));
  await expect(dialog.getByRole('alert')).toHaveCount(0);
  await desktop.page.keyboard.press('Escape');
  // Looking through all of Drive is granted as well.
  await connect();

  const [pdf, xlsx] = [randomBytes(50_000), randomBytes(40_000)];
  google.drive.add({ name: 'Biên bản', mimeType: 'application/vnd.google-apps.document', exports: { 'application/pdf': pdf } });
  google.drive.add({
    name: 'Báo giá',
    mimeType: 'application/vnd.google-apps.spreadsheet',
    exports: { 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': xlsx },
  });
  google.drive.add({ name: 'Sổ tay', mimeType: 'application/vnd.google-apps.document', exports: { 'application/pdf': Buffer.alloc(10 * MIB + 1) } });
  const picker = await copyFromPicker(['Biên bản', 'Báo giá', 'Sổ tay']);
  await expect(picker).toContainText(t('drive.way.forms'));
  await expect(picker.getByRole('alert')).toContainText(t('errors.DRIVE_NOT_ALL_COPIED'));
  await expect(picker.getByRole('list', { name: t('drive.transfer.list') })).toContainText(t('errors.DRIVE_EXPORT_TOO_LARGE'));
  await checkScreen(desktop, 'drive-export-too-large');
  const named = () => central.client.query<{ file_name: string }>('select file_name from public.documents where content_sha256 = any ($1) order by file_name', [[sum(pdf), sum(xlsx)]]);
  await expect.poll(async () => (await named()).rows.map(({ file_name }) => file_name)).toEqual(['Biên bản.pdf', 'Báo giá.xlsx']);
  // Asked once more without the large one, the two are not copied again.
  await button('drive.transfer.removeOne', { name: 'Sổ tay' }, picker).click();
  await picker.getByRole('checkbox', { name: t('drive.picker.pick', { name: 'Sổ tay' }) }).press('Space');
  await button('drive.keep.copy', { count: 2 }, picker).click();
  await expect(desktop.page.getByText(t('drive.kept.copy', { count: 2 }))).toBeVisible();
  await desktop.syncNow();
  expect((await named()).rows).toHaveLength(2);
});

test('without a keyring a transfer ends with the session, and whoever waits for it is told so', async () => {
  desktop = new Desktop({ server: central.address, google: google.url, keyring: false, language: 'en', theme: 'dark', density: 'shop-floor' });
  const { words: t } = desktop;
  await startWithClient();
  await connect();
  const name = 'Trục cam lắp ráp.step';
  google.drive.add({ name, content: randomBytes(MIB) });
  const faultFor = google.faultFor.bind(google);
  google.faultFor = (path, query) => (query.get('alt') === 'media' ? 'silent' : faultFor(path, query));
  const picker = await copyFromPicker([name]);
  await expect(picker).toContainText(t('drive.transfer.goesOnInSession'));
  await checkScreen(desktop, 'drive-transfer-session');
  await desktop.close();
  await desktop.start('admin@factorypulse.vn');
  await openFiles();
  await expect(desktop.page.getByRole('heading', { name: t('files.title'), level: 1 })).toBeVisible();
  await expect(desktop.page.getByRole('list', { name: t('drive.transfer.list') })).toHaveCount(0);
});
