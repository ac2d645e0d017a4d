import { createHash } from 'node:crypto';
import { expect, test, type Locator } from '@playwright/test';
import { FakeGoogle, type Consent } from '../main/drive/testing/fake-google.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { checkScreen } from './support/screen-check.ts';
import { secretsInFolder, secretsOfProcesses, secretText, type Secret } from './support/secrets.ts';

/* Google Drive from the administrator's page to a disconnection, with a scripted browser in the place of the system's. */

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
const dialog = (): Locator => desktop.page.getByRole('dialog', { name: desktop.words('drive.title') });
const standing = (): Locator => dialog().getByRole('status').first();

/** What the application hands to the browser next. */
const nextAddress = (): Promise<string> =>
  desktop.application.evaluate(() => new Promise<string>((resolve) => (process as NodeJS.EventEmitter).once('factory-pulse:browser', resolve)));

async function openDialog(): Promise<void> {
  await button('app.navigation.settings').click();
  await desktop.page.getByRole('dialog').getByRole('button', { name: desktop.words('drive.title'), exact: true }).click();
  await expect(dialog()).toBeVisible();
}

async function connectBy(press: Locator, consent: Consent = {}): Promise<Awaited<ReturnType<FakeGoogle['consent']>>> {
  const address = nextAddress();
  await press.click();
  return google.consent(await address, consent);
}

test('an administrator sets Drive up, a person connects in the browser, and no token is left anywhere', async () => {
  desktop = new Desktop({ server: central.address, google: google.url });
  const page = await desktop.start('admin@factorypulse.vn');
  const { words: t } = desktop;
  await desktop.isOnline();
  await desktop.goTo('drive');
  const id = page.getByLabel(t('drive.admin.clientId'), { exact: true });
  const save = button('app.actions.save');
  await expect(save).toHaveAccessibleDescription(t('app.actions.nothingToSave'));
  await expect(save).toBeDisabled();
  await id.fill('123456789012-abc.apps.googleusercontent.com.evil.example');
  await expect(save).toBeEnabled();
  await button('app.actions.save').click();
  await expect(page.getByText(t('drive.admin.clientIdWrong'))).toBeVisible();
  await id.fill(google.client.id);
  await page.getByRole('switch', { name: t('drive.admin.browsing') }).check();
  await save.click();
  await expect(page.getByText(t('drive.admin.saved'))).toBeVisible();
  await expect(save).toBeDisabled();
  await checkScreen(desktop, 'drive-admin');
  const stored = () => central.client.query<{ client_id: string }>('select client_id from public.google_drive_config');
  await expect.poll(async () => (await stored()).rows).toEqual([{ client_id: google.client.id }]);

  await openDialog();
  await expect(standing()).toHaveText(t('drive.status.disconnected'));
  const without = await connectBy(button('drive.connect'));
  expect(without.status).toBe(200);
  await expect(dialog().getByRole('alert')).toContainText(t('errors.DRIVE_SECRET_NEEDED'));
  await checkScreen(desktop, 'drive-secret-needed');
  await dialog().getByLabel(t('drive.secret.label'), { exact: true }).fill(google.client.secret ?? '');
  await dialog().getByRole('button', { name: t('drive.secret.save') }).click();
  await expect(page.getByText(t('drive.secret.saved'))).toBeVisible();

  const refused = await connectBy(button('drive.connect'), { deny: true });
  expect(refused.page).toContain('<html lang="vi">');
  await expect(dialog().getByRole('alert')).toContainText(t('errors.DRIVE_SIGN_IN_REFUSED'));

  const waiting = nextAddress();
  await button('drive.connect').click();
  await waiting;
  await expect(standing()).toHaveText(t('drive.status.connecting'));
  await dialog().getByRole('button', { name: t('app.actions.cancel') }).click();
  await expect(dialog().getByRole('alert')).toContainText(t('errors.DRIVE_SIGN_IN_CANCELLED'));

  const done = await connectBy(button('drive.connect'));
  expect(done.page).toContain('Đã kết nối Google Drive');
  await expect(standing()).toHaveText(t('drive.status.connected', { account: google.account.emailAddress }));
  await checkScreen(desktop, 'drive-connected');

  const secrets: Secret[] = [...google.secrets].map((secret, place) => secretText(`secret ${place}`, secret));
  expect(secrets.length).toBeGreaterThan(4);
  const check = (when: string) => {
    expect(secretsOfProcesses(desktop.application.process().pid ?? 0, secrets).found, when).toEqual([]);
    expect(secretsInFolder(desktop.folder, secrets), when).toEqual([]);
  };
  check('connected');
  const seen = await page.evaluate(async () => JSON.stringify([await window.factoryPulse.call('drive.state'), document.documentElement.outerHTML]));
  for (const secret of google.secrets) expect(seen).not.toContain(secret);

  await desktop.close();
  expect(secretsInFolder(desktop.folder, secrets), 'closed').toEqual([]);
  await desktop.open();
  await desktop.openBoard();
  await openDialog();
  await expect(standing()).toHaveText(t('drive.status.connected', { account: google.account.emailAddress }));

  google.revokeAll();
  const refusedList = await desktop.page.evaluate(() => window.factoryPulse.call('drive.list', { place: { kind: 'mine' } }));
  expect(refusedList).toMatchObject({ ok: false, error: { code: 'DRIVE_RECONNECT' } });
  await expect(standing()).toHaveText(t('drive.status.reconnect', { account: google.account.emailAddress }));
  await checkScreen(desktop, 'drive-reconnect');
  await connectBy(button('drive.reconnect'));
  await expect(standing()).toHaveText(t('drive.status.connected', { account: google.account.emailAddress }));

  google.fail(/^\/revoke$/, 'cut');
  await button('drive.disconnect').click();
  await button('drive.disconnectYes').click();
  await expect(standing()).toHaveText(t('drive.status.disconnected'));
  await expect(dialog()).toContainText(t('drive.revocationWaitsText'));
  await checkScreen(desktop, 'drive-disconnected-offline');
  const permissions = nextAddress();
  await button('drive.openPermissions').click();
  expect(await permissions).toBe('https://myaccount.google.com/permissions');
  check('disconnected');
});

