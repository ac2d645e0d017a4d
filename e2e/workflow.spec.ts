import { expect, test } from '@playwright/test';
import { Board } from './support/board.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { ProjectPage } from './support/project-page.ts';

const [mould, rail, tray, idea, clamp, gauge] = [
  'Khuôn ép tấm composite cánh tà', // Quoted, every sub-stage done
  'Thanh ray ghế hành khách', // Procurement Planning, every sub-stage done
  'Khay chuyển bo mạch chống tĩnh điện', // Inquiry Received, nothing done, no value
  'Đồ gá khoan thân cánh', // Technical Review, nothing done, no value
  'Cụm bản lề nắp khoang hành lý', // Order Confirmed, the first sub-stage done
  'Đồ gá kiểm tra khe hở cửa trước', // Supplier RFQ Sent, the last sub-stage open
];

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

/** Opens an installation of its own for one person. */
async function enter(mailbox: string, language: 'vi' | 'en' = 'en'): Promise<Board> {
  desktop = new Desktop({ server: central.address, language, width: 1920, height: 1000 });
  await desktop.start(`${mailbox}@factorypulse.vn`);
  return new Board(desktop);
}

async function history(title: string): Promise<{ kind: string; stage: string | null; reason: string | null }[]> {
  const { rows } = await central.client.query<{ kind: string; stage: string | null; reason: string | null }>(
    `select h.kind, s.name as stage, h.reason from project_stage_history h join projects p on p.id = h.project_id
       left join workflow_stages s on s.id = h.to_stage_id where p.title = $1 order by h.moved_at, h.id`,
    [title],
  );
  return rows;
}

test('a card that is dragged with the mouse onto the next stage moves there, in the centre too', async () => {
  const board = await enter('sales.manager');
  await board.drag(mould, 'Order Confirmed');
  await board.isIn(mould, 'Order Confirmed');
  await desktop.isOnline();
  expect((await history(mould)).at(-1)).toEqual({ kind: 'advance', stage: 'Order Confirmed', reason: null });
});

