import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { FaultyProxy } from '../main/worker/testing/faulty-proxy.ts';
import { demoAccounts, demoPassword } from '../shared/demo-accounts.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop, type DesktopOptions } from './support/desktop.ts';
import { ProjectPage } from './support/project-page.ts';
import { checkScreen } from './support/screen-check.ts';

/* What a person sees of the data that stays on a machine: who has worked there, and what stands in the way of opening it. */

const bracket = 'Giá đỡ cảm biến gầm xe';
const at = (mailbox: string) => `${mailbox}@factorypulse.vn`;
const [ceo, sales] = [at('ceo'), at('sales.manager')];

let central: Central;
let network: FaultyProxy;
let desktop: Desktop;

test.beforeAll(async () => {
  central = await startCentral();
  network = await FaultyProxy.start(central);
});

test.afterAll(async () => {
  await network.stop();
  await central.stop();
});

test.afterEach(async () => {
  await desktop.remove();
  network.setDown(false);
});

async function open(options: Partial<DesktopOptions> = {}): Promise<Page> {
  desktop = new Desktop({ server: `postgres://127.0.0.1:${network.port}/${central.database}`, ...options });
  return desktop.open();
}

const nameOf = (email: string): string => demoAccounts.find((account) => account.email === email)?.name ?? '';
const people = (): Locator => desktop.page.getByRole('region', { name: desktop.words('session.people.title') });
const person = (email: string): Locator => people().getByRole('button', { name: new RegExp(`^${nameOf(email)}`) });
const remove = (email: string): Locator => people().getByRole('button', { name: desktop.words('session.people.remove', { name: nameOf(email) }) });
const password = (): Locator => desktop.page.getByLabel(desktop.words('session.signIn.password'), { exact: true });
const mail = (): Locator => desktop.page.getByRole('textbox', { name: desktop.words('session.signIn.email'), exact: true });

/** The folder of the only person who has worked there. */
function onlyProfile(): string {
  const profiles = join(desktop.folder, 'profiles');
  return join(profiles, readdirSync(profiles)[0] ?? '');
}

for (const [language, theme, density] of [['vi', 'light', 'office'], ['en', 'dark', 'shop-floor']] as const) {
  test(`the people of a machine are offered, each opens their own data, and data is removed from there: ${language}`, async () => {
    const page = await open({ language, theme, density, demo: language === 'en' });
    const t = desktop.words;
    await expect(people()).toBeHidden();
    await desktop.signIn(ceo);
    await desktop.isOnline();
    await desktop.signOut();
    await desktop.signIn(sales);
    await desktop.isOnline();
    await desktop.signOut();
    await expect(people().getByRole('listitem')).toHaveCount(3);
    await expect(people().getByRole('listitem').first()).toContainText(nameOf(sales));
    await checkScreen(desktop, `people-${language}`);

    network.setDown(true);
    await person(ceo).click();
    await expect(mail()).toHaveValue(ceo);
    await expect(password()).toBeFocused();
    await page.keyboard.type(demoPassword);
    await page.keyboard.press('Enter');
    await desktop.openBoard();
    await expect(desktop.board).toBeVisible();
    const project = await ProjectPage.open(desktop, bracket);
    await project.edit('notes', `Viết khi mất mạng, ${language}.`);
    await page.getByRole('button', { name: t('app.navigation.settings'), exact: true }).click();
    await page.getByRole('button', { name: t('settings.signOut'), exact: true }).click();
    await page.getByRole('dialog', { name: t('settings.signOutTitle') }).getByRole('button', { name: t('settings.signOut'), exact: true }).click();

    await expect(person(ceo)).toContainText(t('session.people.unsent', { count: 1 }));
    await remove(ceo).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText(t('session.people.removeUnsent', { count: 1 }));
    await expect(dialog.getByRole('button', { name: t('session.people.removeConfirm') })).toBeHidden();
    await checkScreen(desktop, `remove-unsent-${language}`);
    await page.keyboard.press('Escape');

    await remove(sales).click();
    await expect(dialog).toContainText(sales);
    await dialog.getByRole('button', { name: t('session.people.removeConfirm') }).click();
    await expect(people().getByRole('listitem')).toHaveCount(2);

    await page.getByRole('button', { name: t('session.people.someoneElse') }).click();
    await expect(mail()).toBeFocused();
    await desktop.trySignIn(sales);
    await expect(desktop.problem).toContainText(t('errors.OFFLINE_FIRST_SIGN_IN'));
    network.setDown(false);
    await desktop.signIn(ceo);
    await desktop.isOnline();
    const { rows } = await central.client.query('select notes from projects where title = $1', [bracket]);
    expect(rows).toEqual([{ notes: `Viết khi mất mạng, ${language}.` }]);
  });
}

