import { expect, test } from '@playwright/test';
import { startCentral, type Central } from './support/central.ts';
import { Desktop, type DesktopOptions } from './support/desktop.ts';
import { checkScreen } from './support/screen-check.ts';

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

/** Opens an installation of its own for one person, on the intake's page. */
async function enter(mailbox: string, options: Partial<DesktopOptions> = {}): Promise<void> {
  desktop = new Desktop({ server: central.address, ...options });
  await desktop.start(`${mailbox}@factorypulse.vn`);
  await openIntake();
}

async function openIntake(): Promise<void> {
  const { page, words: t } = desktop;
  await page.getByRole('link', { name: t('app.navigation.intake'), exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: t('intake.title') })).toBeVisible();
}

const field = (name: string) => desktop.page.getByLabel(desktop.words(`intake.field.${name}`), { exact: true });
/** A required field carries a mark behind its name. */
const title = () => desktop.page.getByRole('textbox', { name: desktop.words('intake.field.title') });
const customer = () => desktop.page.getByRole('textbox', { name: desktop.words('intake.field.customer') });
const price = () => desktop.page.getByRole('textbox', { name: desktop.words('intake.field.price') });

test('sales takes in an inquiry by the keyboard alone, and its provisional code turns into the final one', async () => {
  await enter('sales.manager', { language: 'vi' });
  const { page, words: t } = desktop;
  await expect(customer()).toBeFocused();
  await page.keyboard.type('toyota');
  await expect(page.getByRole('option', { name: /Toyota/ }).first()).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(customer()).toHaveValue(/Toyota/);
  await page.keyboard.press('Tab');
  await expect(title()).toBeFocused();
  await page.keyboard.type('Vỏ hộp số nhôm đúc 😀');
  await page.keyboard.press('Tab');
  await page.keyboard.type('1.200');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Nhôm ADC12');
  await page.keyboard.press('Tab');
  await page.keyboard.type('85.000.000');
  await field('delivery_date').focus();
  await page.keyboard.type('15/12/2099');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { name: t('intake.done.title') })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: /^P-\d{8,}$/ })).toBeVisible();
  const { rows } = await central.client.query(
    `select p.title, p.metadata, p.estimated_value, p.estimated_delivery_date::text as due, c.company_name, s.stage_order
       from projects p join contacts c on c.id = p.customer_id join workflow_stages s on s.id = p.current_stage_id
      where p.title like 'Vỏ hộp số nhôm đúc%'`,
  );
  expect(rows).toEqual([
    {
      title: 'Vỏ hộp số nhôm đúc 😀',
      metadata: { quantity: 1200, material: 'Nhôm ADC12' },
      estimated_value: '85000000.00',
      due: '2099-12-15',
      company_name: expect.stringContaining('Toyota') as unknown,
      stage_order: 1,
    },
  ]);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Vỏ hộp số nhôm đúc 😀' })).toBeVisible();
});

test('a draft is back, as it was typed, after the application was killed in the middle of the form', async () => {
  await enter('customer.service', { language: 'en' });
  const { words: t } = desktop;
  await title().fill('Half an inquir');
  await price().fill('not yet known');
  await field('notes').fill('x'.repeat(10_000));
  // The draft is stored a moment after the last key.
  await expect
    .poll(() => desktop.page.evaluate(async () => {
      const drafts = await window.factoryPulse.call('intake.drafts');
      return drafts.ok ? drafts.value.drafts.rfq?.notes.length : undefined;
    }))
    .toBe(10_000);
  await desktop.kill();
  await desktop.open();
  await expect(desktop.status).toBeVisible();
  await openIntake();
  await expect(title()).toHaveValue('Half an inquir');
  await expect(price()).toHaveValue('not yet known');
  await expect(field('notes')).toHaveValue('x'.repeat(10_000));
  await expect(desktop.page.getByText(t('intake.draft.restored'))).toBeVisible();

  // Another type takes along what was typed.
  await desktop.page.getByText(t('values.intake.purchase_order'), { exact: true }).click();
  await expect(title()).toHaveValue('Half an inquir');
  await desktop.page.getByRole('button', { name: t('intake.save') }).click();
  await expect(desktop.page.getByText(t('intake.problem.price'))).toBeVisible();
  await expect(desktop.page.getByText(t('intake.problem.customerRequired'))).toBeVisible();
  await expect(customer()).toBeFocused();
  await desktop.page.getByRole('button', { name: t('intake.draft.discard') }).click();
  await expect(title()).toHaveValue('');
});

