import { expect, test } from '@playwright/test';
import { demoAccounts } from '../shared/demo-accounts.ts';
import { FaultyProxy } from '../main/worker/testing/faulty-proxy.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { ProjectPage } from './support/project-page.ts';
import { words } from './support/words.ts';

/*
 * The way of a change from one person's screen to another's: two installations and one centre, with a network between
 * them that fails. The tests follow one another as a day does.
 */
test.describe.configure({ mode: 'serial' });

const vi = words('vi');
const [khanh, duyen] = [demoAccounts[0], demoAccounts[1]];
if (!khanh || !duyen) throw new Error('the demo has too few people');

/** Stands in the first stage with its first sub-stage done. */
const bracket = 'Giá đỡ cảm biến gầm xe';
const bracketSteps = ['Initial Feasibility Assessment', 'Customer Requirements Clarification'] as const;
const shield = 'Tấm chắn nhiệt ống xả';
const tray = 'Khay chứa phôi dập nóng';

let central: Central;
let networks: [FaultyProxy, FaultyProxy];
let office: Desktop;
let workshop: Desktop;

test.beforeAll(async () => {
  central = await startCentral();
  networks = [await FaultyProxy.start(central), await FaultyProxy.start(central)];
  const server = (network: FaultyProxy) => `postgres://127.0.0.1:${network.port}/${central.database}`;
  office = new Desktop({ server: server(networks[0]), demo: true, language: 'vi' });
  workshop = new Desktop({ server: server(networks[1]), demo: true, language: 'en' });
});

test.afterAll(async () => {
  await office.remove();
  await workshop.remove();
  for (const network of networks) await network.stop();
  await central.stop();
});

async function stored(title: string): Promise<Record<string, unknown>> {
  const { rows } = await central.client.query<Record<string, unknown>>(
    `select title, description, notes, priority_level, estimated_delivery_date::text as due from projects where title = $1`,
    [title],
  );
  const [row] = rows;
  if (!row) throw new Error(`the centre has no project "${title}"`);
  return row;
}

async function doneSteps(title: string): Promise<string[]> {
  const { rows } = await central.client.query<{ name: string }>(
    `select s.name from project_sub_stage_progress g join projects p on p.id = g.project_id
       join workflow_sub_stages s on s.id = g.sub_stage_id
      where p.title = $1 and g.workflow_stage_id = p.current_stage_id and g.status = 'completed' order by s.sub_stage_order`,
    [title],
  );
  return rows.map(({ name }) => name);
}

test('one click on a demo account opens the board with eight stages and sixteen open projects', async () => {
  for (const [desktop, person] of [[office, khanh], [workshop, duyen]] as const) {
    const { words: t } = desktop;
    const page = await desktop.open();
    const accounts = page.getByRole('group', { name: t('session.demo.title') });
    await expect(accounts.getByRole('button')).toHaveCount(demoAccounts.length);
    await page.getByRole('textbox', { name: t('session.demo.search') }).fill(person.name);
    await expect(accounts.getByRole('button')).toHaveCount(1);
    await accounts.getByRole('button', { name: person.name }).click();
    await desktop.openBoard();
    await expect(desktop.board).toBeVisible();
    await expect(desktop.board.getByRole('heading', { level: 2 })).toHaveCount(8);
    await expect(desktop.board.getByRole('article')).toHaveCount(16);
    await desktop.isOnline();
    await expect(page.getByRole('contentinfo')).toContainText(person.name);
  }
});

test('an edit of every fact reaches the centre and the other screen without a reload', async () => {
  const mine = await ProjectPage.open(office, bracket);
  const theirs = await ProjectPage.open(workshop, bracket);
  const { due } = await stored(bracket);
  const day = String(due).endsWith('-15') ? 16 : 15;

  await mine.edit('title', `${bracket} bản 2`);
  await mine.edit('description', 'Thép mạ kẽm, hai tai bắt vít.\nRãnh luồn dây bên trái.');
  await mine.setPriority('critical');
  await mine.setDeliveryDay(day);
  await mine.edit('notes', 'Khách duyệt mẫu ngày thứ Hai.');
  await mine.tick(bracketSteps[0]);
  await office.isOnline();

  const date = `${String(due).slice(0, 8)}${day}`;
  expect(await stored(`${bracket} bản 2`)).toEqual({
    title: `${bracket} bản 2`,
    description: 'Thép mạ kẽm, hai tai bắt vít.\nRãnh luồn dây bên trái.',
    notes: 'Khách duyệt mẫu ngày thứ Hai.',
    priority_level: 'critical',
    due: date,
  });
  expect(await doneSteps(`${bracket} bản 2`)).toContain(bracketSteps[0]);

  await expect(workshop.page.getByRole('heading', { level: 1, name: `${bracket} bản 2`, exact: true })).toBeVisible();
  await expect(theirs.text('notes', 'Khách duyệt mẫu ngày thứ Hai.')).toBeVisible();
  await expect(theirs.priority('critical')).toBeVisible();
  await expect(theirs.deliveryDate(date.split('-').reverse().join('/'))).toBeVisible();
  await expect(theirs.step(bracketSteps[0])).toBeChecked();
  await theirs.edit('title', bracket);
  await expect(office.page.getByRole('heading', { level: 1, name: bracket, exact: true })).toBeVisible();
});

