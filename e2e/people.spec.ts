import { expect, test, type Locator } from '@playwright/test';
import { FaultyProxy } from '../main/worker/testing/faulty-proxy.ts';
import { demoPassword } from '../shared/demo-accounts.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop, type DesktopOptions } from './support/desktop.ts';
import { ProjectPage } from './support/project-page.ts';
import { checkScreen } from './support/screen-check.ts';

/** Stands in the first stage. */
const bracket = 'Giá đỡ cảm biến gầm xe';
const adminAddress = 'admin@factorypulse.vn';
const chosen = 'bảy lưỡi cưa xanh lá';

let central: Central;
const desktops: Desktop[] = [];

test.beforeAll(async () => {
  central = await startCentral();
});

test.afterEach(async () => {
  for (const desktop of desktops.splice(0)) await desktop.remove();
});

test.afterAll(async () => {
  await central.stop();
});

function newDesktop(options: Partial<DesktopOptions> = {}): Desktop {
  const desktop = new Desktop({ server: central.address, ...options });
  desktops.push(desktop);
  return desktop;
}

async function openPeople(options: Partial<DesktopOptions> = {}): Promise<Desktop> {
  const desktop = newDesktop(options);
  const page = await desktop.start(adminAddress);
  await desktop.isOnline();
  await desktop.goTo('people');
  await expect(page.getByRole('heading', { level: 1, name: desktop.words('people.title') })).toBeVisible();
  return desktop;
}

const rowOf = (desktop: Desktop, name: string): Locator =>
  desktop.page.getByRole('list', { name: desktop.words('people.list') }).getByRole('button', { name });

/** Invites a person of the quality department by the dialog; answers the one-time password that it shows. */
async function invite(admin: Desktop, name: string, email: string): Promise<string> {
  const { page, words: t } = admin;
  await page.getByRole('button', { name: t('people.invite') }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(t('people.field.name'), { exact: true }).fill(name);
  await dialog.getByLabel(t('people.field.email'), { exact: true }).fill(email);
  await dialog.getByRole('combobox', { name: t('people.field.role') }).click();
  await page.getByRole('option', { name: t('values.role.management') }).click();
  await dialog.getByRole('button', { name: t('people.inviteDialog.submit'), exact: true }).click();
  const shown = page.getByRole('dialog').filter({ hasText: t('people.oneTime.title') });
  await expect(shown).toBeVisible();
  return (await shown.getByRole('definition').last().textContent()) ?? '';
}

async function choosePassword(desktop: Desktop, password: string): Promise<void> {
  const { page, words: t } = desktop;
  await page.getByLabel(t('session.newPassword.password'), { exact: true }).fill(password);
  await page.getByLabel(t('session.newPassword.repeat'), { exact: true }).fill(password);
  await page.getByRole('button', { name: t('session.newPassword.submit') }).click();
}

test('an administrator invites a person, who signs in on a second machine, is deactivated and thrown out; no work is lost', async () => {
  test.setTimeout(240_000);
  const network = await FaultyProxy.start(central);
  const admin = await openPeople();
  const { page, words: t } = admin;
  const oneTime = await invite(admin, 'Hoàng Thị Mới', 'moi@factorypulse.vn');
  expect(oneTime).toMatch(/^\w{4}(-\w{4}){3}$/);
  await page.getByRole('button', { name: t('people.oneTime.copy') }).click();
  await expect(page.getByRole('button', { name: t('people.oneTime.copied') })).toBeVisible();
  expect(await admin.application.evaluate(({ clipboard }) => clipboard.readText())).toBe(oneTime);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: t('people.oneTime.done') }).click();
  await expect(page.getByText(oneTime)).toHaveCount(0);
  await expect(page.getByText(t('people.access.mustChange'))).toBeVisible();

  const worker = newDesktop({ server: `postgres://127.0.0.1:${network.port}/${central.database}`, language: 'en', theme: 'dark' });
  await worker.open();
  await worker.trySignIn('moi@factorypulse.vn', oneTime);
  await choosePassword(worker, 'Matkhau2026!');
  await expect(worker.page.getByText(worker.words('session.passwordRules.common'))).toBeVisible();
  await choosePassword(worker, 'Hoàng Thị Mới 12');
  await expect(worker.page.getByText(worker.words('session.passwordRules.personal'))).toBeVisible();
  await choosePassword(worker, chosen);
  await expect(worker.status).toBeVisible();
  await worker.isOnline();

  network.setDown(true);
  const project = await ProjectPage.open(worker, bracket);
  await project.edit('notes', 'Viết khi mất mạng');

  await rowOf(admin, 'Phùng Gia Bảo').click();
  await rowOf(admin, 'Hoàng Thị Mới').click();
  await expect(page.getByText(t('people.access.mustChange'))).toHaveCount(0);
  await page.getByRole('button', { name: t('people.access.deactivate'), exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: t('people.access.deactivate'), exact: true }).click();
  await expect(page.getByText(t('people.access.deactivated', { name: 'Hoàng Thị Mới' }))).toBeVisible();

  network.setDown(false);
  const alert = worker.page.getByRole('alert').filter({ hasText: worker.words('session.ended.title') });
  await expect(alert).toContainText(worker.words('session.ended.ACCOUNT_INACTIVE'), { timeout: 70_000 });
  await expect(alert).toContainText(worker.words('session.ended.handedIn', { count: 1 }));
  await checkScreen(worker, 'session-ended');

  await admin.goTo('board');
  // The centre is asked for it once a minute.
  await expect(page.getByRole('button', { name: t('people.handedIn.badge', { count: 1 }) })).toBeVisible({ timeout: 70_000 });
  await admin.goTo('people');
  const section = page.getByRole('region', { name: t('people.handedIn.title') });
  await expect(section).toContainText('Viết khi mất mạng');
  await checkScreen(admin, 'handed-in');
  await section.getByRole('button', { name: t('people.handedIn.apply'), exact: false }).first().click();
  await expect(section).toHaveCount(0);
  const { rows } = await central.client.query<{ notes: string }>('select notes from projects where title = $1', [bracket]);
  expect(rows[0]?.notes).toBe('Viết khi mất mạng');
  await network.stop();
});

