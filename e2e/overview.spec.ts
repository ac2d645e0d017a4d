import { expect, test, type Locator } from '@playwright/test';
import { startCentral, type Central } from './support/central.ts';
import { Desktop, type DesktopOptions } from './support/desktop.ts';
import { checkScreen } from './support/screen-check.ts';

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

/** Signs in and comes to the start page, as everybody does. */
async function start(account: string, options: Partial<DesktopOptions> = {}): Promise<Desktop> {
  const desktop = new Desktop({ server: central.address, page: '/', ...options });
  desktops.push(desktop);
  await desktop.open();
  await desktop.trySignIn(`${account}@factorypulse.vn`);
  await expect(desktop.page.getByRole('heading', { level: 1, name: desktop.words('dashboard.title') })).toBeVisible();
  await desktop.isOnline();
  return desktop;
}

const addresses = { start: '/', rates: '/exchange-rates', workflow: '/workflow', help: '/help' };

/** By its address: where the navigation shows a page is looked at elsewhere. */
const goTo = (desktop: Desktop, page: keyof typeof addresses) =>
  desktop.page.evaluate((address) => (window.location.hash = address), addresses[page]);

const heading = (desktop: Desktop, key: string): Locator =>
  desktop.page.getByRole('heading', { level: 1, name: desktop.words(key), exact: true });

const tour = (desktop: Desktop): Locator => desktop.page.getByRole('region', { name: desktop.words('help.tour.label'), exact: true });

