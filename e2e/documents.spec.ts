import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { startCentral, type Central } from './support/central.ts';
import { Desktop, type DesktopOptions } from './support/desktop.ts';
import { checkScreen } from './support/screen-check.ts';
import { watchBrowser } from './support/system-browser.ts';

const drawing = 'Bản vẽ đồ gá cửa trước';
const model = 'Mô hình 3D trên Google Drive';
const pasted = 'https://drive.google.com/file/d/1QwErTyUiOpAsDfGh_zxcv/edit?usp=sharing&resourcekey=0-Key_1';
const kept = 'https://drive.google.com/file/d/1QwErTyUiOpAsDfGh_zxcv/view?resourcekey=0-Key_1';

let central: Central;
let desktop: Desktop;
let folder: string;

test.beforeAll(async () => {
  central = await startCentral();
  folder = mkdtempSync(join(tmpdir(), 'factory-pulse-documents-'));
});

test.afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await central.stop();
});

test.afterEach(async () => {
  await desktop.remove();
});

async function enter(email: string, options: Partial<DesktopOptions> = {}): Promise<Page> {
  desktop = new Desktop({ server: central.address, ...options });
  const page = await desktop.open();
  await desktop.trySignIn(email);
  await expect(desktop.status).toBeVisible();
  await desktop.isOnline();
  await openList();
  return page;
}

async function openList(): Promise<void> {
  await desktop.goTo('documents');
  await expect(heading(desktop.words('documents.title'))).toBeVisible();
}

const heading = (name: string): Locator => desktop.page.getByRole('heading', { level: 1, name });
const link = (name: string): Locator => desktop.page.getByRole('link', { name, exact: true });
const button = (name: string): Locator => desktop.page.getByRole('button', { name, exact: true });
const panel = (name: string): Locator => desktop.page.getByRole('region', { name, exact: true });

test('an engineer pastes a link, adds it by keyboard, follows and edits it, and takes the edit back', async () => {
  const page = await enter('mechanical.engineer@factorypulse.vn', { language: 'vi' });
  const { words: t } = desktop;
  const opened = await watchBrowser(desktop);
  await checkScreen(desktop, 'documents-vi');

  // The project's page leads into the list of its documents and to the dialog.
  await link(drawing).click();
  await page.getByRole('link', { name: /^P-/ }).first().click();
  await page.getByRole('tab', { name: t('project.related.kind.documents') }).click();
  await button(t('documents.add')).press('Enter');
  const dialog = page.getByRole('dialog', { name: t('documents.create.title') });
  const field = dialog.getByRole('textbox', { name: t('documents.link.field') });
  await expect(field).toBeFocused();
  for (const [text, reason] of [
    ['http://drive.google.com/file/d/1QwErTyUiOpAsDfGh/view', 'not-encrypted'],
    ['https://drive-google.com/file/d/1QwErTyUiOpAsDfGh/view', 'look-alike'],
    ['https://192.168.1.10/ban-ve.pdf', 'private-host'],
    ['https://drive.google.com/drive/my-drive', 'own-list'],
  ] as const) {
    await field.fill(text);
    await expect(dialog.getByText(t(`documents.link.problem.${reason}`))).toBeVisible();
  }
  await field.fill(pasted);
  await expect(dialog.getByText(t('documents.link.kept', { url: kept }))).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.type('Bản vẽ khuôn dập');
  await checkScreen(desktop, 'document-add-vi');
  await page.keyboard.press('Enter');

  await expect(heading('Bản vẽ khuôn dập')).toBeVisible();
  await expect(page.getByText(t('documents.seen.staff'))).toBeVisible();
  await button(t('documents.link.openOn', { host: 'drive.google.com' })).press('Enter');
  await expect.poll(opened).toEqual([kept]);
  await expect(panel(t('documents.access.title'))).toContainText(t('documents.access.action.open_link'));
  await expect(page.getByText(t('documents.access.own'))).toBeVisible();
  await checkScreen(desktop, 'document-link-vi');

  // An expired link is refused, which stands in the log.
  await page.evaluate(async () => {
    const { call } = window.factoryPulse;
    const list = await call('documents.list', { mine: true, source: 'google_drive' });
    if (!list.ok) throw new Error(list.error.code);
    await call('documents.update', { id: list.value.rows[0]?.id ?? '', patch: { link_expires_at: '2024-01-01T00:00:00Z' } });
  });
  await expect(page.getByText(t('documents.link.expired'), { exact: true })).toBeVisible();
  await button(t('documents.link.openOn', { host: 'drive.google.com' })).click();
  await expect(page.getByText(t('errors.LINK_EXPIRED'), { exact: true })).toBeVisible();
  await expect(panel(t('documents.access.title'))).toContainText(t('documents.access.failedWhy', { why: t('errors.LINK_EXPIRED') }));
  expect(await opened()).toEqual([kept]);

  // A fact is chosen by keyboard and taken back by Ctrl+Z.
  const category = button(`${t('projects.edit.edit', { field: t('documents.filter.category') })}: ${t('documents.unknownCategory')}`);
  await category.press('Enter');
  await page.getByRole('menuitem', { name: t('documents.category.drawing'), exact: true }).press('Enter');
  await expect(button(`${t('projects.edit.edit', { field: t('documents.filter.category') })}: ${t('documents.category.drawing')}`)).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(category).toBeVisible();

  // Who takes it out says so in the list.
  await page.getByRole('textbox', { name: t('documents.checkout.note') }).fill('Đang sửa dung sai');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Đang sửa dung sai')).toBeVisible();
  await openList();
  await page.getByRole('searchbox', { name: t('documents.search') }).fill('khuon dap');
  await expect(page.getByText(t('documents.checkout.mark', { name: 'Lương Hải Yến' }))).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.keyboard.press('Escape');

  // The palette finds it by words without diacritics and opens its page.
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('ban ve khuon dap');
  await page.getByRole('option', { name: /Bản vẽ khuôn dập/ }).first().click();
  await expect(heading('Bản vẽ khuôn dập')).toBeVisible();
  await expect(page.getByText(t('errors.LINK_EXPIRED'), { exact: true })).toHaveCount(1);
  await desktop.isOnline();
});

