import { expect, test, type Locator } from '@playwright/test';
import { FaultyProxy } from '../main/worker/testing/faulty-proxy.ts';
import type { Settings } from '../shared/api/app.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { ProjectPage } from './support/project-page.ts';
import { checkScreen } from './support/screen-check.ts';
import { SyncCentre } from './support/sync-centre.ts';

/*
 * What a person sees of sync, and what they can do about it: two installations, each behind a network that fails. The
 * tests follow one another as a day does.
 */
test.describe.configure({ mode: 'serial' });

/** Both stand in the first stage. */
const bracket = 'Giá đỡ cảm biến gầm xe';
const tray = 'Khay chuyển bo mạch chống tĩnh điện';
const step = 'Customer Requirements Clarification';
const long = 'Ghi chú này dài hơn mức mà máy chủ nhận trong bài thử này.';

let central: Central;
let networks: [FaultyProxy, FaultyProxy];
let office: Desktop;
let workshop: Desktop;

const server = (network: FaultyProxy) => `postgres://127.0.0.1:${network.port}/${central.database}`;

test.beforeAll(async () => {
  central = await startCentral();
  networks = [await FaultyProxy.start(central), await FaultyProxy.start(central)];
  office = new Desktop({ server: server(networks[0]), language: 'vi' });
  workshop = new Desktop({ server: server(networks[1]), language: 'en', theme: 'dark', density: 'shop-floor' });
  await office.start('ceo@factorypulse.vn');
  await workshop.start('operations@factorypulse.vn');
  for (const desktop of [office, workshop]) await desktop.isOnline();
});

test.afterAll(async () => {
  await office.remove();
  await workshop.remove();
  for (const network of networks) await network.stop();
  await central.stop();
});

async function notesOf(title: string): Promise<string | null | undefined> {
  const { rows } = await central.client.query<{ notes: string | null }>('select notes from projects where title = $1', [title]);
  return rows[0]?.notes;
}

/** From now on the centre refuses notes of more than 40 characters. */
const refuseLongNotes = () =>
  central.client.query('alter table projects add constraint short_notes check (length(notes) <= 40) not valid');
const acceptLongNotes = () => central.client.query('alter table projects drop constraint if exists short_notes');

/** Notes down which numbers the application asks the operating system to show on its icon. */
const watchBadge = (desktop: Desktop) =>
  desktop.application.evaluate(({ app }) => {
    const shown: number[] = [];
    (globalThis as { shownBadges?: number[] }).shownBadges = shown;
    app.setBadgeCount = (count = 0) => {
      shown.push(count);
      return true;
    };
  });
const shownBadge = (desktop: Desktop) =>
  desktop.application.evaluate(() => (globalThis as { shownBadges?: number[] }).shownBadges?.at(-1));

async function refusedNotes(desktop: Desktop, title: string): Promise<void> {
  const project = await ProjectPage.open(desktop, title);
  const { page, words: t } = desktop;
  await page.getByRole('button', { name: `${t('projects.edit.edit', { field: t('values.column.notes') })}: ` }).click();
  const field = page.getByRole('textbox', { name: t('values.column.notes'), exact: true });
  await field.fill(long);
  await field.press('Control+Enter');
  await expect(refusedPanel(desktop)).toContainText(long);
  await expect(project.panel('values.column.notes').getByRole('link', { name: t('projects.edit.refused'), exact: true })).toBeVisible();
  await expect(project.text('notes', long)).toBeHidden();
}

const refusedPanel = (desktop: Desktop): Locator =>
  desktop.page.getByRole('region', { name: desktop.words('projects.refused.title', { count: 1 }), exact: true });

/** Both write the notes of one project without a network; the workshop's value arrives last. */
async function collide(title: string, mine: string, theirs: string): Promise<void> {
  const [one, two] = [await ProjectPage.open(office, title), await ProjectPage.open(workshop, title)];
  for (const network of networks) network.setDown(true);
  await one.edit('notes', mine);
  await two.edit('notes', theirs);
  for (const [index, desktop] of [office, workshop].entries()) {
    networks[index]?.setDown(false);
    await desktop.syncNow();
    await desktop.isOnline();
  }
}