test('a card is carried to the next stage by the keyboard alone, and what happens is said aloud', async () => {
  const board = await enter('procurement');
  const { page, words: t } = desktop;
  const code = (await board.card(rail).getByText(/^P-/).textContent()) ?? '';
  const place = (stage: string) => ({ code, stage });
  const said = page.getByRole('status').or(page.locator('[aria-live]'));

  await board.link(rail).focus();
  await page.keyboard.press('Space');
  await expect(said.filter({ hasText: t('projects.board.say.picked', place('Procurement Planning')) })).toBeAttached();
  await page.keyboard.press('ArrowRight');
  await expect(said.filter({ hasText: t('projects.board.say.overAllowed', place('Production')) })).toBeAttached();
  await page.keyboard.press('Space');
  await board.isIn(rail, 'Production');
  await expect(board.link(rail)).toBeFocused();

  // The card goes on by key, to where it may not go yet.
  await page.keyboard.press('Shift+ArrowRight');
  await expect(board.dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(board.dialog).toBeHidden();
  await board.isIn(rail, 'Production');
  await desktop.isOnline();
  expect((await history(rail)).at(-1)).toEqual({ kind: 'advance', stage: 'Production', reason: null });
});

test('a refused move names every missing condition in words and leaves the card where it was', async () => {
  const board = await enter('customer.service', 'vi');
  const { page, words: t } = desktop;
  await board.drag(tray, 'Technical Review');
  await expect(board.dialog).toBeVisible();
  for (const detail of ['RFQ Documentation Review', 'Initial Feasibility Assessment']) {
    await expect(board.dialog.getByRole('listitem').filter({ hasText: t('projects.missing.SUB_STAGE_OPEN', { detail }) })).toBeVisible();
  }
  await expect(board.dialog.getByRole('listitem')).toHaveCount(2);
  await expect(board.dialog.getByRole('textbox')).toHaveCount(0);
  await board.dialog.getByRole('link', { name: t('projects.move.openProject') }).click();
  await expect(page.getByRole('heading', { level: 1, name: tray, exact: true })).toBeVisible();
  const missing = new ProjectPage(desktop).panel('projects.gate.title');
  await expect(missing.getByRole('listitem')).toHaveCount(2);
  expect((await history(tray)).at(-1)).toMatchObject({ kind: 'enter', stage: 'Inquiry Received' });
});

test('no reason of a manager passes over a missing value', async () => {
  const board = await enter('ceo');
  const { words: t } = desktop;
  await board.chooseMove(idea, 'Order Confirmed');
  await expect(board.dialog.getByRole('listitem')).toHaveText([t('projects.missing.VALUE_REQUIRED')]);
  await expect(board.dialog.getByRole('textbox')).toHaveCount(0);
});

test('a manager passes a gate with a written reason, which the history keeps', async () => {
  const board = await enter('ceo', 'vi');
  const { page, words: t } = desktop;
  const reason = 'Khách đã ứng trước, làm hồ sơ sau.';
  await board.link(clamp).focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(board.dialog.getByRole('listitem')).not.toHaveCount(0);
  const anyway = board.dialog.getByRole('button', { name: t('projects.move.anyway') });
  await anyway.click();
  await expect(board.dialog).toContainText(t('projects.move.reasonRequired'));
  await board.dialog.getByRole('textbox', { name: t('projects.move.reason') }).fill(reason);
  await anyway.click();
  await expect(board.dialog).toBeHidden();
  await board.isIn(clamp, 'Procurement Planning');
  await desktop.isOnline();
  expect((await history(clamp)).at(-1)).toEqual({ kind: 'advance', stage: 'Procurement Planning', reason });

  const project = await ProjectPage.open(desktop, clamp);
  await expect(project.panel('projects.history.title')).toContainText(t('projects.history.reason', { reason }));
});

test('a manager undoes a move by going back with a reason', async () => {
  const board = await enter('operations');
  const { page, words: t } = desktop;
  const reason = 'Moved by mistake.';
  const before = await history(gauge);
  await board.chooseMove(gauge, 'Technical Review');
  await expect(board.dialog.getByRole('listitem')).toHaveText([t('projects.missing.REASON_REQUIRED.back')]);
  await board.dialog.getByRole('textbox', { name: t('projects.move.reason') }).fill(reason);
  await page.keyboard.press('Tab');
  await board.dialog.getByRole('button', { name: t('projects.move.withReason'), exact: true }).click();
  await board.isIn(gauge, 'Technical Review');
  await desktop.isOnline();
  expect(await history(gauge)).toEqual([...before, { kind: 'back', stage: 'Technical Review', reason }]);
});

test('an engineer is told why a project of another stage stays where it is, and may only look at it', async () => {
  const board = await enter('mechanical.engineer', 'vi');
  const { page, words: t } = desktop;
  const stage = 'Inquiry Received';
  await board.link(tray).focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(board.dialog.getByRole('listitem')).toHaveText([t('projects.missing.NOT_RESPONSIBLE', { detail: stage })]);
  await expect(board.dialog.getByRole('textbox')).toHaveCount(0);
  await page.keyboard.press('Escape');

  // Of an own project too, only a manager skips a stage.
  await board.chooseMove(idea, 'Quoted');
  await expect(board.dialog.getByRole('listitem')).toHaveText([t('projects.missing.MANAGER_REQUIRED.skip')]);
  await page.keyboard.press('Escape');

  const project = await ProjectPage.open(desktop, tray);
  const roles = new Intl.ListFormat('vi').format([t('values.role.sales'), t('values.role.procurement')]);
  await expect(page.getByText(t('projects.page.readOnly', { roles }))).toBeVisible();
  await expect(page.getByRole('button', { name: t('projects.edit.edit', { field: '' }) })).toHaveCount(0);
  await expect(project.step('RFQ Documentation Review')).toBeDisabled();
});
