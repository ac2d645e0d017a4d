import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { createPerson, oneTimePassword } from '../db/central/people.ts';
import { exitCodeOf } from '../scripts/lib/node.mjs';
import { demoPassword } from '../shared/demo-accounts.ts';
import { FaultyProxy } from '../main/worker/testing/faulty-proxy.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop, type DesktopOptions } from './support/desktop.ts';
import { ProjectPage } from './support/project-page.ts';
import { SyncCentre } from './support/sync-centre.ts';

const bracket = 'Giá đỡ cảm biến gầm xe';
const at = (mailbox: string) => `${mailbox}@factorypulse.vn`;

let central: Central;
let desktop: Desktop;

test.beforeAll(async () => {
  central = await startCentral();
});

test.afterAll(async () => {
  await central.stop();
});

test.afterEach(async () => {
  await desktop.remove();
});

async function open(options: Partial<DesktopOptions> = {}): Promise<Desktop> {
  desktop = new Desktop({ server: central.address, ...options });
  await desktop.open();
  return desktop;
}

/** Gives a person another password, as an administrator does; answers it. */
async function setPassword(email: string, password: string, mustChange: boolean): Promise<string> {
  const { rows } = await central.client.query<{ id: string }>('select id from users where email = $1', [email]);
  const userId = rows[0]?.id;
  if (!userId) throw new Error(`the demo has no account ${email}`);
  await createPerson(central.client, { userId, password, mustChange });
  return password;
}

const setLogin = (email: string, change: string) =>
  central.client.query(`update app.logins l set ${change} from users u where u.id = l.user_id and u.email = $1`, [email]);

/** The centre hangs up on everybody, as a restart of it does. */
const hangUp = () =>
  central.client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'Factory Pulse'`,
  );

test('a wrong password is told in words, keeps what was typed, and the right one enters', async () => {
  const { page, words: t, problem, board } = await open({ language: 'vi' });
  await desktop.trySignIn(at('sales.manager'), 'không phải mật khẩu');
  await expect(problem).toContainText(t('errors.WRONG_CREDENTIALS'));
  await expect(page.getByRole('textbox', { name: t('session.signIn.email'), exact: true })).toHaveValue(at('sales.manager'));
  // Ready to be typed over, although the button had the focus.
  await expect(page.getByLabel(t('session.signIn.password'), { exact: true })).toBeFocused();
  await page.keyboard.type(demoPassword);
  await page.keyboard.press('Enter');
  await expect(board).toBeVisible();
});

test('a server that is out of reach is told in words, and another address can be entered at once', async () => {
  const network = await FaultyProxy.start(central);
  network.setDown(true);
  const { page, words: t, problem, board } = await open({ server: `postgres://127.0.0.1:${network.port}/${central.database}` });
  await desktop.trySignIn(at('sales.manager'));
  await expect(problem).toContainText(t('errors.OFFLINE_FIRST_SIGN_IN'));
  const address = page.getByRole('textbox', { name: t('session.server.address') });
  await address.fill('https://erp.example.vn');
  await page.getByRole('button', { name: t('session.signIn.submit'), exact: true }).click();
  await expect(page.getByText(t('session.server.protocol'))).toBeVisible();
  await address.fill(central.address);
  await page.getByRole('button', { name: t('session.signIn.submit'), exact: true }).click();
  await expect(board).toBeVisible();
  await network.stop();
});

