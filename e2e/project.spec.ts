import { expect, test, type Locator, type Page } from '@playwright/test';
import { startCentral, type Central } from './support/central.ts';
import { Desktop, type DesktopOptions } from './support/desktop.ts';
import { ProjectPage } from './support/project-page.ts';
import { checkScreen } from './support/screen-check.ts';

const bracket = 'Giá đỡ cảm biến gầm xe'; // Inquiry Received
const clamp = 'Cụm bản lề nắp khoang hành lý'; // Order Confirmed
const tray = 'Khay chứa phôi dập nóng'; // Technical Review, half done
const camshaft = 'Trục cam chạy thử'; // a long history
const drill = 'Đồ gá khoan thân cánh'; // Technical Review, no value

let central: Central;
let desktop: Desktop;

test.beforeAll(async () => {
  central = await startCentral();
});

test.afterEach(async () => {
  await desktop.remove();
});

test.afterAll(async () => {
  await central.stop();
});

async function enter(email: string, title: string, options: Partial<DesktopOptions> = {}): Promise<ProjectPage> {
  desktop = new Desktop({ server: central.address, language: 'en', ...options });
  await desktop.start(email);
  await desktop.isOnline();
  return ProjectPage.open(desktop, title);
}

const fact = (name: string): Locator =>
  desktop.page.getByRole('button', { name: new RegExp(`^${escaped(desktop.words('projects.edit.edit', { field: name }))}:`) });

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

async function stored(title: string): Promise<Record<string, unknown>> {
  const { rows } = await central.client.query<Record<string, unknown>>(
    `select p.status, p.estimated_value::text, p.currency, p.tags, p.metadata ->> 'status_reason' as reason, c.company_name as customer, u.name as owner
       from public.projects p left join public.contacts c on c.id = p.customer_id left join public.users u on u.id = p.assigned_to
      where p.title = $1`,
    [title],
  );
  return rows[0] ?? {};
}

/** Away from any field, where Ctrl+Z means the last edit. */
const undo = async (page: Page): Promise<void> => {
  await page.keyboard.press('ControlOrMeta+z');
};

test('a manager edits every fact by keyboard alone, and takes the last edit back with Ctrl+Z', async () => {
  await enter('ceo@factorypulse.vn', bracket);
  const { page, words: t } = desktop;
  const before = await stored(bracket);

  await fact(t('projects.page.value')).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('nhiều');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toHaveText(t('project.money.invalid'));
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('1.234.500');
  await page.keyboard.press('Tab');
  await page.keyboard.type('USD');
  await page.keyboard.press('Enter');
  await expect(fact(t('projects.page.value'))).toContainText('1,234,500');
  await expect(fact(t('projects.page.value'))).toBeFocused();

  await fact(t('projects.page.tags')).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('gấp');
  await page.keyboard.press('Enter');
  await page.keyboard.type('khuôn');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(fact(t('projects.page.tags'))).toContainText('khuôn');

  await fact(t('projects.page.owner')).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('kieu bich');
  await expect(page.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(fact(t('projects.page.owner'))).toContainText('Kiều Bích Ngọc');

  await fact(t('projects.page.customer')).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('samsung');
  await expect(page.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(fact(t('projects.page.customer'))).toContainText('Samsung');
  await desktop.isOnline();
  expect(await stored(bracket)).toMatchObject({
    estimated_value: '1234500.00',
    currency: 'USD',
    tags: [...(before['tags'] as string[]), 'gấp', 'khuôn'],
    owner: 'Kiều Bích Ngọc',
    customer: 'Samsung Vietnam',
  });

  await undo(page);
  await expect(page.getByText(t('project.undo.done', { what: t('values.column.customer_id') }))).toBeVisible();
  await expect(fact(t('projects.page.customer'))).toContainText(String(before['customer']));
  // Only the last edit is taken back, and once.
  await undo(page);
  await desktop.isOnline();
  expect(await stored(bracket)).toMatchObject({ customer: before['customer'], owner: 'Kiều Bích Ngọc' });
});

test('a step is ticked and blocked by keyboard alone, and the keyboard goes on where it was', async () => {
  const project = await enter('ceo@factorypulse.vn', tray);
  const { page, words: t } = desktop;
  const review = 'Production Capability Assessment';
  const meeting = 'Cross-Team Review Meeting';
  await project.step(review).focus();
  await page.keyboard.press('Space');
  await expect(project.step(review)).toBeChecked();
  await expect(project.step(review)).toBeFocused();

  const status = page.getByRole('button', { name: t('projects.checklist.setStatus', { name: meeting }) });
  await status.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  await page.getByRole('menuitem', { name: t('values.progress.blocked'), exact: true }).press('Enter');
  const reason = page.getByRole('textbox', { name: t('projects.checklist.blockReason') });
  await expect(reason).toBeFocused();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(reason).toBeVisible();
  await page.keyboard.type('Waiting for the drawing');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByText(t('projects.checklist.blocked', { reason: 'Waiting for the drawing' }))).toBeVisible();
  await expect(status).toBeFocused();

  const details = page.getByRole('button', { name: t('project.step.details', { name: meeting }), exact: true });
  await details.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: meeting })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(details).toBeFocused();
});