test('an administrator changes a role, makes a one-time password and revokes a machine', async () => {
  const admin = await openPeople({ language: 'en' });
  const { page, words: t } = admin;
  const sales = newDesktop({ language: 'en' });
  await sales.start('customer.service@factorypulse.vn');
  await sales.isOnline();
  await page.getByRole('searchbox', { name: t('people.search') }).fill('customer.service');
  await rowOf(admin, 'customer.service').click();
  await page.getByRole('combobox', { name: t('people.field.role'), exact: true }).click();
  await page.getByRole('option', { name: t('values.role.procurement') }).click();
  await expect(page.getByText(t('people.can.procurement'))).toBeVisible();
  await page.getByRole('button', { name: t('people.save') }).click();
  await expect(rowOf(admin, t('values.role.procurement'))).toBeVisible();
  await sales.isOnline();

  const devices = page.getByRole('region', { name: t('people.devices.title') });
  await expect(devices.getByRole('listitem')).toHaveCount(1);
  await devices.getByRole('button').click();
  await page.getByRole('dialog').getByRole('button', { name: t('people.devices.revoke'), exact: true }).click();
  await expect(sales.page.getByRole('alert')).toContainText(t('session.ended.DEVICE_REVOKED'), { timeout: 70_000 });
  await sales.trySignIn('customer.service@factorypulse.vn');
  await expect(sales.problem).toContainText(t('errors.DEVICE_REVOKED'));
  await devices.getByRole('button').click();
  await expect(devices.getByText(t('people.devices.own'))).toHaveCount(0);
  await sales.signIn('customer.service@factorypulse.vn');
  await sales.isOnline();

  await page.getByRole('button', { name: t('people.access.reset') }).click();
  await page.getByRole('dialog').getByRole('button', { name: t('people.access.reset') }).click();
  await expect(page.getByRole('dialog', { name: t('people.oneTime.title'), exact: true })).toBeVisible();
  await page.getByRole('button', { name: t('people.oneTime.done') }).click();
  await expect(page.getByText(t('people.access.mustChange'))).toBeVisible();
});

