import { expect, test } from '@playwright/test';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { checkScreen } from './support/screen-check.ts';

const camshaft = 'Trục cam chạy thử'; // of Honda

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

for (const [language, theme, density] of [['vi', 'light', 'office'], ['en', 'dark', 'shop-floor']] as const) {
  test(`the timeline is accessible, zoomed and filtered by keyboard: ${language}, ${theme}, ${density}`, async () => {
    desktop = new Desktop({ server: central.address, language, theme, density });
    const page = await desktop.start('ceo@factorypulse.vn');
    await desktop.isOnline();
    const { words: t } = desktop;
    await page.getByRole('link', { name: t('app.navigation.timeline'), exact: true }).click();
    const rows = page.getByRole('row').filter({ has: page.getByRole('link') });
    await expect(rows.first()).toBeVisible();
    const all = await rows.count();
    await checkScreen(desktop, `timeline-${language}`);

    await page.getByRole('combobox', { name: t('timeline.customer'), exact: true }).focus();
    await page.keyboard.type('honda');
    await expect(page.getByRole('option')).toHaveCount(1);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => rows.count()).toBeLessThan(all);
    const row = rows.filter({ hasText: camshaft });
    await expect(row).toContainText('Honda');
    await page.getByRole('radio', { name: t('timeline.zooms.month') }).focus();
    await page.keyboard.press('ArrowLeft');
    await expect(page.getByRole('radio', { name: t('timeline.zooms.week') })).toBeChecked();
    await checkScreen(desktop, `timeline-week-${language}`);
    await row.getByRole('link').press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: camshaft })).toBeVisible();
  });
}
