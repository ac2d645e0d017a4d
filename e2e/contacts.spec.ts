import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startCentral, type Central } from './support/central.ts';
import { Desktop, type DesktopOptions } from './support/desktop.ts';
import { checkScreen } from './support/screen-check.ts';

let central: Central;
let desktop: Desktop;
let folder: string;

test.beforeAll(async () => {
  central = await startCentral();
  folder = mkdtempSync(join(tmpdir(), 'factory-pulse-contacts-'));
});

test.afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await central.stop();
});

test.afterEach(async () => {
  await desktop.remove();
});

async function enter(mailbox: string, options: Partial<DesktopOptions> = {}): Promise<void> {
  desktop = new Desktop({ server: central.address, ...options });
  const page = await desktop.start(`${mailbox}@factorypulse.vn`);
  await page.getByRole('link', { name: desktop.words('app.navigation.contacts'), exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: desktop.words('contacts.title') })).toBeVisible();
}

async function create(name: string, more: Record<string, string> = {}): Promise<void> {
  const { page, words: t } = desktop;
  await page.getByRole('button', { name: t('contacts.create.open'), exact: true }).click();
  const dialog = page.getByRole('dialog', { name: t('contacts.create.title') });
  for (const [column, value] of Object.entries({ company_name: name, ...more })) {
    await dialog.getByRole('textbox', { name: t(`values.column.${column}`) }).fill(value);
  }
  await dialog.getByRole('button', { name: t('contacts.create.submit'), exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

const openList = (): Promise<void> => desktop.page.getByRole('link', { name: desktop.words('app.navigation.contacts'), exact: true }).click();

/** Answers the system's dialogs, which no test can press. */
const choose = (file: string) =>
  desktop.application.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen });
  }, file);

test('sales finds, creates and edits a customer, and merges a duplicate into it', async () => {
  await enter('sales.manager', { language: 'vi' });
  const { page, words: t } = desktop;
  await create('Công ty TNHH Minh Long', { email: 'mua@minhlong.vn' });
  await page.getByRole('button', { name: `${t('projects.edit.edit', { field: t('values.column.credit_limit') })}: ${t('projects.edit.add')}` }).click();
  await page.keyboard.type('1.500.000,5');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: `${t('projects.edit.edit', { field: t('values.column.credit_limit') })}: 1.500.000,5` })).toBeVisible();

  await openList();
  await create('Minh Long Co., Ltd.', { email: 'MUA@minhlong.vn', phone: '0903 000 111' });
  await openList();
  await page.getByRole('searchbox', { name: t('contacts.search') }).fill('cong ty minh long');
  await page.getByRole('link', { name: 'Công ty TNHH Minh Long' }).click();
  await page.getByRole('button', { name: t('contacts.merge.with', { name: 'Minh Long Co., Ltd.' }) }).click();
  const dialog = page.getByRole('dialog', { name: t('contacts.merge.title') });
  await expect(dialog.getByText(t('contacts.merge.nothingFollows'))).toBeVisible();
  await expect(dialog.getByRole('checkbox')).toBeChecked();
  await dialog.getByRole('button', { name: t('contacts.merge.submit'), exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('0903 000 111')).toBeVisible();
  await desktop.isOnline();
  const { rows } = await central.client.query(
    `select c.is_active, s.company_name, s.phone, s.credit_limit from contacts c join contacts s on s.id = c.merged_into_id where c.company_name = 'Minh Long Co., Ltd.'`,
  );
  expect(rows).toEqual([{ is_active: false, company_name: 'Công ty TNHH Minh Long', phone: '0903 000 111', credit_limit: '1500000.50' }]);
});