test('work without a network is listed with old and new values, is counted on the icon, and goes once it is confirmed', async () => {
  const { page, words: t } = office;
  await watchBadge(office);
  const before = (await notesOf(bracket)) ?? t('app.value.none');
  const project = await ProjectPage.open(office, bracket);
  networks[0].setDown(true);
  await project.edit('notes', 'Viết khi mất mạng.');
  await project.tick(step);

  const centre = await SyncCentre.open(office);
  await expect(centre.state).toContainText(office.statusText('offline', 2));
  await expect(centre.state).toContainText(t('errors.SERVER_UNREACHABLE'));
  await expect(centre.section('waiting').getByRole('listitem')).toHaveCount(2);
  const edit = centre.entry('waiting', bracket).first();
  await expect(edit).toContainText(t('values.column.notes'));
  await expect(edit).toContainText(before);
  await expect(edit).toContainText('Viết khi mất mạng.');
  await expect(edit).toContainText(t('sync.waitingList.pending'));
  await expect(centre.entry('waiting', step)).toContainText(t('values.progress.completed'));
  expect(await shownBadge(office)).toBe(2);

  await edit.getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1, name: bracket, exact: true })).toBeVisible();
  await page.getByRole('link', { name: t('app.navigation.sync'), exact: true }).click();
  networks[0].setDown(false);
  await centre.press('now');
  await office.isOnline();
  await centre.isEmpty('waiting');
  await expect(centre.state).toContainText(t('sync.meaning.online'));
  expect(await shownBadge(office)).toBe(0);
  expect(await notesOf(bracket)).toBe('Viết khi mất mạng.');
});

test('a refused change says why on its record, leads to its entry, and is put right there', async () => {
  const { page, words: t } = office;
  const present = (await notesOf(bracket)) ?? t('app.value.none');
  await refuseLongNotes();
  await refusedNotes(office, bracket);
  const reason = t('sync.refusal.value.rule', { column: t('values.column.notes') });
  await expect(refusedPanel(office)).toContainText(reason);
  await expect(page.getByRole('img', { name: t('projects.sync.refused', { count: 1 }) })).toBeVisible();
  await refusedPanel(office).getByRole('link').click();

  const centre = new SyncCentre(office);
  const entry = centre.entry('attention', bracket);
  await expect(entry).toBeFocused();
  await expect(entry).toContainText(reason);
  await expect(entry).toContainText(long);
  await expect(entry).toContainText(present);
  await expect(page.getByRole('navigation').getByRole('link', { name: t('sync.badge', { count: 1 }) })).toBeVisible();

  await entry.getByRole('button', { name: t('sync.attentionList.editOf', { what: '' }) }).click();
  const field = entry.getByRole('textbox', { name: t('values.column.notes'), exact: true });
  await expect(field).toBeFocused();
  await expect(field).toHaveValue(long);
  await field.fill('Đủ ngắn rồi.');
  await entry.getByRole('button', { name: t('sync.attentionList.send'), exact: true }).click();
  await centre.isEmpty('attention');
  await office.isOnline();
  expect(await notesOf(bracket)).toBe('Đủ ngắn rồi.');
});

test('a refused change is given up, brought back and sent again by the keyboard alone', async () => {
  const { page, words: t } = workshop;
  await refusedNotes(workshop, tray);
  await workshop.status.focus();
  await page.keyboard.press('Enter');
  const centre = new SyncCentre(workshop);
  await expect(centre.heading).toBeVisible();
  await expect(centre.entry('attention', tray)).toBeVisible();

  const heading = centre.section('attention').getByRole('heading', { level: 2 });
  await reach(centre.state.getByRole('button', { name: t('sync.summary.attention') }));
  await page.keyboard.press('Enter');
  await expect(heading).toBeFocused();
  await reach(centre.entry('attention', tray).getByRole('button', { name: t('sync.attentionList.discard') }));
  await page.keyboard.press('Enter');
  await expect(centre.entry('attention', tray)).toBeHidden();
  await centre.isEmpty('attention');
  const discarded = page.getByRole('alert').filter({ hasText: t('sync.attentionList.discarded', { what: '' }) });
  await reach(discarded.getByRole('button', { name: t('sync.attentionList.undo'), exact: true }));
  await page.keyboard.press('Enter');
  await expect(centre.entry('attention', tray)).toBeVisible();

  await acceptLongNotes();
  await reach(centre.entry('attention', tray).getByRole('button', { name: t('sync.attentionList.retry') }));
  await page.keyboard.press('Enter');
  await centre.isEmpty('attention');
  await expect(heading).toBeFocused();
  await workshop.isOnline();
  expect(await notesOf(tray)).toBe(long);

  /** Goes on by the tab key until the element has the focus. */
  async function reach(target: Locator): Promise<void> {
    await expect(target).toBeVisible();
    for (let press = 0; press < 80; press++) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    await expect(target).toBeFocused();
  }
});

