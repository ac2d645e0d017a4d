import { expect, test } from '@playwright/test';
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
  const desktop = new Desktop({ server: central.address, ...options });
  desktops.push(desktop);
  await desktop.open();
  await desktop.trySignIn(`${account}@factorypulse.vn`);
  await expect(desktop.page.getByRole('heading', { level: 1, name: desktop.words('dashboard.title') })).toBeVisible();
  await desktop.isOnline();
  return desktop;
}

for (const [language, theme, density] of [['vi', 'light', 'office'], ['en', 'dark', 'shop-floor']] as const) {
  test(`the overview and the pages of administration are accessible and fit their window: ${language}, ${theme}, ${density}`, async () => {
    test.setTimeout(180_000);
    const desktop = await start('admin', { language, theme, density });
    const { page, words: t } = desktop;
    await expect(page.locator('.recharts-surface').first()).toBeVisible();
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
  });
}