test('after an end without warning data is removed only by who has read that unsent work may be in it', async () => {
  const page = await open({ language: 'vi' });
  const t = desktop.words;
  await desktop.signIn(ceo);
  await desktop.isOnline();
  await desktop.kill();
  rmSync(join(desktop.folder, 'remembered.json'), { force: true });
  const again = await desktop.open();
  expect(again).not.toBe(page);
  await remove(ceo).click();
  const dialog = again.getByRole('dialog');
  await expect(dialog).toContainText(t('session.people.removeUnknown'));
  const confirm = dialog.getByRole('button', { name: t('session.people.removeConfirm') });
  await expect(confirm).toBeDisabled();
  await dialog.getByRole('checkbox').check();
  await checkScreen(desktop, 'remove-unknown');
  await confirm.click();
  await expect(people()).toBeHidden();
  expect(readdirSync(join(desktop.folder, 'profiles'))).toEqual([]);
});

test('too many wrong passwords have to wait, over a restart, with the time counted down', async () => {
  await open({ language: 'vi' });
  const t = desktop.words;
  await desktop.signIn(ceo);
  await desktop.isOnline();
  await desktop.signOut();
  network.setDown(true);
  for (let made = 0; made < 5; made += 1) {
    await desktop.trySignIn(ceo, `đoán ${made}`);
    await expect(desktop.problem).toContainText(t('errors.WRONG_CREDENTIALS'));
  }
  await desktop.close();
  await desktop.open();
  await desktop.trySignIn(ceo);
  await expect(desktop.problem).toContainText(t('errors.SIGN_IN_THROTTLED'));
  const timer = desktop.problem.getByRole('timer');
  const first = await timer.textContent();
  await expect(timer).not.toHaveText(first ?? '');
  await checkScreen(desktop, 'throttled');
  network.setDown(false);
  await desktop.signIn(ceo);
});

test('a machine without a keyring says so and asks at every start, until the organization accepts plain text', async () => {
  await open({ language: 'vi', keyring: false });
  const t = desktop.words;
  await expect(desktop.page.getByText(t('session.signIn.notRemembered'))).toBeVisible();
  await checkScreen(desktop, 'no-keyring');
  await desktop.signIn(at('admin'));
  await desktop.isOnline();
  await desktop.close();
  const page = await desktop.open();
  await expect(page.getByRole('heading', { level: 1, name: t('session.signIn.title') })).toBeVisible();

  await desktop.signIn(at('admin'));
  await desktop.isOnline();
  // What is set holds in the replica at once; whether the centre takes it is the centre's business.
  network.setDown(true);
  await desktop.goTo('security');
  await page.getByRole('radio', { name: t('security.withoutKeyrings.plain') }).check();
  await page.getByRole('button', { name: t('app.actions.save'), exact: true }).click();
  await expect(page.getByText(t('security.saved'))).toBeVisible();
  await expect.poll(() => readdirSync(desktop.folder)).toContain('remembered.json');
  await page.getByRole('radio', { name: t('security.withoutKeyrings.sign_in_each_time') }).check();
  await page.getByRole('button', { name: t('app.actions.save'), exact: true }).click();
  await expect.poll(() => readdirSync(desktop.folder)).not.toContain('remembered.json');
});