test('a conflict shows both values and who wrote them; the lost one is restored, or the one in use kept', async () => {
  await collide(bracket, 'Xếp mười tầng.', 'Eight layers at most.');
  const centre = await SyncCentre.open(office);
  const { words: t } = office;
  const entry = centre.entry('conflict', bracket);
  for (const text of ['Xếp mười tầng.', 'Eight layers at most.']) await expect(entry).toContainText(text);
  const { rows } = await central.client.query<{ name: string }>(
    "select name from users where email in ('ceo@factorypulse.vn', 'operations@factorypulse.vn')",
  );
  for (const { name } of rows) await expect(entry).toContainText(name);
  await entry.getByRole('button', { name: t('sync.conflictList.restoreOf', { what: '' }) }).click();
  await centre.isEmpty('conflict');
  await office.isOnline();
  expect(await notesOf(bracket)).toBe('Xếp mười tầng.');

  await collide(bracket, 'Một.', 'Two.');
  const theirs = await SyncCentre.open(workshop);
  await theirs.entry('conflict', bracket).getByRole('button', { name: workshop.words('sync.conflictList.keepOf', { what: '' }) }).click();
  await theirs.isEmpty('conflict');
  await workshop.isOnline();
  await (await SyncCentre.open(office)).isEmpty('conflict');
  expect(await notesOf(bracket)).toBe('Two.');
});

test('the history tells the last syncs, failed ones with their reason in words', async () => {
  const { words: t } = office;
  const centre = await SyncCentre.open(office);
  await centre.press('checkNow');
  await office.isOnline();
  const history = centre.section('history');
  await expect(history).toContainText(t('sync.kind.push'));
  await expect(history).toContainText(t('sync.kind.pull'));
  await expect(history).toContainText(t('errors.SERVER_UNREACHABLE'));
});

test('the sync centre with everything in it is accessible and fits its window, in each language, scheme and density', async () => {
  // Two sizes of seven screens, each analysed.
  test.setTimeout(300_000);
  await collide(tray, 'Xếp mười tầng, mỗi tầng hai mươi bo mạch.', 'Eight layers at most.');
  await refuseLongNotes();
  await refusedNotes(office, bracket);
  await checkScreen(office, 'project-refused');
  await refusedNotes(workshop, bracket);
  await acceptLongNotes();
  for (const network of networks) network.setDown(true);
  const looks: [Desktop, string, Partial<Settings>][] = [
    [office, 'vi-light-office', {}],
    [office, 'vi-dark-shop-floor', { theme: 'dark', density: 'shop-floor' }],
    [workshop, 'en-dark-shop-floor', {}],
    [workshop, 'en-light-office', { theme: 'light', density: 'office' }],
  ];
  for (const desktop of [office, workshop]) {
    const project = await ProjectPage.open(desktop, tray);
    await project.setPriority('critical');
    await project.tick('Initial Feasibility Assessment');
    await expect(desktop.status).toContainText(desktop.statusText('offline', 2));
    await checkScreen(desktop, `project-${desktop === office ? 'vi' : 'en'}`);
  }
  for (const [desktop, name, settings] of looks) {
    await desktop.page.evaluate(
      (change) => (window as unknown as { factoryPulse: { call: (...call: unknown[]) => Promise<unknown> } }).factoryPulse.call('settings.set', change),
      settings,
    );
    const centre = await SyncCentre.open(desktop);
    for (const section of ['attention', 'conflict', 'waiting'] as const) {
      await expect(centre.section(section).getByRole('listitem').first()).toBeVisible();
    }
    await checkScreen(desktop, `sync-centre-${name}`);
    await desktop.resize(1366, 768);
    await centre.section('waiting').getByRole('listitem').last().scrollIntoViewIfNeeded();
    await desktop.page.screenshot({ path: test.info().outputPath(`sync-centre-${name}-below.png`) });
  }
  const { words: t } = office;
  const centre = new SyncCentre(office);
  const entry = centre.entry('attention', bracket);
  await entry.getByRole('button', { name: t('sync.attentionList.editOf', { what: '' }) }).click();
  await checkScreen(office, 'sync-centre-edit');
  const field = entry.getByRole('textbox', { name: t('values.column.notes'), exact: true });
  await field.fill('Ngắn hơn.');
  await field.press('Control+Enter');
  await centre.isEmpty('attention');
  for (const network of networks) network.setDown(false);
});

