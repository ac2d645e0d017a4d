import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { Board } from './support/board.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { ProjectPage } from './support/project-page.ts';

const sizes = [
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
];
/** A project with everything on its page: an open gate, a blocked step, a long history. */
const camshaft = 'Trục cam chạy thử';

/** Stands in the first column. */
const bracket = 'Giá đỡ cảm biến gầm xe';

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

/** Fading in, a text has less contrast than it will have. */
const settled = (page: Page) =>
  page.evaluate(async () => {
    const passing = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(passing.map(({ finished }) => finished));
  });

/** Holds a screen to what accessibility asks for, and to its window; leaves a picture of each size in test-results. */
async function check(name: string): Promise<void> {
  const { page } = desktop;
  for (const { width, height } of sizes) {
    await desktop.resize(width, height);
    await expect.poll(() => page.evaluate(() => window.innerWidth)).toBe(width);
    await settled(page);
    await page.screenshot({ path: test.info().outputPath(`${name}-${width}.png`) });
    const overhang = await page.evaluate(() => {
      const { scrollWidth, scrollHeight } = document.documentElement;
      return Math.max(scrollWidth - window.innerWidth, scrollHeight - window.innerHeight);
    });
    expect(overhang, `pixels by which ${name} stands out of its window`).toBeLessThanOrEqual(0);
    // Legacy mode: Electron opens no second page, which the analysis of foreign frames would need; there are none.
    const { violations, passes } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    const found = violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`) }));
    expect(passes.length, 'rules that were looked at').toBeGreaterThan(10);
    expect(found, `${name} at ${width} pixels`).toEqual([]);
  }
}

for (const [language, theme, density] of [['vi', 'light', 'office'], ['en', 'dark', 'shop-floor']] as const) {
  test(`every screen is accessible and fits its window: ${language}, ${theme}, ${density}`, async () => {
    desktop = new Desktop({ server: central.address, demo: true, language, theme, density });
    const page = await desktop.open();
    const { words: t } = desktop;
    await expect(page.getByRole('heading', { level: 1, name: t('session.signIn.title') })).toBeVisible();
    await check('sign-in');
    await desktop.trySignIn('ceo@factorypulse.vn', 'wrong');
    await expect(desktop.problem).toBeVisible();
    await check('sign-in-refused');

    await desktop.signIn('ceo@factorypulse.vn');
    await desktop.isOnline();
    await expect(desktop.board.getByRole('article')).toHaveCount(16);
    await check('board');

    const board = new Board(desktop);
    await board.link(camshaft).focus();
    await page.keyboard.press('Shift+ArrowRight');
    await expect(board.dialog).toBeVisible();
    await check('move-dialog');
    await page.keyboard.press('Escape');
    // Of a card that stays in sight in both sizes: a menu goes where its card goes.
    await board.card(bracket).getByRole('button').click();
    await expect(page.getByRole('menu')).toBeVisible();
    await check('move-menu');
    await expect(page.getByRole('menu')).toBeVisible();
    await page.keyboard.press('Escape');

    await page.getByRole('link', { name: t('app.navigation.projects'), exact: true }).click();
    await expect(page.getByRole('table').getByRole('link').first()).toBeVisible();
    await check('table');
    if (density === 'office') {
      const region = page.getByRole('region', { name: t('projects.table.region') });
      expect(await region.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    }

    const project = await ProjectPage.open(desktop, camshaft);
    await check('project');
    await project.panel('projects.activity.title').scrollIntoViewIfNeeded();
    await check('project-activity');

    await desktop.status.click();
    await expect(page.getByRole('dialog')).toContainText(t('sync.needsAttention.empty'));
    await check('status');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: t('app.navigation.settings'), exact: true }).click();
    await expect(page.getByRole('dialog')).toContainText(t('settings.density'));
    await check('settings');
  });
}