test('a new customer is created along with the order, and whoever that may be already is shown', async () => {
  await enter('sales.manager', { language: 'en' });
  const { page, words: t } = desktop;
  await page.getByText(t('values.intake.purchase_order'), { exact: true }).click();
  await customer().fill('Dong A Precision');
  await page.getByRole('option', { name: t('intake.customer.create', { name: 'Dong A Precision' }) }).click();
  await page.getByRole('textbox', { name: t('intake.customer.company_name') }).fill('Honda Vietnam');
  await expect(page.getByRole('button', { name: t('intake.customer.take') }).first()).toBeVisible();
  await page.getByRole('textbox', { name: t('intake.customer.company_name') }).fill('Dong A Precision');
  await expect(page.getByRole('button', { name: t('intake.customer.take') })).toHaveCount(0);
  await page.getByRole('textbox', { name: t('intake.customer.phone') }).fill('0903 111 222');
  await title().fill('Clamp for a door');
  await price().fill('1,250,000.50');
  await page.getByRole('button', { name: t('intake.save') }).click();
  await expect(page.getByRole('heading', { name: t('intake.done.title') })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: /^P-\d{8,}$/ })).toBeVisible();
  const { rows } = await central.client.query(
    `select c.company_name, p.priority_level, p.estimated_value from projects p join contacts c on c.id = p.customer_id where p.title = 'Clamp for a door'`,
  );
  expect(rows).toEqual([{ company_name: 'Dong A Precision', priority_level: 'high', estimated_value: '1250000.50' }]);
});

test('an engineer has no intake: no link, and no page under its address', async () => {
  desktop = new Desktop({ server: central.address, language: 'en' });
  const page = await desktop.start('mechanical.engineer@factorypulse.vn');
  const { words: t } = desktop;
  await expect(page.getByRole('link', { name: t('app.navigation.contacts'), exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: t('app.navigation.intake'), exact: true })).toHaveCount(0);
  await page.evaluate(() => (window.location.hash = '#/intake'));
  await expect(page.getByRole('heading', { name: t('shell.notForYou.title') })).toBeVisible();
});

for (const [language, theme, density] of [
  ['vi', 'light', 'office'],
  ['en', 'dark', 'shop-floor'],
] as const) {
  test(`the intake is accessible and fits its window (${language}, ${theme}, ${density})`, async () => {
    await enter('sales.manager', { language, theme, density });
    const { page, words: t } = desktop;
    await checkScreen(desktop, `intake-empty-${language}`);
    await page.getByText(t('values.intake.purchase_order'), { exact: true }).click();
    await customer().fill('Honda Viet Nam');
    await page.getByRole('option').last().click();
    await title().fill('y'.repeat(600));
    await page.getByRole('button', { name: t('intake.save') }).click();
    await expect(page.getByText(t('intake.problem.tooLong')).first()).toBeVisible();
    await checkScreen(desktop, `intake-filled-${language}`);
    await title().fill('Giá đỡ đèn');
    await page.getByRole('textbox', { name: t('intake.customer.company_name') }).fill(`Khách ${language}`);
    await price().fill('1000');
    await page.getByRole('button', { name: t('intake.save') }).click();
    await expect(page.getByRole('heading', { name: t('intake.done.title') })).toBeVisible();
    await checkScreen(desktop, `intake-done-${language}`);
  });
}