test('a sync that is stopped keeps what waits, and goes on when it is asked to', async () => {
  const { page, words: t } = office;
  await office.syncNow();
  await office.isOnline();
  // The centre is at work on the row for as long as it takes to stop: a slow network would hold up a pull that is still under
  // way, and the edit behind it, or would be through before a busy machine has come as far as the button.
  await central.client.query('begin');
  await central.client.query('select from projects where title = $1 for update', [bracket]);
  const centre = new SyncCentre(office);
  try {
    await (await ProjectPage.open(office, bracket)).edit('notes', 'Gửi khi máy chủ đang bận.');
    await SyncCentre.open(office);
    const stop = centre.state.getByRole('button', { name: t('sync.cancel'), exact: true });
    await expect(stop).toBeVisible();
    await page.screenshot({ path: test.info().outputPath('sync-centre-progress.png') });
    await stop.click();
    await expect(centre.state.getByRole('heading', { name: t('sync.stopped') })).toBeVisible();
    await expect(centre.state).toContainText(t('errors.SYNC_CANCELLED'));
    await expect(centre.entry('waiting', bracket)).toContainText('Gửi khi máy chủ đang bận.');
  } finally {
    await central.client.query('rollback');
  }
  await centre.press('now');
  await office.isOnline();
  await centre.isEmpty('waiting');
  expect(await notesOf(bracket)).toBe('Gửi khi máy chủ đang bận.');
});

test('a first load that is stopped stays stopped, and goes on when it is asked to', async () => {
  const slow = await FaultyProxy.start(central);
  const newcomer = new Desktop({ server: server(slow), language: 'en' });
  try {
    const { words: t } = newcomer;
    const page = await newcomer.open();
    await newcomer.trySignIn('quality@factorypulse.vn');
    slow.faults.delayMs = 250;
    await page.getByRole('button', { name: t('session.firstLoad.stop'), exact: true }).click();
    await expect(page.getByText(t('errors.SYNC_CANCELLED'))).toBeVisible();
    await expect(page.getByText(t('session.firstLoad.stopped'), { exact: true })).toBeVisible();
    slow.faults.delayMs = 0;
    await page.getByRole('button', { name: t('sync.now'), exact: true }).click();
    await newcomer.openBoard();
    await expect(newcomer.board.getByRole('article')).toHaveCount(16);
    await newcomer.isOnline();
    const centre = await SyncCentre.open(newcomer);
    await expect(centre.section('history')).toContainText(t('errors.SYNC_CANCELLED'));
    await expect(centre.section('history')).toContainText(t('sync.kind.first-load'));
  } finally {
    await newcomer.remove();
    await slow.stop();
  }
});

test('a row that this machine cannot store is set aside and explained, and the rest goes on', async () => {
  const { words: t } = office;
  await office.syncNow();
  await office.isOnline();
  await central.client.query('alter table projects alter column title drop not null');
  await central.client.query('update projects set title = null where title = $1', [tray]);
  await central.client.query("update projects set notes = 'Sau dòng hỏng.' where title = $1", [bracket]);
  const centre = await SyncCentre.open(office);
  const entry = centre.section('setAside').getByRole('listitem');
  await expect(entry).toContainText(t('sync.setAsideList.reason.value-missing', { about: t('values.column.title') }));
  await expect(entry.getByText('NOT NULL', { exact: false })).toBeHidden();
  await entry.getByText(t('sync.attentionList.technical')).click();
  await expect(entry.getByText('NOT NULL', { exact: false })).toBeVisible();
  await expect((await ProjectPage.open(office, bracket)).text('notes', 'Sau dòng hỏng.')).toBeVisible();
});