test('changes made without a network are counted, outlive the application and arrive once it is back', async () => {
  const mine = await ProjectPage.open(office, bracket);
  networks[0].setDown(true);
  await mine.edit('notes', 'Viết khi mất mạng.');
  await mine.tick(bracketSteps[1]);
  const other = await ProjectPage.open(office, shield);
  await other.edit('description', 'Sửa trên xe, không có sóng.');

  await expect(office.status).toHaveText(office.statusText('offline', 3));
  await expect(office.status).toHaveText('Ngoại tuyến, 3 thay đổi đang chờ');
  await office.page.getByRole('button', { name: vi('app.navigation.settings') }).click();
  // The radio buttons themselves are hidden behind their labels.
  const languages = office.page.getByRole('dialog').getByRole('radiogroup').first();
  await languages.getByText('English').click();
  await expect(office.status).toHaveText('Offline, 3 changes waiting');
  await languages.getByText('Tiếng Việt').click();
  await office.page.keyboard.press('Escape');
  await expect(office.status).toHaveText(office.statusText('offline', 3));

  await office.close();
  await office.open();
  await office.openBoard();
  await expect(office.board).toBeVisible();
  await expect(office.page.getByRole('contentinfo')).toContainText(khanh.name);
  await expect(office.status).toHaveText(office.statusText('offline', 3));
  const again = await ProjectPage.open(office, bracket);
  await expect(again.text('notes', 'Viết khi mất mạng.')).toBeVisible();
  await expect(again.step(bracketSteps[1])).toBeChecked();
  expect((await stored(bracket))['notes']).not.toBe('Viết khi mất mạng.');

  const theirs = await ProjectPage.open(workshop, bracket);
  networks[0].setDown(false);
  await office.syncNow();
  await office.isOnline();
  await expect(theirs.text('notes', 'Viết khi mất mạng.')).toBeVisible();
  await expect(theirs.step(bracketSteps[1])).toBeChecked();
  expect((await stored(bracket))['notes']).toBe('Viết khi mất mạng.');
  expect((await stored(shield))['description']).toBe('Sửa trên xe, không có sóng.');
  expect(await doneSteps(bracket)).toContain(bracketSteps[1]);
});

test('two people who edit different fields of one project offline both keep their edit', async () => {
  const mine = await ProjectPage.open(office, shield);
  const theirs = await ProjectPage.open(workshop, shield);
  for (const network of networks) network.setDown(true);
  await mine.setPriority('low');
  await theirs.edit('notes', 'Written at the machine.');
  for (const network of networks) network.setDown(false);
  await office.syncNow();
  await workshop.syncNow();

  await expect(mine.text('notes', 'Written at the machine.')).toBeVisible();
  await expect(theirs.priority('low')).toBeVisible();
  expect(await stored(shield)).toMatchObject({ priority_level: 'low', notes: 'Written at the machine.' });
  await expect(mine.conflicts).toBeHidden();
  await expect(theirs.conflicts).toBeHidden();
});

test('two people who edit the same field both see both values, and either can be restored', async () => {
  const mine = await ProjectPage.open(office, tray);
  const theirs = await ProjectPage.open(workshop, tray);
  for (const network of networks) network.setDown(true);
  await mine.edit('notes', 'Xếp mười tầng.');
  await theirs.edit('notes', 'Eight layers at most.');
  networks[0].setDown(false);
  await office.syncNow();
  await office.isOnline();
  networks[1].setDown(false);
  await workshop.syncNow();
  await workshop.isOnline();

  for (const page of [mine, theirs]) {
    await expect(page.text('notes', 'Eight layers at most.')).toBeVisible();
    await expect(page.conflicts).toContainText('Xếp mười tầng.');
    await expect(page.conflicts).toContainText('Eight layers at most.');
    await expect(page.conflicts).toContainText(khanh.name);
    await expect(page.conflicts).toContainText(duyen.name);
  }
  await mine.conflicts.getByRole('button', { name: vi('sync.conflictList.restoreOf', { what: vi('values.column.notes') }) }).click();
  for (const page of [mine, theirs]) {
    await expect(page.text('notes', 'Xếp mười tầng.')).toBeVisible();
    await expect(page.conflicts).toBeHidden();
  }
  await office.isOnline();
  expect((await stored(tray))['notes']).toBe('Xếp mười tầng.');
});

test('an edit that was shown as saved survives the end of the process and reaches the centre', async () => {
  networks[0].setDown(true);
  const before = await ProjectPage.open(office, tray);
  await before.edit('notes', 'Mất điện ngay sau đây.');
  await office.kill();

  await office.open();
  const after = await ProjectPage.open(office, tray);
  await expect(after.text('notes', 'Mất điện ngay sau đây.')).toBeVisible();
  networks[0].setDown(false);
  await office.syncNow();
  await office.isOnline();
  expect((await stored(tray))['notes']).toBe('Mất điện ngay sau đây.');
});