test('a list comes in from a file: dry run, reasons, the bad rows as a file, and the others imported', async () => {
  await enter('sales.manager', { language: 'en' });
  const { page, words: t } = desktop;
  const list = join(folder, 'list.csv');
  writeFileSync(list, 'Company;Tax code;E-mail;Mystery\r\nGốm Xanh;0399999999;a@gom.vn;1\r\nGốm Đỏ;;none;2\r\n;;;3\r\n');
  await page.getByRole('link', { name: t('contacts.import.open'), exact: true }).click();
  await checkScreen(desktop, 'import-empty');
  await choose(list);
  await page.getByRole('button', { name: t('contacts.import.choose') }).click();
  await expect(page.getByRole('combobox', { name: t('contacts.import.meaningOf', { heading: 'Tax code' }) })).toHaveValue(t('values.column.tax_id'));
  await page.getByRole('button', { name: t('contacts.import.check') }).click();
  await expect(page.getByText(t('contacts.import.problem.email', { value: 'none' }))).toBeVisible();
  await expect(page.getByText(t('contacts.import.problem.required'))).toBeVisible();
  const submit = page.getByRole('button', { name: t('contacts.import.submit', { count: 1, total: '1' }) });
  await expect(submit).toBeDisabled();
  await checkScreen(desktop, 'import-checked');

  const bad = join(folder, 'bad.csv');
  await choose(bad);
  await page.getByRole('button', { name: t('contacts.import.save', { form: 'CSV' }) }).click();
  await expect(page.getByText(t('contacts.import.saved', { file: bad, count: 2 }))).toBeVisible();
  expect(readFileSync(bad, 'utf8')).toContain('"Gốm Đỏ","","none","2","“none” is no e-mail address."');

  await page.getByRole('radio', { name: t('contacts.import.skip') }).check();
  await submit.click();
  await expect(page.getByText(t('contacts.import.done'))).toBeVisible();
  await desktop.isOnline();
  const { rows } = await central.client.query(`select company_name, tax_id from contacts where company_name like 'Gốm%'`);
  expect(rows).toEqual([{ company_name: 'Gốm Xanh', tax_id: '0399999999' }]);
});

test('an engineer looks at contacts, is told why they may not change them, and a customer has no list of them', async () => {
  await enter('mechanical.engineer', { language: 'vi' });
  const { page, words: t } = desktop;
  await page.getByRole('link', { name: /Toyota/ }).first().click();
  await expect(page.getByText(t('contacts.readOnly', { type: t('contacts.type.customer') }))).toBeVisible();
  await expect(page.getByRole('button', { name: t('contacts.merge.open') })).toHaveCount(0);
  await page.evaluate(() => (window.location.hash = '#/contacts/import'));
  await expect(page.getByRole('heading', { name: t('app.notFound.title') })).toBeVisible();
});

for (const [language, theme, density, mailbox] of [
  ['vi', 'light', 'office', 'ceo'],
  ['en', 'dark', 'shop-floor', 'sales.manager'],
] as const) {
  test(`the contacts are accessible and fit their window (${language}, ${theme}, ${density})`, async () => {
    await enter(mailbox, { language, theme, density });
    const { page, words: t } = desktop;
    await expect(page.getByRole('link', { name: /Toyota/ }).first()).toBeVisible();
    await checkScreen(desktop, `contacts-${language}`);
    await page.getByRole('button', { name: t('contacts.create.open'), exact: true }).click();
    await page.getByRole('textbox', { name: t('values.column.company_name') }).fill('Honda Viet Nam');
    await expect(page.getByRole('dialog').getByRole('link').first()).toBeVisible();
    await checkScreen(desktop, `contact-create-${language}`);
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: /Toyota/ }).first().click();
    await expect(page.getByRole('heading', { level: 1, name: /Toyota/ })).toBeVisible();
    await checkScreen(desktop, `contact-${language}`);
    await page.getByRole('button', { name: t('contacts.merge.open'), exact: true }).click();
    await page.getByRole('combobox', { name: t('contacts.merge.other') }).fill('honda');
    await page.getByRole('option').first().click();
    await expect(page.getByRole('region', { name: t('contacts.merge.preview') })).toBeVisible();
    await checkScreen(desktop, `contact-merge-${language}`);
  });
}