test('an engineer adds a file and a new version of it, and the old one is marked wherever it stands', async () => {
  const page = await enter('senior.engineer@factorypulse.vn', { language: 'vi' });
  const { words: t } = desktop;
  const choose = async (name: string, text: string): Promise<void> => {
    const file = join(folder, name);
    writeFileSync(file, text);
    await desktop.application.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
    }, file);
    await page.getByRole('dialog').getByRole('button', { name: t('files.drop.choose') }).click();
    await expect(page.getByRole('dialog').getByText(name)).toBeVisible();
  };
  await link('Chứng chỉ vật liệu nhôm 7075').click();
  await page.getByRole('link', { name: /^P-/ }).first().click();
  await page.getByRole('tab', { name: t('project.related.kind.documents') }).click();
  await button(t('documents.add')).click();
  const dialog = page.getByRole('dialog', { name: t('documents.create.title') });
  await dialog.getByText(t('documents.create.file'), { exact: true }).click();
  await dialog.getByRole('button', { name: t('documents.create.submit'), exact: true }).click();
  await expect(dialog.getByText(t('documents.file.required'))).toBeVisible();
  await choose('Hướng dẫn đo kiểm.txt', 'Đo tại ba điểm.');
  await dialog.getByRole('button', { name: t('documents.create.submit'), exact: true }).click();
  await expect(heading('Hướng dẫn đo kiểm')).toBeVisible();
  await expect(page.getByText('Đo tại ba điểm.')).toBeVisible();

  await button(t('documents.versions.add')).press('Enter');
  await choose('Hướng dẫn đo kiểm, bản 2.txt', 'Đo tại năm điểm.');
  await page.getByRole('dialog').getByRole('textbox', { name: t('documents.versions.summary') }).fill('Thêm hai điểm đo');
  await page.getByRole('dialog').getByRole('button', { name: t('documents.versions.add'), exact: true }).click();
  const versions = panel(t('documents.versions.title')).getByRole('listitem');
  await expect(versions).toHaveCount(2);
  await expect(versions.nth(0)).toContainText('Thêm hai điểm đo');
  await expect(versions.nth(1)).toContainText(t('documents.versions.old'));
  await expect(page.getByText('Đo tại năm điểm.')).toBeVisible();
  await desktop.isOnline();
  await expect(versions.nth(0)).not.toContainText(t('documents.versions.pending'));
  await checkScreen(desktop, 'document-file-vi');
  await link(t('preview.show')).press('Enter');
  await expect(page.getByText('Đo tại ba điểm.')).toBeVisible();
  await expect(page.getByText(t('preview.old'), { exact: true }).first()).toBeVisible();
});