test('a one-time password opens nothing but the choice of an own one, which holds from then on', async () => {
  const email = at('quality.inspector');
  const oneTime = await setPassword(email, oneTimePassword(), true);
  const own = 'bốn từ dễ nhớ';
  const { page, words: t } = await open({ language: 'vi' });
  await desktop.trySignIn(email, oneTime);

  await expect(page.getByRole('heading', { level: 1, name: t('session.newPassword.title') })).toBeVisible();
  const password = page.getByLabel(t('session.newPassword.password'), { exact: true });
  const repeated = page.getByLabel(t('session.newPassword.repeat'), { exact: true });
  const submit = page.getByRole('button', { name: t('session.newPassword.submit') });
  await expect(page.getByText(t('session.newPassword.rule', { min: 10 }))).toBeVisible();
  await password.fill('quá ngắn');
  await submit.click();
  await expect(page.getByText(t('session.passwordRules.too-short', { min: 10, length: 8 }))).toBeVisible();
  await password.fill(oneTime);
  await expect(page.getByText(t('session.passwordRules.same'))).toBeVisible();
  await password.fill(own);
  await expect(page.getByText(t('session.newPassword.notRepeated'))).toBeVisible();
  await repeated.fill(own);
  await submit.click();
  await desktop.openBoard();
  await expect(desktop.board).toBeVisible();

  // The machine remembers the new password, not the one-time one.
  await desktop.close();
  await desktop.open();
  await desktop.openBoard();
  await expect(desktop.board).toBeVisible();
  await desktop.isOnline();
  await desktop.signOut();
  await desktop.trySignIn(email, oneTime);
  await expect(desktop.problem).toContainText(t('errors.WRONG_CREDENTIALS'));
  await desktop.signIn(email, own);
});

test('an expired account is told in words and enters again once it is extended', async () => {
  const email = at('team.lead');
  await setLogin(email, `valid_until = now() - interval '1 day'`);
  const { words: t, problem } = await open({ language: 'en' });
  await desktop.trySignIn(email);
  await expect(problem).toContainText(t('errors.ACCOUNT_EXPIRED'));
  await setLogin(email, 'valid_until = null');
  await desktop.signIn(email);
});

test('an account that expires during work asks to sign in again and keeps what was written meanwhile', async () => {
  const email = at('operations');
  const { words: t } = await open({ language: 'vi' });
  await desktop.signIn(email);
  await desktop.isOnline();
  await setLogin(email, `valid_until = now() - interval '1 day'`);
  await hangUp();
  await expect(desktop.status).toHaveText(desktop.statusText('auth-required'));
  const project = await ProjectPage.open(desktop, bracket);
  await project.edit('notes', 'Viết khi tài khoản đã hết hạn.');
  await expect(desktop.status).toHaveText(desktop.statusText('auth-required', 1));
  await setLogin(email, 'valid_until = null');

  await desktop.page.getByRole('contentinfo').getByRole('button', { name: t('sync.signInAgain'), exact: true }).last().click();
  await expect(desktop.page.getByRole('dialog')).toContainText(t('settings.signOutPending', { count: 1 }));
  await desktop.page.getByRole('dialog').getByRole('button', { name: t('settings.signOut') }).click();
  await desktop.signIn(email);
  await desktop.isOnline();
  const again = await ProjectPage.open(desktop, bracket);
  await expect(again.text('notes', 'Viết khi tài khoản đã hết hạn.')).toBeVisible();
  const { rows } = await central.client.query('select notes from projects where title = $1', [bracket]);
  expect(rows).toEqual([{ notes: 'Viết khi tài khoản đã hết hạn.' }]);
});

test('a damaged data file is set aside on request, kept, and loaded again', async () => {
  const email = at('procurement');
  const { words: t } = await open({ language: 'vi' });
  await desktop.signIn(email);
  await desktop.isOnline();
  await desktop.close();
  const profiles = join(desktop.folder, 'profiles');
  const [profile = ''] = readdirSync(profiles);
  const file = join(profiles, profile, 'replica.db');
  writeFileSync(file, readFileSync(file).fill(0x5a, 0, 8192));

  const page = await desktop.open();
  await desktop.trySignIn(email);
  await expect(desktop.problem).toContainText(t('errors.REPLICA_DAMAGED'));
  await desktop.problem.getByRole('button', { name: t('session.recovery.setAside') }).click();
  const confirm = page.getByRole('dialog');
  await expect(confirm).toContainText(t('session.recovery.setAsideText'));
  await confirm.getByRole('button', { name: t('session.recovery.setAside') }).click();
  await desktop.openBoard();
  await expect(desktop.board.getByRole('article')).toHaveCount(16);
  const [kept] = readdirSync(profiles).filter((name) => name.startsWith(`${profile}.set-aside-`));
  expect(readFileSync(join(profiles, kept ?? '', 'replica.db')).subarray(0, 4).toString()).toBe('ZZZZ');
});