test('the steps of the other stages are reached and opened by keyboard alone', async () => {
  await enter('ceo@factorypulse.vn', tray);
  const { page } = desktop;
  const stages = page.locator('h3').getByRole('button');
  const closed = stages.last();
  await expect(closed).toHaveAttribute('aria-expanded', 'false');
  await stages.first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(stages.nth(1)).toBeFocused();
  await page.keyboard.press('End');
  await expect(closed).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(closed).toHaveAttribute('aria-expanded', 'true');
  await expect(closed).toBeFocused();
  const steps = page.getByRole('region', { name: await closed.innerText() }).getByRole('listitem');
  await expect(steps.first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(steps).toHaveCount(0);
});

test('an order keeps its value and its customer, and says why', async () => {
  await enter('ceo@factorypulse.vn', clamp, { language: 'vi' });
  const { page, words: t } = desktop;
  const before = await stored(clamp);
  await page.getByRole('button', { name: t('projects.edit.clear', { field: t('projects.page.customer') }), exact: true }).click();
  await expect(page.getByRole('alert')).toHaveText(t('projects.edit.notSaved', { why: t('errors.ORDER_INCOMPLETE') }));
  await fact(t('projects.page.value')).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert').last()).toHaveText(t('projects.edit.notSaved', { why: t('errors.ORDER_INCOMPLETE') }));
  await page.keyboard.press('Escape');
  await desktop.isOnline();
  expect(await stored(clamp)).toEqual(before);
});

test('a project is held with a reason that everybody sees, and taken up again by undoing', async () => {
  const project = await enter('operations@factorypulse.vn', clamp);
  const { page, words: t } = desktop;
  const status = page.getByRole('button', { name: new RegExp(`^${t('project.status.change')}`) });
  await status.click();
  await page.getByRole('menuitem', { name: t('project.status.hold') }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: t('project.status.holdAction') })).toBeDisabled();
  await dialog.getByRole('textbox').fill('Khách chờ duyệt mẫu');
  await checkScreen(desktop, 'project-hold');
  await dialog.getByRole('button', { name: t('project.status.holdAction') }).click();
  await expect(project.panel('projects.page.facts')).toContainText(t('project.status.reason', { reason: 'Khách chờ duyệt mẫu' }));
  await desktop.isOnline();
  expect(await stored(clamp)).toMatchObject({ status: 'on_hold', reason: 'Khách chờ duyệt mẫu' });
  await page.getByRole('button', { name: t('project.undo.action'), exact: true }).click();
  await expect(status).toContainText(t('values.status.active'));
  await desktop.isOnline();
  expect(await stored(clamp)).toMatchObject({ status: 'active', reason: null });
});

test('a manager leads the team: gives parts, keeps somebody out, and takes that back', async () => {
  const project = await enter('ceo@factorypulse.vn', drill, { language: 'vi' });
  const { page, words: t } = desktop;
  const team = project.panel('project.team.title');
  await team.getByRole('combobox', { name: t('project.team.person') }).click();
  await page.keyboard.type('thai van');
  await page.getByRole('option', { name: /Thái Văn Lộc/ }).click();
  await team.getByRole('button', { name: t('project.team.addAction'), exact: true }).click();
  const member = team.getByRole('listitem').filter({ hasText: 'Thái Văn Lộc' });
  await expect(member).toContainText(t('project.team.parts.member'));
  await member.getByRole('button').click();
  await page.getByRole('menuitem', { name: t('project.team.parts.excluded') }).click();
  await expect(member).toContainText(t('project.team.excludedHint'));
  await member.getByRole('button').click();
  await page.getByRole('menuitem', { name: t('project.team.remove') }).click();
  await expect(member).toHaveCount(0);
  await page.getByRole('button', { name: t('project.undo.action'), exact: true }).click();
  await expect(member).toContainText(t('project.team.parts.excluded'));
  await desktop.isOnline();
  const { rows } = await central.client.query(
    `select a.role, a.is_active from public.project_assignments a join public.users u on u.id = a.user_id
       join public.projects p on p.id = a.project_id where p.title = $1 and u.name = 'Thái Văn Lộc'`,
    [drill],
  );
  expect(rows).toEqual([{ role: 'excluded', is_active: true }]);
});