for (const [language, theme, density] of [['vi', 'light', 'office'], ['en', 'dark', 'shop-floor']] as const) {
  test(`administrators set the rules of their machines, and are told what is no number of days: ${language}`, async () => {
    const page = await open({ language, theme, density });
    const t = desktop.words;
    await desktop.signIn(at('admin'));
    await desktop.isOnline();
    // What is set is seen in the replica; whether the centre takes it is the centre's business.
    network.setDown(true);
    await desktop.goTo('security');
    const days = page.getByRole('textbox', { name: t('security.offlineDays') });
    await expect(days).toHaveValue('30');
    await checkScreen(desktop, `security-${language}`);
    const save = page.getByRole('button', { name: t('app.actions.save'), exact: true });
    await expect(save).toBeDisabled();
    await days.fill('366');
    await save.click();
    await expect(page.getByText(t('security.number', { min: 1, max: 365 }))).toBeVisible();
    await days.fill('7');
    await page.getByRole('switch', { name: t('security.quickUnlock') }).uncheck();
    await save.click();
    await expect(page.getByText(t('security.saved'))).toBeVisible();
    await expect(save).toBeDisabled();
    await desktop.goTo('board');
    await desktop.goTo('security');
    await expect(days).toHaveValue('7');
    await expect(page.getByRole('switch', { name: t('security.quickUnlock') })).not.toBeChecked();
  });
}

test('whoever is no administrator finds no rules to set', async () => {
  const page = await open({ language: 'vi' });
  const t = desktop.words;
  await desktop.signIn(sales);
  await expect(desktop.administration).toBeHidden();
  await page.evaluate(() => (window.location.hash = '/security'));
  await expect(page.getByRole('heading', { level: 1, name: t('shell.notForYou.title') })).toBeVisible();
});

test('what is wrong with the data of the remembered person is told at once at the start', async () => {
  await open({ language: 'vi' });
  const t = desktop.words;
  await desktop.signIn(ceo);
  await desktop.isOnline();
  await desktop.close();
  const file = join(onlyProfile(), 'replica.db');
  writeFileSync(file, readFileSync(file).fill(0x5a, 0, 8192));
  await desktop.open();
  await expect(desktop.problem).toContainText(t('errors.REPLICA_DAMAGED'));
  await expect(mail()).toHaveValue(ceo);
  await expect(desktop.problem).toContainText(t('session.recovery.enterPassword'));
  await password().fill(demoPassword);
  await desktop.problem.getByRole('button', { name: t('session.recovery.setAside') }).click();
  await desktop.page.getByRole('dialog').getByRole('button', { name: t('session.recovery.setAside') }).click();
  await desktop.openBoard();
  await expect(desktop.board.getByRole('article')).toHaveCount(16);
});

test('data that the keyring no longer opens is told as that, set aside and loaded anew', async () => {
  await open({ language: 'vi' });
  const t = desktop.words;
  await desktop.signIn(ceo);
  await desktop.isOnline();
  await desktop.close();
  // As on another machine: what the keyring sealed is not there.
  rmSync(join(desktop.folder, 'machine-secret.json'));
  await desktop.open();
  await expect(desktop.problem).toContainText(t('errors.REPLICA_OTHER_MACHINE'));
  await checkScreen(desktop, 'other-machine');
  await password().fill(demoPassword);
  await desktop.problem.getByRole('button', { name: t('session.recovery.setAside') }).click();
  await desktop.page.getByRole('dialog').getByRole('button', { name: t('session.recovery.setAside') }).click();
  await desktop.openBoard();
  await expect(desktop.board.getByRole('article')).toHaveCount(16);
});