test('files are looked for by the keyboard, picked and linked with what Google says of them', async () => {
  desktop = new Desktop({ server: central.address, google: google.url, language: 'en', theme: 'dark', density: 'shop-floor' });
  const page = await desktop.start('admin@factorypulse.vn');
  const { words: t } = desktop;
  await desktop.isOnline();
  const drawings = google.drive.addFolder('Bản vẽ trục cam');
  google.drive.add({ name: 'Trục cam rev C.pdf', parents: [drawings.id], content: Buffer.from('bản vẽ'), thumbnail: true });
  google.drive.add({ name: 'Khóa.step', parents: [drawings.id], content: Buffer.from('x'), canDownload: false });
  const contract = google.drive.add({ name: 'Hợp đồng.docx', parents: [], ownedByMe: false, sharedWithMe: true, resourceKey: '0-aBc_9', content: Buffer.from('hợp đồng') });
  google.drive.addDrive('Nhà máy');
  for (let n = 0; n < 60; n += 1) google.drive.add({ name: `Ảnh ${n}.jpg`, content: Buffer.from('x') });
  await page.evaluate(async (client) => {
    const { call } = window.factoryPulse;
    await call('drive.saveConfig', { client_id: client.id, browsing: true, is_active: true });
    await call('drive.setClientSecret', { secret: client.secret });
  }, google.client);

  await openDialog();
  await connectBy(button('drive.connect'));
  await button('drive.allowBrowsing').waitFor();
  await connectBy(button('drive.allowBrowsing'));
  await expect(dialog()).toContainText(t('drive.rights.browse'));
  await button('drive.browse').press('Enter');
  const picker = page.getByRole('dialog', { name: t('drive.picker.title') });
  const items = picker.getByRole('list', { name: t('drive.picker.list') }).getByRole('listitem');
  await expect(items).toHaveCount(50);
  await checkScreen(desktop, 'drive-picker');
  await picker.getByRole('button', { name: t('drive.picker.more') }).press('Enter');
  await expect(items).toHaveCount(61);

  await picker.getByRole('button', { name: t('drive.picker.open', { name: 'Bản vẽ trục cam' }) }).press('Enter');
  await expect(items).toHaveCount(2);
  await expect(items.filter({ hasText: 'Trục cam' }).locator('img')).toHaveAttribute('src', /^data:image\/png/);
  await expect(items.filter({ hasText: 'Khóa' })).toContainText(t('drive.picker.noDownload'));
  await picker.getByRole('checkbox', { name: t('drive.picker.pick', { name: 'Trục cam rev C.pdf' }) }).press('Space');
  await picker.getByRole('tab', { name: t('drive.place.drives') }).click();
  await expect(items).toHaveText([/Nhà máy/]);
  await picker.getByRole('button', { name: t('drive.picker.open', { name: 'Nhà máy' }) }).press('Enter');
  await expect(picker.getByRole('heading', { name: t('drive.empty.folder') })).toBeVisible();
  await picker.getByRole('textbox', { name: t('drive.picker.search') }).fill('hợp');
  await page.keyboard.press('Enter');
  await picker.getByRole('checkbox', { name: t('drive.picker.pick', { name: 'Hợp đồng.docx' }) }).press('Space');
  google.fail(/^\/drive\/v3\/files$/, { status: 403, reason: 'somethingNew' });
  await picker.getByRole('tab', { name: t('drive.place.recent') }).click();
  await expect(picker.getByRole('alert')).toContainText(t('errors.DRIVE_FORBIDDEN'));
  await picker.getByRole('button', { name: t('app.actions.retry') }).click();
  await expect(items.first()).toBeVisible();

  await picker.getByRole('button', { name: t('drive.keep.link', { count: 2 }) }).press('Enter');
  await expect(page.getByText(t('drive.kept.link', { count: 2 }))).toBeVisible();
  const stored = () =>
    central.client.query<Record<string, unknown>>(
      `select title, external_id, external_url, storage_provider, link_type, mime_type, file_size::int, metadata ->> 'owner' as owner
         from public.documents where external_id = any ($1) order by title`,
      [[...google.drive.all.keys()]],
    );
  await expect.poll(async () => (await stored()).rows.length).toBe(2);
  const { rows } = await stored();
  expect(rows.map(({ title }) => title)).toEqual(['Hợp đồng.docx', 'Trục cam rev C.pdf']);
  expect(rows[0]).toMatchObject({ external_id: contract.id, storage_provider: 'google_drive', link_type: 'file', owner: 'Nguyễn Thị Hương' });
  expect(String(rows[0]?.['external_url'])).toContain('resourcekey=0-aBc_9');

  // A copy, whose bytes go the way of every file, and back into a folder of Drive.
  await openDialog();
  await button('drive.browse').click();
  await picker.getByRole('radiogroup', { name: t('drive.way.label') }).getByText(t('drive.way.copy')).click();
  await picker.getByRole('button', { name: t('drive.picker.open', { name: 'Bản vẽ trục cam' }) }).click();
  await picker.getByRole('checkbox', { name: t('drive.picker.pick', { name: 'Khóa.step' }) }).press('Space');
  await picker.getByRole('button', { name: t('drive.keep.copy', { count: 1 }) }).click();
  await expect(picker.getByRole('alert')).toContainText(t('errors.DRIVE_NO_DOWNLOAD'));
  await picker.getByRole('checkbox', { name: t('drive.picker.pick', { name: 'Khóa.step' }) }).press('Space');
  await picker.getByRole('checkbox', { name: t('drive.picker.pick', { name: 'Trục cam rev C.pdf' }) }).press('Space');
  await picker.getByRole('button', { name: t('drive.keep.copy', { count: 1 }) }).click();
  await expect(page.getByText(t('drive.kept.copy', { count: 1 }))).toBeVisible();
  const sha256 = createHash('sha256').update('bản vẽ').digest('hex');
  const copy = () => central.client.query<{ id: string }>('select id from public.documents where content_sha256 = $1', [sha256]);
  await expect.poll(async () => (await copy()).rows.length).toBe(1);
  const id = (await copy()).rows[0]?.id ?? '';
  await page.evaluate((document) => (window.location.hash = `/documents/${document}`), id);
  await button('drive.send.open').click();
  const sending = page.getByRole('dialog', { name: t('drive.send.title') });
  await sending.getByRole('button', { name: t('drive.picker.open', { name: 'Bản vẽ trục cam' }) }).press('Enter');
  await expect(sending.getByRole('heading', { name: t('drive.empty.folders') })).toBeVisible();
  await checkScreen(desktop, 'drive-send');
  await sending.getByRole('button', { name: t('drive.send.here', { folder: 'Bản vẽ trục cam' }) }).press('Enter');
  await expect(page.getByText(t('drive.send.done', { name: 'Trục cam rev C.pdf', folder: 'Bản vẽ trục cam' }))).toBeVisible();
  const put = [...google.drive.all.values()].filter(({ byApp }) => byApp);
  expect(put.map(({ parents, content }) => [parents, content?.toString()])).toEqual([[[drawings.id], 'bản vẽ']]);
  const log = () => central.client.query<{ action: string }>('select action from public.document_access_log where document_id = $1', [id]);
  await expect.poll(async () => (await log()).rows.map(({ action }) => action)).toContain('download');

  google.drive.change(String(rows[1]?.['external_id']), { name: 'Trục cam rev D.pdf', trashed: true });
  google.drive.remove(contract.id);
  await openDialog();
  await dialog().getByRole('button', { name: t('drive.troubles.check') }).click();
  await expect(dialog().getByRole('listitem')).toHaveText([/rev D.*trash/, /Hợp đồng.*no longer open/]);
  await checkScreen(desktop, 'drive-troubles');
  const titles = () => central.client.query<{ title: string }>('select title from public.documents where external_id = any ($1) order by title', [rows.map((row) => row['external_id'])]);
  await expect.poll(async () => (await titles()).rows.map(({ title }) => title)).toEqual(['Hợp đồng.docx', 'Trục cam rev D.pdf']);
});

test('without a keyring a connection ends with the session, and the person is told', async () => {
  desktop = new Desktop({ server: central.address, google: google.url, keyring: false });
  const page = await desktop.start('admin@factorypulse.vn');
  const { words: t } = desktop;
  await page.evaluate(async (client) => {
    const { call } = window.factoryPulse;
    await call('drive.saveConfig', { client_id: client.id, browsing: false, is_active: true });
    await call('drive.setClientSecret', { secret: client.secret });
  }, google.client);
  await openDialog();
  await expect(dialog()).toContainText(t('drive.sessionOnly'));
  await connectBy(button('drive.connect'));
  await expect(standing()).toHaveText(t('drive.status.connected', { account: google.account.emailAddress }));
  const secrets = [...google.secrets].map((secret, place) => secretText(`secret ${place}`, secret));
  expect(secretsInFolder(desktop.folder, secrets)).toEqual([]);
  await page.keyboard.press('Escape');
  await desktop.signOut();
  await desktop.signIn('admin@factorypulse.vn');
  await openDialog();
  await expect(standing()).toHaveText(t('drive.status.disconnected'));
});