for (const [language, theme, density] of [['vi', 'light', 'office'], ['en', 'dark', 'shop-floor']] as const) {
  test(`the overview and the pages of administration are accessible and fit their window: ${language}, ${theme}, ${density}`, async () => {
    test.setTimeout(180_000);
    await central.client.query("update users set preferences = preferences - 'tour_seen_at'");
    const desktop = await start('admin', { language, theme, density });
    const { page, words: t } = desktop;
    await expect(page.locator('.recharts-surface').first()).toBeVisible();
    await expect(tour(desktop)).toBeVisible();
    await checkScreen(desktop, 'tour');
    await tour(desktop).getByRole('button', { name: t('help.tour.skip') }).first().click();
    await checkScreen(desktop, 'overview');
    await page.getByRole('button', { name: t('dashboard.asTable') }).scrollIntoViewIfNeeded();
    await checkScreen(desktop, 'overview-below');
    await page.getByRole('button', { name: t('dashboard.asTable') }).click();
    await expect(page.getByRole('button', { name: t('dashboard.asChart') })).toBeVisible();

    await desktop.goTo('rates');
    await expect(page.getByText(t('rates.emptyTitle'))).toBeVisible();
    await checkScreen(desktop, 'rates-empty');
    await page.getByRole('button', { name: t('rates.add'), exact: true }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await checkScreen(desktop, 'rate');
    await page.keyboard.press('Escape');

    await desktop.goTo('workflow');
    await expect(page.getByRole('list', { name: t('workflow.stages') }).getByRole('listitem')).toHaveCount(8);
    await checkScreen(desktop, 'workflow');
    await page.getByRole('list', { name: t('workflow.steps') }).getByRole('button', { expanded: false }).first().click();
    await checkScreen(desktop, 'workflow-step');

    await goTo(desktop, 'help');
    await expect(heading(desktop, 'help.title')).toBeVisible();
    await checkScreen(desktop, 'help');
    await page.getByRole('searchbox', { name: t('help.search') }).fill('zzz');
    await expect(page.getByText(t('help.noneTitle'))).toBeVisible();
    await checkScreen(desktop, 'help-none');
  });
}

test('a manager sees where the factory stands, comes from a figure to the list behind it, and sees changes as they happen', async () => {
  const desktop = await start('ceo');
  const { page, words: t } = desktop;
  const { rows } = await central.client.query<{ open: string; overdue: string; name: string; stage_id: string }>(
    `select s.name, s.id as stage_id, count(*) as open, count(*) filter (where p.estimated_delivery_date < (now() at time zone o.timezone)::date) as overdue
       from projects p join workflow_stages s on s.id = p.current_stage_id join organizations o on o.id = p.organization_id
      where p.status in ('active', 'on_hold') group by s.name, s.id, s.stage_order order by s.stage_order`,
  );
  const table = page.getByRole('region', { name: t('dashboard.stages.title') }).getByRole('table');
  for (const { name, open } of rows) await expect(table.getByRole('row', { name }).getByRole('cell').first()).toHaveText(open);
  await expect(page.getByRole('list', { name: t('dashboard.tiles.label') }).getByRole('link', { name: t('dashboard.tiles.overdue') })).toContainText(
    String(rows.reduce((sum, row) => sum + Number(row.overdue), 0)),
  );

  const late = rows.find(({ overdue }) => overdue !== '0');
  await table.getByRole('row', { name: late?.name ?? '' }).getByRole('link', { name: late?.overdue ?? '', exact: true }).click();
  await expect(heading(desktop, 'projects.table.title')).toBeVisible();
  const { pathname, searchParams } = new URL((await page.evaluate(() => window.location.hash)).slice(1), 'https://window.invalid');
  expect({ pathname, ...Object.fromEntries(searchParams) }).toEqual({ pathname: '/projects', stage: late?.stage_id, due: 'overdue' });

  await goTo(desktop, 'start');
  const first = rows[0];
  await central.client.query("update projects set status = 'cancelled' where id = (select id from projects where current_stage_id = $1 and status = 'active' limit 1)", [first?.stage_id]);
  await expect(table.getByRole('row', { name: first?.name ?? '' }).getByRole('cell').first()).toHaveText(String(Number(first?.open) - 1), { timeout: 15_000 });
});

test('the tour has five steps by keyboard, can be left and comes again from the menu, and is not offered twice to anybody', async () => {
  const desktop = await start('sales.manager', { language: 'en' });
  const { page, words: t } = desktop;
  for (const [index, step] of ['start', 'board', 'project', 'offline', 'help'].entries()) {
    await expect(tour(desktop).getByRole('heading', { name: t(`help.tour.steps.${step}.title`) })).toBeVisible();
    await expect(tour(desktop)).toContainText(t('help.tour.progress', { step: index + 1, steps: 5 }));
    const onward = tour(desktop).getByRole('button', { name: t(index === 4 ? 'help.tour.done' : 'help.tour.next'), exact: true });
    await onward.focus();
    await page.keyboard.press('Enter');
  }
  await expect(tour(desktop)).toHaveCount(0);
  await desktop.isOnline();
  await expect
    .poll(async () => (await central.client.query("select 1 from users where email like 'sales.manager@%' and preferences ? 'tour_seen_at'")).rowCount)
    .toBe(1);

  await desktop.close();
  await desktop.open();
  await expect(heading(desktop, 'dashboard.title')).toBeVisible();
  await expect(desktop.page.getByRole('region', { name: t('dashboard.stages.title') }).first()).toBeVisible();
  await expect(tour(desktop)).toHaveCount(0);
  await desktop.page.getByRole('button', { name: t('app.navigation.settings'), exact: true }).click();
  await desktop.page.getByRole('button', { name: t('help.tour.start') }).click();
  await expect(tour(desktop)).toBeVisible();
  await tour(desktop).getByRole('button', { name: t('help.tour.skip') }).first().click();
  await expect(tour(desktop)).toHaveCount(0);
});

test('an engineer sees their own steps first, has no pages of administration, and finds help by words without diacritics', async () => {
  const desktop = await start('senior.engineer');
  const { page, words: t } = desktop;
  await expect(page.getByRole('main').getByRole('heading', { level: 2 }).first()).toContainText(t('dashboard.tasks.title', { count: 0 }).replace(/ \(.*/, ''));
  await expect(page.getByRole('heading', { level: 2, name: t('dashboard.pipeline.title') })).toHaveCount(0);
  for (const [link, path] of [['rates', '/exchange-rates'], ['workflow', '/workflow']] as const) {
    await expect(page.getByRole('link', { name: t(`app.navigation.${link}`), exact: true })).toHaveCount(0);
    await page.evaluate((to) => (window.location.hash = to), path);
    await expect(heading(desktop, 'shell.notForYou.title')).toBeVisible();
  }
  await goTo(desktop, 'help');
  await page.getByRole('searchbox', { name: t('help.search') }).fill('quen mat khau');
  await expect(page.getByRole('main').getByRole('heading', { level: 2 })).toHaveText([t('help.topics.forgottenPassword.title')]);
});

test('an administrator enters an exchange rate, corrects it and switches it off', async () => {
  await central.client.query("update projects set currency = 'USD' where status = 'on_hold'");
  const desktop = await start('admin', { language: 'en' });
  const { page, words: t } = desktop;
  await goTo(desktop, 'rates');
  await expect(page.getByText(t('rates.missing', { currency: 'USD' }))).toBeVisible();
  await page.getByRole('button', { name: t('rates.addOf', { currency: 'USD' }) }).click();
  const dialog = page.getByRole('dialog');
  const rate = dialog.getByLabel(t('rates.rateLabel', { currency: 'USD', own: 'VND' }));
  await rate.fill('25.400');
  await page.keyboard.press('Enter');
  await expect(dialog.getByText(t('rates.rateWrong'))).toBeVisible();
  await rate.fill('25.400,5');
  await expect(dialog.getByRole('status')).toHaveText(t('rates.reads', { currency: 'USD', amount: '25,400.5', own: 'VND' }));
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText(t('rates.missing', { currency: 'USD' }))).toHaveCount(0);
  const row = page.getByRole('table').getByRole('row', { name: 'USD' });
  await expect(row).toContainText('25,400.5');
  await expect(row).toContainText(t('rates.current'));
  await checkScreen(desktop, 'rates');
  await row.getByRole('button', { name: /^Correct/ }).click();
  await rate.fill('25500');
  await page.keyboard.press('Enter');
  await expect(row).toContainText('25,500');
  await desktop.isOnline();
  await expect.poll(async () => (await central.client.query<{ rate: string }>('select rate::text from exchange_rates')).rows).toEqual([{ rate: '25500.0000000000' }]);
  await goTo(desktop, 'start');
  await expect(page.getByText(/at ₫25,500(\.00)? for 1 USD|25,500/).first()).toBeVisible();
  await goTo(desktop, 'rates');
  await row.getByRole('button', { name: /^Switch off/ }).click();
  await expect(row).toContainText(t('rates.inactive'));
  await expect(page.getByText(t('rates.missing', { currency: 'USD' }))).toBeVisible();
});

test('an administrator changes the workflow by keyboard and by mouse, and sees before what it means for running projects', async () => {
  const desktop = await start('admin', { language: 'vi' });
  const { page, words: t } = desktop;
  await goTo(desktop, 'workflow');
  const stages = page.getByRole('list', { name: t('workflow.stages'), exact: true });
  await stages.getByRole('button', { name: 'Technical Review', exact: false }).first().click();
  await page.getByRole('button', { name: t('workflow.addStep') }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Technical Review' })).toBeVisible();
  await expect(page.getByRole('button', { name: t('workflow.toPreview') })).toBeDisabled();
  await page.getByLabel(t('workflow.name'), { exact: true }).last().fill('Kiểm tra mẫu');
  const up = stages.getByRole('button', { name: t('workflow.up', { name: 'Quoted' }) });
  await up.focus();
  await page.keyboard.press('Enter');
  await stages.getByRole('button', { name: 'Production', exact: false }).first().click();
  await page.getByRole('switch', { name: t('workflow.isActive') }).press('Space');
  await page.getByRole('button', { name: t('workflow.toPreview') }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('Kiểm tra mẫu')).toBeVisible();
  await expect(dialog.getByText(t('workflow.preview.moved', { from: 4, to: 3 }))).toBeVisible();
  await expect(dialog.getByText(t('workflow.preview.off'))).toBeVisible();
  await checkScreen(desktop, 'workflow-preview');
  const save = dialog.getByRole('button', { name: t('workflow.preview.save'), exact: true });
  await expect(save).toBeDisabled();
  await dialog.getByRole('checkbox', { name: t('workflow.preview.understood') }).check();
  await save.click();
  await expect(dialog).toHaveCount(0);
  await desktop.isOnline();
  await expect
    .poll(async () => (await central.client.query<{ name: string }>('select name from workflow_stages where is_active order by stage_order')).rows.map(({ name }) => name))
    .toEqual(['Inquiry Received', 'Technical Review', 'Quoted', 'Supplier RFQ Sent', 'Order Confirmed', 'Procurement Planning', 'Shipped & Closed']);

  // A row is dragged from where it is by then.
  await expect(stages.getByRole('listitem').nth(2)).toContainText('Quoted');
  const from = await stages.getByRole('listitem').filter({ hasText: 'Quoted' }).locator('[aria-hidden]').first().boundingBox();
  const to = await stages.getByRole('listitem').filter({ hasText: 'Supplier RFQ Sent' }).boundingBox();
  if (!from || !to) throw new Error('the stages are not on the screen');
  await page.mouse.move(from.x + 8, from.y + 8);
  await page.mouse.down();
  await page.mouse.move(from.x + 8, from.y + 20, { steps: 3 });
  await page.mouse.move(to.x + 20, to.y + to.height / 2, { steps: 6 });
  await page.mouse.up();
  await expect(stages.getByRole('listitem').nth(3)).toContainText('Quoted');
  await page.getByRole('button', { name: t('workflow.discard') }).click();
  await expect(stages.getByRole('listitem').nth(2)).toContainText('Quoted');
});