test('an engineer is led to a missing step, takes it on with a note, ticks it off and back again', async () => {
  const project = await enter('senior.engineer@factorypulse.vn', drill);
  const { page, words: t } = desktop;
  const step = 'Engineering Technical Review';
  const checklist = project.panel('projects.checklist.title');
  // The stage of the step is closed; the link opens it.
  await checklist.getByRole('button', { name: /^Technical Review/ }).click();
  await expect(project.step(step)).toHaveCount(0);
  await project.panel('projects.gate.title').getByRole('listitem').filter({ hasText: step }).getByRole('button').click();
  const details = page.getByRole('button', { name: t('project.step.details', { name: step }), exact: true });
  await expect(details).toBeFocused();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: step });
  // Once it has taken the focus, it does not take it from the field.
  await expect(dialog.locator(':focus')).toHaveCount(1);
  await dialog.getByRole('combobox', { name: t('project.step.assignee') }).click();
  await page.keyboard.type('kieu bich');
  await page.getByRole('option', { name: /Kiều Bích Ngọc/ }).click();
  await dialog.getByRole('textbox', { name: t('project.step.notes') }).fill('Kiểm tra dung sai lỗ khoan 😀');
  await checkScreen(desktop, 'project-step');
  await dialog.getByRole('textbox', { name: t('project.step.notes') }).press('ControlOrMeta+Enter');
  await expect(dialog).toBeHidden();
  const item = checklist.getByRole('listitem').filter({ hasText: step });
  await expect(item).toContainText(t('project.step.assigned', { name: 'Kiều Bích Ngọc' }));
  await expect(item).toContainText('Kiểm tra dung sai lỗ khoan 😀');

  await project.tick(step);
  await undo(page);
  await expect(project.step(step)).not.toBeChecked();
  await expect(project.panel('project.team.title')).toContainText(t('project.team.managersOnly'));
  await desktop.isOnline();
});

test('what a customer sees of their project is theirs: no value, no notes, no steps, nothing to edit', async () => {
  const { rows } = await central.client.query<{ title: string }>(
    `select p.title from public.projects p join public.contacts c on c.id = p.customer_id join public.users u on u.contact_id = c.id
      where u.email = 'procurement@toyota.example' and p.status = 'active' order by p.title limit 1`,
  );
  const title = rows[0]?.title ?? '';
  const project = await enter('procurement@toyota.example', title, { language: 'vi' });
  const { page, words: t } = desktop;
  await expect(page.getByText(t('projects.page.readOnlyPlain'))).toBeVisible();
  await expect(page.getByText(t('project.activityHidden'))).toBeVisible();
  for (const heading of ['projects.gate.title', 'projects.checklist.title', 'project.team.title', 'projects.history.title', 'values.column.notes']) {
    await expect(project.panel(heading)).toHaveCount(0);
  }
  await expect(page.getByText(t('projects.page.value'), { exact: true })).toHaveCount(0);
  await expect(page.getByRole('button', { name: new RegExp(`^${escaped(t('projects.edit.edit', { field: '' }))}`) })).toHaveCount(0);
  await expect(project.panel('project.related.title').getByRole('tab')).toHaveText([new RegExp(t('project.related.kind.documents'))]);
  await checkScreen(desktop, 'project-customer');
});

for (const [language, theme, density] of [['vi', 'light', 'office'], ['en', 'dark', 'shop-floor']] as const) {
  test(`the page of a project is accessible and fits its window: ${language}, ${theme}, ${density}`, async () => {
    const project = await enter('ceo@factorypulse.vn', camshaft, { language, theme, density });
    const { page, words: t } = desktop;
    await checkScreen(desktop, `project-${language}`);
    await project.panel('project.related.title').scrollIntoViewIfNeeded();
    for (const kind of ['reviews', 'production_orders']) {
      await page.getByRole('tab', { name: new RegExp(t(`project.related.kind.${kind}`)) }).click();
      await checkScreen(desktop, `project-${kind}-${language}`);
    }
    await project.panel('projects.history.title').scrollIntoViewIfNeeded();
    await checkScreen(desktop, `project-history-${language}`);
  });
}