test('a manager approves and compares versions, changes several at once, and reads and exports who opened what', async () => {
  const page = await enter('ceo@factorypulse.vn', { language: 'en', theme: 'dark', density: 'shop-floor' });
  const { words: t } = desktop;
  const opened = await watchBrowser(desktop);
  await page.getByRole('searchbox', { name: t('documents.search') }).fill('do ga cua truoc');
  await link(drawing).press('Enter');
  await expect(heading(drawing)).toBeVisible();
  const versions = panel(t('documents.versions.title')).getByRole('listitem');
  await expect(versions).toHaveCount(2);
  await expect(versions.nth(0)).toContainText(t('documents.versions.current'));
  await expect(versions.nth(1)).toContainText(t('documents.versions.old'));
  await versions.nth(0).getByRole('button', { name: t('documents.versions.approve') }).press('Enter');
  await expect(versions.nth(0)).toContainText('Đỗ Quốc Khánh');
  await expect(panel(t('documents.page.who'))).toContainText('Toyota');
  await checkScreen(desktop, 'document-versions-en');
  await button(t('documents.versions.compare')).press('Enter');
  await expect(page.getByRole('dialog')).toContainText(t('documents.versions.unknown'));
  await checkScreen(desktop, 'document-compare-en');
  await page.keyboard.press('Escape');

  // Back in the list, which is as it was left; two are marked and tagged by keyboard.
  await page.goBack();
  await expect(page.getByRole('searchbox', { name: t('documents.search') })).toHaveValue('do ga cua truoc');
  await button(t('documents.clearSearch')).click();
  await expect(link(model)).toBeVisible();
  for (const title of [drawing, model]) {
    await page.getByRole('checkbox', { name: t('documents.bulk.mark', { title }) }).focus();
    await page.keyboard.press('Space');
  }
  await expect(page.getByText(t('documents.bulk.selected', { count: 2, total: '2' }))).toBeVisible();
  await checkScreen(desktop, 'documents-marked-en');
  await button(t('documents.bulk.level')).press('Enter');
  await page.getByRole('menuitem', { name: new RegExp(`^${t('documents.level.external')}`) }).press('Enter');
  await expect(page.getByText(t('documents.bulk.done', { count: 1, changed: '1' }))).toBeVisible();
  await expect(page.getByRole('row', { name: new RegExp(model) })).toContainText(t('documents.level.external'));
  await button(t('documents.bulk.undo')).press('Enter');
  await expect(page.getByText(t('documents.bulk.undone', { count: 1, changed: '1' }))).toBeVisible();
  await expect(page.getByRole('row', { name: new RegExp(model) })).not.toContainText(t('documents.level.external'));

  // Rows are walked by the arrows.
  await link(drawing).focus();
  await page.keyboard.press('ArrowDown');
  await expect(link(drawing)).not.toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(link(drawing)).toBeFocused();

  await link(model).click();
  await button(t('documents.link.openOn', { host: 'drive.google.com' })).click();
  await expect.poll(opened).toEqual(['https://drive.google.com/file/d/1FactoryPulseDemoDoorGauge/view']);
  await page.getByRole('link', { name: t('documents.access.all') }).click();
  await expect(heading(t('documents.access.title'))).toBeVisible();
  await expect(page.getByRole('row', { name: /Đỗ Quốc Khánh/ })).toContainText(t('documents.access.success'));
  await button(t('documents.clearFilters')).click();
  await checkScreen(desktop, 'document-access-en');

  const file = join(folder, 'access.csv');
  await desktop.application.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen });
  }, file);
  await button(t('documents.access.export')).press('Enter');
  await page.getByRole('menuitem', { name: t('audit.export.csv') }).press('Enter');
  await expect(page.getByText(file)).toBeVisible();
  expect(readFileSync(file, 'utf8')).toContain(model);
});

test('a customer sees what is shared with their company, and has no access log of others', async () => {
  const page = await enter('procurement@toyota.example', { language: 'en' });
  const { words: t } = desktop;
  await expect(link(drawing)).toBeVisible();
  await expect(link('Yêu cầu báo giá phôi titan')).toHaveCount(0);
  await expect(link('Bảng tính giá hai phương án')).toHaveCount(0);
  await expect(button(t('documents.add'))).toHaveCount(0);
  await link(drawing).click();
  await expect(page.getByText(t('documents.seen.outside'))).toBeVisible();
  await expect(page.getByText(t('documents.versions.old'))).toHaveCount(0);
  await page.evaluate(() => (window.location.hash = '/documents/access'));
  await expect(heading(t('documents.access.title'))).toHaveCount(0);
});

test('a supplier without a request is told what will be here', async () => {
  const page = await enter('sales@minhlong.example', { language: 'vi', theme: 'dark' });
  const { words: t } = desktop;
  await expect(page.getByText(t('documents.emptyOutside'))).toBeVisible();
  await checkScreen(desktop, 'documents-supplier-vi');
});
