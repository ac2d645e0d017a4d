import { expect, test } from '@playwright/test';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { checkScreen } from './support/screen-check.ts';

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

const palette = () => desktop.page.getByRole('dialog', { name: desktop.words('shell.palette.label') });
const field = () => palette().getByRole('combobox');
const chosen = () => palette().getByRole('option', { selected: true });

test('a scanned code opens its project, and not what has the focus', async () => {
  desktop = new Desktop({ server: central.address, language: 'vi', density: 'shop-floor' });
  const page = await desktop.start('mechanical.engineer@factorypulse.vn');
  const { words: t } = desktop;
  const code = async (title: string): Promise<string> => {
    const { rows } = await central.client.query<{ project_id: string }>('select project_id from public.projects where title = $1', [title]);
    return rows[0]?.project_id ?? '';
  };
  const scan = async (text: string): Promise<void> => {
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };
  const heading = (title: string) => page.getByRole('heading', { level: 1, name: title, exact: true });

  await desktop.board.getByRole('link', { name: 'Giá đỡ cảm biến gầm xe', exact: true }).focus();
  await scan(await code('Đồ gá khoan thân cánh'));
  await expect(heading('Đồ gá khoan thân cánh')).toBeVisible();
  // From one project to the next, right after a step was looked at.
  await page.getByRole('checkbox', { name: t('projects.checklist.complete', { name: 'Engineering Technical Review' }) }).focus();
  await scan(await code('Trục cam chạy thử'));
  await expect(heading('Trục cam chạy thử')).toBeVisible();
  await scan('P-99123199');
  await expect(page.getByText(t('shell.link.unknown', { code: 'P-99123199' }))).toBeVisible();
});

test('a code of the organization’s own making is known by how fast a scanner types it', async () => {
  await central.client.query("update public.projects set project_id = 'KM-2019/044' where title = 'Khung phụ đuôi xe tay ga'");
  desktop = new Desktop({ server: central.address, language: 'vi', density: 'shop-floor' });
  const page = await desktop.start('mechanical.engineer@factorypulse.vn');
  const { words: t } = desktop;
  // In one go: a busy machine would let Playwright's own keys come as slowly as a hand's.
  const scan = (code: string): Promise<void> =>
    page.evaluate((keys) => {
      for (const key of keys) document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    }, [...code.split(''), 'Enter']);

  await expect(desktop.board.getByRole('article').first()).toBeVisible();
  await scan('km-2019/044');
  await expect(page.getByRole('heading', { level: 1, name: 'Khung phụ đuôi xe tay ga', exact: true })).toBeVisible();
  await scan('P-250127·K7Q');
  await expect(page.getByText(t('shell.link.unknown', { code: 'P-250127·K7Q' }))).toBeVisible();
  await expect(page.getByText(t('shell.link.provisionalText'))).toBeVisible();
});

for (const [language, theme, density] of [['vi', 'light', 'office'], ['en', 'dark', 'shop-floor']] as const) {
  test(`the keyboard alone finds records and gives every command: ${language}`, async () => {
    desktop = new Desktop({ server: central.address, language, theme, density });
    const page = await desktop.start('ceo@factorypulse.vn');
    const { words: t } = desktop;
    await desktop.isOnline();

    await page.keyboard.press('Control+k');
    await expect(field()).toBeFocused();
    await expect(chosen()).toHaveCount(1);
    await checkScreen(desktop, 'palette');

    // Enter that comes before the answer still opens what was meant.
    await page.keyboard.type('do ga khoan');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Đồ gá khoan thân cánh');

    await page.keyboard.press('Control+k');
    await expect(field()).toBeFocused();
    await expect(chosen()).toContainText('Đồ gá khoan thân cánh');
    await page.keyboard.type('do ga');
    await expect(palette().getByRole('group', { name: t('shell.palette.group.document') })).toContainText('Bản vẽ đồ gá cửa trước');
    await expect(field()).toHaveAttribute('aria-activedescendant', (await chosen().getAttribute('id')) ?? '');
    await checkScreen(desktop, 'palette-found');
    const first = await chosen().textContent();
    await page.keyboard.press('ArrowDown');
    expect(await chosen().textContent()).not.toBe(first);
    await page.keyboard.press('ArrowUp');
    expect(await chosen().textContent()).toBe(first);

    await field().fill('zzzz');
    await expect(palette()).toContainText(t('shell.palette.nothing.title'));
    await checkScreen(desktop, 'palette-nothing');
    await page.keyboard.press('Escape');
    await expect(palette()).toBeHidden();

    // A contact opens its page.
    await page.keyboard.press('Control+k');
    await expect(field()).toBeFocused();
    await page.keyboard.type('toyota vietnam');
    await expect(chosen()).toContainText('Toyota');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'Toyota Vietnam' })).toBeVisible();

    const command = async (text: string) => {
      await page.keyboard.press('Control+k');
      await expect(field()).toBeFocused();
      await page.keyboard.type(text);
      await expect(chosen()).toContainText(text);
      await page.keyboard.press('Enter');
      await expect(palette()).toBeHidden();
    };
    await command(t('shell.palette.go', { page: t('app.navigation.sync') }));
    await expect(page.getByRole('heading', { level: 1, name: t('sync.title') })).toBeVisible();
    await command(t('shell.shortcuts.title'));
    await expect(page.getByRole('dialog', { name: t('shell.shortcuts.title') })).toBeVisible();
    await checkScreen(desktop, 'shortcuts');
    await page.keyboard.press('Escape');

    const other = language === 'vi' ? 'en' : 'vi';
    await command(`${t('settings.language')}: ${t(`settings.languages.${other}`)}`);
    await expect(page.locator('html')).toHaveAttribute('lang', other);
    await page.keyboard.press('Control+2');
    await expect(desktop.page.getByRole('article').first()).toBeVisible();
  });
}

test('the keys of the shell work, and the overview of them opens by F1 and by ?', async () => {
  desktop = new Desktop({ server: central.address });
  const page = await desktop.start('production.supervisor@factorypulse.vn');
  const { words: t } = desktop;
  const overview = page.getByRole('dialog', { name: t('shell.shortcuts.title') });
  for (const key of ['F1', '?']) {
    await page.keyboard.press(key);
    await expect(overview).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(overview).toBeHidden();
  }
  await page.keyboard.press('Control+3');
  await expect(page.getByRole('grid')).toBeVisible();
  await page.keyboard.press('Control+f');
  await expect(page.getByRole('searchbox')).toBeFocused();
  // In a field it is a letter.
  await page.keyboard.type('?');
  await expect(overview).toBeHidden();
  await expect(page.getByRole('link', { name: t('app.navigation.people'), exact: true })).toHaveCount(0);
  await page.evaluate(() => (window.location.hash = '/audit'));
  await expect(page.getByRole('heading', { level: 1, name: t('shell.notForYou.title') })).toBeVisible();
  await checkScreen(desktop, 'not-for-you');
});

test('people outside have the pages that are of use to them', async () => {
  desktop = new Desktop({ server: central.address });
  const page = await desktop.start('sales@minhlong.example');
  const { words: t } = desktop;
  await page.evaluate(() => (window.location.hash = '/'));
  await expect(page.getByRole('heading', { level: 1, name: t('documents.title') })).toBeVisible();
  await expect(page.getByRole('navigation', { name: t('app.navigation.label') }).getByRole('link')).toHaveText([
    t('app.navigation.documents'),
    t('app.navigation.sync'),
    t('app.navigation.help'),
  ]);
});