test('data that is locked with an earlier password opens with it, and the new one holds from then on', async () => {
  const email = at('electrical.engineer');
  const { page, words: t } = await open({ language: 'en' });
  await desktop.signIn(email);
  await desktop.signOut();
  const next = await setPassword(email, 'changed on another machine', false);
  await desktop.trySignIn(email, next);
  await expect(desktop.problem).toContainText(t('errors.REPLICA_KEY_MISMATCH'));
  await page.getByLabel(t('session.recovery.previousPassword'), { exact: true }).fill(demoPassword);
  await page.getByRole('button', { name: t('session.recovery.unlock') }).click();
  await desktop.openBoard();
  await expect(desktop.board).toBeVisible();
  await desktop.signOut();
  await desktop.signIn(email, next);
});

test('a second start ends well and brings the window of the first to the front', async () => {
  const { application, command } = await open();
  await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  const second = spawn(command.executablePath, command.args, { env: command.env, stdio: 'ignore' });
  expect(await exitCodeOf(second)).toBe(0);
  const visible = () => application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isVisible()));
  await expect.poll(visible).toEqual([true]);
});

test('whoever ends the application while it starts ends it, whatever it is at, and it starts again', async () => {
  test.skip(process.platform === 'win32', 'Windows has no signal that asks');
  await open();
  await desktop.signIn(at('ceo'));
  await desktop.isOnline();
  await desktop.close();
  const { executablePath, args, env } = desktop.command;
  const alive: number[] = [];
  for (let ms = 180; ms < 780; ms += 25) {
    const starting = spawn(executablePath, args, { env, stdio: 'ignore' });
    const ended = once(starting, 'exit').then(() => 'ended');
    await delay(ms);
    starting.kill('SIGTERM');
    if ((await Promise.race([ended, delay(10_000)])) === 'ended') continue;
    alive.push(ms);
    starting.kill('SIGKILL');
    await ended;
  }
  expect(alive).toEqual([]);
  await desktop.open();
  await desktop.isOnline();
});

test('a crash of the worker loses nothing, and the screen goes on', async () => {
  const { application } = await open({ language: 'vi' });
  await desktop.signIn(at('ceo'));
  await desktop.isOnline();
  const project = await ProjectPage.open(desktop, bracket);
  await project.edit('notes', 'Trước khi hỏng.');
  await application.evaluate(() => process.emit('factory-pulse:terminate-worker' as 'beforeExit', 0));
  await project.edit('description', 'Sau khi hỏng.');
  await desktop.isOnline();
  const { rows } = await central.client.query('select notes, description from projects where title = $1', [bracket]);
  expect(rows).toEqual([{ notes: 'Trước khi hỏng.', description: 'Sau khi hỏng.' }]);
});

test('a server that asks for a newer application is told in words, and work goes on locally until then', async () => {
  const email = at('project.coordinator');
  const { words: t } = await open({ language: 'en' });
  await desktop.signIn(email);
  await desktop.isOnline();
  await central.client.query('update sync.instance set minimum_client_version = 1000');
  try {
    await hangUp();
    await expect(desktop.status).toHaveText(desktop.statusText('update-required'));
    const project = await ProjectPage.open(desktop, bracket);
    await project.edit('notes', 'Written with the old application.');
    await expect(desktop.status).toHaveText('Update required, 1 change waiting');
    const centre = await SyncCentre.open(desktop);
    await expect(centre.state).toContainText(t('errors.UPDATE_REQUIRED'));
  } finally {
    await central.client.query('update sync.instance set minimum_client_version = 1');
  }
  await desktop.syncNow();
  await desktop.isOnline();
});