test('without a connection the list can be read, and every action says why it waits', async () => {
  const network = await FaultyProxy.start(central);
  const admin = await openPeople({ server: `postgres://127.0.0.1:${network.port}/${central.database}` });
  const { page, words: t } = admin;
  await rowOf(admin, 'ceo@factorypulse.vn').click();
  await expect(page.getByRole('button', { name: t('people.access.deactivate'), exact: true })).toBeEnabled();
  network.setDown(true);
  await expect(page.getByText(t('people.offline'))).toBeVisible();
  for (const action of ['people.invite', 'people.save', 'people.access.deactivate', 'people.access.reset']) {
    await expect(page.getByRole('button', { name: t(action), exact: true })).toBeDisabled();
  }
  await expect(page.getByLabel(t('people.field.name'), { exact: true })).toBeDisabled();
  await page.getByRole('searchbox', { name: t('people.search') }).fill('phung gia');
  await expect(rowOf(admin, 'Phùng Gia Bảo')).toBeVisible();
  await network.stop();
});

test('an engineer has no such page, not by its address either', async () => {
  const desktop = newDesktop();
  const page = await desktop.start('senior.engineer@factorypulse.vn');
  await expect(desktop.administration).toHaveCount(0);
  await page.evaluate(() => (window.location.hash = '/people'));
  await expect(page.getByRole('heading', { name: desktop.words('shell.notForYou.title') })).toBeVisible();
});

test('a person changes their own password', async () => {
  const desktop = newDesktop({ language: 'vi' });
  const page = await desktop.start('qa.engineer@factorypulse.vn');
  const { words: t } = desktop;
  await desktop.isOnline();
  await page.getByRole('button', { name: t('app.navigation.settings'), exact: true }).click();
  await page.getByRole('button', { name: t('session.changePassword.open') }).click();
  const dialog = page.getByRole('dialog', { name: t('session.changePassword.title') });
  await expect(dialog).toBeVisible();
  await checkScreen(desktop, 'change-password');
  const fill = async (present: string, password: string): Promise<void> => {
    await dialog.getByLabel(t('session.changePassword.present'), { exact: true }).fill(present);
    await dialog.getByLabel(t('session.newPassword.password'), { exact: true }).fill(password);
    await dialog.getByLabel(t('session.newPassword.repeat'), { exact: true }).fill(password);
    await dialog.getByRole('button', { name: t('session.changePassword.submit') }).click();
  };
  await fill('không phải nó', chosen);
  await expect(dialog.getByText(t('session.changePassword.presentWrong'))).toBeVisible();
  await fill(demoPassword, chosen);
  await expect(page.getByText(t('session.changePassword.done'))).toBeVisible();
  await desktop.signOut();
  await desktop.trySignIn('qa.engineer@factorypulse.vn', demoPassword);
  await expect(desktop.problem).toContainText(t('errors.WRONG_CREDENTIALS'));
  await desktop.signIn('qa.engineer@factorypulse.vn', chosen);
});

for (const [language, theme, density] of [['vi', 'light', 'office'], ['en', 'dark', 'shop-floor']] as const) {
  test(`the page is accessible and fits its window: ${language}, ${theme}, ${density}`, async () => {
    const admin = await openPeople({ language, theme, density });
    const { page, words: t } = admin;
    await checkScreen(admin, 'people');
    await rowOf(admin, 'ceo@factorypulse.vn').click();
    await expect(page.getByText(t('people.devices.empty'))).toBeVisible();
    await checkScreen(admin, 'person');
    await page.getByRole('button', { name: t('people.invite') }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await checkScreen(admin, 'invite');
    await page.getByRole('dialog').getByRole('button', { name: t('people.inviteDialog.submit'), exact: true }).click();
    await expect(page.getByText(t('people.field.required')).first()).toBeVisible();
  });
}
